package link

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/when"
)

// strangers are names enough that a word of some of them tells them apart.
var strangers = strings.Split("Ian Abel,Uwe Bock,Ivy Cole,Max Dorn,Pia Eder,Tom Fuchs,Lea Grau,Kai Horn,Ute Ivo,Leo Jung,Mia Kern,Rex Lang,Zoe Mann,Jo Nagel,Al Ober,Flo Pohl,Gus Rau", ",")

// workshop is a small schema of bicycles repaired for customers.
func workshop() *Vocabulary {
	id := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, Distinct: 400}
	}
	ref := func(name string) schema.Column { return schema.Column{Name: name, Type: schema.Integer, Distinct: 90} }
	texts := func(name string, values ...string) schema.Column {
		return schema.Column{Name: name, Type: schema.Text, Values: values, Complete: true, Distinct: int64(len(values)), AvgLength: 8}
	}
	day := func(name string, nulls int64) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, Nulls: nulls, Distinct: 300}
	}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "customer", PrimaryKey: []string{"customer_id"}, RowCount: 400, Columns: []schema.Column{id("customer_id"),
			texts("full_name", append([]string{"Ada Byron", "Noor Haddad", "Jan de Wit", "Bo Lund", "Eva Lund", "Rider 7"}, strangers...)...), texts("home_country", "Germany", "United States", "Norway"),
			{Name: "is_active", Type: schema.Boolean, Flag: &schema.Flag{True: []string{"1"}, False: []string{"0"}}, Distinct: 2}}},
		{Name: "mechanic", PrimaryKey: []string{"mechanic_id"}, RowCount: 12, Columns: []schema.Column{id("mechanic_id"), texts("mech_nm", "Olu", "Petra")}},
		{Name: "repair", PrimaryKey: []string{"repair_id"}, RowCount: 4000, Columns: []schema.Column{id("repair_id"), ref("customer_id"), ref("mechanic_id"), ref("inspector_id"),
			texts("status", "Open", "Done", "Cancelled"), day("brought_on", 0), day("collected_on", 900),
			{Name: "labour_cost", Type: schema.Real, Distinct: 700}, {Name: "wrtCnt", Type: schema.Integer, Distinct: 40}}},
	}, ForeignKeys: []schema.ForeignKey{
		{Table: "repair", Columns: []string{"customer_id"}, RefTable: "customer", RefColumns: []string{"customer_id"}},
		{Table: "repair", Columns: []string{"mechanic_id"}, RefTable: "mechanic", RefColumns: []string{"mechanic_id"}},
		{Table: "repair", Columns: []string{"inspector_id"}, RefTable: "mechanic", RefColumns: []string{"mechanic_id"}},
	}}
	s.Seal()
	o := &ontology.Ontology{Terms: []ontology.Term{
		{Name: "net labour", Kind: ontology.Metric, Table: "repair", SQL: "sum(labour_cost) * 0.8", Description: "Labour without tax, by collection date."},
		{Name: "express repair", Kind: ontology.Filter, Table: "repair", SQL: "julianday(collected_on) - julianday(brought_on) < 2"},
		{Name: "live rider", Kind: ontology.Filter, Table: "customer", SQL: "is_active = 1"},
		{Name: "riders", Kind: ontology.Synonym, Table: "customer"},
	}}
	return NewVocabulary(catalog.New(s), o)
}

// told is what the best cover of a question says, as one line.
func told(v *Vocabulary, question string) string {
	q := v.Read(question, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})
	var out []string
	for _, h := range first(q.Hypotheses()) {
		for _, m := range h.Mentions {
			what := fmt.Sprintf("%s=%s %s", strings.Join(q.Words[m.Start:m.End], " "), m.Kind, m.Table.Name)
			if m.Column != nil {
				what += "." + m.Column.Name
			}
			if len(m.Values) > 0 {
				what += "=" + strings.Join(m.Values, ",")
			}
			if m.State != "" {
				what += " " + string(m.State)
			}
			if m.Term != nil {
				what += " (" + m.Term.Name + ")"
			}
			out = append(out, what)
		}
	}
	return strings.Join(out, "; ")
}

func first(h []Hypothesis) []Hypothesis { return h[:min(1, len(h))] }

