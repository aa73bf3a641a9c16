package tales

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
)

// compare is left op right for the comparison operators.
func compare(op string, left, right any) (bool, error) {
	switch op {
	case "==":
		return equal(left, right, 0)
	case "!=":
		same, err := equal(left, right, 0)
		return !same, err
	case "in":
		return contains(right, left)
	case "not in":
		found, err := contains(right, left)
		return !found, err
	case "is":
		return identical(left, right)
	case "is not":
		same, err := identical(left, right)
		return !same, err
	}
	return ordered(op, left, right)
}

// ordered is < <= > >= of two numbers or two strings.
func ordered(op string, left, right any) (bool, error) {
	a, b := unbool(left), unbool(right)
	var order int
	s, sOK := a.(string)
	t, tOK := b.(string)
	switch {
	case sOK && tOK:
		order = strings.Compare(s, t)
	case isNumber(a) && isNumber(b):
		if isNaN(a) || isNaN(b) {
			return false, nil
		}
		order = compareNumbers(a, b)
	default:
		return false, fmt.Errorf("'%s' of %s and %s is not possible", op, kind(left), kind(right))
	}
	switch op {
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	}
	return order >= 0, nil
}

func isNaN(v any) bool {
	f, ok := v.(float64)
	return ok && math.IsNaN(f)
}

// compareNumbers compares by value and exactly: an int beyond 2**53 does not become a float first.
// Neither may be NaN.
func compareNumbers(a, b any) int {
	return exact(a).Cmp(exact(b))
}

func exact(v any) *big.Float {
	if i, ok := v.(*big.Int); ok {
		return new(big.Float).SetInt(i)
	}
	return big.NewFloat(v.(float64))
}

// equal is ==. Values of different kinds are not equal, save numbers of the same value.
func equal(left, right any, depth int) (bool, error) {
	if depth > maxNesting {
		return false, errNested
	}
	left, right = unbool(left), unbool(right)
	switch a := left.(type) {
	case *big.Int, float64:
		return isNumber(right) && !isNaN(a) && !isNaN(right) && compareNumbers(a, right) == 0, nil
	case []any:
		if b, ok := right.([]any); ok {
			return equalLists(a, b, depth+1)
		}
		return false, nil
	case map[string]any:
		if b, ok := right.(map[string]any); ok {
			return equalDicts(a, b, depth+1)
		}
		return false, nil
	}
	return reflect.TypeOf(left) == reflect.TypeOf(right) && (left == nil || sameValue(left, right)), nil
}

// sameValue compares strings and objects; objects that Go cannot compare are not equal to anything.
func sameValue(a, b any) bool {
	return reflect.ValueOf(a).Comparable() && a == b
}

func equalLists(a, b []any, depth int) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if same, err := equal(normal(a[i]), normal(b[i]), depth); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func equalDicts(a, b map[string]any, depth int) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for key, value := range a {
		other, ok := b[key]
		if !ok {
			return false, nil
		}
		if same, err := equal(normal(value), normal(other), depth); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// identical is is, which only makes sense for None, True and False here: other values have no identity.
func identical(left, right any) (bool, error) {
	if !singleton(left) && !singleton(right) {
		return false, errors.New("'is' compares with None, True or False only; use '=='")
	}
	return left == right, nil
}

func singleton(v any) bool {
	_, isBool := v.(bool)
	return v == nil || isBool
}

// contains is value in container: a substring, an item of a list, a key of a dict.
func contains(container, value any) (bool, error) {
	switch c := container.(type) {
	case string:
		s, ok := value.(string)
		if !ok {
			return false, fmt.Errorf("'in' a str needs a str, not %s", kind(value))
		}
		return strings.Contains(c, s), nil
	case map[string]any:
		s, ok := value.(string)
		if !ok {
			return false, nil
		}
		_, found := c[s]
		return found, nil
	case []any:
		for _, item := range c {
			if found, err := equal(normal(item), value, 0); found || err != nil {
				return found, err
			}
		}
		return false, nil
	}
	return false, fmt.Errorf("'in' %s is not possible", kind(container))
}
