package catalog

import (
	"strings"
	"testing"

	"github.com/querent/querent/internal/schema"
)

// shop is a small schema with abbreviations, roles of keys and a link table.
func shop() *schema.Schema {
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "cust", PrimaryKey: []string{"cust_id"}, RowCount: 500, Columns: []schema.Column{
			{Name: "cust_id", Type: schema.Integer, PrimaryKey: true, Unique: true},
			{Name: "kyc_dt", Type: schema.Date, Format: schema.ISODay}, {Name: "ae_id", Type: schema.Integer}, {Name: "rm_id", Type: schema.Integer},
			{Name: "cust_nm", Type: schema.Text, Distinct: 500, Unique: true}, {Name: "ctry", Type: schema.Text, Distinct: 9}, {Name: "sgnup_dt", Type: schema.Date, Format: schema.ISODay}}},
		{Name: "addr", PrimaryKey: []string{"addr_id"}, RowCount: 700, Columns: []schema.Column{
			{Name: "addr_id", Type: schema.Integer, PrimaryKey: true, Unique: true}, {Name: "city", Type: schema.Text, Distinct: 80}}},
		{Name: "ord_hdr", PrimaryKey: []string{"ord_id"}, RowCount: 4000, Columns: []schema.Column{
			{Name: "ord_id", Type: schema.Integer, PrimaryKey: true, Unique: true}, {Name: "cust_id", Type: schema.Integer},
			{Name: "bill_addr_id", Type: schema.Integer}, {Name: "ship_addr_id", Type: schema.Integer},
			{Name: "due_dt", Type: schema.Date, Format: schema.ISODay}, {Name: "ord_dt", Type: schema.Date, Format: schema.ISODay},
			{Name: "tot_amt_cts", Type: schema.Integer, Distinct: 3000}, {Name: "disc_pct", Type: schema.Real, Distinct: 12}}},
		{Name: "prod", PrimaryKey: []string{"prod_cd"}, RowCount: 90, Columns: []schema.Column{
			{Name: "prod_cd", Type: schema.Text, PrimaryKey: true, Unique: true}, {Name: "prod_nm", Type: schema.Text, Distinct: 90}, {Name: "unit_prc", Type: schema.Real}}},
		{Name: "ord_prod", PrimaryKey: []string{"ord_id", "prod_cd"}, RowCount: 9000, Columns: []schema.Column{
			{Name: "ord_id", Type: schema.Integer, PrimaryKey: true}, {Name: "prod_cd", Type: schema.Text, PrimaryKey: true}, {Name: "qty", Type: schema.Integer, Distinct: 20}}},
	}, ForeignKeys: []schema.ForeignKey{
		{Table: "ord_hdr", Columns: []string{"cust_id"}, RefTable: "cust", RefColumns: []string{"cust_id"}},
		{Table: "ord_hdr", Columns: []string{"bill_addr_id"}, RefTable: "addr", RefColumns: []string{"addr_id"}},
		{Table: "ord_hdr", Columns: []string{"ship_addr_id"}, RefTable: "addr", RefColumns: []string{"addr_id"}},
		{Table: "ord_prod", Columns: []string{"ord_id"}, RefTable: "ord_hdr", RefColumns: []string{"ord_id"}},
		{Table: "ord_prod", Columns: []string{"prod_cd"}, RefTable: "prod", RefColumns: []string{"prod_cd"}},
	}}
	s.Seal()
	return s
}

func TestNamesAreSpeltOut(t *testing.T) {
	c := New(shop())
	for name, want := range map[string]string{"cust": "customer", "ord_hdr": "order header", "prod": "product"} {
		if got := strings.Join(c.Table(name).Words, " "); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for column, want := range map[string]string{"tot_amt_cts": "total amount cents", "ord_dt": "order date"} {
		if got := strings.Join(c.Column("ord_hdr", column).Words, " "); got != want {
			t.Errorf("%s is %q, want %q", column, got, want)
		}
	}
	for column, want := range map[string]string{"ae_id": "account executive id", "rm_id": "relationship manager id"} {
		if got := strings.Join(c.Column("cust", column).Words, " "); got != want {
			t.Errorf("%s is %q, want %q", column, got, want)
		}
	}
	if d := c.Table("cust").Date; d == nil || d.Name != "sgnup_dt" {
		t.Errorf("customers are dated by %v", d)
	}
}

func TestProfile(t *testing.T) {
	c := New(shop())
	orders := c.Table("ord_hdr")
	if orders.Date == nil || orders.Date.Name != "ord_dt" {
		t.Errorf("orders are dated by %v, want ord_dt", orders.Date)
	}
	if amount := orders.Amount; amount == nil || amount.Name != "tot_amt_cts" || amount.Unit != "cents" {
		t.Errorf("the amount of orders is %v", amount)
	}
	if orders.Column("disc_pct").Additive {
		t.Error("percentages are added up")
	}
	if l := c.Table("cust").Label; len(l) != 1 || l[0].Name != "cust_nm" {
		t.Errorf("customers are named by %v", l)
	}
	if orders.Role != Event || c.Table("cust").Role != Entity {
		t.Errorf("orders are %s, customers %s", orders.Role, c.Table("cust").Role)
	}
}

func TestPaths(t *testing.T) {
	c := New(shop())
	lines, orders, cust, addr, prod := c.Table("ord_prod"), c.Table("ord_hdr"), c.Table("cust"), c.Table("addr"), c.Table("prod")
	if p, ok := c.Up(lines, cust, ""); !ok || len(p) != 2 {
		t.Errorf("lines to customers: %v, %v", p, ok)
	}
	if p, ok := c.Up(orders, orders, ""); !ok || len(p) != 0 {
		t.Errorf("orders to themselves: %v, %v", p, ok)
	}
	if c.Reaches(cust, orders) {
		t.Error("a customer is said to have at most one order")
	}
	if p, ok := c.Any(cust, prod, ""); !ok || len(p) != 3 {
		t.Errorf("customers to products: %v, %v", p, ok)
	}
	if p, ok := c.Up(orders, addr, "ord_hdr.ship_addr_id"); !ok || p[0].Key.Columns[0].Name != "ship_addr_id" {
		t.Errorf("shipping address: %v, %v", p, ok)
	}
	if k := orders.Column("bill_addr_id").Key; strings.Join(k.Role, " ") != "bill" {
		t.Errorf("the role of bill_addr_id is %v", k.Role)
	}
}
