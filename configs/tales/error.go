package tales

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrMissing is wrapped by errors that say a name, attribute or item does not exist, in contrast to one that
// exists and cannot be used. Only these let a path go on to its next alternative.
var ErrMissing = errors.New("not found")

// Error is what compiling and evaluating return. It never holds a value that was read from an object, because
// such a value may be a password; what it quotes is the expression as it was written.
type Error struct {
	Expr    string // as written: "${here/zPort}", "$devname", or the whole of a Python expression
	Column  int    // byte column of the failing step in the whole text, from 1
	Problem string // what is wrong, and what would be right
	Err     error  // the cause, if another function or an object gave it; else ErrMissing or nil
}

// Error words the position, the expression and the problem on one line.
func (e *Error) Error() string {
	return fmt.Sprintf("column %d: %s: %s", e.Column, quoteExpr(e.Expr), e.Problem)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// maxQuoted is how many bytes of an expression an error text repeats.
const maxQuoted = 120

var userinfo = regexp.MustCompile(`://[^/\s@]*@`)

// quoteExpr prepares an expression for an error text: one line, no credentials of a URL, not too long.
func quoteExpr(expr string) string {
	expr = userinfo.ReplaceAllString(expr, "://***@")
	expr = strings.Join(strings.Fields(expr), " ")
	if len(expr) > maxQuoted {
		expr = strings.ToValidUTF8(expr[:maxQuoted], "") + "…"
	}
	return expr
}

// problemAt is an error at a byte offset of the text. Expr is filled in by inExpr, where its extent is known.
func problemAt(offset int, format string, args ...any) *Error {
	return &Error{Column: offset + 1, Problem: fmt.Sprintf(format, args...)}
}

// missingAt is problemAt for something that does not exist.
func missingAt(offset int, format string, args ...any) *Error {
	e := problemAt(offset, format, args...)
	e.Err = ErrMissing
	return e
}

// placed gives an error of a function that knows no position the offset of what called it.
func placed(offset int, err error) error {
	return &Error{Column: offset + 1, Problem: err.Error(), Err: err}
}

// inExpr names the expression an error belongs to. The outermost expression names it last, so that the error of a
// nested one shows all of what was written.
func inExpr(expr string, err error) error {
	var known *Error
	if !errors.As(err, &known) {
		return err
	}
	named := *known
	named.Expr = expr
	return &named
}
