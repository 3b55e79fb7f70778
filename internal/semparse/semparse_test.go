package semparse_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse"
	"github.com/querent/querent/internal/target"
)

func TestMain(m *testing.M) {
	target.MaybeWorker()
	os.Exit(m.Run())
}

// garden is a small schema: people rent plots.
func garden() *schema.Schema {
	key := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, NotNull: true}
	}
	few := func(name string, values ...string) schema.Column {
		return schema.Column{Name: name, Type: schema.Text, NotNull: true, Distinct: int64(len(values)), Complete: true, Values: values}
	}
	date := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, NotNull: true, Distinct: 300, Min: "2023-01-02", Max: "2025-06-20"}
	}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "gardeners", PrimaryKey: []string{"gardener_id"}, RowCount: 90, Columns: []schema.Column{key("gardener_id"), few("full_name", "Ada Brook", "Bela Quist"), few("city", "Oslo", "Turin")}},
		{Name: "rentals", PrimaryKey: []string{"rental_id"}, RowCount: 400, Columns: []schema.Column{
			key("rental_id"), {Name: "gardener_id", Type: schema.Integer, NotNull: true, Distinct: 90}, few("status", "Active", "Ended"), date("started_on"),
			{Name: "fee", Type: schema.Real, NotNull: true, Distinct: 120}}},
	}, ForeignKeys: []schema.ForeignKey{{Table: "rentals", Columns: []string{"gardener_id"}, RefTable: "gardeners", RefColumns: []string{"gardener_id"}}}}
	s.Seal()
	return s
}

func TestGenerate(t *testing.T) {
	p, err := semparse.New(semparse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := garden()
	ask1 := func(question string, before *ask.Previous) ask.Candidate {
		c, err := p.Generate(context.Background(), ask.Prompt{Question: question, Schema: s, Now: time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), Previous: before})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := ask1("How many gardeners are there by city?", nil)
	if c.SQL == "" || c.Sentence == "" || c.Confidence < 0.5 || len(c.Logical) == 0 {
		t.Errorf("plain question: %+v", c)
	}
	again := ask1("only from Oslo", &ask.Previous{Question: "How many gardeners are there by city?", SQL: c.SQL, Logical: c.Logical})
	if !again.FollowedUp || !strings.Contains(again.SQL, "Oslo") {
		t.Errorf("follow-up: %+v", again)
	}
	for _, question := range []string{"How many gardeners live in Gotham?", "How many grumpy gardeners are there?", "cancel the rental of Ada Brook", ""} {
		c := ask1(question, nil)
		if c.Decline == nil || c.Decline.Reason == "" {
			t.Errorf("%q: %+v", question, c)
		}
	}
	unread := &ask.Previous{Question: "How many grumpy gardeners are there?"}
	if c := ask1("only those in Oslo", unread); c.Decline == nil || !strings.Contains(c.Decline.Reason, "question before") {
		t.Errorf("a change of what was not read: %+v", c)
	}
	if c := ask1("How many gardeners are there in Oslo?", unread); c.SQL == "" {
		t.Errorf("a question of its own after what was not read: %+v", c)
	}
}
