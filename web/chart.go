package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/tabular"
)

// The kinds of charts, as the page's script knows them.
const (
	bars    = "bar"
	across  = "hbar"
	stacked = "stacked"
	line    = "line"
	pie     = "pie"
	points  = "scatter"
)

// What one chart can show and still be read.
const (
	maxBars   = 40
	maxPoints = 400
	maxSeries = 4 // measures beside each other
	maxSplit  = 8 // values of a second category
	maxSlices = 8
	minPoints = 3
	wideLabel = 14 // characters from which bars lie
	foldedTo  = 15 // bars of a result that has too many, but for the rest
)

// others names the marks that are drawn together.
const others = "Other"

// chart is what the page's script draws.
type chart struct {
	Type    string   `json:"type"`
	By      string   `json:"by"` // what the labels, or the points' x, are
	Labels  []string `json:"labels"`
	Series  []series `json:"series"`
	Stacked bool     `json:"stacked"`
}

type series struct {
	Name   string     `json:"name"`
	Values []*float64 `json:"values"` // nil for NULL
	X      []*float64 `json:"x,omitempty"`
	Rest   bool       `json:"rest,omitempty"` // what has no series of its own
}

// shape is what a result's columns are to a chart.
type shape struct {
	res      ask.Table
	label    int    // column that names the marks; -1 for points
	split    int    // column that parts them into series; -1 for none
	measures []int  // columns with what is shown
	times    order  // of labels that are points in time
	folded   string // what is not drawn by itself, in words; empty for nothing
}

// order is how labels that are points in time follow each other.
type order int

const (
	noTimes order = iota
	ranked        // by something else
	running       // first to last, or last to first
)

