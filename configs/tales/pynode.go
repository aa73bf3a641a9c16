package tales

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/zenpython/zenpython/configs/nearest"
)

type constantNode struct{ value any }

func (n constantNode) eval(Object) (any, error) { return n.value, nil }

type nameNode struct {
	name   string
	offset int
}

func (n nameNode) eval(names Object) (any, error) {
	if v, ok := root(names, n.name); ok {
		return v, nil
	}
	if f, ok := builtins[n.name]; ok {
		return f, nil
	}
	known := slices.Collect(maps.Keys(builtins))
	if l, ok := names.(Lister); ok {
		known = append(known, l.TalesNames()...)
	}
	return nil, missingAt(n.offset, "unknown name '%s'%s", n.name, nearest.Hint(n.name, known))
}

type attributeNode struct {
	owner  node
	name   string
	offset int
}

func (n attributeNode) eval(names Object) (any, error) {
	owner, err := n.owner.eval(names)
	if err != nil {
		return nil, err
	}
	if v, ok := attribute(owner, n.name); ok {
		return v, nil
	}
	switch owner.(type) {
	case Func:
		return nil, problemAt(n.offset, "a method has no '%s': call it first", n.name)
	case string:
		return nil, missingAt(n.offset, "str has no method '%s' here%s", n.name,
			nearest.Hint(n.name, slices.Collect(maps.Keys(stringMethods))))
	}
	return nil, missingAt(n.offset, "%s has no attribute '%s'%s", kind(owner), n.name, hint(owner, n.name))
}

// attribute returns what owner.name is, or false. Unlike a path step it knows methods of strings and dicts and does
// not index lists.
func attribute(owner any, name string) (any, bool) {
	if _, ok := owner.([]any); ok {
		return nil, false
	}
	if v, ok := step(owner, name); ok {
		return v, true
	}
	return method(owner, name)
}

type callNode struct {
	function node
	args     []node
	offset   int
}

func (n callNode) eval(names Object) (any, error) {
	function, err := n.function.eval(names)
	if err != nil {
		return nil, err
	}
	f, ok := function.(Func)
	if !ok {
		if _, ok := n.function.(attributeNode); ok && len(n.args) == 0 {
			return function, nil
		}
		return nil, problemAt(n.offset, "%s cannot be called", kind(function))
	}
	args := make([]any, len(n.args))
	for i, arg := range n.args {
		v, err := arg.eval(names)
		if err != nil {
			return nil, err
		}
		args[i] = exported(v)
	}
	result, err := f(args)
	if err != nil {
		return nil, placed(n.offset, err)
	}
	return normal(result), nil
}

type itemNode struct {
	owner, key node
	offset     int
}

func (n itemNode) eval(names Object) (any, error) {
	owner, err := n.owner.eval(names)
	if err != nil {
		return nil, err
	}
	key, err := n.key.eval(names)
	if err != nil {
		return nil, err
	}
	v, err := item(owner, key)
	if err != nil {
		return nil, placed(n.offset, err)
	}
	return v, nil
}

// item is owner[key]. A negative index counts from the end.
func item(owner, key any) (any, error) {
	if items, ok := owner.(map[string]any); ok {
		name, ok := key.(string)
		if !ok {
			return nil, fmt.Errorf("the keys of a dict are str, not %s", kind(key))
		}
		v, ok := items[name]
		if !ok {
			return nil, fmt.Errorf("%w: the dict has no such key%s", ErrMissing, hint(items, name))
		}
		return normal(v), nil
	}
	var length int
	var at func(i int) any
	switch owner := owner.(type) {
	case []any:
		length, at = len(owner), func(i int) any { return normal(owner[i]) }
	case string:
		runes := []rune(owner)
		length, at = len(runes), func(i int) any { return string(runes[i]) }
	default:
		return nil, fmt.Errorf("%s has no items", kind(owner))
	}
	i, ok := unbool(key).(*big.Int)
	if !ok {
		return nil, fmt.Errorf("an index is an int, not %s", kind(key))
	}
	index := i.Int64()
	if index < 0 {
		index += int64(length)
	}
	if !i.IsInt64() || index < 0 || index >= int64(length) {
		return nil, fmt.Errorf("%w: the index is outside the %s of %d", ErrMissing, kind(owner), length)
	}
	return at(int(index)), nil
}

type listNode []node

func (n listNode) eval(names Object) (any, error) {
	list := make([]any, len(n))
	for i, expr := range n {
		v, err := expr.eval(names)
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	return list, nil
}

type conditionNode struct{ condition, then, otherwise node }

func (n conditionNode) eval(names Object) (any, error) {
	v, err := n.condition.eval(names)
	if err != nil {
		return nil, err
	}
	if truth(v) {
		return n.then.eval(names)
	}
	return n.otherwise.eval(names)
}

// booleanNode is and or or, which give the operand that decided and leave the other alone.
type booleanNode struct {
	op          string
	left, right node
}

func (n booleanNode) eval(names Object) (any, error) {
	v, err := n.left.eval(names)
	if err != nil || truth(v) == (n.op == "or") {
		return v, err
	}
	return n.right.eval(names)
}

type notNode struct{ operand node }

func (n notNode) eval(names Object) (any, error) {
	v, err := n.operand.eval(names)
	return !truth(v), err
}

type signNode struct {
	op      string
	operand node
	offset  int
}

func (n signNode) eval(names Object) (any, error) {
	v, err := n.operand.eval(names)
	if err != nil {
		return nil, err
	}
	switch x := unbool(v).(type) {
	case *big.Int:
		if n.op == "-" {
			return new(big.Int).Neg(x), nil
		}
		return x, nil
	case float64:
		if n.op == "-" {
			return -x, nil
		}
		return x, nil
	}
	return nil, problemAt(n.offset, "the sign '%s' needs a number, not %s", n.op, kind(v))
}

type binaryNode struct {
	op          string
	left, right node
	offset      int
}

func (n binaryNode) eval(names Object) (any, error) {
	left, err := n.left.eval(names)
	if err != nil {
		return nil, err
	}
	right, err := n.right.eval(names)
	if err != nil {
		return nil, err
	}
	v, err := arithmetic(n.op, left, right)
	if err != nil {
		return nil, placed(n.offset, err)
	}
	return v, nil
}

// compareNode is a chain of comparisons.
type compareNode struct {
	first node
	rest  []comparison
}

type comparison struct {
	op      string
	operand node
	offset  int
}

func (n compareNode) eval(names Object) (any, error) {
	left, err := n.first.eval(names)
	if err != nil {
		return nil, err
	}
	for _, c := range n.rest {
		right, err := c.operand.eval(names)
		if err != nil {
			return nil, err
		}
		holds, err := compare(c.op, left, right)
		if err != nil {
			return nil, placed(c.offset, err)
		}
		if !holds {
			return false, nil
		}
		left = right
	}
	return true, nil
}
