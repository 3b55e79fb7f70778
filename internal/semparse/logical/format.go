package logical

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// FormatKind is how a result column is to be shown.
type FormatKind string

// The kinds.
const (
	TextFormat     FormatKind = "text"
	NumberFormat   FormatKind = "number"
	CurrencyFormat FormatKind = "currency" // an amount of money, in the data's own currency
	PercentFormat  FormatKind = "percent"  // 12.5 stands for 12.5%
	DurationFormat FormatKind = "duration" // a number of Unit
	DateFormat     FormatKind = "date"     // ISO-8601, or the name of a unit of Grain
	YesNoFormat    FormatKind = "yesno"
)

// Format says how one result column is to be shown.
type Format struct {
	Kind  FormatKind `json:"kind"`
	Unit  string     `json:"unit,omitempty"`  // of durations and measured numbers: second, …, kg
	Grain string     `json:"grain,omitempty"` // of dates: the calendar unit of a dimension; empty for single dates
	Time  bool       `json:"time,omitempty"`  // of dates: with the time of day
}

// moneyWords tell an amount of money by a column's or a title's name.
var moneyWords = text.WordSet(`price cost amount revenue sales salary wage fee budget payment paid refund premium rent turnover spend spending
expense expenses income profit earnings balance deposit loan discount tax turnover billing billings debt bonus commission`)

// rateWords tell a percentage by a term's name.
var rateWords = text.WordSet("rate percent percentage share pct %")

// Formats are those of the result's columns, as Titles gives them.
func (q Query) Formats(c *catalog.Catalog) []Format {
	if len(q.Measures) == 0 {
		var out []Format
		for _, e := range q.shown(c) {
			out = append(out, exprFormat(c, &e))
		}
		return out
	}
	var out []Format
	for i := range q.Dimensions {
		if !q.Sum {
			out = append(out, q.Dimensions[i].formats(c, q.Measures[0].base())...)
		}
	}
	for i := range q.Measures {
		m := &q.Measures[i]
		switch {
		case m.Hidden:
		case q.Compare == nil:
			out = append(out, measureFormat(c, m))
		default:
			for _, o := range q.Compare.wanted(m, "") {
				out = append(out, measureFormat(c, o.m))
			}
		}
	}
	return out
}

func (d *Dimension) formats(c *catalog.Catalog, base string) []Format {
	switch {
	case d.Grain == "hour of day" || d.Grain == "day of month":
		return []Format{{Kind: NumberFormat}}
	case d.Grain == "weekday" || d.Grain == "month of year":
		return []Format{{Kind: TextFormat, Grain: d.Grain}}
	case d.Grain != "":
		return []Format{{Kind: DateFormat, Grain: d.Grain}}
	case d.Expr.Op == Entity:
		return slices.Repeat([]Format{{Kind: TextFormat}}, len(d.titles(c, base)))
	}
	return []Format{exprFormat(c, &d.Expr)}
}

func exprFormat(c *catalog.Catalog, e *Expr) Format {
	switch e.Op {
	case Column:
		return columnFormat(c.Column(e.Ref.Table, e.Ref.Column))
	case Entity:
		return Format{Kind: TextFormat}
	case Duration:
		unit := e.Unit
		if unit == "" {
			unit = "day"
		}
		return Format{Kind: DurationFormat, Unit: unit}
	case Age:
		return Format{Kind: NumberFormat, Unit: "year"}
	case Has:
		return Format{Kind: YesNoFormat}
	case Raw:
		return titleFormat(e.Title)
	}
	out := Format{Kind: NumberFormat}
	for i := range e.Args {
		if f := exprFormat(c, &e.Args[i]); f.Kind == CurrencyFormat {
			return f
		}
	}
	return out
}

func columnFormat(col *catalog.Column) Format {
	if col == nil {
		return Format{Kind: TextFormat}
	}
	switch col.Kind {
	case catalog.Date:
		return Format{Kind: DateFormat, Time: col.Clocked()}
	case catalog.Flag:
		return Format{Kind: YesNoFormat}
	case catalog.Number:
	default:
		return Format{Kind: TextFormat}
	}
	switch col.Unit {
	case "percent":
		return Format{Kind: PercentFormat}
	case "cents":
		return Format{Kind: CurrencyFormat}
	case "seconds", "minutes", "hours", "days", "milliseconds":
		return Format{Kind: DurationFormat, Unit: strings.TrimSuffix(col.Unit, "s")}
	case "":
		if col.Numbers == schema.NumbersCurrency || says(col.Words, moneyWords) {
			return Format{Kind: CurrencyFormat}
		}
	}
	return Format{Kind: NumberFormat, Unit: col.Unit}
}

func says(words []string, any map[string]bool) bool {
	return slices.ContainsFunc(words, func(w string) bool { return any[w] })
}

// titleFormat is what a term's name tells of its values.
func titleFormat(title string) Format {
	words := strings.Fields(strings.ToLower(title))
	switch {
	case says(words, rateWords):
		return Format{Kind: PercentFormat}
	case says(words, moneyWords):
		return Format{Kind: CurrencyFormat}
	}
	return Format{Kind: NumberFormat}
}

func measureFormat(c *catalog.Catalog, m *Measure) Format {
	switch m.Op {
	case Aggregate:
		return aggregateFormat(c, m)
	case Metric:
		return titleFormat(m.Title)
	case Share:
		return Format{Kind: PercentFormat}
	case Rank:
		return Format{Kind: NumberFormat}
	case Ratio, Change:
		if m.Percent {
			return Format{Kind: PercentFormat}
		}
	}
	if len(m.Args) == 0 {
		return Format{Kind: NumberFormat}
	}
	f := measureFormat(c, &m.Args[0])
	// Money per thing is money; other ratios are plain numbers.
	if m.Op == Ratio && (f.Kind != CurrencyFormat || measureFormat(c, &m.Args[len(m.Args)-1]).Kind == CurrencyFormat) {
		return Format{Kind: NumberFormat}
	}
	return f
}

func aggregateFormat(c *catalog.Catalog, m *Measure) Format {
	if m.Agg == Count || m.Agg == CountDistinct || m.Expr == nil {
		return Format{Kind: NumberFormat}
	}
	f := exprFormat(c, m.Expr)
	switch {
	case f.Kind != YesNoFormat && f.Kind != TextFormat:
		return f
	case m.Agg == Min, m.Agg == Max:
		return Format{Kind: TextFormat}
	}
	return Format{Kind: NumberFormat}
}
