// Command zenpython is the collector daemon.
package main

import (
	"github.com/zenpython/zenpython/cmd"
)

func main() { cmd.Main() }
