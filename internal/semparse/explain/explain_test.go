package explain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/explain"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/ml"
	"github.com/querent/querent/internal/semparse/rank"
	"github.com/querent/querent/internal/semparse/when"
)

// library is a small schema: members borrow books.
func library() *schema.Schema {
	key := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, NotNull: true}
	}
	few := func(name string, values ...string) schema.Column {
		return schema.Column{Name: name, Type: schema.Text, NotNull: true, Distinct: int64(len(values)), Complete: true, Values: values}
	}
	date := func(name string, bad int64) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, NotNull: true, Distinct: 300, Min: "2023-01-02", Max: "2025-05-31", BadDates: bad}
	}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "members", PrimaryKey: []string{"member_id"}, RowCount: 90, Columns: []schema.Column{key("member_id"), few("full_name", "Ada Brook", "Bela Quist"), few("city", "Oslo", "Turin"), date("joined_on", 0)}},
		{Name: "loans", PrimaryKey: []string{"loan_id"}, RowCount: 900, Columns: []schema.Column{
			key("loan_id"), {Name: "member_id", Type: schema.Integer, NotNull: true, Distinct: 90}, few("state", "Open", "Returned", "Lost"), date("loaned_on", 3), date("returned_on", 0)}},
	}, ForeignKeys: []schema.ForeignKey{{Table: "loans", Columns: []string{"member_id"}, RefTable: "members", RefColumns: []string{"member_id"}}}}
	s.Seal()
	return s
}

// asked is what becomes of a question where every reading is said to be right
// with probability p.
func asked(question string, p float64) ask.Candidate {
	v := link.NewVocabulary(catalog.New(library()), nil)
	m := rank.NewModel()
	m.Reading.Curve = ml.Curve{X: []float64{0}, Y: []float64{p}}
	m.Sure = rank.Bounds{Reading: 0.9, Beside: 0.9, Sketch: 0.9}
	read := func(question string) *rank.Pool {
		q := v.Read(question, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})
		pool := rank.NewPool(v.Catalog, q, candidate.Compose(v, q))
		pool.AddRivals(v)
		m.Order(pool)
		return pool
	}
	e := explain.Explainer{Model: m,
		Compiles: func(q string) bool { return m.Compiled(read(q)) }}
	return e.Outcome(read(question))
}

func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		kind, question string
		p              float64
		want           string
	}{
		{"every word used and likely", "How many members are there by city?", 0.97, "compiled"},
		{"every word used, not likely enough", "How many members are there by city?", 0.8, "unsure"},
		{"hardly likely", "How many members are there by city?", 0.05, "declined"},
		{"a value that is not there", "How many members live in Gotham?", 0.3, "declined"},
		{"a modifier that means nothing", "How many grumpy members are there?", 0.3, "declined"},
		{"never compiled with a word left out", "How many grumpy members are there?", 0.99, "unsure"},
		{"an order", "delete all lost loans", 0.99, "declined"},
		{"two dates, neither said", "How many loans in March 2025?", 0.5, "asked"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			got := asked(c.question, c.p)
			outcome := "unsure"
			switch {
			case len(got.Choices) > 0:
				outcome = "asked"
			case got.Decline != nil:
				outcome = "declined"
			case got.Tier == ask.Compiled:
				outcome = "compiled"
			}
			if outcome != c.want {
				t.Errorf("%q: %s, want %s (%+v)", c.question, outcome, c.want, got)
			}
		})
	}
}

func TestDeclineNamesWhatIsMissing(t *testing.T) {
	for question, want := range map[string]string{
		"How many members live in Gotham?":  "“Gotham”",
		"How many grumpy members are there": "“grumpy”",
		"members by cty of birthh":          "“birthh”",
	} {
		d := asked(question, 0.3).Decline
		if d == nil || !strings.Contains(d.Reason, want) {
			t.Errorf("%q: %+v does not name %s", question, d, want)
		}
	}
}

func TestSuggestionsAreThoseThatCompile(t *testing.T) {
	// Everything is said to be likely, so what is suggested only has to be
	// read whole; the order itself is declined for what it is.
	d := asked("delete all lost loans", 0.99).Decline
	if d == nil || len(d.Suggestions) == 0 {
		t.Fatalf("%+v", d)
	}
	for _, s := range d.Suggestions {
		if asked(s, 0.99).Tier != ask.Compiled {
			t.Errorf("%q is suggested and not compiled", s)
		}
	}
}

func TestChoicesMarkWhatDecides(t *testing.T) {
	cs := asked("How many loans in March 2025?", 0.5).Choices
	if len(cs) < 2 || len(cs) > 4 {
		t.Fatalf("%d choices: %+v", len(cs), cs)
	}
	for _, c := range cs {
		if strings.Count(c.Sentence, "**") != 2 || c.SQL == "" || len(c.Logical) == 0 {
			t.Errorf("choice %+v", c)
		}
	}
	if cs[0].SQL == cs[1].SQL {
		t.Error("two choices are one")
	}
}

func TestAnswerIsWhole(t *testing.T) {
	a := asked("How many loans were there by state since April 2025?", 0.97)
	if a.Sentence == "" || len(a.Logical) == 0 || a.Confidence != 0.97 {
		t.Errorf("%+v", a)
	}
	kinds := map[string]bool{}
	for _, ph := range a.Reading {
		kinds[ph.Kind] = true
		if ph.Text == "" {
			t.Errorf("phrase without words: %+v", ph)
		}
	}
	if !kinds["group"] || !kinds["time"] {
		t.Errorf("reading %+v", a.Reading)
	}
	notes := strings.Join(a.Notes, "\n")
	for _, want := range []string{"Taken unsaid: dated by", "3 rows of loans have no date"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note like %q in\n%s", want, notes)
		}
	}
}
