package ask

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWhole(t *testing.T) {
	for _, tt := range []struct{ before, follow, want string }{
		{"total sales in 2024", "and by month?", "total sales in 2024 by month"},
		{"Total sales?", "By month", "Total sales By month"},
		{"total invoices per country", "only in 2010", "total invoices per country in 2010"},
		{"total invoices per country", "Only for Brazil.", "total invoices per country for Brazil"},
		{"total sales by month in 2024", "what about 2023?", "total sales by month in 2023"},
		{"total sales by month in 2024", "in 2023", "total sales by month in 2023"},
		{"sales in 2023 and 2024", "and in 2022", "sales in 2023 and 2024 in 2022"},
		{"total sales by month", "2024", "2024"},
		{"orders from Germany", "what about France", "orders from Germany for France"},
		{"orders", "and, without discount", "orders without discount"},
		{"total sales", "how many employees are there", "how many employees are there"},
		{"total sales", "and how many employees are in each department", "and how many employees are in each department"},
		{"total sales", "android sales", "android sales"},
		{"total sales", "and", "and"},
		{"total sales", "?", "?"},
		{"total sales", "informants", "informants"},
	} {
		if got := (&Previous{Question: tt.before}).Whole(tt.follow); got != tt.want {
			t.Errorf("%q after %q: %q, want %q", tt.follow, tt.before, got, tt.want)
		}
	}
}

func FuzzWholeKeepsText(f *testing.F) {
	f.Add("total sales in 2024", "and 2023?")
	f.Add("a", "İAnd\xff")
	f.Fuzz(func(t *testing.T, before, follow string) {
		got := (&Previous{Question: before}).Whole(follow)
		if utf8.ValidString(before) && utf8.ValidString(follow) && !utf8.ValidString(got) {
			t.Errorf("%q after %q: %q", follow, before, got)
		}
	})
}

// Each follow-up goes on from all before it.
func TestFollowUpsGoOnFromAllBefore(t *testing.T) {
	var read []string
	s, store := newService(t, func(c *Config) {
		c.Builtin = generator(func(_ context.Context, p Prompt) (Candidate, error) {
			question := p.Question
			if p.Previous != nil {
				question = p.Previous.Whole(question)
			}
			read = append(read, question)
			return Candidate{SQL: "SELECT 1", Tier: Compiled, Confidence: 1}, nil
		})
	})
	parent := ""
	for _, question := range []string{"total sales in 2024", "and by month?", "what about 2023", "how many orders are there", "only from Peru"} {
		parent = ended(t, s, question, Options{ParentID: parent}).ID
	}
	if err := s.Feedback(t.Context(), Viewer{UserID: "ann"}, &Feedback{QuestionID: parent, Verdict: Right}); err != nil || store.said[0].Question != "how many orders are there from Peru" {
		t.Errorf("learned from %+v, %v", store.said, err)
	}
	edited, err := s.Run(t.Context(), "ann", "SELECT 2", parent, "")
	if err != nil {
		t.Fatal(err)
	}
	follow(t, s, edited)
	ended(t, s, "in 2020", Options{ParentID: edited})
	want := []string{"total sales in 2024", "total sales in 2024 by month", "total sales in 2023 by month", "how many orders are there", "how many orders are there from Peru", "how many orders are there from Peru in 2020"}
	if got, wanted := strings.Join(read, "\n"), strings.Join(want, "\n"); got != wanted {
		t.Errorf("read as\n%s\nwant\n%s", got, wanted)
	}
}
