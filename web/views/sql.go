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
)

// Token is a piece of SQL; Class is kw, str, num, com or empty.
type Token struct{ Text, Class string }

var (
	sqlToken = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\b\d+(?:\.\d+)?\b|\w+|[^\w'"/-]+|.`)
	keyword  = regexp.MustCompile(`(?i)^(select|from|where|join|left|right|inner|outer|cross|on|as|and|or|not|in|is|null|like|between|exists|group|by|having|order|asc|desc|limit|offset|union|all|intersect|except|with|recursive|distinct|case|when|then|else|end|over|partition|cast|values)$`)
)

// Highlight cuts SQL into coloured pieces that together are the SQL.
func Highlight(sql string) []Token {
	var out []Token
	for _, text := range sqlToken.FindAllString(sql, -1) {
		class := ""
		switch {
		case strings.HasPrefix(text, "--"), strings.HasPrefix(text, "/*"):
			class = "com"
		case strings.HasPrefix(text, "'"):
			class = "str"
		case text[0] >= '0' && text[0] <= '9':
			class = "num"
		case keyword.MatchString(text):
			class = "kw"
		}
		out = append(out, Token{text, class})
	}
	return out
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
