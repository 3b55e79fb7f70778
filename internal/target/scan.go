package target

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
)

const (
	maxValues     = 2000     // distinct texts kept of a column
	maxValue      = 200      // bytes of one; a longer one is not kept
	maxValueBytes = 12 << 20 // of all together
	maxDistinct   = 20_000   // distinct values counted of a column; above it unknown
	viewTime      = 150 * time.Millisecond
)

// statistics counts rows and reads values, smaller tables first, so that a
// large one can't take the time of all others. Each has its share of what time
// is left; a scan cut short leaves what only a whole one can tell unknown.
func (r *reader) statistics(deadline time.Time) {
	order := make([]*schema.Table, len(r.schema.Tables))
	for i := range order {
		order[i] = &r.schema.Tables[i]
	}
	for i, t := range order {
		r.within(r.share(t, deadline, len(order)-i, 3), func() { r.count(t) })
	}
	slices.SortStableFunc(order, func(a, b *schema.Table) int {
		// An uncounted table is taken for large; views come last.
		return cmp.Or(cmp.Compare(rank(a.View), rank(b.View)), cmp.Compare(uint64(a.RowCount), uint64(b.RowCount)))
	})
	for i, t := range order {
		r.within(r.share(t, deadline, len(order)-i, 1), func() { r.scan(t) })
	}
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// share is the end of a table's part of the time left, when n tables want it
// and this step may use one in parts of it.
func (r *reader) share(t *schema.Table, deadline time.Time, n, parts int) time.Time {
	left := time.Until(deadline) / time.Duration(parts)
	part := max(left/time.Duration(n), min(left/4, 500*time.Millisecond))
	if t.View {
		part = min(part, viewTime)
	}
	return time.Now().Add(part)
}

func (r *reader) count(t *schema.Table) {
	count := int64(-1)
	if err := r.each("SELECT count(*) FROM "+schema.Quote(t.Name), func(s *sqlite3.Stmt) { count = s.ColumnInt64(0) }); err == nil {
		t.RowCount = count
	}
}

// scan reads a table once and fills in its columns.
func (r *reader) scan(t *schema.Table) {
	seen := make([]*sample, len(t.Columns))
	names := make([]string, len(t.Columns))
	for i := range seen {
		seen[i] = &sample{values: map[string]int64{}, distinct: map[uint64]struct{}{}}
		names[i] = schema.Quote(t.Columns[i].Name)
	}
	rows := int64(0)
	err := r.each("SELECT "+strings.Join(names, ", ")+" FROM "+schema.Quote(t.Name), func(s *sqlite3.Stmt) {
		rows++
		for i := range seen {
			seen[i].look(s, i)
		}
	})
	whole := err == nil
	if whole && t.RowCount < 0 {
		t.RowCount = rows
	}
	for i := range seen {
		seen[i].fill(&t.Columns[i], rows, whole, &r.space)
	}
}

// hashSeed makes distinct values of one scan comparable by hash.
var hashSeed = maphash.MakeSeed()

// sample is what a scan has seen of one column.
type sample struct {
	schema.Seen
	nulls     int64
	values    map[string]int64 // texts with how often each was seen
	lost      bool             // some text is not in values
	distinct  map[uint64]struct{}
	uncounted bool // distinct is full
	low, high float64
	numeric   bool // low and high hold numbers
	first     string
	last      string
}

func (p *sample) look(s *sqlite3.Stmt, i int) {
	switch s.ColumnType(i) {
	case sqlite3.NULL:
		p.nulls++
	case sqlite3.INTEGER:
		v := s.ColumnInt64(i)
		p.Integers++
		if v == 0 || v == 1 {
			p.Flags++
		}
		p.number(float64(v))
		p.count(maphash.Comparable(hashSeed, v))
	case sqlite3.FLOAT:
		v := s.ColumnFloat(i)
		p.Reals++
		p.number(v)
		p.count(maphash.Comparable(hashSeed, v))
	case sqlite3.TEXT:
		p.text(s.ColumnRawText(i))
	case sqlite3.BLOB:
		p.Blobs++
		p.count(maphash.Bytes(hashSeed, s.ColumnRawBlob(i)))
	}
}

func (p *sample) number(v float64) {
	if !p.numeric {
		p.low, p.high, p.numeric = v, v, true
	}
	p.low, p.high = min(p.low, v), max(p.high, v)
}

func (p *sample) count(hash uint64) {
	if p.uncounted {
		return
	}
	p.distinct[hash] = struct{}{}
	p.uncounted = len(p.distinct) > maxDistinct
}

func (p *sample) text(raw []byte) {
	p.count(maphash.Bytes(hashSeed, raw))
	if n, ok := p.values[string(raw)]; ok {
		p.values[string(raw)] = n + 1
		p.Look(string(raw))
		return
	}
	text := string(raw)
	p.Look(text)
	if p.Texts == 1 || text < p.first {
		p.first = text
	}
	if p.Texts == 1 || text > p.last {
		p.last = text
	}
	if len(text) > maxValue || len(p.values) == maxValues || !utf8.ValidString(text) {
		p.lost = true
		return
	}
	p.values[text] = 1
}

// fill puts what was seen into the column. Only a whole scan tells extremes,
// uniqueness and completeness.
func (p *sample) fill(c *schema.Column, rows int64, whole bool, space *int) {
	c.Type = schema.Guess(c.Declared, p.Seen)
	if rows == 0 && !whole {
		return
	}
	c.Nulls = p.nulls
	if !p.uncounted {
		c.Distinct = int64(len(p.distinct))
	} else if whole && c.Unique {
		c.Distinct = rows - p.nulls
	}
	if whole {
		c.Min, c.Max = p.extremes(c.Type)
		c.Unique = c.Unique || rows > 1 && c.Distinct == rows
	}
	if p.Texts > 0 && !c.Type.Temporal() {
		p.keep(c, whole, space)
	}
}

func (p *sample) extremes(t schema.Type) (low, high string) {
	if p.Texts > 0 && !t.Numeric() && len(p.first) <= maxValue && len(p.last) <= maxValue {
		return strings.ToValidUTF8(p.first, "�"), strings.ToValidUTF8(p.last, "�")
	}
	if p.numeric && p.Texts == 0 {
		return number(p.low), number(p.high)
	}
	return "", ""
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// keep stores the texts, most frequent first.
func (p *sample) keep(c *schema.Column, whole bool, space *int) {
	values := make([]string, 0, len(p.values))
	for v := range p.values {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int {
		return cmp.Or(cmp.Compare(p.values[b], p.values[a]), cmp.Compare(a, b))
	})
	for i, v := range values {
		if *space -= len(v); *space < 0 {
			values, p.lost = values[:i], true
			break
		}
	}
	c.Values = values
	c.Complete = whole && !p.lost && p.Integers+p.Reals+p.Blobs == 0
}
