package daemon

import (
	"io"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/configs/options"
)

// OpenLog returns the daemon's logger as the options ask for it (spec §4.3), and what closes its file.
func OpenLog(o *options.Options, stderr io.Writer) (hclog.Logger, io.Closer, error) {
	out, closer := stderr, io.Closer(nopCloser{})
	if path := o.LogFile(); path != "" {
		file, err := OpenRotating(path, o.MaxLogSize, o.MaxBackupLogs)
		if err != nil {
			return nil, nil, err
		}
		out, closer = file, file
		if o.LogsToStderr() {
			out = io.MultiWriter(file, stderr)
		}
	}
	logger := hclog.New(&hclog.LoggerOptions{
		Name:       "zen.zenpython",
		Level:      o.LogSeverity,
		Output:     out,
		JSONFormat: o.LogFormat == options.LogJSON,
		TimeFormat: "2006-01-02T15:04:05.000Z07:00",
		// Sub-loggers follow the level of the first, so that SIGUSR1 reaches all of them.
		IndependentLevels: false,
	})
	return logger, closer, nil
}

// nopCloser stands for the file where the log goes to standard error alone.
type nopCloser struct{}

// Close leaves standard error open.
func (nopCloser) Close() error { return nil }
