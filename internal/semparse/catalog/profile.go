package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/text"
)

// New indexes a schema for reading.
func New(s *schema.Schema) *Catalog {
	n := newNamer(s)
	c := &Catalog{Schema: s, Terse: n.terse, byName: map[string]*Table{}, paths: &paths{seen: map[pathKey][]Hop{}}}
	for i := range s.Tables {
		if s.Tables[i].Hidden {
			continue
		}
		t := &Table{Table: &s.Tables[i]}
		t.Words = n.table(t.Name)
		for j := range t.Table.Columns {
			sc := &t.Table.Columns[j]
			col := &Column{Column: sc, Table: t, Words: n.typed(sc, t.Words)}
			col.Primary = len(t.PrimaryKey) == 1 && strings.EqualFold(t.PrimaryKey[0], sc.Name)
			t.Columns = append(t.Columns, col)
		}
		c.Tables = append(c.Tables, t)
		c.byName[strings.ToLower(t.Name)] = t
	}
	c.keys()
	for _, t := range c.Tables {
		for _, col := range t.Columns {
			col.profile()
		}
		t.Label = t.label()
		t.Date = t.date()
		t.Amount = t.amount()
		t.Price = t.price()
	}
	for _, t := range c.Tables {
		t.Role = t.role()
		c.DayFirst = c.DayFirst || slices.ContainsFunc(t.Columns, func(col *Column) bool { return col.Format == schema.DMY })
	}
	return c
}

// keys links tables by the schema's foreign keys.
func (c *Catalog) keys() {
	for _, f := range c.Schema.ForeignKeys {
		from, to := c.Table(f.Table), c.Table(f.RefTable)
		if from == nil || to == nil {
			continue
		}
		k := &Key{From: from, To: to, Inferred: f.Inferred}
		for i := range f.Columns {
			k.Columns = append(k.Columns, from.Column(f.Columns[i]))
			k.RefColumn = append(k.RefColumn, to.Column(f.RefColumns[i]))
		}
		if slices.ContainsFunc(from.Out, func(o *Key) bool { return slices.Equal(o.Columns, k.Columns) }) {
			continue
		}
		if len(k.Columns) == 1 {
			k.Columns[0].Key = k
		}
		k.Role = roleWords(k)
		from.Out = append(from.Out, k)
		to.In = append(to.In, k)
	}
}

// keyWords end a key's name and say nothing of whom it refers to.
var keyWords = text.WordSet("id code number key no fk ref uuid")

func roleWords(k *Key) []string {
	known := map[string]bool{}
	for _, w := range append(slices.Clone(k.To.Words), k.RefColumn[0].Words...) {
		known[text.Stem(w)] = true
	}
	var out []string
	for _, w := range k.Columns[0].Words {
		if !keyWords[w] && !known[text.Stem(w)] {
			out = append(out, w)
		}
	}
	return out
}

// notAdditive are words of columns whose sum means nothing.
var notAdditive = text.WordSet(`price rate percent percentage pct score rating star stars mark marks average ratio age lat lng latitude longitude year level rank
temperature probability version limit term terms margin weight capacity tier lead position index grade gpa height width length depth
elevation altitude month day week weekday hour priority severity floor per speed pressure size density factor share median mean
threshold minimum maximum min max target_rate interest odds`)

var units = map[string]string{"cents": "cents", "cent": "cents", "pence": "cents", "pennies": "cents", "seconds": "seconds", "second": "seconds", "sec": "seconds", "secs": "seconds",
	"minutes": "minutes", "minute": "minutes", "min": "minutes", "mins": "minutes", "hours": "hours", "hour": "hours", "days": "days",
	"percent": "percent", "pct": "percent", "percentage": "percent", "milliseconds": "milliseconds", "ms": "milliseconds", "millis": "milliseconds",
	"kg": "kg", "km": "km", "kwh": "kWh", "mwh": "MWh", "grams": "g", "litres": "l", "liters": "l", "meters": "m", "metres": "m"}

// nameWords end the names of columns whose numbers name something.
var nameWords = text.WordSet("id code number key no zip postcode phone telephone fax isbn sku ean barcode uuid guid ssn iban reference ref pin")

// otherRow before a table's own noun names another of its rows.
var otherRow = text.WordSet("from previous prev parent next original source reply replaces")

