package llm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/sqltoken"
)

// stems are the words of a text or name, stemmed.
func stems(text string) map[string]bool {
	out := map[string]bool{}
	var word []rune
	flush := func() {
		if len(word) > 1 {
			out[english.Stem(strings.ToLower(string(word)), false)] = true
		}
		word = word[:0]
	}
	var before rune
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.IsUpper(r) && unicode.IsLower(before) {
			flush()
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word = append(word, r)
		}
		before = r
	}
	flush()
	return out
}

func common(a, b map[string]bool) (n int) {
	for w := range b {
		if a[w] {
			n++
		}
	}
	return n
}

// A table's points, by what speaks for it.
const (
	pointsName     = 10.0 // a word of its name is in the question
	pointsColumn   = 4.0  // a word of a column's name is
	pointsValue    = 5.0  // a value of it is
	pointsTerm     = 8.0  // a business term in the question is about it
	pointsFound    = 6.0  // retrieval found it; less for each that it found before
	pointsSQL      = 12.0 // the proposal or the question before uses it
	pointsSample   = 3.0  // an approved pair alike uses it
	shareNeighbour = 0.35 // of a table's points that those with a key to it get
)

// ranked orders the tables by how much speaks for them, most first.
func ranked(p ask.Prompt) []*schema.Table {
	points := map[string]float64{}
	question := stems(p.Question)
	if p.Previous != nil {
		for w := range stems(p.Previous.Question) {
			question[w] = true
		}
	}
	rare := rarity(p.Schema)
	for t := range p.Schema.Shown() {
		points[key(t.Name)] = own(t, question, rare, strings.ToLower(p.Question))
	}
	for i, t := range p.Tables {
		points[key(t)] += pointsFound / (1 + float64(i)/3)
	}
	if p.Ontology != nil {
		for _, t := range p.Ontology.Terms {
			if common(question, stems(t.Name+" "+strings.Join(t.Synonyms, " "))) > 0 {
				points[key(t.Table)] += pointsTerm
			}
		}
	}
	for sql, n := range usedSQL(p) {
		for _, t := range tablesIn(p.Schema, sql) {
			points[key(t)] += n
		}
	}
	near := neighbours(p.Schema, points)
	var out []*schema.Table
	for t := range p.Schema.Shown() {
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b *schema.Table) int {
		return cmp.Compare(points[key(b.Name)]+near[key(b.Name)], points[key(a.Name)]+near[key(a.Name)])
	})
	return out
}

func key(table string) string { return strings.ToLower(table) }

// rarity weighs a stem by how few tables have it in a name: 1 for one table.
func rarity(s *schema.Schema) func(stem string) float64 {
	in := map[string]int{}
	for t := range s.Shown() {
		all := stems(t.Name)
		for i := range t.Columns {
			for w := range stems(t.Columns[i].Name) {
				all[w] = true
			}
		}
		for w := range all {
			in[w]++
		}
	}
	return func(stem string) float64 { return 2 / (1 + float64(max(in[stem], 1))) }
}

// own are the points of a table's own names and values.
func own(t *schema.Table, question map[string]bool, rare func(string) float64, text string) float64 {
	sum := 0.0
	for w := range stems(t.Name) {
		if question[w] {
			sum += pointsName * (0.5 + rare(w)/2)
		}
	}
	seen := map[string]bool{}
	for i := range t.Columns {
		c := &t.Columns[i]
		for w := range stems(c.Name) {
			if question[w] && !seen[w] {
				seen[w] = true
				sum += pointsColumn * (0.25 + 0.75*rare(w))
			}
		}
		if c.Type == schema.Text && slices.ContainsFunc(c.Values, func(v string) bool { return len(v) > 2 && holdsWord(text, strings.ToLower(v)) }) {
			sum += pointsValue
		}
	}
	return sum
}

// holdsWord reports whether text holds word between its bounds.
func holdsWord(text, word string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(word)
		if (at == 0 || !letter(text[at-1])) && (end == len(text) || !letter(text[end])) {
			return true
		}
		from = at + 1
	}
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b >= 0x80 }

// usedSQL is SQL that speaks for the tables it uses, with the points.
func usedSQL(p ask.Prompt) map[string]float64 {
	out := map[string]float64{}
	if p.Previous != nil {
		out[p.Previous.SQL] = pointsSQL
	}
	for _, s := range p.Samples {
		out[s.SQL] = pointsSample
	}
	if p.Proposal != nil {
		out[p.Proposal.SQL] = pointsSQL
		for _, c := range p.Proposal.Choices {
			out[c.SQL] = pointsSQL
		}
	}
	return out
}

