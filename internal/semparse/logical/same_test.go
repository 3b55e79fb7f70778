package logical

import (
	"encoding/json"
	"testing"
)

func TestSame(t *testing.T) {
	db := open(t, "sales")
	status := Expr{Op: Column, Ref: Ref{Table: "orders", Column: "status"}}
	date := Expr{Op: Column, Ref: Ref{Table: "orders", Column: "order_date"}}
	paid := Predicate{Op: Equal, Expr: &status, Values: []Value{{Text: "paid"}}}
	in := Predicate{Op: In, Expr: &status, Values: []Value{{Text: "paid"}}}
	open := Predicate{Op: Equal, Expr: &status, Values: []Value{{Text: "open"}}}
	year := Predicate{Op: InPeriod, Expr: &date, Period: &Period{From: "2024-01-01", To: "2024-12-31", Text: "in 2024"}}
	moments := Predicate{Op: InPeriod, Expr: &date, Period: &Period{From: "2024-01-01 00:00:00", To: "2025-01-01 00:00:00", Time: true}}
	count := Measure{Agg: Count, Base: "orders"}
	with := func(ps ...Predicate) Query { return Query{Entity: "orders", Filters: ps} }
	own := func(ps ...Predicate) Query {
		return Query{Measures: []Measure{{Agg: Count, Base: "orders", Title: "x", Filters: ps}}}
	}
	cases := []struct {
		name string
		a, b Query
		want bool
	}{
		{"order of filters", with(paid, year), with(year, paid), true},
		{"one value in a list", with(paid), with(in), true},
		{"a period by days or by moments", with(year), with(moments), true},
		{"said twice", with(paid, paid), with(paid), true},
		{"nested and", with(Predicate{Op: And, Args: []Predicate{year, paid}}), with(paid, year), true},
		{"not not", with(Predicate{Op: Not, Args: []Predicate{{Op: Not, Args: []Predicate{paid}}}}), with(paid), true},
		{"a measure's only filter", own(paid), Query{Measures: []Measure{count}, Filters: []Predicate{paid}}, true},
		{"different rows", Query{Measures: []Measure{{Agg: CountDistinct, Base: "orders", Expr: &Expr{Op: Entity, Ref: Ref{Table: "orders"}}}}}, own(), true},
		{"at least one", Query{Entity: "customers", Filters: []Predicate{{Op: Exists, Table: "orders", Count: &Bound{Op: GreaterEq, Value: 1}}}},
			Query{Entity: "customers", Filters: []Predicate{{Op: Exists, Table: "orders"}}}, true},
		{"none", Query{Entity: "customers", Filters: []Predicate{{Op: Exists, Table: "orders", Count: &Bound{Op: Less, Value: 1}}}},
			Query{Entity: "customers", Filters: []Predicate{{Op: Not, Args: []Predicate{{Op: Exists, Table: "orders"}}}}}, true},
		{"another value", with(paid), with(open), false},
		{"another limit", Query{Entity: "orders", Limit: 5}, Query{Entity: "orders"}, false},
		{"list and count", with(paid), own(paid), false},
		{"two in one or in two", Query{Entity: "customers", Filters: []Predicate{{Op: Exists, Table: "orders", Args: []Predicate{paid, year}}}},
			Query{Entity: "customers", Filters: []Predicate{{Op: Exists, Table: "orders", Args: []Predicate{paid}}, {Op: Exists, Table: "orders", Args: []Predicate{year}}}}, false},
	}
	for _, c := range cases {
		before, _ := json.Marshal(c.a)
		if got := Same(c.a, c.b, db.c); got != c.want {
			t.Errorf("%s: %v\n%s\n%s", c.name, got, c.a.Key(db.c), c.b.Key(db.c))
		}
		if after, _ := json.Marshal(c.a); string(after) != string(before) {
			t.Errorf("%s: comparing changed the query", c.name)
		}
	}
}

func TestParts(t *testing.T) {
	db := open(t, "sales")
	date := Expr{Op: Column, Ref: Ref{Table: "orders", Column: "order_date"}}
	q := Query{
		Measures:   []Measure{{Agg: Count, Base: "orders"}},
		Dimensions: []Dimension{{Expr: Expr{Op: Entity, Ref: Ref{Table: "customers"}}}},
		Filters:    []Predicate{{Op: InPeriod, Expr: &date, Period: &Period{From: "2024-01-01", To: "2024-12-31", Text: "in 2024"}}},
		Order:      []Order{{Measure: 0, Dimension: -1, Desc: true}},
		Limit:      3,
		Default:    []Default{{Rule: "date", Text: "dated by order date"}},
	}
	want := []Part{
		{MeasurePart, "Number of orders", 0}, {DimensionPart, "by customer", 0}, {PeriodPart, "order date in 2024", 0},
		{LimitPart, "only the 3 highest by number of orders", 0}, {DefaultPart, "dated by order date", 0},
	}
	got := q.Parts(db.c)
	if len(got) != len(want) {
		t.Fatalf("parts are %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("part %d is %v, want %v", i, got[i], want[i])
		}
	}
	if s := q.Sentence(db.c); s != "Number of orders by customer, order date in 2024, only the 3 highest by number of orders, dated by order date." {
		t.Errorf("it says %q", s)
	}
}
