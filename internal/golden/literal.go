package golden

import (
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/sqltoken"
)

// token is one of a statement's tokens; text is without quotes, and of a word
// in lower case.
type token struct {
	sqltoken.Token
	text string
}

// scan splits a statement into tokens. It refuses what a change of literals
// could not be trusted in: comments, parameters, blobs, what is no token.
func scan(sql string) ([]token, bool) {
	var tokens []token
	for t := range sqltoken.All(sql) {
		switch t.Kind {
		case sqltoken.Space:
		case sqltoken.Comment, sqltoken.Parameter, sqltoken.Blob, sqltoken.Illegal:
			return nil, false
		case sqltoken.Word:
			tokens = append(tokens, token{t, strings.ToLower(t.Text)})
		default:
			tokens = append(tokens, token{t, t.Value()})
		}
	}
	return tokens, true
}

// names reports whether the token is a name: quoted, or a word that is no
// keyword.
func (t token) names() bool {
	return t.Kind == sqltoken.Name || t.Kind == sqltoken.Word && !keywords[t.text]
}

// isLiteral reports whether the token is a text or a number.
func (t token) isLiteral() bool { return t.Kind == sqltoken.String || t.Kind == sqltoken.Number }

// literal is a string or number in a statement and what it is compared with.
type literal struct {
	token
	op      string              // "=", "<", "like", "in", "between", "limit" …
	operand string              // the other side, as written; "limit" for LIMIT; empty when it is in no plain comparison
	column  *schema.Column      // that the operand is, bare or as lower() or upper() of it; else nil
	fold    func(string) string // what the operand does to the column's values
}

// statement is SQL with its literals found.
type statement struct {
	sql      string
	tokens   []token
	literals []literal
	tables   []*schema.Table            // those it names, each once
	alias    map[string][]*schema.Table // alias or name → tables
	renamed  map[string]bool            // names that AS gives
}

func readStatement(sql string, s *schema.Schema) (*statement, bool) {
	tokens, ok := scan(sql)
	if !ok || s == nil {
		return nil, false
	}
	st := &statement{sql: sql, tokens: tokens, alias: map[string][]*schema.Table{}, renamed: map[string]bool{}}
	for i, t := range tokens {
		if t.Is("case", "iif") {
			return nil, false // a label chosen by a value would keep its old sense
		}
		if i > 0 && st.is(i-1, "as") && t.Kind != sqltoken.Operator {
			st.renamed[strings.ToLower(t.text)] = true
		}
	}
	st.findTables(s)
	for i, t := range tokens {
		if t.isLiteral() {
			st.literals = append(st.literals, st.compared(i))
		}
	}
	return st, true
}

// is reports whether token i is one of the words or operators.
func (st *statement) is(i int, words ...string) bool {
	return i >= 0 && i < len(st.tokens) && st.tokens[i].Is(words...)
}

func (st *statement) isName(i int) bool {
	return i >= 0 && i < len(st.tokens) && st.tokens[i].names()
}

func (st *statement) findTables(s *schema.Schema) {
	seen := map[*schema.Table]bool{}
	for i := range st.tokens {
		if !st.isName(i) || !st.is(i-1, "from", "join", ",") {
			continue
		}
		t := s.Table(st.tokens[i].text)
		if t == nil {
			continue
		}
		if !seen[t] {
			seen[t] = true
			st.tables = append(st.tables, t)
		}
		st.name(st.tokens[i].text, t)
		next := i + 1
		if st.is(next, "as") {
			next++
		}
		if st.isName(next) {
			st.name(st.tokens[next].text, t)
			delete(st.renamed, strings.ToLower(st.tokens[next].text))
		}
	}
}

func (st *statement) name(name string, t *schema.Table) {
	name = strings.ToLower(name)
	for _, known := range st.alias[name] {
		if known == t {
			return
		}
	}
	st.alias[name] = append(st.alias[name], t)
}

