package tales

import (
	"maps"
	"slices"
	"strconv"

	"github.com/zenpython/zenpython/configs/nearest"
)

// Object is what an expression reads from: the names at its start, and whatever a step like here/device leads to.
// It must be safe for concurrent use if templates are evaluated concurrently.
//
// Beside Objects an expression understands nil, booleans, all of Go's integers and floats, *big.Int, strings,
// slices, maps with string keys, time.Time, Func, func() any and func() (any, error).
type Object interface {
	// TalesGet returns the attribute or zProperty of that name, inherited and acquired ones included,
	// or false if there is none. A method is returned as a Func.
	TalesGet(name string) (any, bool)
}

// Lister is an Object that can name what it has, so that an error can offer the nearest names.
type Lister interface {
	Object
	TalesNames() []string
}

// Func is a callable attribute. A path calls it without arguments; a Python expression with those written.
// Its arguments are nil, bool, int64, *big.Int, float64, string, []any, map[string]any or what an Object returned.
type Func func(args []any) (any, error)

// Names is the usual Object to start from: the names an expression may begin with. Zenoss gives data sources
// here, context, device, dev, devname, datasource, ds, datapoint, dp and now; a time.Time, as for now, stands for
// its Unix time in whole seconds. The name nothing is None everywhere and need not be given.
type Names map[string]any

// TalesGet returns the value under name.
func (n Names) TalesGet(name string) (any, bool) {
	v, ok := n[name]
	return v, ok
}

// TalesNames lists the names, sorted.
func (n Names) TalesNames() []string { return slices.Sorted(maps.Keys(n)) }

// nothing is the TALES name for None.
const nothing = "nothing"

// root looks up a name at the start of an expression.
func root(names Object, name string) (any, bool) {
	if names != nil {
		if v, ok := names.TalesGet(name); ok {
			return normal(v), true
		}
	}
	return nil, name == nothing
}

// step returns what v has under name: an Object's attribute, a map's key or, for digits, a slice's item.
func step(v any, name string) (any, bool) {
	switch v := v.(type) {
	case Object:
		got, ok := v.TalesGet(name)
		return normal(got), ok
	case map[string]any:
		got, ok := v[name]
		return normal(got), ok
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return normal(v[i]), true
	}
	return nil, false
}

// hint offers the names of v that are like name, where v can list them.
func hint(v any, name string) string {
	switch v := v.(type) {
	case Lister:
		return nearest.Hint(name, v.TalesNames())
	case map[string]any:
		return nearest.Hint(name, slices.Sorted(maps.Keys(v)))
	}
	return ""
}