var (
	moment   = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2])(-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?)?|-?Q[1-4]|-W\d{2})?$`)
	calendar = regexp.MustCompile(`(?i)(^|_|\b)(year|month|quarter|week|weekday|day|hour)s?$`)
)

// chartsFor lists the kinds of charts that fit a result, best first; none where a
// chart would add nothing to the table.
func chartsFor(res ask.Table) (kinds []string, s shape) {
	s, ok := shapeOf(res)
	if !ok {
		return nil, s
	}
	if s.label < 0 {
		return []string{points}, s
	}
	labels := distinct(s.res, s.label)
	switch {
	case s.times == running && len(labels) > 2 && len(labels) <= maxPoints:
		kinds = append(kinds, line)
	case len(labels) > maxBars:
		return nil, s
	}
	if len(labels) <= maxBars {
		kinds = append(kinds, barKinds(s, labels)...)
	}
	if s.times != noTimes && !slices.Contains(kinds, line) {
		kinds = append(kinds, line)
	}
	if len(s.measures) == 2 && s.split < 0 && s.folded == "" && len(res.Rows) >= minPoints {
		kinds = append(kinds, points)
	}
	return kinds, s
}

func barKinds(s shape, labels []string) []string {
	negative := s.any(func(v float64) bool { return v < 0 })
	if s.split >= 0 {
		if negative {
			return []string{bars}
		}
		return []string{stacked, bars}
	}
	kinds := []string{bars, across}
	if widest(labels) > wideLabel && s.times == noTimes {
		kinds = []string{across, bars}
	}
	if len(s.measures) == 1 && len(labels) <= maxSlices && !negative && s.any(func(v float64) bool { return v > 0 }) {
		kinds = append(kinds, pie)
	}
	return kinds
}

// shapeOf finds the columns' parts; false where no chart fits.
func shapeOf(res ask.Table) (shape, bool) {
	s := shape{res: res, label: -1, split: -1}
	if len(res.Columns) < 2 || len(res.Columns) > 1+maxSeries || len(res.Rows) < 2 {
		return s, false
	}
	var names []int
	names, s.measures = parts(res)
	switch {
	case len(s.measures) == 0:
		return s, false
	case len(names) == 0:
		return pointsOrBars(s)
	case unique(res, names[0]):
		s.label = names[0]
	case len(names) == 1 && len(s.measures) == 2 && len(distinct(res, names[0])) <= maxSplit && len(res.Rows) >= minPoints:
		s.split = names[0]
		return s, len(res.Rows) <= maxPoints
	case len(names) == 2 && len(s.measures) == 1 && unique(res, names...):
		s.label, s.split = axes(res, names[0], names[1])
		s.fold(s.split, maxSplit)
	default:
		return s, false
	}
	s.times = orderOf(distinct(s.res, s.label))
	s.foldBars()
	return s, true
}

// foldBars keeps as many bars as can be read.
func (s *shape) foldBars() {
	if s.times == noTimes && s.split < 0 && len(s.measures) == 1 && len(s.res.Rows) > maxBars {
		s.fold(s.label, foldedTo+1)
	}
}

// notAdded are the titles of figures that mean nothing when they are summed.
var notAdded = regexp.MustCompile(`(?i)\b(average|avg|mean|median|lowest|highest|least|greatest|minimum|maximum|min|max|share|percent\w*|pct|rate|ratio|per|different|distinct|unique|change|running)\b|%`)

// fold keeps the values of a column that have most of the measure, most in all,
// and puts the rest together as one, where the measure adds up; else it leaves
// the rest out.
func (s *shape) fold(column, most int) {
	names := distinct(s.res, column)
	if len(names) <= most {
		return
	}
	m := s.measures[0]
	sum := map[string]float64{}
	for _, r := range s.res.Rows {
		v, _ := number(r[m])
		sum[tabular.Text(r[column])] += math.Abs(v)
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(sum[b], sum[a]) })
	adds := !notAdded.MatchString(s.res.Columns[m].Name)
	kept := names[:most-1]
	if !adds {
		kept = names[:most]
	}
	s.folded = fmt.Sprintf("The %d largest of %d.", len(kept), len(names))
	if adds {
		s.folded = fmt.Sprintf("The %d largest of %d, the rest as “%s”.", len(kept), len(names), others)
	}
	s.foldRows(column, kept, adds)
}

// foldRows keeps the rows whose value is kept, and sums the others' measure, for
// each label where they are series, if it adds up.
func (s *shape) foldRows(column int, kept []string, adds bool) {
	var rows, rest [][]any
	at := map[string]int{}
	for _, r := range s.res.Rows {
		if slices.Contains(kept, tabular.Text(r[column])) {
			rows = append(rows, r)
			continue
		}
		if !adds {
			continue
		}
		key := ""
		if column != s.label {
			key = tabular.Text(r[s.label])
		}
		if _, ok := at[key]; !ok {
			one := slices.Clone(r)
			one[column], one[s.measures[0]] = others, 0.0
			at[key], rest = len(rest), append(rest, one)
		}
		v, _ := number(r[s.measures[0]])
		sum, _ := number(rest[at[key]][s.measures[0]])
		rest[at[key]][s.measures[0]] = sum + v
	}
	s.res.Rows = slices.Concat(rows, rest)
}

// ordinal are labels with an order of their own, which bars keep: days of the
// week, months, and what begins with a number ("18-24", "65+").
var ordinal = regexp.MustCompile(`(?i)^(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*$|^[<>≤≥]?\s*\d|^(under|over|below|above|up to) `)

// byValue sorts the rows of single bars by their value, the greatest first,
// unless their labels have an order of their own.
func (s *shape) byValue() {
	if s.label < 0 || s.split >= 0 || s.times != noTimes || len(s.measures) != 1 {
		return
	}
	labels := distinct(s.res, s.label)
	if !slices.ContainsFunc(labels, func(l string) bool { return l != others && !ordinal.MatchString(l) }) {
		return
	}
	m := s.measures[0]
	s.res.Rows = slices.Clone(s.res.Rows)
	slices.SortStableFunc(s.res.Rows, func(a, b []any) int {
		if last := tabular.Text(a[s.label]) == others; last != (tabular.Text(b[s.label]) == others) {
			return map[bool]int{true: 1, false: -1}[last]
		}
		x, _ := number(a[m])
		y, _ := number(b[m])
		return cmp.Compare(y, x)
	})
}

// parts separates what names a row from what measures it. An identifier does
// neither, unless nothing else names the rows.
func parts(res ask.Table) (names, measures []int) {
	numeric := numericColumns(res)
	var keys []int
	for i, col := range res.Columns {
		switch {
		case isKey(col.Name):
			keys = append(keys, i)
		case !numeric[i], calendar.MatchString(col.Name):
			names = append(names, i)
		default:
			measures = append(measures, i)
		}
	}
	if len(names) == 0 && len(keys) == 1 && len(measures) == 1 {
		names = keys
	}
	return names, measures
}

// pointsOrBars reads two numbers: a column of the data with what was computed
// for each of its values has bars, any other two have points.
func pointsOrBars(s shape) (shape, bool) {
	if len(s.measures) != 2 {
		return s, false
	}
	x, y := s.measures[0], s.measures[1]
	computed := func(i int) bool { return s.res.Columns[i].Declared == "" }
	if computed(x) {
		x, y = y, x
	}
	if !computed(x) && computed(y) && unique(s.res, x) && len(s.res.Rows) <= maxBars {
		s.label, s.measures = x, []int{y}
		return s, true
	}
	return s, len(s.res.Rows) >= minPoints && len(s.res.Rows) <= maxPoints
}

// axes gives time the axis, else the column with more values.
func axes(res ask.Table, a, b int) (label, split int) {
	da, db := distinct(res, a), distinct(res, b)
	ta, tb := orderOf(da), orderOf(db)
	if ta == noTimes && (tb != noTimes || len(da) < len(db) && len(db) > maxSplit) {
		return b, a
	}
	return a, b
}

// any reports whether a measure has such a value.
func (s shape) any(is func(float64) bool) bool {
	return slices.ContainsFunc(s.res.Rows, func(r []any) bool {
		return slices.ContainsFunc(s.measures, func(i int) bool {
			v, ok := number(r[i])
			return ok && is(v)
		})
	})
}

// chart lays the shape out as one kind.
func (s shape) chart(kind string) chart {
	c := chart{Type: kind}
	if kind == line && s.times != noTimes {
		s.res.Rows = sorted(s.res.Rows, s.label+1)
	}
	if kind == stacked {
		c.Type, c.Stacked = bars, true
	}
	switch {
	case kind == points:
		c.By, c.Series = s.res.Columns[s.measures[0]].Name, s.pointSeries()
	case s.split >= 0:
		c.By, c.Labels, c.Series = s.res.Columns[s.label].Name, distinct(s.res, s.label), s.splitSeries()
	default:
		c.By, c.Labels = s.res.Columns[s.label].Name, distinct(s.res, s.label)
		for _, i := range s.measures {
			one := series{Name: s.res.Columns[i].Name}
			for _, r := range s.res.Rows {
				one.Values = append(one.Values, numberOrNil(r[i]))
			}
			c.Series = append(c.Series, one)
		}
	}
	return c
}

func (s shape) pointSeries() []series {
	x, y := s.measures[0], s.measures[1]
	var out []series
	at := map[string]int{}
	for _, r := range s.res.Rows {
		name := s.res.Columns[y].Name
		if s.split >= 0 {
			name = tabular.Text(r[s.split])
		}
		if _, ok := at[name]; !ok {
			at[name] = len(out)
			out = append(out, series{Name: name})
		}
		one := &out[at[name]]
		one.X, one.Values = append(one.X, numberOrNil(r[x])), append(one.Values, numberOrNil(r[y]))
	}
	return out
}

func (s shape) splitSeries() []series {
	labels := distinct(s.res, s.label)
	var out []series
	for _, name := range distinct(s.res, s.split) {
		out = append(out, series{Name: name, Values: make([]*float64, len(labels)), Rest: s.folded != "" && name == others})
	}
	for _, r := range s.res.Rows {
		i := slices.IndexFunc(out, func(one series) bool { return one.Name == tabular.Text(r[s.split]) })
		out[i].Values[slices.Index(labels, tabular.Text(r[s.label]))] = numberOrNil(r[s.measures[0]])
	}
	return out
}

// says puts the chart into words.
func (c chart) says() string {
	var names []string
	n := 0
	for _, s := range c.Series {
		names = append(names, s.Name)
		n += len(s.Values)
	}
	kind := map[string]string{bars: "Bar", across: "Bar", line: "Line", pie: "Ring", points: "Point"}[c.Type]
	return fmt.Sprintf("%s chart of %s by %s, %d values. The table has the same.", kind, strings.Join(names, ", "), c.By, n)
}

// island writes the chart as data for the page's script: no code.
func (c chart) island() string {
	return `<script type="application/json" data-chart="chart">` + jsonText(c) + `</script>`
}

var wishes = []struct {
	words *regexp.Regexp
	kinds []string // any of them grants it
}{
	{regexp.MustCompile(`(?i)\bstacked\b`), []string{stacked}},
	{regexp.MustCompile(`(?i)\b(pie|proportions?|shares? of)\b`), []string{pie}},
	{regexp.MustCompile(`(?i)\b(scatter|correlat\w+|relationship between)\b`), []string{points}},
	{regexp.MustCompile(`(?i)\b(line (chart|graph)|trend|lines?)\b`), []string{line}},
	{regexp.MustCompile(`(?i)\b(bars?|histogram)\b`), []string{stacked, bars, across}},
}

// preferred is the best kind that the question's own words ask for, else the
// best of all.
func preferred(question string, kinds []string) string {
	for _, w := range wishes {
		if !w.words.MatchString(question) {
			continue
		}
		if i := slices.IndexFunc(kinds, func(k string) bool { return slices.Contains(w.kinds, k) }); i >= 0 {
			return kinds[i]
		}
	}
	return kinds[0]
}

// distinct gives a column's values as text, in order of appearance.
func distinct(res ask.Table, i int) []string {
	var out []string
	seen := map[string]bool{}
	for _, r := range res.Rows {
		if t := tabular.Text(r[i]); !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

// unique reports whether no two rows have the same values in these columns.
func unique(res ask.Table, columns ...int) bool {
	seen := map[string]bool{}
	for _, r := range res.Rows {
		key := ""
		for _, i := range columns {
			key += tabular.Text(r[i]) + "\x00"
		}
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

// orderOf is how labels follow each other when all are points in time.
func orderOf(labels []string) order {
	if slices.ContainsFunc(labels, func(l string) bool { return !moment.MatchString(l) }) {
		return noTimes
	}
	backwards := slices.Clone(labels)
	slices.Reverse(backwards)
	if slices.IsSorted(labels) || slices.IsSorted(backwards) {
		return running
	}
	return ranked
}

// isKey spots identifiers, whose size means nothing.
func isKey(name string) bool {
	name = strings.ToLower(name)
	return name == "id" || strings.HasSuffix(name, "_id")
}

func widest(labels []string) int {
	n := 0
	for _, l := range labels {
		n = max(n, len(l))
	}
	return n
}

func numberOrNil(v any) *float64 {
	if n, ok := number(v); ok {
		return &n
	}
	return nil
}

// jsonText encodes for a script element: encoding/json escapes < and >.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null" // NaN and infinities have no JSON
	}
	return string(b)
}