// compared finds what the literal at token i is compared with.
func (st *statement) compared(i int) literal {
	l := literal{token: st.tokens[i], fold: func(s string) string { return s }}
	if st.tokens[i].Kind == sqltoken.Number && st.is(i-1, "limit") {
		if !st.is(i+1, ",") {
			l.op, l.operand = "limit", "limit"
		}
		return l
	}
	if st.is(i+1, continues...) {
		return l
	}
	op, end := st.comparison(i)
	start := st.operandStart(end)
	if op == "" || start < 0 {
		return l
	}
	var parts []string
	for _, t := range st.tokens[start : end+1] {
		parts = append(parts, strings.ToLower(t.text))
	}
	l.op, l.operand = op, strings.Join(parts, " ")
	st.resolve(&l, start, end)
	return l
}

// comparison names the operator before token i and the last token of its left
// side; an empty name when i is no plain right side.
func (st *statement) comparison(i int) (op string, end int) {
	at := i - 1
	switch {
	case st.is(at, "=", "==", "<>", "!=", "<", "<=", ">", ">="):
		return st.tokens[at].text, at - 1
	case st.is(at, "and") && st.is(at-2, "between"):
		at -= 2
	case st.is(at, "(", ","):
		for st.is(at, ",") && at > 1 && st.tokens[at-1].isLiteral() {
			at -= 2
		}
		if at--; !st.is(at, "in") {
			return "", 0
		}
	}
	if !st.is(at, "like", "between", "in") {
		return "", 0
	}
	end = at - 1
	if st.is(end, "not") {
		end--
	}
	return st.tokens[at].text, end
}

// operandStart finds where the expression that ends at token end begins; -1
// when it is not a name, a call or simple arithmetic of those.
func (st *statement) operandStart(end int) int {
	for {
		start := st.primaryStart(end)
		switch {
		case start <= 0:
			return -1
		case st.is(start-1, "+", "-", "*", "/"):
			end = start - 2
		case st.is(start-1, "where", "and", "or", "on", "having", "not", "(", ","):
			return start
		default:
			return -1
		}
	}
}

func (st *statement) primaryStart(end int) int {
	switch {
	case end < 0:
		return -1
	case st.is(end, ")"):
		depth := 0
		for i := end; i >= 0; i-- {
			if st.is(i, ")") {
				depth++
			}
			if st.is(i, "(") {
				depth--
			}
			if depth == 0 {
				if st.isName(i - 1) {
					i--
				}
				return i
			}
		}
		return -1
	case st.isName(end) && st.is(end-1, ".") && st.isName(end-2):
		return end - 2
	case st.isName(end):
		return end
	}
	return -1
}

// resolve sets the literal's column when its operand is one, bare or as
// lower() or upper() of it.
func (st *statement) resolve(l *literal, start, end int) {
	if end-start >= 3 && st.is(start, "lower", "upper") && st.is(start+1, "(") && st.is(end, ")") {
		l.fold = strings.ToLower
		if st.is(start, "upper") {
			l.fold = strings.ToUpper
		}
		start, end = start+2, end-1
	}
	switch {
	case start == end && st.isName(start):
		l.column = st.find(st.tables, st.tokens[start].text)
	case end-start == 2 && st.is(start+1, ".") && st.isName(start) && st.isName(end):
		l.column = st.find(st.alias[strings.ToLower(st.tokens[start].text)], st.tokens[end].text)
	}
}

// find gives the column of that name if exactly one of the tables has it and
// the statement gives the name to nothing else.
func (st *statement) find(tables []*schema.Table, name string) *schema.Column {
	var found *schema.Column
	for _, t := range tables {
		if c := t.Column(name); c != nil {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	if st.renamed[strings.ToLower(name)] {
		return nil
	}
	return found
}

// continues are tokens after which a literal is only part of an operand.
var continues = []string{"+", "-", "*", "/", "%", "||", "&", "|", "<<", ">>", "->", "->>", ".", "(",
	"=", "==", "<>", "!=", "<", "<=", ">", ">=", "like", "glob", "in", "is", "not", "between", "escape", "regexp", "match"}

// keywords are the words that name nothing.
var keywords = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`select distinct all from join inner left right full outer cross natural on using
		where and or not in is null like glob between exists group by having order asc desc nulls first last limit
		offset union intersect except as with recursive values collate escape over partition filter regexp match`) {
		set[w] = true
	}
	return set
}()
