package semparse

import (
	"context"
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// bakery is a small schema with one dated table.
func bakery() *schema.Schema {
	s := &schema.Schema{Tables: []schema.Table{{Name: "sales", PrimaryKey: []string{"sale_id"}, RowCount: 900, Columns: []schema.Column{
		{Name: "sale_id", Type: schema.Integer, PrimaryKey: true, Unique: true},
		{Name: "branch", Type: schema.Text, Values: []string{"Harbour", "Station"}, Complete: true, Distinct: 2},
		{Name: "sold_on", Type: schema.Date, Format: schema.ISODay, Distinct: 300},
		{Name: "amount", Type: schema.Real, Distinct: 500}}}}}
	s.Seal()
	return s
}

func TestPartsLeaveOnRequest(t *testing.T) {
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	pr := ask.Prompt{Question: "total amount by branch in 2024", Schema: bakery()}
	c, err := p.Generate(context.Background(), pr)
	if err != nil || c.SQL == "" {
		t.Fatalf("%+v, %v", c.Decline, err)
	}
	kinds := map[string]ask.Chip{}
	for _, chip := range c.Chips {
		if !chip.Assumed {
			kinds[chip.Kind] = chip
		}
	}
	if kinds["measure"].Removable || !kinds["group"].Removable || !kinds["time"].Removable {
		t.Fatalf("chips are %+v", c.Chips)
	}
	without, err := p.Without(context.Background(), pr, c.Logical, kinds["time"])
	if err != nil || strings.Contains(without.SQL, "2024") || !strings.Contains(without.SQL, "GROUP BY branch") || len(without.Chips) >= len(c.Chips) {
		t.Errorf("without its period: %s, %v", without.SQL, err)
	}
	if _, err := p.Without(context.Background(), pr, c.Logical, kinds["measure"]); err == nil {
		t.Error("the only figure can be left out")
	}
	if _, err := p.Without(context.Background(), pr, c.Logical, ask.Chip{Part: "filter/99"}); err == nil {
		t.Error("a part that is not there can be left out")
	}
}