func TestMentions(t *testing.T) {
	v := workshop()
	for _, c := range []struct{ kind, question, want string }{
		{"names", "repairs by status", "repairs=entity repair; status=attribute repair.status"},
		{"head of a name", "customers by country", "customers=entity customer; country=attribute customer.home_country"},
		{"value", "open repairs", "open=value repair.status=Open; repairs=entity repair"},
		{"value by its demonym", "german customers", "german=value customer.home_country=Germany; customers=entity customer"},
		{"value by its abbreviation", "customers from the US", "customers=entity customer; us=value customer.home_country=United States"},
		{"person by name", "repairs for Ada Byron", "repairs=entity repair; ada byron=value customer.full_name=Ada Byron"},
		{"part of a name", "repairs for Byron", "repairs=entity repair; byron=value customer.full_name=Ada Byron"},
		{"name with a number", "repairs for Rider 7", "repairs=entity repair; rider 7=value customer.full_name=Rider 7"},
		{"a number before rows, no name", "the top 7 riders", "riders=entity customer (riders)"},
		{"namesakes", "repairs for Lund", "repairs=entity repair; lund=value customer.full_name=Bo Lund,Eva Lund"},
		{"verb, no state", "which mechanic cancels the most repairs", "mechanic=attribute mechanic.mechanic_id; repairs=entity repair"},
		{"term", "how many live riders", "live riders=condition customer (live rider)"},
		{"verb behind its subject, no term", "where do our riders live", "riders=entity customer (riders)"},
		{"misspelt value", "custmers from Norwy", "customers=entity customer; norway=value customer.home_country=Norway"},
		{"flag", "inactive customers", "inactive=condition customer.is_active false; customers=entity customer"},
		{"verb of a date", "repairs collected in May", "repairs=entity repair; collected=date repair.collected_on"},
		{"verb undone", "uncollected repairs", "uncollected=condition repair.collected_on null; repairs=entity repair"},
		{"role of a key", "repairs by inspector", "repairs=entity repair; inspector=role repair.inspector_id"},
		{"metric", "net labour this year", "net labour=metric repair (net labour)"},
		{"filter with its noun", "express repairs", "express repairs=condition repair (express repair)"},
		{"synonym", "riders", "riders=entity customer (riders)"},
		{"own word for an abbreviation", "total written count", "write count=attribute repair.wrtCnt"},
	} {
		got := told(v, c.question)
		if got != c.want {
			t.Errorf("%s: %q is read as\n  %s\nwant\n  %s", c.kind, c.question, got, c.want)
		}
	}
}

func TestCues(t *testing.T) {
	v := workshop()
	for question, want := range map[string][]CueKind{
		"how many repairs":                     {CountOf},
		"repairs per mechanic":                 {By},
		"mechanics with more than 3 repairs":   {MoreThan},
		"repairs costlier than 100":            {MoreThan},
		"customers without a repair":           {Without},
		"what percentage of repairs were late": {ShareOf},
		"top 5 customers by net labour":        {Top, By},
		"average and median labour cost":       {Average, MedianCue},
		"repairs by month, running total":      {RunningCue},
	} {
		var got []CueKind
		for _, c := range v.Read(question, time.Now(), when.Options{}).Cues {
			got = append(got, c.Kind)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q has the cues %v, want %v", question, got, want)
		}
	}
}

func TestTermDate(t *testing.T) {
	v := workshop()
	if d := v.TermDate(&v.Terms[0]); d == nil || d.Name != "collected_on" {
		t.Errorf("net labour is dated by %v, want collected_on", d)
	}
}

func TestNumbers(t *testing.T) {
	q := workshop().Read("repairs over 1,500 or at least twenty percent in 2024", time.Now(), when.Options{})
	if len(q.Numbers) != 2 || q.Numbers[0].Value != 1500 || q.Numbers[1].Value != 20 || !q.Numbers[1].Percent {
		t.Errorf("numbers are %+v", q.Numbers)
	}
}

func FuzzHypotheses(f *testing.F) {
	v := workshop()
	for _, s := range []string{"open repairs by mechanic in 2024", `who is "Ada`, "?? per per 5 without", "ÄÖ ß 中文 repairs"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := v.Read(s, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})
		for _, h := range q.Hypotheses() {
			end := 0
			for _, m := range h.Mentions {
				if m.Start < end || m.End <= m.Start || m.End > len(q.Tokens) {
					t.Fatalf("%q: mention %d-%d after %d", s, m.Start, m.End, end)
				}
				end = m.End
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	v := workshop()
	for b.Loop() {
		v.Read("how many open repairs did each mechanic have in 2024, with net labour", time.Now(), when.Options{}).Hypotheses()
	}
}
