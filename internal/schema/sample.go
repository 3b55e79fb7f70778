package schema

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds on what is kept of a column.
const (
	maxTexts     = 5000    // distinct texts
	maxNumbers   = 50      // distinct numbers; of a column with more, none is kept
	maxText      = 200     // bytes of one text; a longer one is not kept
	maxTextBytes = 256_000 // of all texts of a column
	maxDistinct  = 20_000  // distinct values counted; above it unknown
)

// Sample is what a scan has seen of one column. The zero value is not ready;
// NewSample makes one.
type Sample struct {
	Seen
	nulls     int64
	values    map[string]*seenText
	lost      bool            // some text is not in values
	bytes     int             // of values
	letters   int64           // of all texts, in characters
	ints      map[int64]int64 // whole numbers with how often each was seen; nil once there are too many
	reals     map[float64]int64
	distinct  map[uint64]struct{}
	uncounted bool // distinct is full
	numeric   bool // low and high hold numbers
	low, high float64
	first     string
	last      string
}

type seenText struct {
	look
	n, letters int64
}

// NewSample makes a sample that has seen nothing.
func NewSample() *Sample {
	return &Sample{values: map[string]*seenText{}, ints: map[int64]int64{}, reals: map[float64]int64{}, distinct: map[uint64]struct{}{}}
}

// hashSeed makes distinct values of one scan comparable by hash.
var hashSeed = maphash.MakeSeed()

// Null counts a NULL.
func (s *Sample) Null() { s.nulls++ }

// Integer counts an integer.
func (s *Sample) Integer(v int64) {
	s.LookInteger(v)
	s.number(float64(v))
	s.count(maphash.Comparable(hashSeed, v))
	s.ints = countNumber(s.ints, v)
}

// Real counts a real number.
func (s *Sample) Real(v float64) {
	s.LookReal(v)
	s.number(v)
	s.count(maphash.Comparable(hashSeed, v))
	s.reals = countNumber(s.reals, v)
}

// Blob counts a blob.
func (s *Sample) Blob(raw []byte) {
	s.Blobs++
	s.count(maphash.Bytes(hashSeed, raw))
}

func countNumber[N int64 | float64](seen map[N]int64, v N) map[N]int64 {
	if seen == nil {
		return nil
	}
	seen[v]++
	if len(seen) > maxNumbers {
		return nil
	}
	return seen
}

func (s *Sample) number(v float64) {
	if !s.numeric {
		s.low, s.high, s.numeric = v, v, true
	}
	s.low, s.high = min(s.low, v), max(s.high, v)
}

func (s *Sample) count(hash uint64) {
	if s.uncounted {
		return
	}
	s.distinct[hash] = struct{}{}
	s.uncounted = len(s.distinct) > maxDistinct
}

// Text counts a text. The bytes are the caller's again afterwards.
func (s *Sample) Text(raw []byte) {
	if v, ok := s.values[string(raw)]; ok {
		v.n++
		s.letters += v.letters
		s.lookText(v.look)
		return
	}
	s.count(maphash.Bytes(hashSeed, raw))
	v := &seenText{n: 1, letters: int64(utf8.RuneCount(raw))}
	s.letters += v.letters
	text := string(raw)
	if len(text) <= maxText {
		v.look = lookAt(text)
	}
	s.lookText(v.look)
	if s.Texts == 1 || text < s.first {
		s.first = text
	}
	if s.Texts == 1 || text > s.last {
		s.last = text
	}
	s.bytes += len(text)
	if len(text) > maxText || s.bytes > maxTextBytes || len(s.values) == maxTexts || !utf8.ValidString(text) {
		s.bytes -= len(text)
		s.lost = true
		return
	}
	s.values[text] = v
}

// Scan says how a sample was taken.
type Scan struct {
	Rows  int64     // read
	Whole bool      // all rows of the table were read
	Now   time.Time // to tell dates from numbers that would lie in the future
}

