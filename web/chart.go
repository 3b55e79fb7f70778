package web

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// maxBars and maxPoints are what one chart can show and still be read.
const (
	maxBars   = 40
	maxPoints = 400
	maxSeries = 4
)

// chart is what the page's script draws.
type chart struct {
	Type       string   `json:"type"` // bar or line
	Labels     []string `json:"labels"`
	Series     []series `json:"series"`
	Horizontal bool     `json:"horizontal"`
	says       string
}

type series struct {
	Name   string     `json:"name"`
	Values []*float64 `json:"values"` // nil for NULL
}

var moment = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2])(-\d{2})?|-?Q[1-4]|-W\d{2})?$`)

// chartFor chooses a chart for a result of labels and numbers: a line where
// the labels are a run of times, bars where they are a few names; nil where a
// chart would say nothing that the table does not.
func chartFor(res ask.Table) *chart {
	if len(res.Columns) < 2 || len(res.Rows) < 2 {
		return nil
	}
	numeric := numericColumns(res)
	labels, times := labelsOf(res)
	c := &chart{Type: "bar", Labels: labels}
	for i := 1; i < len(res.Columns) && len(c.Series) < maxSeries; i++ {
		if numeric[i] && !isKey(res.Columns[i].Name) {
			c.Series = append(c.Series, seriesOf(res, i))
		}
	}
	if len(c.Series) == 0 || len(res.Columns) > 1+maxSeries || labels == nil || numeric[0] && !times {
		return nil
	}
	switch {
	case times && len(labels) > 2 && len(labels) <= maxPoints:
		c.Type = "line"
	case len(labels) > maxBars:
		return nil
	default:
		c.Horizontal = widest(labels) > 14
	}
	c.says = fmt.Sprintf("%s by %s, as a %s chart of %d values; the table below holds the same.", c.Series[0].Name, res.Columns[0].Name, c.Type, len(labels))
	return c
}

// labelsOf gives the first column as labels, none when one comes twice, and
// whether all of them are times in order.
func labelsOf(res ask.Table) (labels []string, times bool) {
	seen := map[string]bool{}
	times = true
	for i, r := range res.Rows {
		l := text(r[0])
		if seen[l] {
			return nil, false
		}
		seen[l] = true
		times = times && moment.MatchString(l) && (i == 0 || labels[i-1] < l)
		labels = append(labels, l)
	}
	return labels, times
}

func seriesOf(res ask.Table, i int) series {
	s := series{Name: res.Columns[i].Name}
	for _, r := range res.Rows {
		var v *float64
		if n, ok := number(r[i]); ok {
			v = &n
		}
		s.Values = append(s.Values, v)
	}
	return s
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

// jsonText encodes for a script element: encoding/json escapes < and >.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null" // NaN and infinities have no JSON
	}
	return string(b)
}
