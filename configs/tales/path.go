package tales

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// pathNode is name/step/step.
type pathNode struct {
	names []pathStep
}

type pathStep struct {
	name   string
	offset int
}

// eval walks the path. Like the platform it calls the value at the end if it can be called; unlike it, also those on
// the way, so that here/device/id works where device is a method.
func (p *pathNode) eval(names Object) (any, error) {
	first := p.names[0]
	v, ok := root(names, first.name)
	if !ok {
		return nil, missingAt(first.offset, "unknown name '%s'%s", first.name, hint(names, first.name))
	}
	v, err := called(v, first.offset)
	for i := 1; err == nil && i < len(p.names); i++ {
		s := p.names[i]
		next, ok := step(v, s.name)
		if !ok {
			return nil, missingAt(s.offset, "%s has no '%s'%s", p.described(i, v), s.name, hint(v, s.name))
		}
		v, err = called(next, s.offset)
	}
	return v, err
}

// described words the value v that the first n names led to.
func (p *pathNode) described(n int, v any) string {
	words := make([]string, n)
	for i := range words {
		words[i] = p.names[i].name
	}
	described := "'" + strings.Join(words, "/") + "'"
	switch v.(type) {
	case Object, map[string]any:
		return described
	}
	return fmt.Sprintf("%s is %s and", described, kind(v))
}

// called is the value of v, which is called if it can be.
func called(v any, offset int) (any, error) {
	f, ok := v.(Func)
	if !ok {
		return v, nil
	}
	result, err := f(nil)
	if err != nil {
		return nil, placed(offset, err)
	}
	result = normal(result)
	if _, again := result.(Func); again {
		return nil, problemAt(offset, "the method returns a method")
	}
	return result, nil
}

// alternatives gives the first one that exists; that of the last one's absence is the error of all.
type alternatives []node

func (a alternatives) eval(names Object) (any, error) {
	last := len(a) - 1
	for _, expr := range a[:last] {
		v, err := expr.eval(names)
		if err == nil || !errors.Is(err, ErrMissing) {
			return v, err
		}
	}
	return a[last].eval(names)
}

// stringNode is the string: form within an expression.
type stringNode []part

func (s stringNode) eval(names Object) (any, error) { return joined(s, names) }

// negation is the not: form. TALES has 1 and 0 for true and false.
type negation struct{ expr node }

func (n negation) eval(names Object) (any, error) {
	v, err := n.expr.eval(names)
	if err != nil {
		return nil, err
	}
	return zeroOrOne(!truth(v)), nil
}

// existence is the exists: form.
type existence struct{ expr node }

func (e existence) eval(names Object) (any, error) {
	_, err := e.expr.eval(names)
	if err != nil && !errors.Is(err, ErrMissing) {
		return nil, err
	}
	return zeroOrOne(err == nil), nil
}

func zeroOrOne(b bool) *big.Int {
	if b {
		return big.NewInt(1)
	}
	return new(big.Int)
}
