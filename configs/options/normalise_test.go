package options

import (
	"slices"
	"strings"
	"testing"
)

func TestNormaliseArgs(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"", ""},
		{"run", "run"},
		{"run -v10", "run --logseverity=10"},
		{"run -vDEBUG", "run --logseverity=DEBUG"},
		{"run -v DEBUG", "run --logseverity=DEBUG"},
		{"run -ddev1", "run --device=dev1"},
		{"run -d dev1", "run --device=dev1"},
		{"run --device=dev1", "run --device=dev1"},
		{"run --device dev1", "run --device=dev1"},
		{"run --device=", "run --device="},
		{"run -c -D", "run --cycle --daemon"},
		{"run -cDv10", "run --cycle --daemon --logseverity=10"},
		{"run -cd dev1", "run --cycle --device=dev1"},
		{"run -C /etc/z.conf", "run --configfile=/etc/z.conf"},
		{"run -C/etc/z.conf", "run --configfile=/etc/z.conf"},
		{"run -device", "run --device=evice"},
		{"run --blockingtimeout -1", "run --blockingtimeout=-1"},
		{"run -d --", "run --device=--"},
		{"run --cycle=false", "run --cycle=false"},
		{"run -h", "run --help"},
		{"-v10 run -d dev1", "run --logseverity=10 --device=dev1"},
		{"check a b --strict c", "check --strict a b c"},
		{"check a -v 10 - b", "check --logseverity=10 a - b"},
		{"plugins check a --format json b", "plugins check --format=json a b"},
		{"python --var-dir v setup", "python setup --var-dir=v"},
		{"plugins a check", "plugins a check"},
		{"check -- --strict a", "check -- --strict a"},
		{"check -- a", "check a"},
		{"check a -- -b", "check -- a -b"},
		{"-- run", "-- run"},
		{"-c -- run", "--cycle -- run"},
		{"run --nope x", "run --nope x"},
		{"run x -n5 --nope", "run -n5 --nope x"},
		{"run -cn5 x", "run -cn5 x"},
		{"-c-", "-c-"},
		{"run --hubhost h --manhole", "run --hubhost=h --manhole"},
		{"run a --device", "run --device"},
		{"run a -cd", "run --cycle --device"},
	} {
		if got := strings.Join(NormaliseArgs(strings.Fields(tc.in)), " "); got != tc.want {
			t.Errorf("%q becomes %q, want %q", tc.in, got, tc.want)
		}
	}
}

func TestNormaliseArgsLeavesItsInputAlone(t *testing.T) {
	args := []string{"run", "-v", "10", "x", "-c"}
	before := slices.Clone(args)
	NormaliseArgs(args)
	if !slices.Equal(args, before) {
		t.Errorf("args became %q", args)
	}
}

func FuzzNormaliseArgs(f *testing.F) {
	for _, seed := range []string{"run -v10 a -- -b", " -0 -- ", "plugins check -c a", "-cDd dev1 run", "--device", "run -d --", "-", "-- --", "check --strict= -é --=x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, " ")
		once := NormaliseArgs(args)
		if twice := NormaliseArgs(once); !slices.Equal(once, twice) {
			t.Fatalf("%q becomes %q, and that %q", args, once, twice)
		}
		// What follows the first -- that is not a value survives in its order.
		if slices.Contains(once, "--") {
			rest := once[slices.Index(once, "--")+1:]
			for _, arg := range rest {
				if !slices.Contains(args, arg) {
					t.Fatalf("%q becomes %q: %q is new", args, once, arg)
				}
			}
		}
	})
}
