package maps

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// errNoID is what upstream raises a ValueError for.
var errNoID = errors.New("prepId: there is no id to be made of None")

// PrepID makes an id of any value as upstream's prepId does (spec §7.4): characters other than ASCII letters, digits,
// blanks and -_,.$() become "_", then leading and trailing "_" and outer blanks go; what would be nothing but "_"
// becomes "-". nil is an error; values that are no text are written out first.
func PrepID(v any) (string, error) {
	if v == nil {
		return "", errNoID
	}
	text, ok := v.(string)
	if !ok {
		text = valueText(v)
	}
	id := strings.Map(func(r rune) rune {
		if isIDRune(r) {
			return r
		}
		return '_'
	}, text)
	id, replaced := strings.TrimLeft(id, "_"), strings.HasPrefix(id, "_")
	if id == "" && replaced {
		return "-", nil
	}
	return strings.TrimSpace(strings.TrimRight(id, "_")), nil
}

func isIDRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_,.$() ", r)
}

// valueText writes a scalar as Python's str() does.
func valueText(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "True"
		}
		return "False"
	case []byte:
		return string(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e16 {
			return strconv.FormatFloat(v, 'f', 1, 64)
		}
	}
	return fmt.Sprint(v)
}
