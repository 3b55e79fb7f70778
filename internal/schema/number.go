package schema

import "strings"

// Numbers is how a text column writes numbers.
type Numbers = string

// The ways to write a number. Nine in ten values that are told must fit.
const (
	NumbersNone     Numbers = ""
	NumbersPlain    Numbers = "plain"    // 12.5
	NumbersCurrency Numbers = "currency" // $1,234.50: a currency's sign or code, or commas between thousands
	NumbersPercent  Numbers = "percent"  // 12%
	NumbersComma    Numbers = "comma"    // 1.234,50, with a currency's sign or without
)

// maxDigits is how many digits a number may have; longer ones are codes.
const maxDigits = 15

var currencyCodes = set("USD EUR GBP CHF JPY CAD AUD NZD INR CNY SEK NOK DKK PLN CZK BRL MXN ZAR")

// numberKinds reads a text as a number in each way to write one.
func numberKinds(s string) kinds {
	core, percent := strings.CutSuffix(s, "%")
	core = strings.TrimSpace(core)
	core, negative := strings.CutPrefix(core, "-")
	core, currency := cutCurrency(core)
	if !negative {
		core = strings.TrimLeft(core, "+-") // after the currency's sign
	}
	if !isFigure(core) || percent && currency {
		return 0
	}
	point, pointed := decimal(core, ",", ".")
	comma, commaed := decimal(core, ".", ",")
	var k kinds
	switch {
	case percent:
		return percentKinds(pointed, point)
	case pointed && !currency:
		k = isGrouped | plainKinds(core)
	case pointed:
		k = isGrouped
	}
	if commaed {
		k |= isComma
	}
	if k != 0 && (pointed && point || !pointed && comma) {
		k |= isFraction
	}
	return k
}

// plainKinds tells numbers as SQLite reads them, and codes such as 007 among
// them.
func plainKinds(figure string) kinds {
	switch {
	case strings.Contains(figure, ","):
		return 0
	case len(figure) > 1 && figure[0] == '0' && figure[1] != '.':
		return isPlain | isZeroLed
	}
	return isPlain
}

// isFigure reports whether s is of digits, points and commas, and no more
// digits than a number has.
func isFigure(s string) bool {
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c != '.' && c != ',':
			return false
		}
	}
	return digits > 0 && digits <= maxDigits
}

func percentKinds(pointed, fraction bool) kinds {
	switch {
	case !pointed:
		return 0
	case fraction:
		return isPercent | isFraction
	}
	return isPercent
}

// decimal reports whether digits are a number when group stands between
// thousands and point before decimals, and whether any decimal is not zero.
func decimal(s, group, point string) (fraction, ok bool) {
	whole, decimals, pointed := strings.Cut(s, point)
	if pointed && strings.ContainsAny(decimals, ".,") || whole == "" && decimals == "" {
		return false, false
	}
	for i, part := range strings.Split(whole, group) {
		first := i == 0
		if first && !strings.Contains(whole, group) {
			break
		}
		if first && (len(part) == 0 || len(part) > 3) || !first && len(part) != 3 {
			return false, false
		}
	}
	return strings.Trim(decimals, "0") != "", true
}

// cutCurrency cuts a currency's sign or code from either end.
func cutCurrency(s string) (rest string, found bool) {
	for _, sign := range []string{"US$", "$", "€", "£", "¥", "₹", "kr", "Rs"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			return strings.TrimLeft(rest, " ."), true
		}
		if rest, ok := strings.CutSuffix(s, sign); ok {
			return strings.TrimSpace(rest), true
		}
	}
	if len(s) > 3 && currencyCodes[s[:3]] {
		return strings.TrimSpace(s[3:]), true
	}
	if len(s) > 3 && currencyCodes[s[len(s)-3:]] {
		return strings.TrimSpace(s[:len(s)-3]), true
	}
	return s, false
}

// numbers decides how texts write numbers.
func (s *Seen) numbers() Numbers {
	t := &s.texts
	told := s.Texts - t.of(isBlank) - t.of(isAbsent)
	if told <= 0 || t.of(isZeroLed)*100 > told {
		return NumbersNone
	}
	// Either reading of 12,500 is one of a number; what fits only one decides.
	commaed, grouped := t.of(isComma), t.of(isGrouped)
	switch {
	case most(t.of(isPlain), told):
		return NumbersPlain
	case most(t.of(isPercent), told):
		return NumbersPercent
	case most(grouped, told) && grouped >= commaed:
		return NumbersCurrency
	case most(commaed, told):
		return NumbersComma
	}
	return NumbersNone
}

// most reports whether n is at least nine in ten of all.
func most(n, all int64) bool { return all > 0 && n*10 >= all*9 }
