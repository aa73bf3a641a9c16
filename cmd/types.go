package cmd

import (
	// The data source types that every binary has; one of somebody else's adds its own in the same way.
	_ "github.com/zenpython/zenpython/datasource/host"
	_ "github.com/zenpython/zenpython/datasource/http"
	_ "github.com/zenpython/zenpython/datasource/prometheus"
)
