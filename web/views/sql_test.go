package views

import (
	"strings"
	"testing"
)

func FuzzHighlight(f *testing.F) {
	for _, s := range []string{"SELECT 'it''s' FROM \"a b\" -- x\nWHERE n >= 1.5 /* y */", "'open", "/* open", "é<script>", "", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		var b strings.Builder
		for _, tok := range Highlight(sql) {
			b.WriteString(tok.Text)
		}
		if b.String() != sql {
			t.Errorf("pieces of %q make %q", sql, b.String())
		}
	})
}

func TestSQLTextEscapes(t *testing.T) {
	var b strings.Builder
	if err := sqlText("SELECT '<img src=x>' AS \"<b>\"").Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if html := b.String(); strings.Contains(html, "<img") || strings.Contains(html, "<b>") || !strings.Contains(html, `<span class="kw">SELECT</span>`) {
		t.Error(html)
	}
}
