package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokenize(t *testing.T) {
	for _, c := range []struct{ question, want string }{
		{"How many orders in Q1 2025?", "how many orders in q1 2025"},
		{"customers' orders > 1,500.50 in 2025-01-31", "customers orders > 1,500.50 in 2025-01-31"},
		{`who is called "O'Hara" here`, "who is called o'hara here"},
		{"named 'Acme Ltd', since 3/1/2026", "named acme ltd , since 3/1/2026"},
		{"Hana's no-shows & 20% off", "hana no shows & 20 % off"},
		{"2.5 million or 3k", "2500000 or 3k"},
		{"in '24 and Q1'25 of O'Hara", "in 24 and q1 25 of o'hara"},
	} {
		if got := strings.Join(Lowers(Tokenize(c.question)), " "); got != c.want {
			t.Errorf("Tokenize(%q) = %q, want %q", c.question, got, c.want)
		}
	}
	if toks := Tokenize("over 3k and 2.5 million"); toks[1].Number != 3000 || toks[3].Number != 2.5e6 {
		t.Errorf("numbers are %v and %v", toks[1].Number, toks[3].Number)
	}
}

func TestStemsFallTogether(t *testing.T) {
	for _, pair := range []string{"orders order", "paid pay", "shipped shipping", "companies company", "cancelled cancellation", "people person", "delivered deliver", "addresses address"} {
		a, b, _ := strings.Cut(pair, " ")
		if Stem(a) != Stem(b) {
			t.Errorf("%s and %s have the stems %s and %s", a, b, Stem(a), Stem(b))
		}
	}
	for _, pair := range []string{"medication medic", "policy police", "customer custom", "number numeral"} {
		a, b, _ := strings.Cut(pair, " ")
		if Stem(a) == Stem(b) {
			t.Errorf("%s and %s share the stem %s", a, b, Stem(a))
		}
	}
}

func TestSplitName(t *testing.T) {
	for name, want := range map[string]string{"order_date": "order date", "OrderDate": "order date", "HTTPServer": "http server",
		"wo_sts": "wo sts", "address2": "address 2", "Größe (cm)": "größe cm", "unitPriceUSD": "unit price usd"} {
		if got := strings.Join(SplitName(name), " "); got != want {
			t.Errorf("SplitName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"brasil", "brazil", 1}, {"shipmnet", "shipment", 1}, {"kitten", "sitting", 3}, {"a", "abcdef", 3}, {"", "ab", 2}} {
		if got := Distance(c.a, c.b, 2); got != min(c.want, 3) {
			t.Errorf("Distance(%q, %q, 2) = %d, want %d", c.a, c.b, got, min(c.want, 3))
		}
	}
}

func TestPluralAndSingular(t *testing.T) {
	for one, many := range map[string]string{"order": "orders", "category": "categories", "box": "boxes", "person": "people", "day": "days"} {
		if Plural(one) != many || Singular(many) != one {
			t.Errorf("%s: plural %s, singular of %s is %s", one, Plural(one), many, Singular(many))
		}
	}
}

func FuzzTokenize(f *testing.F) {
	f.Add("how many orders > 3,000 in 2025?")
	f.Add(`"unclosed 'and' “mixed`)
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, tok := range Tokenize(s) {
			if tok.Start < at || tok.End < tok.Start {
				t.Fatalf("%q: token %q is at %d to %d, after %d", s, tok.Raw, tok.Start, tok.End, at)
			}
			at = tok.End
			if utf8.ValidString(s) && !utf8.ValidString(tok.Lower) {
				t.Fatalf("%q: token %q is no text", s, tok.Lower)
			}
		}
	})
}

func TestFoldAndAbbreviate(t *testing.T) {
	if Fold("São Paulo") != "sao paulo" {
		t.Errorf("Fold gives %q", Fold("São Paulo"))
	}
	if !Abbreviates("sts", "status") || Abbreviates("st", "tests") || Abbreviates("status", "status") {
		t.Error("abbreviations are told wrongly")
	}
	if !English("revenue") || English("qzxv") || !slices.Contains(SplitName("a_b"), "b") {
		t.Error("words are told wrongly")
	}
}
