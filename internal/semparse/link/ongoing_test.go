package link

import (
	"slices"
	"testing"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

func TestOngoing(t *testing.T) {
	date := func(name string, nulls int64) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, Nulls: nulls, Distinct: 40}
	}
	id := schema.Column{Name: "id", Type: schema.Integer, Unique: true}
	table := func(name string, columns ...schema.Column) schema.Table {
		return schema.Table{Name: name, PrimaryKey: []string{"id"}, RowCount: 80, Columns: append([]schema.Column{id}, columns...)}
	}
	flag := schema.Column{Name: "is_active", Type: schema.Integer, Flag: &schema.Flag{True: []string{"1"}, False: []string{"0"}}}
	c := catalog.New(&schema.Schema{Tables: []schema.Table{
		table("tenants", date("moved_in", 0), date("left_on", 50)),
		table("drivers", date("left_on", 50), flag),
		table("permits", date("cancelled_on", 60), date("closed_on", 50)),
	}})
	v := NewVocabulary(c, nil)
	var of []string
	for _, s := range v.senses[key([]string{"current"})] {
		if s.State == Unset {
			of = append(of, s.Table.Name+"."+s.Column.Name)
		}
	}
	// Drivers have a flag, permits end in two ways.
	if !slices.Equal(of, []string{"tenants.left_on"}) {
		t.Errorf("current, by a date that is not set: %v", of)
	}
}
