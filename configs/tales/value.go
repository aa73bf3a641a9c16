package tales

import (
	"math/big"
	"reflect"
	"time"
)

// normal turns a Go value into one of the kinds the evaluator works on: nil, bool, *big.Int, float64, string, []any,
// map[string]any, Func, Object. A value of any other type is returned as it is and can only be passed on.
// Slices and maps are converted one level deep: their items are made normal when they are taken out.
func normal(v any) any {
	switch v := v.(type) {
	case nil, bool, float64, string, []any, map[string]any, Func, Object:
		return v
	case *big.Int:
		if v == nil {
			return nil
		}
		return v
	case int:
		return big.NewInt(int64(v))
	case int64:
		return big.NewInt(v)
	case []string:
		return listOf(v)
	case time.Time:
		return big.NewInt(v.Unix())
	case func() any:
		return Func(func(args []any) (any, error) { return v(), noArguments(args) })
	case func() (any, error):
		return Func(func(args []any) (any, error) {
			if err := noArguments(args); err != nil {
				return nil, err
			}
			return v()
		})
	}
	return reflected(v)
}

// reflected is normal for the types that are too many to list.
func reflected(v any) any {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Bool:
		return r.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return big.NewInt(r.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return new(big.Int).SetUint64(r.Uint())
	case reflect.Float32, reflect.Float64:
		return r.Float()
	case reflect.String:
		return r.String()
	case reflect.Slice, reflect.Array:
		list := make([]any, r.Len())
		for i := range list {
			list[i] = r.Index(i).Interface()
		}
		return list
	case reflect.Map:
		if r.Type().Key().Kind() != reflect.String {
			return v
		}
		items := make(map[string]any, r.Len())
		for iter := r.MapRange(); iter.Next(); {
			items[iter.Key().String()] = iter.Value().Interface()
		}
		return items
	}
	return v
}

func listOf[T any](items []T) []any {
	list := make([]any, len(items))
	for i, item := range items {
		list[i] = item
	}
	return list
}

// exported turns a value of the evaluator into plain Go for callers and Funcs: integers become int64 where they fit.
func exported(v any) any { return exportedTo(v, 0) }

func exportedTo(v any, depth int) any {
	switch v := v.(type) {
	case *big.Int:
		if v.IsInt64() {
			return v.Int64()
		}
	case []any:
		if depth > maxNesting { // an object's list that contains itself
			return v
		}
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = exportedTo(normal(item), depth+1)
		}
		return list
	}
	return v
}

// kind names the type of a value in error texts, with Python's word where it has one.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "None"
	case bool:
		return "bool"
	case *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []any:
		return "list"
	case map[string]any:
		return "dict"
	case Func:
		return "method"
	}
	return "object"
}

// truth is Python's bool(v).
func truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case *big.Int:
		return v.Sign() != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}
