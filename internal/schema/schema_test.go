package schema

import (
	"slices"
	"testing"
)

func table(name, key string, columns ...Column) Table {
	t := Table{Name: name, Columns: columns}
	if key != "" {
		t.PrimaryKey = []string{key}
	}
	return t
}

func integer(name string) Column { return Column{Name: name, Type: Integer} }

func text(name string) Column { return Column{Name: name, Type: Text} }

func TestInferKeys(t *testing.T) {
	s := &Schema{
		Tables: []Table{
			table("Customers", "id", integer("id"), text("name")),
			table("categories", "category_id", integer("category_id")),
			table("team", "id", integer("id")),
			table("airports", "AirportCode", text("AirportCode")),
			table("orders", "id", integer("id"), integer("customer_id"), integer("category_id"), integer("declared_id")),
			table("visits", "id", integer("id"), integer("customerId")),
			table("notes", "id", integer("id"), text("customer_id")),
			table("matches", "", integer("home_team_id"), integer("away_team_id"), integer("id")),
			table("flights", "FlightNo", integer("FlightNo"), text("SourceAirport"), text("airportcode")),
			table("profile", "customer_id", integer("customer_id")),
			table("harbours", "hid", integer("hid")),
			table("routes", "rid", integer("rid"), integer("source_hid"), integer("team_id")),
			{Name: "v", View: true, Columns: []Column{integer("customer_id")}},
			table("declared", "id", integer("id")),
		},
		ForeignKeys: []ForeignKey{{Table: "orders", Columns: []string{"declared_id"}, RefTable: "declared", RefColumns: []string{"id"}},
			{Table: "routes", Columns: []string{"team_id"}, RefTable: "routes", RefColumns: []string{"rid"}}}, // surely not
	}
	got := map[string]string{}
	for _, k := range InferKeys(s, func(k ForeignKey) bool { return k.Table != "visits" }) {
		if !k.Inferred {
			t.Errorf("%v is not marked as inferred", k)
		}
		got[k.Table+"."+k.Columns[0]] = k.RefTable + "." + k.RefColumns[0]
	}
	want := map[string]string{
		"orders.customer_id":   "Customers.id",
		"orders.category_id":   "categories.category_id",
		"matches.home_team_id": "team.id",
		"matches.away_team_id": "team.id",
		"flights.airportcode":  "airports.AirportCode",
		"profile.customer_id":  "Customers.id",
		"routes.source_hid":    "harbours.hid",
		"routes.team_id":       "team.id",
	}
	for from, to := range want {
		if got[from] != to {
			t.Errorf("%s refers to %q, want %q", from, got[from], to)
		}
	}
	for from, to := range got {
		if want[from] == "" {
			t.Errorf("%s refers to %s, want nothing", from, to)
		}
	}
}

func TestInferKeysNeedsOneMeaning(t *testing.T) {
	s := &Schema{Tables: []Table{
		table("a", "ref_code", text("ref_code")),
		table("b", "ref_code", text("ref_code")),
		table("c", "", text("ref_code")),
	}}
	keys := InferKeys(s, func(ForeignKey) bool { return true })
	if slices.ContainsFunc(keys, func(k ForeignKey) bool { return k.Table == "c" }) {
		t.Errorf("two tables would do, but got %v", keys)
	}
}

func TestGuess(t *testing.T) {
	for _, tt := range []struct {
		declared string
		texts    []string
		seen     Seen
		want     Type
	}{
		{declared: "VARCHAR(20)", want: Text},
		{declared: "", want: Unknown},
		{declared: "BOOLEAN", seen: Seen{Integers: 5, Flags: 5}, want: Boolean},
		{declared: "BOOLEAN", seen: Seen{Integers: 5, Flags: 4}, want: Integer},
		{declared: "boolean", texts: []string{"t", "f"}, want: Text},
		{declared: "TEXT", texts: []string{"2024-01-31", "", "1999-12-01"}, want: Date},
		{declared: "TEXT", texts: []string{"2024-01-31 10:00:00", "2024-01-31"}, want: DateTime},
		{declared: "", texts: []string{"2024-01-31T10:00:00.123Z"}, want: DateTime},
		{declared: "DATE", texts: []string{"31/01/2024"}, want: Text},
		{declared: "DATETIME", texts: []string{"2024-01-31"}, want: Date},
		{declared: "DATE", seen: Seen{Integers: 3}, want: Integer},
		{declared: "TEXT", texts: []string{"2024-13-31"}, want: Text},
		{declared: "TEXT", texts: []string{"2024-01-31 closed"}, want: Text},
		{declared: "NUMERIC", seen: Seen{Integers: 3}, want: Integer},
		{declared: "DECIMAL(10,2)", seen: Seen{Integers: 3}, want: Real},
		{declared: "INTEGER", seen: Seen{Integers: 3, Reals: 1}, want: Real},
		{declared: "INTEGER", texts: []string{"n/a", "x"}, seen: Seen{Integers: 1}, want: Text},
		{declared: "INTEGER", seen: Seen{Integers: 2, Flags: 2}, want: Integer},
		{declared: "", seen: Seen{Blobs: 2}, want: Blob},
	} {
		for _, text := range tt.texts {
			tt.seen.lookText(lookAt(text))
		}
		if got := Guess(tt.declared, tt.seen); got != tt.want {
			t.Errorf("Guess(%q, %v %+v) = %q, want %q", tt.declared, tt.texts, tt.seen, got, tt.want)
		}
	}
}

func TestFingerprintIsOfStructureAlone(t *testing.T) {
	a := &Schema{Tables: []Table{table("t", "id", Column{Name: "id", Min: "1"})}}
	b := &Schema{Tables: []Table{table("t", "id", Column{Name: "id", Min: "7"})}}
	c := &Schema{Tables: []Table{table("t", "id", Column{Name: "id", Min: "1"}, Column{Name: "x"})}}
	a.Seal()
	b.Seal()
	c.Seal()
	if a.Fingerprint != b.Fingerprint {
		t.Error("other values gave another fingerprint")
	}
	if a.Fingerprint == c.Fingerprint {
		t.Error("another column gave the same fingerprint")
	}
}
