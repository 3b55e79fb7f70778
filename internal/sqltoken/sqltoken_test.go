package sqltoken

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3"
)

// kinds are the letters that the tests write kinds with.
const kinds = "?_#wnsdbpo"

// written is the kind and text of each token.
func written(sql string) string {
	var parts []string
	for t := range All(sql) {
		parts = append(parts, kinds[t.Kind:t.Kind+1]+t.Text)
	}
	return strings.Join(parts, "¦")
}

func TestTokens(t *testing.T) {
	for sql, want := range map[string]string{
		"":                              "",
		"SELECT a.b":                    "wSELECT¦_ ¦wa¦o.¦wb",
		"it''s 'it''s'":                 "wit¦s''¦ws¦_ ¦s'it''s'",
		`"a""b"` + "`c`" + `[d"]`:       `n"a""b"` + "¦n`c`" + `¦n[d"]`,
		"1 1.5 .5 1e9 1e 0x1F 1_000 1a": "d1¦_ ¦d1.5¦_ ¦d.5¦_ ¦d1e9¦_ ¦?1e¦_ ¦d0x1F¦_ ¦d1_000¦_ ¦?1a",
		"a \v\v":                        "wa¦_ \v\v",
		"-- a\nb --c":                   "#-- a¦_\n¦wb¦_ ¦#--c",
		"/* a */b/*c":                   "#/* a */¦wb¦#/*c",
		"/*/ a */":                      "#/*/ a */",
		"/*":                            "o/¦o*",
		"x'0aF1' X'a' xy":               "bx'0aF1'¦_ ¦?X'a'¦_ ¦wxy",
		"?1 ?:a @b $c::d(e) #1 : $":     "p?1¦_ ¦p?¦p:a¦_ ¦p@b¦_ ¦p$c::d(e)¦_ ¦p#1¦_ ¦?:¦_ ¦?$",
		"a<=b<>c||d->>'e'":              "wa¦o<=¦wb¦o<>¦wc¦o||¦wd¦o->>¦s'e'",
		"!a \v":                         "?!¦wa¦_ \v",
		"\ufeffSELECT naïve":            "_\ufeff¦wSELECT¦_ ¦wnaïve",
		"'open":                         "?'open",
		"[open":                         "?[open",
	} {
		if got := written(sql); got != want {
			t.Errorf("%q:\n got %s\nwant %s", sql, got, want)
		}
	}
}

func TestScan(t *testing.T) {
	tokens, err := Scan(`select "a""b" /* c */ from [d] where e = 'it''s'`)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, tok := range tokens {
		values = append(values, tok.Value())
	}
	if got := strings.Join(values, "¦"); got != `select¦a"b¦from¦d¦where¦e¦=¦it's` {
		t.Errorf("values %s", got)
	}
	if first := tokens[0]; !first.Is("with", "SELECT") || first.Is("from") || tokens[1].Is(`"a""b"`) {
		t.Error("Is compares words and operators, in any case, and nothing else")
	}
	if last := tokens[len(tokens)-1]; last.Start != 41 || last.End() != 48 {
		t.Errorf("the last token is at %d to %d", last.Start, last.End())
	}
	var illegal *Error
	if _, err := Scan("select 'open"); !errors.As(err, &illegal) || err.Error() != "unclosed '" || illegal.Token.Start != 7 {
		t.Errorf("an open quote: %v", err)
	}
	if _, err := Scan("select 1a"); err == nil || err.Error() != `unrecognized token "1a"` {
		t.Errorf("a number with letters: %v", err)
	}
}

// sqliteToken is the first token that SQLite sees in sql, and whether it can be
// one: put where only the statement's end may follow, the token is in the error
// message. Empty for a semicolon or the end.
func sqliteToken(t testing.TB, c *sqlite3.Conn, sql string) (text string, legal bool) {
	t.Helper()
	stmt, _, err := c.Prepare("END TRANSACTION t/**/" + sql)
	if err == nil {
		stmt.Close()
		return "", true
	}
	said := err.Error()
	if _, rest, ok := strings.Cut(said, `near "`); ok {
		return strings.TrimSuffix(rest, `": syntax error`), true
	}
	if _, rest, ok := strings.Cut(said, `unrecognized token: "`); ok {
		return strings.TrimSuffix(rest, `"`), false
	}
	t.Fatalf("%q: SQLite says %q", sql, said)
	return "", false
}

// agree holds every token against SQLite's own reading of the text from there
// on.
func agree(t testing.TB, c *sqlite3.Conn, sql string) {
	t.Helper()
	var together strings.Builder
	for tok := range All(sql) {
		together.WriteString(tok.Text)
		if tok.Kind == Space || tok.Kind == Comment || tok.Text == ";" {
			continue
		}
		text, legal := sqliteToken(t, c, sql[tok.Start:])
		if text != tok.Text || legal != (tok.Kind != Illegal) {
			t.Fatalf("%q at %d: %c%q, SQLite has %q, legal %t", sql, tok.Start, kinds[tok.Kind], tok.Text, text, legal)
		}
	}
	if together.String() != sql {
		t.Fatalf("%q became %q", sql, together.String())
	}
}

// FuzzAgainstSQLite holds that SQLite cuts every text where we do.
func FuzzAgainstSQLite(f *testing.F) {
	for _, seed := range []string{
		"SELECT a.b, 'it''s', \"x\"\"y\", `z`, [w] FROM t -- end", "1 1.5 .5 1e9 1e+ 1e+5 0x1F 0x 0xg 1_000 1__0 1_ 1._5 1.e5 1.5.5",
		"x'0aF1' X'a' x'zz' x'12", "?1 ?a :a @b $c::d(e) $c(e f) $::a #1 : $ ::", "a<=b<>c||d->>'e'->f<<1>>2!=3==4=5|6&7~8%9",
		"/* a */ b /*/ c */ d /* e", "/*", "! ^ { } \\ \v \x01", "\ufeffSELECT", "$a(b", "1$ 1a 1é é1", "'", "[", "\"a", "- -- -", ";a;b", ".5.5 . ..5",
	} {
		f.Add(seed)
	}
	c, err := sqlite3.Open(":memory:")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	f.Fuzz(func(t *testing.T, sql string) {
		if len(sql) > 200 || !utf8.ValidString(sql) || strings.Contains(sql, "\x00") {
			t.Skip()
		}
		agree(t, c, sql)
	})
}

func TestShape(t *testing.T) {
	for sql, want := range map[string]string{
		"": "",
		"SELECT  name, -- who\n  42 FROM \"my table\" WHERE city = 'O''Brien' AND n>-1.5e3 /* x */": `SELECT name , ? FROM "my table" WHERE city = ? AND n > - ?`,
		"SELECT x'AB', 'left open": "SELECT ? , ?",
	} {
		if got := Shape(sql); got != want {
			t.Errorf("Shape(%q) = %q, want %q", sql, got, want)
		}
	}
}
