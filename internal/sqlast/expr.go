package sqlast

import (
	"fmt"
	"strings"
)

func (p *parser) expr() (*Expr, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDeep
	}
	defer func() { p.depth-- }()
	return p.chain("or", func() (*Expr, error) { return p.chain("and", p.not) })
}

// chain reads operands joined by a keyword, as a left-leaning tree.
func (p *parser) chain(op string, operand func() (*Expr, error)) (*Expr, error) {
	l, err := operand()
	for err == nil && p.take(op) {
		var r *Expr
		if r, err = operand(); err == nil {
			l = &Expr{Op: op, Args: []*Expr{l, r}}
		}
	}
	return l, err
}

func (p *parser) not() (*Expr, error) {
	if !p.take("not") {
		return p.comparison()
	}
	if p.depth++; p.depth > maxDepth {
		return nil, errDeep
	}
	defer func() { p.depth-- }()
	e, err := p.not()
	return &Expr{Op: "not", Args: []*Expr{e}}, err
}

var compare = map[string]string{"=": "=", "==": "=", "!=": "!=", "<>": "!=", "! =": "!=", "<": "<", ">": ">",
	"<=": "<=", ">=": ">=", "< =": "<=", "> =": ">="}

func (p *parser) comparison() (*Expr, error) {
	l, err := p.sum()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind == symbol && compare[t.text] != "" {
		p.next()
		r, err := p.sum()
		return &Expr{Op: compare[t.text], Args: []*Expr{l, r}}, err
	}
	if p.take("is") {
		op := "is"
		if p.take("not") {
			op = "is not"
		}
		r, err := p.sum()
		return &Expr{Op: op, Args: []*Expr{l, r}}, err
	}
	not := ""
	if p.is("not", "in") || p.is("not", "like") || p.is("not", "between") {
		p.next()
		not = "not "
	}
	switch {
	case p.take("in"):
		r, err := p.primary()
		return &Expr{Op: not + "in", Args: []*Expr{l, r}}, err
	case p.take("like"), p.take("glob"):
		op := strings.ToLower(p.toks[p.at-1].text)
		r, err := p.sum()
		return &Expr{Op: not + op, Args: []*Expr{l, r}}, err
	case p.take("between"):
		lo, err := p.sum()
		if err != nil {
			return nil, err
		}
		if err := p.expect("and"); err != nil {
			return nil, err
		}
		hi, err := p.sum()
		return &Expr{Op: not + "between", Args: []*Expr{l, lo, hi}}, err
	}
	return l, nil
}

func (p *parser) sum() (*Expr, error) {
	return p.binary([]string{"+", "-", "||"}, func() (*Expr, error) {
		return p.binary([]string{"*", "/", "%"}, p.primary)
	})
}

func (p *parser) binary(ops []string, operand func() (*Expr, error)) (*Expr, error) {
	l, err := operand()
	for err == nil {
		op := ""
		for _, o := range ops {
			if p.take(o) {
				op = o
				break
			}
		}
		if op == "" {
			return l, nil
		}
		var r *Expr
		if r, err = operand(); err == nil {
			l = &Expr{Op: op, Args: []*Expr{l, r}}
		}
	}
	return l, err
}

func (p *parser) primary() (*Expr, error) {
	switch t := p.peek(); {
	case p.take("("):
		return p.parens()
	case p.take("*"):
		return &Expr{Op: "star"}, nil
	case p.take("-"):
		if p.depth++; p.depth > maxDepth {
			return nil, errDeep
		}
		defer func() { p.depth-- }()
		e, err := p.primary()
		if err == nil && e.Op == "num" {
			e.Name = "-" + e.Name
			return e, nil
		}
		return &Expr{Op: "neg", Args: []*Expr{e}}, err
	case p.take("null"):
		return &Expr{Op: "null"}, nil
	case p.take("exists"):
		e, err := p.primary()
		return &Expr{Op: "exists", Args: []*Expr{e}}, err
	case t.kind == text:
		p.next()
		return &Expr{Op: "str", Name: t.text}, nil
	case t.kind == number:
		p.next()
		return &Expr{Op: "num", Name: t.text}, nil
	case t.kind == ident, t.kind == word && !reserved[strings.ToLower(t.text)]:
		return p.name()
	}
	return nil, p.unexpected()
}

// parens reads what follows an opening parenthesis: a subquery, a list or an
// expression.
func (p *parser) parens() (*Expr, error) {
	if p.is("select") {
		q, err := p.compound()
		if err != nil {
			return nil, err
		}
		return &Expr{Op: "sub", Sub: q}, p.expect(")")
	}
	es, err := p.list(p.expr)
	if err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	if len(es) == 1 {
		return es[0], nil
	}
	return &Expr{Op: "list", Args: es}, nil
}

// name reads a column, table.column, table.* or a call.
func (p *parser) name() (*Expr, error) {
	t := p.next()
	switch {
	case p.take("."):
		if p.take("*") {
			return &Expr{Op: "star", Table: t.text}, nil
		}
		c := p.next()
		if c.kind != word && c.kind != ident && c.kind != text {
			return nil, fmt.Errorf("expected a column, found %q", c.text)
		}
		return &Expr{Op: "col", Table: t.text, Name: c.text}, nil
	case t.kind == word && p.take("("):
		return p.call(strings.ToLower(t.text))
	}
	return &Expr{Op: "col", Name: t.text}, nil
}

func (p *parser) call(name string) (*Expr, error) {
	e := &Expr{Op: "call", Name: name}
	if p.take(")") {
		return e, nil
	}
	e.Distinct = p.take("distinct")
	first, err := p.expr()
	if err != nil {
		return nil, err
	}
	e.Args = []*Expr{first}
	if p.take("as") { // CAST(x AS type)
		e.Args = append(e.Args, &Expr{Op: "str", Name: p.next().text})
	}
	for p.take(",") {
		a, err := p.expr()
		if err != nil {
			return nil, err
		}
		e.Args = append(e.Args, a)
	}
	if p.is("over") || p.is(")", "over") {
		return nil, p.unexpected()
	}
	return e, p.expect(")")
}