// Recall counts the tables that SQL uses, and those of them that the prompt for
// p describes: how well the pruned schema holds what an answer needs.
func Recall(p ask.Prompt, budget int, sql string) (described, used int) {
	told := Compose(p, budget).Tables
	for _, t := range tablesIn(p.Schema, sql) {
		used++
		if slices.Contains(told, t) {
			described++
		}
	}
	return described, used
}

// tablesIn are the schema's tables that SQL names.
func tablesIn(s *schema.Schema, sql string) (out []string) {
	for t := range sqltoken.All(sql) {
		if t.Kind != sqltoken.Word && t.Kind != sqltoken.Name {
			continue
		}
		if table := s.Table(t.Value()); table != nil && !slices.Contains(out, table.Name) {
			out = append(out, table.Name)
		}
	}
	return out
}

// neighbours are the points that tables get from those a key ties them to. A
// table between two that matter gets them from both.
func neighbours(s *schema.Schema, points map[string]float64) map[string]float64 {
	out := map[string]float64{}
	for _, k := range s.ForeignKeys {
		out[key(k.Table)] += shareNeighbour * points[key(k.RefTable)]
		out[key(k.RefTable)] += shareNeighbour * points[key(k.Table)]
	}
	return out
}

// writeTables describes as many tables as the budget of tokens holds, those
// that matter most first.
func writeTables(b *strings.Builder, p ask.Prompt, budget int) (names []string) {
	keys := map[string][]schema.ForeignKey{}
	for _, k := range p.Schema.ForeignKeys {
		keys[key(k.Table)] = append(keys[key(k.Table)], k)
	}
	spent := tokens(b.String())
	for _, t := range ranked(p) {
		if strings.ContainsFunc(t.Name, unicode.IsControl) {
			continue // it could break out of its line
		}
		text := describe(t, keys[key(t.Name)])
		if n := tokens(text); spent+n <= budget {
			spent += n
			b.WriteString(text)
			names = append(names, t.Name)
		}
	}
	return names
}

// describe is a table with its columns, keys, formats and ranges.
func describe(t *schema.Table, keys []schema.ForeignKey) string {
	var b strings.Builder
	kind := "table"
	if t.View {
		kind = "view"
	}
	fmt.Fprintf(&b, "%s %s", kind, name(t.Name))
	if t.RowCount >= 0 {
		fmt.Fprintf(&b, ", %d rows", t.RowCount)
	}
	b.WriteString("\n")
	for i := range t.Columns {
		c := &t.Columns[i]
		if strings.ContainsFunc(c.Name, unicode.IsControl) {
			continue
		}
		fmt.Fprintf(&b, "  %s %s%s\n", name(c.Name), cmp.Or(string(c.Type), "any"), facts(c, keys))
	}
	return b.String()
}

// ranged reports a column whose least and greatest value tell something.
func ranged(c *schema.Column) bool {
	return (c.Format != schema.FormatNone || c.Type.Numeric()) && c.Min != "" && c.Max != ""
}

// referred are the columns that a column refers to.
func referred(c *schema.Column, keys []schema.ForeignKey) []string {
	var out []string
	for _, k := range keys {
		if i := slices.IndexFunc(k.Columns, func(n string) bool { return strings.EqualFold(n, c.Name) }); i >= 0 && i < len(k.RefColumns) {
			out = append(out, "refers to "+name(k.RefTable)+"."+name(k.RefColumns[i]))
		}
	}
	return out
}

// facts are what is known of a column beside its type.
func facts(c *schema.Column, keys []schema.ForeignKey) string {
	var out []string
	tells := !c.PrimaryKey && !c.Unique // a range of keys tells nothing
	if c.PrimaryKey {
		out = append(out, "primary key")
	}
	if to := referred(c, keys); len(to) > 0 {
		out, tells = append(out, to...), false
	}
	if c.Format != schema.FormatNone {
		out = append(out, "dates as "+string(c.Format))
	}
	if c.Flag != nil {
		out = append(out, fmt.Sprintf("yes is %s, no is %s", quoted(strings.Join(c.Flag.True, ", ")), quoted(strings.Join(c.Flag.False, ", "))))
		tells = false
	}
	if c.Type == schema.Text && c.Complete && c.Distinct > 0 && c.Format == schema.FormatNone && c.Flag == nil {
		out = append(out, fmt.Sprintf("%d different texts", c.Distinct))
	}
	if tells && ranged(c) {
		out = append(out, fmt.Sprintf("from %s to %s", quoted(c.Min), quoted(c.Max)))
	}
	if len(out) == 0 {
		return ""
	}
	return ", " + strings.Join(out, ", ")
}