func (c *Column) last() string {
	if len(c.Words) == 0 {
		return ""
	}
	return c.Words[len(c.Words)-1]
}

func (c *Column) profile() {
	c.Unit = c.unit()
	c.Kind = c.kind()
	c.Additive = c.Kind == Number && c.Unit != "percent" &&
		!slices.ContainsFunc(c.Words, func(w string) bool { return notAdditive[w] && units[w] == "" || w == "percent" })
}

// kind tells what the values are to a person: by the key that they are, else
// by what was seen of them.
func (c *Column) kind() Kind {
	dated := c.Format != schema.FormatNone && c.Format != schema.TimeOfDay && c.Format != schema.YearNumber
	switch {
	case c.Type == schema.Blob:
		return Opaque
	case dated:
		return Date
	case c.Key != nil || c.Primary && c.Type.Numeric():
		return Code
	case c.Flag != nil && !c.Primary:
		return Flag
	case c.Type.Temporal():
		return Date
	case c.Type.Numeric() || c.Numbers != schema.NumbersNone:
		return c.figureOrCode()
	case c.Primary && nameWords[c.last()]:
		return Code
	}
	return Text
}

func (c *Column) figureOrCode() Kind {
	if c.names() || c.refersBack() {
		return Code
	}
	return Number
}

// names reports whether numbers stand for something rather than measure it:
// "account number", "zip".
func (c *Column) names() bool {
	if len(c.Words) > 1 && otherRow[c.Words[0]] && c.Table.says(c.last()) {
		return true // "from_visit" of visits
	}
	if !nameWords[c.last()] || c.Type == schema.Real {
		return false
	}
	return !(len(c.Words) > 1 && c.Words[0] == "number")
}

// refersBack reports a number that names another row of its table:
// "from_visit" of visits.
func (c *Column) refersBack() bool {
	if c.Type != schema.Integer || len(c.Words) < 2 {
		return false
	}
	switch c.Words[0] {
	case "from", "to", "parent", "previous", "prev", "next", "root", "origin", "source", "referring":
		return c.Table.says(c.last())
	}
	return false
}

func (c *Column) unit() string {
	for i := len(c.Words) - 1; i >= 0; i-- {
		if u, ok := units[c.Words[i]]; ok && (i == len(c.Words)-1 || i == 0 || u == "percent") {
			if (u == "minutes" && c.Words[i] == "min" || u == "seconds" && c.Words[i] == "second") && i == 0 {
				continue // "min price", "second name"
			}
			return u
		}
	}
	if c.Numbers == schema.NumbersPercent {
		return "percent"
	}
	return ""
}

// Dates of these words say when a row came about, the first the surest; those
// of the others say what became of it.
var (
	begins = strings.Fields(`order place transact sale sold issue report open create book request sign join start invoice post check pay happen event occur
admit visit hire signup register spend activity apply application submit receive date launch loss read begin usage incident played match game flight
departure published release sampled collected measured performed tested held visited written prescribed posted taken log record enrol added message sent`)
	ends = text.WordSet(`due end expect promise close cancel update birth expire expiry last next leave terminate termination delete withdraw
modify valid until finish decision resolve deactivate death deceased renewal target edited changed closed ended`)
)

var beginRank = func() map[string]int {
	out := map[string]int{}
	for i, w := range begins {
		if _, ok := out[text.Stem(w)]; !ok {
			out[text.Stem(w)] = i
		}
	}
	return out
}()

var endStems = func() map[string]bool {
	out := map[string]bool{}
	for w := range ends {
		out[text.Stem(w)] = true
	}
	return out
}()

// leastDate is the score below which a date dates its table only if asked for.
const leastDate = -1.2

// date is the column that dates a row unless the question says otherwise: the
// one named like the table, or the oldest, fullest event date; never a due,
// end or change date.
func (t *Table) date() *Column {
	var best *Column
	top := leastDate
	for i, c := range t.Dates() {
		if s := t.dateScore(c, i); s > top {
			best, top = c, s
		}
	}
	return best
}

// Dates are the table's date columns in their order.
func (t *Table) Dates() []*Column {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c *Column) bool { return c.Kind != Date })
}

