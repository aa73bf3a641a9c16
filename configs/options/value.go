package options

import (
	"fmt"
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
)

// setter reads the text of one value into its field. Its error says what is
// expected, and nothing of the text: the caller knows whether that is secret.
type setter func(o *Options, text string) error

// bind joins a field with the way its text is read.
func bind[T any](field func(*Options) *T, read func(string) (T, error)) setter {
	return func(o *Options, text string) error {
		value, err := read(text)
		if err != nil {
			return err
		}
		*field(o) = value
		return nil
	}
}

// expectedError names what a value that cannot be read should have been.
type expectedError string

// Error gives the text without the value.
func (e expectedError) Error() string { return "expected " + string(e) }

// text takes anything.
func text(s string) (string, error) { return s, nil }

// onOff reads a switch. An empty text is on, since a file may hold the bare key.
func onOff(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "", "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0", "none":
		return false, nil
	}
	return false, expectedError("true or false")
}

// whole reads a whole number not below least.
func whole(least int) func(string) (int, error) {
	want := expectedError(fmt.Sprintf("a whole number, at least %d", least))
	return func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < least {
			return 0, want
		}
		return n, nil
	}
}

// kilobytes reads a positive whole number of 1024 bytes into bytes.
func kilobytes(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt64/1024 {
		return 0, expectedError("a size in KB as a whole number, at least 1")
	}
	return n * 1024, nil
}

// number reads a finite number between least and most.
func number(least, most float64) func(string) (float64, error) {
	want := fmt.Sprintf("a number, at least %g", least)
	if !math.IsInf(most, 1) {
		want = fmt.Sprintf("a number from %g to %g", least, most)
	}
	return func(s string) (float64, error) {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || f < least || f > most {
			return 0, expectedError(want)
		}
		return f, nil
	}
}

// maxSeconds is the greatest number of seconds a time.Duration holds.
const maxSeconds = float64(math.MaxInt64/int64(time.Second)) - 1

// seconds reads a number of seconds, not negative.
func seconds(s string) (time.Duration, error) {
	f, err := number(0, maxSeconds)(s)
	if err != nil {
		return 0, expectedError("seconds as a number, such as 30 or 0.5")
	}
	return time.Duration(f * float64(time.Second)), nil
}

// someSeconds reads a number of seconds above zero.
func someSeconds(s string) (time.Duration, error) {
	d, err := seconds(s)
	if err != nil || d == 0 {
		return 0, expectedError("seconds as a number above 0, such as 30 or 0.5")
	}
	return d, nil
}

// signedSeconds reads a number of seconds of which zero and less mean off.
func signedSeconds(s string) (time.Duration, error) {
	f, err := number(-maxSeconds, maxSeconds)(s)
	if err != nil {
		return 0, expectedError("seconds as a number, such as 30 or 0.5 (0 or less: off)")
	}
	return time.Duration(f * float64(time.Second)), nil
}

// oneOf reads one of a few words.
func oneOf[T ~string](words ...T) func(string) (T, error) {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	want := expectedError(strings.Join(list, " or "))
	return func(s string) (T, error) {
		for _, w := range words {
			if strings.EqualFold(s, string(w)) {
				return w, nil
			}
		}
		return "", want
	}
}

// pythonLevels are the names of Python's levels, and ours below DEBUG.
// hclog has nothing above Error: CRITICAL is taken as ERROR, so that asking
// for less never hides a failure.
var pythonLevels = map[string]hclog.Level{
	"TRACE": hclog.Trace, "NOTSET": hclog.Trace, "DEBUG": hclog.Debug, "INFO": hclog.Info,
	"WARNING": hclog.Warn, "WARN": hclog.Warn, "ERROR": hclog.Error, "CRITICAL": hclog.Error, "FATAL": hclog.Error,
}

// severity reads a log level as Python's logging has it. A number between two
// levels shows the higher one, as a threshold does.
func severity(s string) (hclog.Level, error) {
	if level, ok := pythonLevels[strings.ToUpper(s)]; ok {
		return level, nil
	}
	n, err := strconv.Atoi(s)
	switch {
	case err != nil || n < 0:
		return hclog.NoLevel, expectedError("DEBUG, INFO, WARNING, ERROR or CRITICAL, or its number (10, 20, 30, 40, 50)")
	case n < 10:
		return hclog.Trace, nil
	case n == 10:
		return hclog.Debug, nil
	case n <= 20:
		return hclog.Info, nil
	case n <= 30:
		return hclog.Warn, nil
	}
	return hclog.Error, nil
}

// monitorName reads the name of a monitor. It becomes part of file names and
// Redis keys, and '@' sets the worker apart in both.
func monitorName(s string) (string, error) {
	bad := func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`/\{}:@`, r) }
	if s == "" || strings.ContainsFunc(s, bad) {
		return "", expectedError(`a name without spaces and any of / \ { } : @`)
	}
	return s, nil
}

// loopback is where the status listener listens unless told otherwise: it
// asks nobody who they are.
const loopback = "127.0.0.1"

// listenAddress reads host:port, :port or a port; without a host it is the
// loopback. Empty and "off" give "".
func listenAddress(s string) (string, error) {
	if s == "" || strings.EqualFold(s, "off") {
		return "", nil
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		host, port = "", s
	}
	if host == "" {
		host = loopback
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", expectedError("host:port, a port on the loopback, or off")
	}
	return net.JoinHostPort(host, port), nil
}

// RedisURL is the address of a Redis, which may hold a password. However it
// is printed, the user information does not show.
type RedisURL string

// Reveal gives the whole URL, for the Redis client alone.
func (u RedisURL) Reveal() string { return string(u) }

// String gives the URL with its user information blotted out.
func (u RedisURL) String() string {
	parsed, err := url.Parse(string(u))
	if err != nil {
		return "(unreadable redis URL)"
	}
	if parsed.User != nil {
		parsed.User = url.User("xxxxx")
	}
	return parsed.String()
}

// GoString is String quoted, for %#v.
func (u RedisURL) GoString() string { return strconv.Quote(u.String()) }

// MarshalText is String, for JSON and YAML.
func (u RedisURL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// redisURL reads the URL of a Redis.
func redisURL(s string) (RedisURL, error) {
	const want = expectedError("redis://[user:password@]host[:port][/database], rediss://… or unix:///path")
	u, err := url.Parse(s)
	switch {
	case s == "":
		return "", nil
	case err != nil, u.Opaque != "":
		return "", want
	case u.Scheme == "unix" && u.Path != "":
	case (u.Scheme == "redis" || u.Scheme == "rediss") && u.Host != "":
	default:
		return "", want
	}
	return RedisURL(s), nil
}
