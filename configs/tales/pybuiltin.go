package tales

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"unicode/utf8"
)

// builtins are the functions an expression may call without an object. A name the caller supplies hides one.
var builtins = map[string]Func{
	"abs":     builtin("abs", 1, 1, func(a []any) (any, error) { return absolute(a[0]) }),
	"bool":    builtin("bool", 1, 1, func(a []any) (any, error) { return truth(a[0]), nil }),
	"float":   builtin("float", 1, 1, func(a []any) (any, error) { return floatOf(a[0]) }),
	"getattr": builtin("getattr", 2, 3, getAttribute),
	"hasattr": builtin("hasattr", 2, 2, hasAttribute),
	"int":     builtin("int", 1, 1, func(a []any) (any, error) { return intOf(a[0]) }),
	"len":     builtin("len", 1, 1, func(a []any) (any, error) { return length(a[0]) }),
	"max":     builtin("max", 1, math.MaxInt, func(a []any) (any, error) { return extreme("max", ">", a) }),
	"min":     builtin("min", 1, math.MaxInt, func(a []any) (any, error) { return extreme("min", "<", a) }),
	"round":   builtin("round", 1, 2, round),
	"str":     builtin("str", 1, 1, func(a []any) (any, error) { return textOf(a[0]) }),
}

// builtin checks the number of arguments and makes them normal.
func builtin(name string, least, most int, f Func) Func {
	return func(args []any) (any, error) {
		if len(args) < least || len(args) > most {
			return nil, fmt.Errorf("%s() takes %s, not %d", name, argumentCount(least, most), len(args))
		}
		values := make([]any, len(args))
		for i, arg := range args {
			values[i] = normal(arg)
		}
		return f(values)
	}
}

func argumentCount(least, most int) string {
	switch {
	case most == math.MaxInt:
		return fmt.Sprintf("%d or more arguments", least)
	case least != most:
		return fmt.Sprintf("%d to %d arguments", least, most)
	case least == 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", least)
}

func noArguments(args []any) error {
	if len(args) > 0 {
		return fmt.Errorf("the method takes no arguments, not %d", len(args))
	}
	return nil
}

func absolute(v any) (any, error) {
	switch v := unbool(v).(type) {
	case *big.Int:
		return new(big.Int).Abs(v), nil
	case float64:
		return math.Abs(v), nil
	}
	return nil, fmt.Errorf("abs() needs a number, not %s", kind(v))
}

func floatOf(v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		if v = unbool(v); !isNumber(v) {
			return nil, fmt.Errorf("float() needs a number or a str, not %s", kind(v))
		}
		return toFloat(v)
	}
	f, ok := parseFloat(strings.TrimSpace(s))
	if !ok {
		// The text is not shown: it may come from a password.
		return nil, fmt.Errorf("float() cannot read this str of %d bytes as a number", len(s))
	}
	return f, nil
}

// intOf truncates a float towards zero and reads decimal text.
func intOf(v any) (any, error) {
	switch v := unbool(v).(type) {
	case *big.Int:
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("int() of %s is not possible", floatText(v))
		}
		i, _ := big.NewFloat(v).Int(nil)
		return i, nil
	case string:
		if i, ok := parseInt(strings.TrimSpace(v)); ok {
			return i, nil
		}
		return nil, fmt.Errorf("int() cannot read this str of %d bytes as a whole number", len(v))
	}
	return nil, fmt.Errorf("int() needs a number or a str, not %s", kind(v))
}

func parseInt(text string) (*big.Int, bool) {
	digits, ok := withoutUnderscores(text)
	if !ok || len(digits) > maxBits/3 {
		return nil, false
	}
	i, ok := new(big.Int).SetString(digits, 10)
	return i, ok && i.BitLen() <= maxBits
}

func length(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v), nil
	case []any:
		return len(v), nil
	case map[string]any:
		return len(v), nil
	}
	return nil, fmt.Errorf("len() needs a str, list or dict, not %s", kind(v))
}

// extreme is min and max, of several arguments or of one list. The first of equals wins.
func extreme(name, op string, args []any) (any, error) {
	if len(args) == 1 {
		list, ok := args[0].([]any)
		if !ok {
			return nil, fmt.Errorf("%s() of one argument needs a list, not %s", name, kind(args[0]))
		}
		args = list
	}
	if len(args) == 0 {
		return nil, fmt.Errorf("%s() of an empty list", name)
	}
	best := normal(args[0])
	for _, arg := range args[1:] {
		v := normal(arg)
		better, err := ordered(op, v, best)
		if err != nil {
			return nil, err
		}
		if better {
			best = v
		}
	}
	return best, nil
}

// getAttribute is getattr(object, name[, default]).
func getAttribute(args []any) (any, error) {
	name, ok := args[1].(string)
	if !ok {
		return nil, fmt.Errorf("the name for getattr() is a str, not %s", kind(args[1]))
	}
	if v, ok := attribute(args[0], name); ok {
		return v, nil
	}
	if len(args) == 3 {
		return args[2], nil
	}
	return nil, fmt.Errorf("%w: %s has no attribute of that name%s", ErrMissing, kind(args[0]), hint(args[0], name))
}

func hasAttribute(args []any) (any, error) {
	name, ok := args[1].(string)
	if !ok {
		return nil, fmt.Errorf("the name for hasattr() is a str, not %s", kind(args[1]))
	}
	_, found := attribute(args[0], name)
	return found, nil
}