// Fill puts what was seen into the column. A sample of some rows tells no
// uniqueness and no completeness; its extremes are those of the sample. space
// is how many bytes of values may still be kept, and is used up.
func (s *Sample) Fill(c *Column, scan Scan, space *int) {
	c.Type = Guess(c.Declared, s.Seen)
	d := s.date(c.Name, c.Declared, scan.Now)
	c.Format, c.BadDates = d.format, d.bad
	if scan.Rows == 0 && !scan.Whole {
		return
	}
	c.Nulls = s.nulls
	if !s.uncounted {
		c.Distinct = int64(len(s.distinct))
	} else if scan.Whole && c.Unique {
		c.Distinct = scan.Rows - s.nulls
	}
	c.Min, c.Max = s.extremes(c.Type)
	if d.low != "" {
		c.Min, c.Max = d.low, d.high
	}
	c.Unique = c.Unique || scan.Whole && scan.Rows > 1 && c.Distinct == scan.Rows
	c.Integers = s.Integers+s.Reals > 0 && s.Fractions == 0
	if s.Texts > 0 {
		c.AvgLength = int((s.letters + s.Texts/2) / s.Texts)
	}
	if c.Type == Text && c.Format == FormatNone || c.Format == YearNumber {
		s.fillNumbers(c)
	}
	c.Flag = s.flag(c)
	s.keep(c, scan.Whole, space)
}

func (s *Sample) fillNumbers(c *Column) {
	if s.Texts == 0 {
		return
	}
	if c.Numbers = s.numbers(); c.Numbers != NumbersNone {
		c.Integers = s.texts.of(isFraction) == 0 && s.Fractions == 0
	}
}

func (s *Sample) extremes(t Type) (low, high string) {
	if s.Texts > 0 && !t.Numeric() && len(s.first) <= maxText && len(s.last) <= maxText {
		return strings.ToValidUTF8(s.first, "�"), strings.ToValidUTF8(s.last, "�")
	}
	if s.numeric && s.Texts == 0 {
		return number(s.low), number(s.high)
	}
	return "", ""
}

// keep stores the values, most frequent first: texts but for dates as SQLite
// writes them, and numbers where they are few.
func (s *Sample) keep(c *Column, whole bool, space *int) {
	if c.Type.Temporal() && len(s.values) > 0 {
		return
	}
	values := make([]counted, 0, len(s.values))
	for text, v := range s.values {
		values = append(values, counted{text, v.n})
	}
	numbers, all := s.numbersSeen(c)
	values, lost := append(values, numbers...), s.lost || !all
	slices.SortFunc(values, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.text, b.text))
	})
	for _, v := range values {
		if *space -= weight(v.text); *space < 0 {
			lost = true
			break
		}
		c.Values, c.Counts = append(c.Values, v.text), append(c.Counts, v.n)
	}
	c.Complete = whole && !lost && s.Blobs == 0 && len(values) > 0
}

// counted is a value with how often it was seen.
type counted struct {
	text string
	n    int64
}

// numbersSeen are a column's numbers as texts, if they are few and no dates;
// all says that none is left out.
func (s *Sample) numbersSeen(c *Column) (seen []counted, all bool) {
	if s.Integers+s.Reals == 0 {
		return nil, true
	}
	if s.ints == nil || s.reals == nil || len(s.ints)+len(s.reals) > maxNumbers || c.Format != FormatNone && c.Format != YearNumber {
		return nil, false
	}
	for v, n := range s.ints {
		seen = append(seen, counted{strconv.FormatInt(v, 10), n})
	}
	for v, n := range s.reals {
		seen = append(seen, counted{number(v), n})
	}
	return seen, true
}

// TextEdge shows a sampled column its first or last text, as an index has it.
func (s *Sample) TextEdge(text string) {
	if s.Texts == 0 || len(text) > maxText {
		return
	}
	l := lookAt(text)
	s.texts.widen(l)
	s.first, s.last = min(s.first, text), max(s.last, text)
}

// NumberEdge shows a sampled column its lowest or highest number, as an index
// has it.
func (s *Sample) NumberEdge(v float64) {
	if s.numeric {
		s.number(v)
		s.widenScale(v)
	}
}

// Extend gives the column all its values, of which a sample has seen some.
func (c *Column) Extend(all []string, space *int) {
	known := make(map[string]bool, len(c.Values))
	for _, v := range c.Values {
		known[v] = true
	}
	for _, v := range all {
		if known[v] {
			continue
		}
		if *space -= weight(v); *space < 0 || len(v) > maxText || !utf8.ValidString(v) {
			return
		}
		c.Values, c.Counts = append(c.Values, v), append(c.Counts, 0)
	}
	c.Distinct, c.Complete = int64(len(all)), true
}

// weight is about what a value takes on its way in JSON.
func weight(text string) int {
	n := 12 + len(text)
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c == '<' || c == '>' || c == '&' {
			n += 5
		}
	}
	return n
}
