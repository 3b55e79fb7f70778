package sqlast

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Parse reads one SELECT. Double-quoted words are identifiers, or strings
// where dqs is set. It refuses what it does not know (WITH, windows, CASE).
func Parse(sql string, dqs bool) (*Query, error) {
	toks, err := lex(sql, dqs)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	p := &parser{toks: toks}
	q, err := p.compound()
	if err == nil && p.peek().kind != end {
		err = p.unexpected()
	}
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	return q, nil
}

// maxDepth bounds nesting, so that no text can exhaust the stack.
const maxDepth = 60

var errDeep = errors.New("nested too deeply")

type parser struct {
	toks  []token
	at    int
	depth int
}

func (p *parser) peek() token { return p.toks[p.at] }

func (p *parser) next() token {
	t := p.toks[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// is reports whether the next tokens are these keywords or symbols.
func (p *parser) is(words ...string) bool {
	for i, w := range words {
		if p.at+i >= len(p.toks) {
			return false
		}
		t := p.toks[p.at+i]
		if t.kind != word && t.kind != symbol || !strings.EqualFold(t.text, w) {
			return false
		}
	}
	return true
}

func (p *parser) take(words ...string) bool {
	if !p.is(words...) {
		return false
	}
	p.at += len(words)
	return true
}

func (p *parser) expect(w string) error {
	if !p.take(w) {
		return fmt.Errorf("expected %s, found %q", w, p.peek().text)
	}
	return nil
}

func (p *parser) unexpected() error { return fmt.Errorf("unexpected %q", p.peek().text) }

// compound reads SELECT … [UNION|INTERSECT|EXCEPT SELECT …].
func (p *parser) compound() (*Query, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDeep
	}
	defer func() { p.depth-- }()
	q, err := p.single()
	if err != nil {
		return nil, err
	}
	for _, set := range [][]string{{"union", "all"}, {"union"}, {"intersect"}, {"except"}} {
		if p.take(set...) {
			q.Set = strings.Join(set, " ")
			q.Right, err = p.compound()
			return q, err
		}
	}
	return q, nil
}

func (p *parser) single() (*Query, error) {
	if err := p.expect("select"); err != nil {
		return nil, err
	}
	q := &Query{Limit: -1, Distinct: p.take("distinct")}
	p.take("all")
	var err error
	if q.Select, err = p.list(p.result); err != nil {
		return nil, err
	}
	if p.take("from") {
		if err := p.from(q); err != nil {
			return nil, err
		}
	}
	if p.take("where") {
		if q.Where, err = p.expr(); err != nil {
			return nil, err
		}
	}
	if p.take("group", "by") {
		if q.Group, err = p.list(p.expr); err != nil {
			return nil, err
		}
	}
	if p.take("having") {
		if q.Having, err = p.expr(); err != nil {
			return nil, err
		}
	}
	if err := p.orderLimit(q); err != nil {
		return nil, err
	}
	q.unalias()
	return q, nil
}

func (p *parser) orderLimit(q *Query) error {
	if p.take("order", "by") {
		for {
			e, err := p.expr()
			if err != nil {
				return err
			}
			o := Order{Expr: e, Desc: p.take("desc")}
			p.take("asc")
			q.Order = append(q.Order, o)
			if !p.take(",") {
				break
			}
		}
	}
	if p.take("limit") {
		n, err := strconv.Atoi(p.next().text)
		if err != nil {
			return errors.New("LIMIT wants a number")
		}
		q.Limit = n
	}
	return nil
}

func (p *parser) list(item func() (*Expr, error)) ([]*Expr, error) {
	var out []*Expr
	for {
		e, err := item()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		if !p.take(",") {
			return out, nil
		}
	}
}

// result is one item of the select list, with its alias dropped.
func (p *parser) result() (*Expr, error) {
	e, err := p.expr()
	if err != nil {
		return nil, err
	}
	p.alias()
	return e, nil
}

func (p *parser) from(q *Query) error {
	outer := false
	for {
		s, err := p.source()
		if err != nil {
			return err
		}
		s.Outer = outer
		if p.take("on") {
			if s.On, err = p.expr(); err != nil {
				return err
			}
		}
		q.From = append(q.From, s)
		var join bool
		if join, outer = p.joinWord(); !join {
			return nil
		}
	}
}

// joinWord reads what joins one table to the next, if anything.
func (p *parser) joinWord() (join, outer bool) {
	switch {
	case p.take(","), p.take("join"), p.take("inner", "join"), p.take("cross", "join"):
		return true, false
	case p.take("left", "join"), p.take("left", "outer", "join"):
		return true, true
	}
	return false, false
}

func (p *parser) source() (Source, error) {
	var s Source
	if p.take("(") {
		sub, err := p.compound()
		if err != nil {
			return s, err
		}
		s.Sub = sub
		if err := p.expect(")"); err != nil {
			return s, err
		}
	} else {
		t := p.next()
		if t.kind != word && t.kind != ident && t.kind != text {
			return s, fmt.Errorf("expected a table, found %q", t.text)
		}
		s.Table = t.text
	}
	s.Alias = p.alias()
	return s, nil
}

var reserved = map[string]bool{"select": true, "from": true, "where": true, "group": true, "having": true, "order": true,
	"limit": true, "on": true, "join": true, "left": true, "inner": true, "cross": true, "union": true, "intersect": true,
	"except": true, "and": true, "or": true, "not": true, "as": true, "in": true, "like": true, "between": true, "is": true,
	"desc": true, "asc": true, "by": true, "natural": true, "glob": true, "outer": true, "exists": true, "case": true, "with": true}

// alias reads [AS] name, if there is one.
func (p *parser) alias() string {
	if p.take("as") {
		return p.next().text
	}
	if t := p.peek(); t.kind == ident || t.kind == word && !reserved[strings.ToLower(t.text)] {
		return p.next().text
	}
	return ""
}
