package datasource

import (
	"errors"
	"testing"
)

// TestBaseHooksPassOn holds the defaults of spec §2.5: what a plugin does not write itself changes nothing.
func TestBaseHooksPassOn(t *testing.T) {
	ctx, c, boom := t.Context(), &Config{}, errors.New("boom")
	var base Base
	result := NewData()
	if got, err := base.OnResult(ctx, result, boom, c); got != result || !errors.Is(err, boom) {
		t.Errorf("OnResult = %v, %v", got, err)
	}
	if got, err := base.OnSuccess(ctx, result, c); got != result || err != nil {
		t.Errorf("OnSuccess = %v, %v", got, err)
	}
	if got, err := base.OnError(ctx, boom, c); got != nil || !errors.Is(err, boom) {
		t.Errorf("OnError = %v, %v", got, err)
	}
	if got, err := base.OnComplete(ctx, result, boom, c); got != result || !errors.Is(err, boom) {
		t.Errorf("OnComplete = %v, %v", got, err)
	}
	if err := base.Cleanup(ctx, c); err != nil {
		t.Errorf("Cleanup = %v", err)
	}
}
