// Command own-type is zenpython with one data source type more: File, written in this module. The import adds it to
// those that the daemon has; everything else, from the command line to the hub, is the daemon's.
package main

import (
	"github.com/zenpython/zenpython/cmd"

	_ "example.org/own-type/file"
)

func main() { cmd.Main() }
