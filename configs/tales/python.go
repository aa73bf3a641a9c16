package tales

// Expression is a compiled Python expression. It is immutable and may be evaluated concurrently.
type Expression struct {
	source string
	root   node
}

// CompilePython parses a Python expression, such as a threshold's bound: here.totalBytes() * 0.9.
//
// Supported are numbers, strings, None, True, False, lists and tuples (which are lists here); + - * / // % ** and
// signs; comparison chains with in and is; and, or, not; a if c else b; attributes, items, calls; the string methods
// lower, upper, strip, startswith, endswith, replace and split, and get of a dict; and abs, bool, float, getattr,
// hasattr, int, len, max, min, round and str. Integers are exact up to 4096 bits. What else Python has is an error
// that names it.
//
// One thing is wider than Python: x.name() gives the value of name if that is no method, so that an expression
// written for a method also reads an attribute of the inventory.
func CompilePython(source string) (*Expression, error) {
	root, _, err := parsePython(source, 0, false)
	if err != nil {
		return nil, inExpr(source, err)
	}
	return &Expression{source: source, root: root}, nil
}

// Eval returns nil, bool, int64 (*big.Int beyond its range), float64, string, []any, map[string]any or what an
// Object returned. A float may be infinite or not a number. A failure is an *Error; it wraps ErrMissing if a name,
// attribute or item does not exist.
func (e *Expression) Eval(names Object) (any, error) {
	v, err := e.root.eval(names)
	if err != nil {
		return nil, inExpr(e.source, err)
	}
	return exported(v), nil
}
