// Package views draws Querent's pages: pure functions from data to HTML. It
// hides markup; it knows no request, session or store.
package views

import (
	"context"
	"io"
	"net/url"
	"regexp"
	"strings"

	"github.com/a-h/templ"

	"github.com/querent/querent/internal/sqltoken"
)

// Token is a piece of SQL; Class is kw, str, num, com or empty.
type Token struct{ Text, Class string }

var keyword = regexp.MustCompile(`(?i)^(select|from|where|join|left|right|inner|outer|cross|on|as|and|or|not|in|is|null|like|between|exists|group|by|having|order|asc|desc|limit|offset|union|all|intersect|except|with|recursive|distinct|case|when|then|else|end|over|partition|cast|values)$`)

// Highlight cuts SQL into coloured pieces that together are the SQL.
func Highlight(sql string) []Token {
	var out []Token
	for t := range sqltoken.All(sql) {
		out = append(out, Token{t.Text, class(t)})
	}
	return out
}

func class(t sqltoken.Token) string {
	switch t.Kind {
	case sqltoken.Comment:
		return "com"
	case sqltoken.String, sqltoken.Blob:
		return "str"
	case sqltoken.Number:
		return "num"
	case sqltoken.Word:
		if keyword.MatchString(t.Text) {
			return "kw"
		}
	}
	return ""
}

func urlQuery(s string) string { return url.QueryEscape(s) }

// sqlText writes highlighted SQL without a space of its own: inside <pre>
// each would show.
func sqlText(sql string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, t := range Highlight(sql) {
			if t.Class == "" {
				b.WriteString(templ.EscapeString(t.Text))
				continue
			}
			b.WriteString(`<span class="` + t.Class + `">` + templ.EscapeString(t.Text) + `</span>`)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}
