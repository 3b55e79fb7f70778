package catalog

import (
	"testing"

	"github.com/querent/querent/internal/schema"
)

func TestTheMainAmountAndTheTitleBesideANumber(t *testing.T) {
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "tickets", PrimaryKey: []string{"ticket_id"}, RowCount: 900, Columns: []schema.Column{
			{Name: "ticket_id", Type: schema.Integer, PrimaryKey: true, Unique: true},
			{Name: "refund_amount", Type: schema.Real, Distinct: 200}, {Name: "fare", Type: schema.Real, Distinct: 500}}},
		{Name: "refunds", PrimaryKey: []string{"refund_id"}, RowCount: 90, Columns: []schema.Column{
			{Name: "refund_id", Type: schema.Integer, PrimaryKey: true, Unique: true},
			{Name: "weight", Type: schema.Real, Distinct: 80}, {Name: "refund_amount", Type: schema.Real, Distinct: 80}}},
		{Name: "contracts", PrimaryKey: []string{"contract_id"}, RowCount: 300, Columns: []schema.Column{
			{Name: "contract_id", Type: schema.Integer, PrimaryKey: true, Unique: true},
			{Name: "contract_number", Type: schema.Text, Unique: true, Distinct: 300, AvgLength: 8}, {Name: "title", Type: schema.Text, Distinct: 60, AvgLength: 20}}},
	}}
	s.Seal()
	c := New(s)
	for table, want := range map[string]string{"tickets": "fare", "refunds": "refund_amount"} {
		if got := c.Table(table).Amount; got == nil || got.Name != want {
			t.Errorf("the amount of %s is %v, want %s", table, got, want)
		}
	}
	contracts := c.Table("contracts")
	if got := contracts.Label[0].Name; got != "contract_number" {
		t.Errorf("contracts are named by %s", got)
	}
	if got := contracts.Headline(); got == nil || got.Name != "title" {
		t.Errorf("the title of contracts is %v", got)
	}
	if got := c.Table("tickets").Headline(); got != nil {
		t.Errorf("tickets have the title %s", got.Name)
	}
}
