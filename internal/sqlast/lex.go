package sqlast

import (
	"fmt"
	"slices"

	"github.com/querent/querent/internal/sqltoken"
)

// token kinds.
const (
	word = iota
	ident
	text
	number
	symbol
	end
)

type token struct {
	kind int
	text string
}

// lex splits SQL into tokens and drops semicolons. Double-quoted words are
// identifiers; where dqs is set they are strings, as old SQLite builds read
// them.
func lex(sql string, dqs bool) ([]token, error) {
	var out []token
	all := slices.Collect(sqltoken.All(sql))
	for i := 0; i < len(all); i++ {
		t := all[i]
		switch {
		case t.Kind == sqltoken.Space, t.Kind == sqltoken.Comment, t.Is(";"):
		case apart(all[i:]):
			out = append(out, token{symbol, t.Text + " ="})
			i += 2
		case t.Kind == sqltoken.Illegal:
			return nil, &sqltoken.Error{Token: t}
		default:
			kind, ok := kindOf(t, dqs)
			if !ok {
				return nil, fmt.Errorf("unexpected %q", t.Text)
			}
			out = append(out, token{kind, t.Value()})
		}
	}
	return append(out, token{kind: end}), nil
}

// apart reports whether a comparison begins that is written in two pieces, as
// Spider writes a few: "> =".
func apart(all []sqltoken.Token) bool {
	return len(all) > 2 && slices.Contains([]string{">", "<", "!"}, all[0].Text) && all[1].Text == " " && all[2].Text == "="
}

func kindOf(t sqltoken.Token, dqs bool) (kind int, ok bool) {
	switch t.Kind {
	case sqltoken.Word:
		return word, true
	case sqltoken.Name:
		if dqs && t.Text[0] == '"' {
			return text, true
		}
		return ident, true
	case sqltoken.String:
		return text, true
	case sqltoken.Number:
		return number, true
	case sqltoken.Operator:
		return symbol, true
	}
	return 0, false // a parameter or a blob
}
