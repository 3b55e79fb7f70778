package link

import (
	"strings"
	"testing"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

// A column's short name stands beside its values, unless another column has it
// in full.
func TestAColumnKeepsItsNameBesideAValue(t *testing.T) {
	s := &schema.Schema{Tables: []schema.Table{{Name: "tickets", PrimaryKey: []string{"ticket_id"}, RowCount: 900, Columns: []schema.Column{
		{Name: "ticket_id", Type: schema.Integer, PrimaryKey: true, Unique: true},
		{Name: "fare_type", Type: schema.Text, Values: []string{"Flex", "Basic"}, Complete: true, Distinct: 2, AvgLength: 5},
		{Name: "seat_class", Type: schema.Text, Values: []string{"Window", "Aisle"}, Complete: true, Distinct: 2, AvgLength: 5},
		{Name: "fare", Type: schema.Real, Distinct: 500}}}}}
	s.Seal()
	v := NewVocabulary(catalog.New(s), nil)
	if got := told(v, "average fare flex tickets"); !strings.Contains(got, "fare=attribute tickets.fare") {
		t.Errorf("read as %s", got)
	}
}