// dateWords of a column are those that say which date it is.
func dateWords(c *Column) []string {
	return slices.DeleteFunc(slices.Clone(c.Words), func(w string) bool {
		return slices.Contains([]string{"date", "on", "at", "timestamp", "time", "datetime", "day", "utc", "ts"}, w)
	})
}

func (t *Table) dateScore(c *Column, place int) float64 {
	score := -0.05 * float64(place)
	if t.RowCount > 0 && c.Nulls > 0 {
		score -= 1.5 * float64(c.Nulls) / float64(max(t.RowCount, c.Nulls))
	}
	words := dateWords(c)
	if len(words) == 0 {
		score++
	}
	best := -1
	for _, w := range words {
		s := text.Stem(w)
		if endStems[s] {
			score -= 2
		}
		if t.says(w) && len(words) <= 2 { // "know your customer date" is another's
			score += 1.35
		}
		if r, ok := beginRank[s]; ok && (best < 0 || r < best) {
			best = r
		}
	}
	if best >= 0 {
		score += 1 - 0.015*float64(best)
	}
	return score
}

// mainWords name the amount that a table is about, the first the surest.
var mainWords = []string{"total", "amount", "revenue", "value", "paid", "cost", "price", "premium", "net", "gross", "spend", "fee", "duration", "quantity", "units"}

// amount is the main figure of a table that adds up; nil for none.
func (t *Table) amount() *Column {
	score := func(c *Column) float64 {
		s := 0.0
		for i, w := range mainWords {
			if slices.Contains(c.Words, w) {
				s += 3 - 0.2*float64(i)
			}
		}
		if slices.ContainsFunc(c.Words, t.says) {
			s += 0.5
		}
		if slices.ContainsFunc(c.Words, func(w string) bool { return sideWords[w] && !t.says(w) }) {
			s -= sideAmount
		}
		return s
	}
	adding := slices.DeleteFunc(slices.Clone(t.Columns), func(c *Column) bool { return !c.Additive })
	if len(adding) == 0 {
		return nil
	}
	return slices.MaxFunc(adding, func(a, b *Column) int {
		return cmp.Or(cmp.Compare(score(a), score(b)), cmp.Compare(slices.Index(t.Columns, b), slices.Index(t.Columns, a)))
	})
}

// sideWords name what is added to an amount or taken off it, which is not what
// rows are about unless the table is called so; sideAmount is what a figure
// loses by one.
var sideWords = text.WordSet("refund refunded discount rebate tax vat gst tip deposit penalty shipping freight surcharge commission")

const sideAmount = 4

// priceWords name what a row costs or pays.
var priceWords = text.WordSet("price cost fee wage salary fare rent rate amount premium charge")

// price is the only column that says what a row costs, where no figure adds
// up; nil for none or several.
func (t *Table) price() *Column {
	if t.Amount != nil {
		return nil
	}
	var found *Column
	for _, c := range t.Columns {
		if c.Kind == Number && slices.ContainsFunc(c.Words, func(w string) bool { return priceWords[w] }) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// Few rows: at most this many make a table of codes a lookup.
const lookupRows = 60

func (t *Table) role() Role {
	out := t.refersTo()
	switch {
	case out >= 2 && t.plain() <= 1 && t.Date == nil:
		return Link
	case out == 0 && t.isCalendar():
		return Calendar
	case out > 0 && t.Date != nil:
		return Event
	case out == 0 && t.RowCount >= 0 && t.RowCount <= lookupRows && len(t.Columns) <= 3 && len(t.In) > 0:
		return Lookup
	}
	return Entity
}

// refersTo is how many keys of the table lead to other tables.
func (t *Table) refersTo() int {
	n := 0
	for _, k := range t.Out {
		if k.To != t {
			n++
		}
	}
	return n
}

// plain is how many columns are no keys.
func (t *Table) plain() int {
	n := 0
	for _, c := range t.Columns {
		if c.Key == nil && !c.Primary {
			n++
		}
	}
	return n
}

// isCalendar reports a table with one row a day, told by its name.
func (t *Table) isCalendar() bool {
	named := slices.Contains(t.Words, "calendar") || slices.Contains(t.Words, "date") || slices.Contains(t.Words, "day")
	return named && slices.ContainsFunc(t.Dates(), func(c *Column) bool { return c.Unique || c.Primary })
}
