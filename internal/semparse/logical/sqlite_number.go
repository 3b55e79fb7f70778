package logical

import (
	"strconv"
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

func (sqlite) number(x string, c *catalog.Column) string {
	strip := func(x string, marks ...string) string {
		for _, m := range marks {
			x = "replace(" + x + ", '" + m + "', '')"
		}
		return x
	}
	switch c.Numbers {
	case schema.NumbersCurrency:
		x = strip(x, append([]string{",", " "}, currencies(c)...)...)
	case schema.NumbersPercent:
		x = strip(x, "%", ",")
	case schema.NumbersComma:
		x = "replace(" + strip(x, append([]string{".", " "}, currencies(c)...)...) + ", ',', '.')"
	}
	kind := "REAL"
	if c.Integers {
		kind = "INTEGER"
	}
	// A text that is no number would count as 0.
	if !everyValue(c, func(v string) bool { return strings.ContainsAny(v, "0123456789") }) || !c.Complete {
		return "CASE WHEN " + x + " GLOB '*[0-9]*' THEN CAST(" + x + " AS " + kind + ") END"
	}
	return "CAST(" + x + " AS " + kind + ")"
}

// currencies are the signs and codes of money in a column's values.
func currencies(c *catalog.Column) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range c.Values {
		sign := strings.Trim(strings.Map(func(r rune) rune {
			if r < 0x80 && strings.ContainsRune("0123456789.,- +%()'", r) {
				return -1
			}
			return r
		}, v), " ")
		if sign != "" && len(sign) <= 4 && !seen[sign] && strings.ContainsAny(v, "0123456789") {
			seen[sign] = true
			out = append(out, sign)
		}
	}
	if len(out) == 0 {
		out = []string{"$"}
	}
	return out
}

func (sqlite) floor(x frag, width float64) frag {
	if width == float64(int64(width)) {
		return atom("CAST(floor(" + x.in(bindMultiply) + " / " + real(width) + ") AS INTEGER) * " + strconv.FormatInt(int64(width), 10))
	}
	return frag{"floor(" + x.in(bindMultiply) + " / " + number(width) + ") * " + number(width), bindMultiply}
}
