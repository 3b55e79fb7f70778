package candidate_test

import (
	"testing"
	"time"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

// chandlery has two tables that put shops and suppliers together.
func chandlery() *schema.Schema {
	key := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, NotNull: true}
	}
	refers := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, NotNull: true, Distinct: 12}
	}
	named := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Text, NotNull: true, Unique: true, Distinct: 12, Complete: true, Values: []string{"Anchor & Co", "Rope Works"}}
	}
	date := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, NotNull: true, Distinct: 300, Min: "2022-01-02", Max: "2025-06-29"}
	}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "shops", PrimaryKey: []string{"shop_id"}, RowCount: 12, Columns: []schema.Column{key("shop_id"), named("shop_name")}},
		{Name: "suppliers", PrimaryKey: []string{"supplier_id"}, RowCount: 30, Columns: []schema.Column{key("supplier_id"), named("supplier_name")}},
		{Name: "contracts", PrimaryKey: []string{"contract_id"}, RowCount: 90, Columns: []schema.Column{key("contract_id"), refers("shop_id"), refers("supplier_id"), date("signed_on")}},
		{Name: "deliveries", PrimaryKey: []string{"delivery_id"}, RowCount: 900, Columns: []schema.Column{key("delivery_id"), refers("shop_id"), refers("supplier_id"), date("delivered_on")}},
	}}
	for _, t := range []string{"contracts", "deliveries"} {
		s.ForeignKeys = append(s.ForeignKeys, schema.ForeignKey{Table: t, Columns: []string{"shop_id"}, RefTable: "shops", RefColumns: []string{"shop_id"}},
			schema.ForeignKey{Table: t, Columns: []string{"supplier_id"}, RefTable: "suppliers", RefColumns: []string{"supplier_id"}})
	}
	s.Seal()
	return s
}

func TestLinkedByWhatIsSaid(t *testing.T) {
	testReadingsOf(t, chandlery(), []reading{
		{"a verb of one table", "how many suppliers delivered to each shop", `SELECT s2.shop_name AS Shop, COUNT(DISTINCT s.supplier_id) AS "Number of suppliers" FROM deliveries d JOIN suppliers s ON s.supplier_id = d.supplier_id JOIN shops s2 ON s2.shop_id = d.shop_id GROUP BY s2.shop_id, s2.shop_name ORDER BY Shop, s2.shop_id`},
		{"a noun of one table", "number of suppliers with contracts by shop", `SELECT s2.shop_name AS Shop, COUNT(DISTINCT s.supplier_id) AS "Number of suppliers" FROM contracts c JOIN suppliers s ON s.supplier_id = c.supplier_id JOIN shops s2 ON s2.shop_id = c.shop_id WHERE s.supplier_id IN (SELECT supplier_id FROM contracts) GROUP BY s2.shop_id, s2.shop_name ORDER BY Shop, s2.shop_id`},
	})
}

// Where nothing says which table puts things together, each is a reading.
func TestLinkedByEither(t *testing.T) {
	v := link.NewVocabulary(catalog.New(chandlery()), nil)
	q := v.Read("number of suppliers per shop", time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})
	all := candidate.Compose(v, q)
	if len(all) == 0 || len(all[0].Query.Default) != 1 || all[0].Query.Default[0].Rule != logical.LinkUnsaid {
		t.Fatalf("%+v", all)
	}
	links := map[string]bool{all[0].Query.Link: true}
	for _, r := range candidate.Rivals(v, q, all[0]) {
		links[r.Query.Link] = true
	}
	if !links["contracts"] || !links["deliveries"] {
		t.Errorf("linked by %v", links)
	}
}
