package ontology

import (
	"database/sql"
	"reflect"
	"strings"
	"testing"

	_ "github.com/ncruces/go-sqlite3/driver"

	"github.com/querent/querent/internal/schema"
)

// compiler checks SQL on a real SQLite with the schema's table.
func compiler(t *testing.T) func(string) error {
	t.Helper()
	db, err := sql.Open("sqlite3", "file::memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Exec("CREATE TABLE orders (id INTEGER, total REAL, status TEXT)"); err != nil {
		t.Fatal(err)
	}
	return func(query string) error {
		stmt, err := db.Prepare(query)
		if err != nil {
			return err
		}
		defer stmt.Close()
		return nil
	}
}

var orders = &schema.Schema{Tables: []schema.Table{{Name: "orders", Columns: []schema.Column{{Name: "id"}, {Name: "total"}, {Name: "status"}}}}}

func TestValidate(t *testing.T) {
	check := compiler(t)
	for _, tt := range []struct {
		name string
		term Term
		want string // part of the one message; empty: it holds
	}{
		{"table", Term{Kind: Synonym, Table: "orders"}, ""},
		{"column", Term{Kind: Synonym, Table: "ORDERS", Column: "Total"}, ""},
		{"metric", Term{Kind: Metric, Table: "orders", SQL: "sum(total) - count(*)"}, ""},
		{"expression", Term{Kind: Expression, Table: "orders", SQL: "orders.total * 2"}, ""},
		{"filter", Term{Kind: Filter, Table: "orders", SQL: "status = 'it''s; -- (' OR total > 3"}, ""},
		{"unknown table", Term{Kind: Synonym, Table: "order"}, `did you mean "orders"?`},
		{"nothing near", Term{Kind: Synonym, Table: "planets"}, `there is no table "planets"`},
		{"unknown column", Term{Kind: Synonym, Table: "orders", Column: "totl"}, `did you mean "total"?`},
		{"metric per row", Term{Kind: Metric, Table: "orders", SQL: "total"}, "must aggregate"},
		{"metric of a scalar", Term{Kind: Metric, Table: "orders", SQL: "max(total, id)"}, "must aggregate"},
		{"aggregate expression", Term{Kind: Expression, Table: "orders", SQL: "sum(total)"}, "value per row"},
		{"aggregate filter", Term{Kind: Filter, Table: "orders", SQL: "sum(total) > 3"}, "does not compile"},
		{"unknown name", Term{Kind: Metric, Table: "orders", SQL: "sum(price)"}, "does not compile"},
		{"no sql", Term{Kind: Filter, Table: "orders"}, "needs sql"},
		{"two columns", Term{Kind: Expression, Table: "orders", SQL: "id, total"}, "does not compile"},
		{"own FROM", Term{Kind: Expression, Table: "orders", SQL: "1 FROM sqlite_master"}, "does not compile"},
		{"breaks out", Term{Kind: Filter, Table: "orders", SQL: "1) OR (1"}, "did not open"},
		{"left open", Term{Kind: Filter, Table: "orders", SQL: "(1"}, "open"},
		{"comment", Term{Kind: Filter, Table: "orders", SQL: "1 -- "}, "comment"},
		{"block comment", Term{Kind: Filter, Table: "orders", SQL: "1 /* "}, "comment"},
		{"second statement", Term{Kind: Filter, Table: "orders", SQL: "1; DROP TABLE orders"}, "semicolon"},
		{"open quote", Term{Kind: Filter, Table: "orders", SQL: "status = 'x"}, "unclosed"},
		{"kind", Term{Kind: "magic", Table: "orders"}, "kind must be synonym"},
		{"synonym with sql", Term{Kind: Synonym, Table: "orders", SQL: "1"}, "no sql"},
		{"no letters", Term{Name: "42", Kind: Synonym, Table: "orders"}, "no letter"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.term.Name == "" {
				tt.term.Name = "it"
			}
			got := tt.term.Validate(orders, check)
			if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDuplicateNames(t *testing.T) {
	o := &Ontology{Terms: []Term{
		{Name: "Revenue", Synonyms: []string{"turnover"}, Kind: Metric, Table: "orders", SQL: "sum(total)"},
		{Name: "sales", Synonyms: []string{" TURNOVER ", "sales"}, Kind: Synonym, Table: "orders"},
	}}
	got := o.Validate(orders, compiler(t))
	if len(got) != 2 || !strings.Contains(got.Error(), `belongs to the term "Revenue"`) || !strings.Contains(got.Error(), "twice") {
		t.Errorf("got %v", got)
	}
}

func TestYAMLRoundTrip(t *testing.T) {
	o := &Ontology{Terms: []Term{
		{Name: "active", Kind: Filter, Table: "orders", SQL: "status = 'open'", Description: "Still open: not shipped"},
		{Name: "revenue", Synonyms: []string{"turnover", "yes"}, Kind: Metric, Table: "orders", SQL: "sum(total)"},
	}}
	data, err := Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(data)
	if err != nil || !reflect.DeepEqual(back.Terms, o.Terms) || len(back.Lines) != 2 {
		t.Errorf("%s\nread back as %+v, %v", data, back, err)
	}
}

func TestParseTellsAllProblemsWithLines(t *testing.T) {
	_, err := Parse([]byte("terms:\n  - name: a\n    knd: metric\n    table: orders\n  - name: b\n    kind: metric\n    table: [x]\n    sql: sum(x)\nextra: 1\n"))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`line 3: term "a": unknown field "knd"; did you mean "kind"?`, `line 2: term "a": its kind must be`,
		`line 7: term "b": here must stand a text`, `line 9: unknown field "extra"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from\n%v", want, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("terms: [{name: a, kind: synonym, table: t}]")
	f.Add("a: &a [*a]")
	f.Add("terms:\n- &x {name: *x}")
	f.Fuzz(func(t *testing.T, text string) {
		o, err := Parse([]byte(text))
		if err != nil {
			return
		}
		data, err := Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Parse(data); err != nil || len(back.Terms) != len(o.Terms) {
			t.Errorf("%q was written as %q: %v", text, data, err)
		}
	})
}
