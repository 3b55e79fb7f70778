package schema

import "testing"

func table(name, key string, columns ...Column) Table {
	t := Table{Name: name, Columns: columns}
	if key != "" {
		t.PrimaryKey = []string{key}
	}
	return t
}

func whole(name, low, high string) Column {
	return Column{Name: name, Type: Integer, Min: low, Max: high, Distinct: -1}
}

func TestInferForeignKeys(t *testing.T) {
	s := &Schema{Tables: []Table{
		table("customers", "id", whole("id", "1", "9")),
		table("categories", "category_id", whole("category_id", "1", "5")),
		table("orders", "id", whole("id", "1", "99"), whole("customer_id", "2", "9"), whole("category_id", "1", "5")),
		table("visits", "id", whole("id", "1", "99"), whole("customerId", "2", "50")),
		table("notes", "id", whole("id", "1", "3"), Column{Name: "customer_id", Type: Text}),
	}}
	InferForeignKeys(s)
	got := map[string]string{}
	for _, k := range s.ForeignKeys {
		if !k.Inferred {
			t.Errorf("%v is not marked as inferred", k)
		}
		got[k.Table+"."+k.Columns[0]] = k.RefTable + "." + k.RefColumns[0]
	}
	want := map[string]string{"orders.customer_id": "customers.id", "orders.category_id": "categories.category_id"}
	if len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for from, to := range want {
		if got[from] != to {
			t.Errorf("%s refers to %q, want %q", from, got[from], to)
		}
	}
}

func TestFingerprintIsOfStructureAlone(t *testing.T) {
	a := &Schema{Tables: []Table{table("t", "id", whole("id", "1", "9"))}}
	b := &Schema{Tables: []Table{table("t", "id", whole("id", "1", "1000"))}}
	c := &Schema{Tables: []Table{table("t", "id", whole("id", "1", "9"), Column{Name: "x"})}}
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
