package schema

import "testing"

func codes() *Schema {
	text := func(name string, distinct int64, length int, values ...string) Column {
		return Column{Name: name, Type: Text, Distinct: distinct, AvgLength: length, Values: values, Complete: true}
	}
	return &Schema{Tables: []Table{
		{Name: "lookup", RowCount: 9, Columns: []Column{text("list", 3, 8), text("code", 8, 1), text("meaning", 9, 10)}},
		{Name: "parcel", RowCount: 90, Columns: []Column{text("stat_cd", 2, 1, "N", "D"), text("colour", 3, 2, "RD", "BL", "GR"), text("grade", 2, 1, "A", "B")}},
	}}
}

func TestCodeTableOf(t *testing.T) {
	s := codes()
	if ct, ok := s.CodeTableOf(&s.Tables[0]); !ok || ct != (CodeTable{"lookup", "list", "code", "meaning"}) {
		t.Errorf("lookup: %v %v", ct, ok)
	}
	if _, ok := s.CodeTableOf(&s.Tables[1]); ok {
		t.Error("parcel is data")
	}
}

func TestExplain(t *testing.T) {
	s := codes()
	list := func(domain string, pairs ...string) Codes {
		c := Codes{Domain: domain, From: CodeTable{Table: "lookup"}, Labels: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			c.Labels[pairs[i]] = pairs[i+1]
		}
		return c
	}
	s.Explain([]Codes{list("PARCEL_STATUS", "N", "New", "D", "Delivered"), list("ORDER_STATUS", "N", "New", "D", "Done"), list("PAINT", "RD", "Red", "BL", "Blue", "GR", "Green")})
	p := s.Tables[1]
	if c := p.Columns[0].Codes; c == nil || c.Labels["D"] != "Delivered" {
		t.Errorf("the list named like the table and column was not taken: %v", c)
	}
	if c := p.Columns[1].Codes; c == nil || c.Domain != "PAINT" {
		t.Errorf("the only list that holds all codes was not taken: %v", c)
	}
	if c := p.Columns[2].Codes; c != nil {
		t.Errorf("codes of no list: %v", c)
	}
}
