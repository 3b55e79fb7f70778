package views

import (
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
)

func TestSpans(t *testing.T) {
	for _, tt := range []struct {
		question string
		phrases  []string
		want     string
	}{
		{"total sales by month", []string{"sales", "by month"}, "total [sales] [by month]"},
		{"Sales of sales staff", []string{"sales", "sales"}, "[Sales] of [sales] staff"},
		{"salesman", []string{"sales"}, "salesman"},
		{"top 5 customers", []string{"customers", "top 5"}, "[top 5] [customers]"},
		{"total sales", []string{"total sales", "sales"}, "[total sales]"},
		{"Umsatz für Köln", []string{"köln", "mood", " "}, "Umsatz für [Köln]"},
		{"", []string{"x"}, ""},
		{"naïve ıİ", []string{"ıi̇"}, "naïve ıİ"},
	} {
		var reading []ask.Phrase
		for _, p := range tt.phrases {
			reading = append(reading, ask.Phrase{Text: p})
		}
		var got strings.Builder
		for _, s := range Spans(tt.question, reading) {
			if s.Phrase != nil {
				got.WriteString("[" + s.Text + "]")
			} else {
				got.WriteString(s.Text)
			}
		}
		if got.String() != tt.want {
			t.Errorf("%q with %q: %q, want %q", tt.question, tt.phrases, got.String(), tt.want)
		}
	}
}

func TestInOrder(t *testing.T) {
	reading := []ask.Phrase{{Text: "implied"}, {Text: "over 10"}, {Text: "orders"}, {Text: "orders", Kind: "again"}}
	var got []string
	for _, p := range InOrder("show orders over 10", reading) {
		got = append(got, p.Text+p.Kind)
	}
	if want := "orders, over 10, implied, ordersagain"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %s", got, want)
	}
}

func FuzzSpansAreTheQuestion(f *testing.F) {
	f.Add("total sales by month", "sales", "month")
	f.Add("é\xff\x00x", "\xff", "x")
	f.Fuzz(func(t *testing.T, question, a, b string) {
		var got strings.Builder
		for _, s := range Spans(question, []ask.Phrase{{Text: a}, {Text: b}}) {
			got.WriteString(s.Text)
		}
		if got.String() != question {
			t.Errorf("%q became %q", question, got.String())
		}
	})
}
