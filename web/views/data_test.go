package views

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/querent/querent/internal/schema"
)

func wide(tables, columns int) *schema.Schema {
	s := &schema.Schema{}
	for i := range tables {
		t := schema.Table{Name: fmt.Sprintf("things_%d", i), RowCount: int64(i)}
		for j := range columns {
			t.Columns = append(t.Columns, schema.Column{Name: fmt.Sprintf("part_%d", j), Type: schema.Text, Distinct: 9,
				Values: []string{strings.Repeat("a", 40), strings.Repeat("b", 40), strings.Repeat("c", 40)}})
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

// However much there is, a page of it is small, and the rest is found.
func TestDataIsShownInPages(t *testing.T) {
	s := wide(1000, 60)
	s.Tables[700].Columns[50].Name = "whereabouts"
	for _, c := range []struct {
		data        Data
		first, says string
		shown       int
		more        bool
	}{
		{Data{Schema: s}, "things_0", "1,000 tables", mostTables, true},
		{Data{Schema: s, Page: 40}, "things_975", "1,000 tables", mostTables, true},
		{Data{Schema: s, Page: 99}, "things_975", "1,000 tables", mostTables, true},
		{Data{Schema: s, Search: "whereabouts"}, "things_700", "Found in 1 table", 1, false},
		{Data{Schema: s, Search: "things 99"}, "things_99", "Found in 11 tables", 11, true},
		{Data{Schema: s, Search: "xylophone"}, "", "Nothing here is called that.", 0, false},
	} {
		var b bytes.Buffer
		if err := schemaBrowser(c.data).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if b.Len() > 200_000 {
			t.Errorf("%q: %d bytes", c.data.Search, b.Len())
		}
		page, err := goquery.NewDocumentFromReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		names := page.Find("summary .name")
		if names.Length() != c.shown || names.First().Text() != c.first || page.Find("[role=status]").Text() != c.says {
			t.Errorf("%q: %d tables from %q: %s", c.data.Search, names.Length(), names.First().Text(), page.Find("[role=status]").Text())
		}
		if more := strings.Contains(page.Text(), "and 35 columns more"); more != c.more {
			t.Errorf("%q: says of more columns: %t", c.data.Search, more)
		}
	}
}
