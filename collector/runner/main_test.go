package runner

import (
	"testing"

	"go.uber.org/goleak"
)

// ants starts goroutines when it is imported: what stood before the tests is not theirs.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }
