package tales

import (
	"errors"
	"fmt"
	"strings"
)

// method returns a method of a string or dict, bound to it.
func method(owner any, name string) (any, bool) {
	switch owner := owner.(type) {
	case string:
		if m, ok := stringMethods[name]; ok {
			return builtin(name, m.least, m.most, func(args []any) (any, error) {
				texts, err := stringArguments(name, args)
				if err != nil {
					return nil, err
				}
				return m.call(owner, texts)
			}), true
		}
	case map[string]any:
		if name == "get" {
			return builtin(name, 1, 2, func(args []any) (any, error) { return dictGet(owner, args) }), true
		}
	}
	return nil, false
}

// stringMethod is a method whose arguments are strings, between least and most of them.
type stringMethod struct {
	least, most int
	call        func(s string, args []string) (any, error)
}

var stringMethods = map[string]stringMethod{
	"lower":      {0, 0, func(s string, _ []string) (any, error) { return strings.ToLower(s), nil }},
	"upper":      {0, 0, func(s string, _ []string) (any, error) { return strings.ToUpper(s), nil }},
	"strip":      {0, 1, strip},
	"startswith": {1, 1, func(s string, a []string) (any, error) { return strings.HasPrefix(s, a[0]), nil }},
	"endswith":   {1, 1, func(s string, a []string) (any, error) { return strings.HasSuffix(s, a[0]), nil }},
	"replace":    {2, 2, replace},
	"split":      {0, 1, split},
}

func stringArguments(name string, args []any) ([]string, error) {
	texts := make([]string, len(args))
	for i, arg := range args {
		s, ok := arg.(string)
		if !ok {
			return nil, fmt.Errorf("%s() of a str needs a str, not %s", name, kind(arg))
		}
		texts[i] = s
	}
	return texts, nil
}

func strip(s string, args []string) (any, error) {
	if len(args) == 0 {
		return strings.TrimSpace(s), nil
	}
	return strings.Trim(s, args[0]), nil
}

func replace(s string, args []string) (any, error) {
	grown := len(s) + strings.Count(s, args[0])*(len(args[1])-len(args[0]))
	if grown > maxString {
		return nil, errTooLong
	}
	return strings.ReplaceAll(s, args[0], args[1]), nil
}

func split(s string, args []string) (any, error) {
	if len(args) == 0 {
		return strings.Fields(s), nil
	}
	if args[0] == "" {
		return nil, errors.New("split() needs a separator that is not empty")
	}
	return strings.Split(s, args[0]), nil
}

// dictGet is dict.get(key[, default]).
func dictGet(items map[string]any, args []any) (any, error) {
	if key, ok := args[0].(string); ok {
		if v, ok := items[key]; ok {
			return v, nil
		}
	}
	if len(args) == 2 {
		return args[1], nil
	}
	return nil, nil
}
