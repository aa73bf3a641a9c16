package tales

import "math/big"

// primary is an atom with attributes, calls and items after it.
func (p *parser) primary() (node, error) {
	expr, err := p.atom()
	for err == nil && p.is(".", "(", "[") {
		op := p.tok
		if err = p.advance(); err != nil {
			break
		}
		switch op.text {
		case ".":
			expr, err = p.attribute(expr)
		case "(":
			expr, err = p.call(expr, op.offset)
		case "[":
			expr, err = p.item(expr, op.offset)
		}
	}
	return expr, err
}

func (p *parser) attribute(owner node) (node, error) {
	if p.tok.kind != nameToken {
		return nil, problemAt(p.tok.offset, "a name must follow '.'")
	}
	attribute := attributeNode{owner, p.tok.text, p.tok.offset}
	return attribute, p.advance()
}

func (p *parser) call(function node, at int) (node, error) {
	args, _, err := p.list(")", "argument")
	return callNode{function, args, at}, err
}

func (p *parser) item(owner node, at int) (node, error) {
	if p.is(":") {
		return nil, problemAt(p.tok.offset, "slices are not supported")
	}
	key, err := p.expr()
	if err != nil {
		return nil, err
	}
	if p.is(":") {
		return nil, problemAt(p.tok.offset, "slices are not supported")
	}
	return itemNode{owner, key, at}, p.expect("]", "after the index")
}

// list reads expressions between commas up to the closing bracket, which it moves over. comma tells whether there
// was one, which makes (x,) a tuple.
func (p *parser) list(closing, what string) (items []node, comma bool, err error) {
	for !p.is(closing) {
		if p.is("*", "**") {
			return nil, false, problemAt(p.tok.offset, "unpacking with '%s' is not supported", p.tok.text)
		}
		item, err := p.expr()
		if err != nil {
			return nil, false, err
		}
		if p.is("=") {
			return nil, false, problemAt(p.tok.offset, "keyword arguments are not supported")
		}
		items = append(items, item)
		if !p.is(",") {
			break
		}
		comma = true
		if err := p.advance(); err != nil {
			return nil, false, err
		}
	}
	return items, comma, p.expect(closing, "after the last "+what)
}

func (p *parser) atom() (node, error) {
	tok := p.tok
	switch {
	case tok.kind == valueToken:
		return p.constant()
	case p.is("None", "True", "False"):
		constants := map[string]any{"None": nil, "True": true, "False": false}
		return constantNode{constants[tok.text]}, p.advance()
	case p.is("("):
		return p.parenthesis()
	case p.is("["):
		if err := p.advance(); err != nil {
			return nil, err
		}
		items, _, err := p.list("]", "item")
		return listNode(items), err
	}
	if err := p.unsupported(); err != nil {
		return nil, err
	}
	if tok.kind != nameToken || keywords[tok.text] {
		return nil, p.unexpected()
	}
	return nameNode{tok.text, tok.offset}, p.advance()
}

// parenthesis is (expr) or a tuple, which is a list here.
func (p *parser) parenthesis() (node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	items, comma, err := p.list(")", "item")
	if err == nil && len(items) == 1 && !comma {
		return items[0], nil
	}
	return listNode(items), err
}

// constant reads a number, or strings that stand side by side and so are one.
func (p *parser) constant() (node, error) {
	value := p.tok.value
	if i, ok := value.(*big.Int); ok && i.BitLen() > maxBits {
		return nil, placed(p.tok.offset, errTooLarge)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	text, ok := value.(string)
	for ok && p.tok.kind == valueToken {
		more, isText := p.tok.value.(string)
		if !isText {
			break
		}
		text += more
		value = text
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	return constantNode{value}, nil
}

// keywords are the words Python reserves that can go on in an expression.
var keywords = map[string]bool{
	"if": true, "else": true, "and": true, "or": true, "not": true, "in": true, "is": true,
	"None": true, "True": true, "False": true,
}

// Constructs that have many tokens.
const (
	statement  = "a statement"
	assignment = "assignment"
)

// constructs names what Python has and this evaluator has not, by the token that gives it away.
var constructs = map[string]string{
	"lambda": "a lambda", "for": "a comprehension", "async": "a comprehension", "await": "await", "yield": "yield",
	"{": "a dict or set in braces", ":=": "assignment with ':='", "=": "assignment; compare with '=='",
	"<>": "'<>'; write '!='", "`": "quoting with '`'; write str()", "...": "'...'", "@": "the matrix product '@'",
	"&": "the bit operator '&'", "|": "the bit operator '|'", "^": "the bit operator '^'",
	"~": "the bit operator '~'", "<<": "the bit operator '<<'", ">>": "the bit operator '>>'",
	";": "a second statement", "import": "an import", "from": "an import", "def": "a definition",
	"class": "a definition", "return": statement, "while": "a loop", "with": statement, "try": statement,
	"except": statement, "finally": statement, "raise": statement, "assert": statement,
	"del": statement, "pass": statement, "break": statement, "continue": statement,
	"global": statement, "nonlocal": statement, "as": statement, "elif": statement,
	"+=": assignment, "-=": assignment, "*=": assignment, "/=": assignment, "%=": assignment,
	"**=": assignment, "//=": assignment, "<<=": assignment, ">>=": assignment, "->": "a definition",
}

// unsupported is the error if the current token begins a construct of Python that is left out, else nil.
func (p *parser) unsupported() error {
	if p.tok.kind != opToken && p.tok.kind != nameToken {
		return nil
	}
	if what, ok := constructs[p.tok.text]; ok {
		return problemAt(p.tok.offset, "not supported: %s", what)
	}
	return nil
}

// unexpected is the error for a token that cannot stand here.
func (p *parser) unexpected() error {
	if err := p.unsupported(); err != nil {
		return err
	}
	switch p.tok.kind {
	case endToken:
		return problemAt(p.tok.offset, "the expression ends where a value is expected")
	case valueToken:
		return problemAt(p.tok.offset, "an operator is missing before this %s", kind(p.tok.value))
	}
	return problemAt(p.tok.offset, "'%s' cannot stand here", p.tok.text)
}
