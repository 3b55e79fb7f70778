package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/querent/querent/internal/schema"
)

// A schema's own keys tell what its short forms mean.
func TestWordsByTheSchemasOwnKeys(t *testing.T) {
	table := func(name string, columns ...string) schema.Table {
		t := schema.Table{Name: name, PrimaryKey: columns[:1]}
		for _, c := range columns {
			t.Columns = append(t.Columns, schema.Column{Name: c})
		}
		return t
	}
	n := newNamer(&schema.Schema{Tables: []schema.Table{
		table("loan", "ln_id", "prin_amt"), table("rpmt", "rp_id", "ln_id", "due_dt"), table("prod", "prd_cd", "prd_grp", "prd_nm"), table("acct", "acct_id", "prd_cd", "od_lim"),
	}})
	for _, c := range []struct{ name, table, want string }{
		{"ln_id", "rpmt", "loan id"}, {"prd_grp", "prod", "product group"}, {"prd_cd", "acct", "product code"}, {"rpmt", "", "repayment"},
	} {
		if got := n.spell(strings.Split(c.name, "_"), n.table(c.table)); !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%s of %s: %v, want %s", c.name, c.table, got, c.want)
		}
	}
}
