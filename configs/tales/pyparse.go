package tales

import (
	"slices"
)

const (
	maxSource = 4096 // bytes of one Python expression
	maxDepth  = 64   // parentheses, signs and calls within one another
)

// parser reads a Python expression by recursive descent, one method a level of precedence.
type parser struct {
	lexer
	tok   token // the one being looked at
	start int
	depth int
}

// parsePython reads the expression that begins at start. Embedded, it ends before a closing brace, whose position
// is returned; else at the end of src.
func parsePython(src string, start int, embedded bool) (node, int, error) {
	p := parser{lexer: lexer{src: src, pos: start, embedded: embedded}, start: start}
	if err := p.advance(); err != nil {
		return nil, p.pos, err
	}
	if p.tok.kind == endToken {
		return nil, p.pos, problemAt(p.tok.offset, "the expression is empty")
	}
	expr, err := p.expr()
	if err == nil && p.tok.kind != endToken {
		err = p.unexpected()
	}
	if err != nil {
		return nil, p.pos, err
	}
	return expr, p.tok.offset, nil
}

func (p *parser) advance() error {
	tok, err := p.next()
	if err != nil {
		return err
	}
	if tok.offset-p.start > maxSource {
		return problemAt(p.start, "the expression is longer than %d bytes", maxSource)
	}
	p.tok = tok
	return nil
}

// is reports whether the current token is one of the operators or keywords.
func (p *parser) is(texts ...string) bool {
	return (p.tok.kind == opToken || p.tok.kind == nameToken) && slices.Contains(texts, p.tok.text)
}

// expect moves over an operator or keyword that has to be here.
func (p *parser) expect(text, where string) error {
	if !p.is(text) {
		if err := p.unsupported(); err != nil {
			return err
		}
		return problemAt(p.tok.offset, "'%s' is missing %s", text, where)
	}
	return p.advance()
}

func (p *parser) enter() error {
	p.depth++
	if p.depth > maxDepth {
		return problemAt(p.tok.offset, "the expression is nested deeper than %d", maxDepth)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// expr is: or_test ['if' or_test 'else' expr].
func (p *parser) expr() (node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	then, err := p.or()
	if err != nil || !p.is("if") {
		return then, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	condition, err := p.or()
	if err != nil {
		return nil, err
	}
	if err := p.expect("else", "after the condition"); err != nil {
		return nil, err
	}
	otherwise, err := p.expr()
	return conditionNode{condition, then, otherwise}, err
}

func (p *parser) or() (node, error)  { return p.boolean("or", p.and) }
func (p *parser) and() (node, error) { return p.boolean("and", p.not) }

func (p *parser) boolean(op string, operand func() (node, error)) (node, error) {
	left, err := operand()
	for err == nil && p.is(op) {
		if err = p.advance(); err != nil {
			break
		}
		var right node
		right, err = operand()
		left = booleanNode{op, left, right}
	}
	return left, err
}

func (p *parser) not() (node, error) {
	if !p.is("not") {
		return p.comparison()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if err := p.advance(); err != nil {
		return nil, err
	}
	operand, err := p.not()
	return notNode{operand}, err
}

// comparison is a chain: a < b <= c holds if both neighbours do.
func (p *parser) comparison() (node, error) {
	first, err := p.sum()
	if err != nil {
		return nil, err
	}
	chain := compareNode{first: first}
	for {
		op, at, err := p.comparator()
		if err != nil {
			return nil, err
		}
		if op == "" {
			break
		}
		operand, err := p.sum()
		if err != nil {
			return nil, err
		}
		chain.rest = append(chain.rest, comparison{op, operand, at})
	}
	if len(chain.rest) == 0 {
		return first, nil
	}
	return chain, nil
}

// comparator moves over a comparison operator, of one or two words, and returns it, or "" if there is none.
func (p *parser) comparator() (op string, at int, err error) {
	op, at = p.tok.text, p.tok.offset
	switch {
	case p.is("<", ">", "<=", ">=", "==", "!=", "in"):
		return op, at, p.advance()
	case p.is("is"):
		if err := p.advance(); err != nil || !p.is("not") {
			return op, at, err
		}
		return "is not", at, p.advance()
	case p.is("not"):
		if err := p.advance(); err != nil {
			return "", at, err
		}
		return "not in", at, p.expect("in", "after 'not'")
	}
	return "", at, nil
}

func (p *parser) sum() (node, error)     { return p.binary(p.product, "+", "-") }
func (p *parser) product() (node, error) { return p.binary(p.signed, "*", "/", "//", "%") }

func (p *parser) binary(operand func() (node, error), ops ...string) (node, error) {
	left, err := operand()
	for err == nil && p.is(ops...) {
		op, at := p.tok.text, p.tok.offset
		if err = p.advance(); err != nil {
			break
		}
		var right node
		right, err = operand()
		left = binaryNode{op, left, right, at}
	}
	return left, err
}

// signed is: ('+' | '-') signed | power. The sign binds less than **: -2 ** 2 is -4.
func (p *parser) signed() (node, error) {
	if !p.is("+", "-") {
		return p.power()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	op, at := p.tok.text, p.tok.offset
	if err := p.advance(); err != nil {
		return nil, err
	}
	operand, err := p.signed()
	return signNode{op, operand, at}, err
}

// power is: primary ['**' signed], so that 2 ** 3 ** 2 is 2 ** 9.
func (p *parser) power() (node, error) {
	base, err := p.primary()
	if err != nil || !p.is("**") {
		return base, err
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	at := p.tok.offset
	if err := p.advance(); err != nil {
		return nil, err
	}
	exponent, err := p.signed()
	return binaryNode{"**", base, exponent, at}, err
}
