package schema

import (
	"slices"
	"strings"
)

// CodeTable is a table that says what the codes of several columns stand for,
// one list of codes (a domain) beside the other: domain, code, label.
type CodeTable struct {
	Table, Domain, Code, Label string // names of the table and its columns
}

// maxCodeRows is the number of rows beyond which a table holds data, not codes.
const maxCodeRows = 3000

// maxCodeLength is the average length beyond which texts are no codes.
const maxCodeLength = 12

// CodeTableOf reports whether a table has the form of a code table: few rows
// of texts, of which the domain repeats most, the code is shortest and the
// label longest, and to which no key refers.
func (s *Schema) CodeTableOf(t *Table) (CodeTable, bool) {
	if t.Hidden || t.RowCount < 3 || t.RowCount > maxCodeRows || len(t.Columns) > 6 || s.joined(t) {
		return CodeTable{}, false
	}
	texts := t.texts()
	if len(texts) < 3 {
		return CodeTable{}, false
	}
	slices.SortStableFunc(texts, func(a, b *Column) int { return int(a.Distinct - b.Distinct) })
	domain, rest := texts[0], slices.Clone(texts[1:])
	slices.SortStableFunc(rest, func(a, b *Column) int { return a.AvgLength - b.AvgLength })
	code, label := rest[0], rest[len(rest)-1]
	ok := domain.Distinct*2 <= t.RowCount && domain.Nulls <= 0 && code.Nulls <= 0 &&
		code.AvgLength <= maxCodeLength && code.AvgLength < label.AvgLength && label.Distinct*2 >= t.RowCount
	if !ok {
		return CodeTable{}, false
	}
	return CodeTable{t.Name, domain.Name, code.Name, label.Name}, true
}

// joined reports whether a key refers to the table or from it.
func (s *Schema) joined(t *Table) bool {
	return slices.ContainsFunc(s.ForeignKeys, func(k ForeignKey) bool {
		return strings.EqualFold(k.RefTable, t.Name) || strings.EqualFold(k.Table, t.Name)
	})
}

// texts are the columns of different texts that are no flags.
func (t *Table) texts() []*Column {
	var out []*Column
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Type == Text && c.Distinct > 1 && c.Flag == nil {
			out = append(out, c)
		}
	}
	return out
}

// Codes are the codes of one domain with their labels.
type Codes struct {
	From   CodeTable
	Domain string
	Labels map[string]string // by code
}

// Explain gives each column whose values are all codes of one domain those
// codes' labels. Where several domains hold them, the names decide.
func (s *Schema) Explain(domains []Codes) {
	for i := range s.Tables {
		t := &s.Tables[i]
		for j := range t.Columns {
			c := &t.Columns[j]
			if !t.Hidden && c.Type == Text && c.Flag == nil && c.Complete && len(c.Values) > 0 && len(c.Values) <= maxNumbers && !s.refers(t, c) {
				c.Codes = explains(domains, t, c)
			}
		}
	}
}

// refers reports whether a column is a key of its own.
func (s *Schema) refers(t *Table, c *Column) bool {
	return slices.ContainsFunc(s.ForeignKeys, func(k ForeignKey) bool {
		return strings.EqualFold(k.Table, t.Name) && len(k.Columns) == 1 && strings.EqualFold(k.Columns[0], c.Name)
	})
}

func explains(domains []Codes, t *Table, c *Column) *Codes {
	var best *Codes
	top, tied := 0, false
	for i := range domains {
		d := &domains[i]
		if strings.EqualFold(d.From.Table, t.Name) || !d.hold(c.Values) {
			continue
		}
		score := 1 + 4*d.alike(t, c)
		if score > top {
			best, top, tied = d, score, false
		} else if score == top {
			tied = true
		}
	}
	// A list of a few letters holds those of other columns by chance.
	if tied || top == 1 && (len(c.Values) < 3 || c.AvgLength < 2) {
		return nil
	}
	return best
}

// hold reports whether all values are codes of the domain.
func (d *Codes) hold(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return d.Labels[v] == "" && strings.TrimSpace(v) != "" })
}

// alike counts the words of the domain's name that the column's or its table's
// name holds, less those that neither does.
func (d *Codes) alike(t *Table, c *Column) int {
	own := append(words(t.Name), words(c.Name)...)
	n := 0
	for _, w := range words(d.Domain) {
		if slices.ContainsFunc(own, func(o string) bool { return o == w || leavesOut(w, o) || leavesOut(o, w) }) {
			n += 2
		} else {
			n--
		}
	}
	return max(n, 0)
}

// leavesOut reports whether short is long with letters left out, from the
// first on: "acct" of account, "wo" of work order's "workorder".
func leavesOut(short, long string) bool {
	if len(short) < 2 || len(short) >= len(long) || short[0] != long[0] {
		return false
	}
	i := 0
	for j := 0; j < len(long) && i < len(short); j++ {
		if long[j] == short[i] {
			i++
		}
	}
	return i == len(short)
}
