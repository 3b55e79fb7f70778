package eval

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

type rows = [][]any

func TestHolds(t *testing.T) {
	two := rows{{"a", int64(1)}, {"b", int64(2)}}
	tests := []struct {
		name      string
		gold, got rows
		ordered   bool
		want      bool
	}{
		{"the same", two, two, false, true},
		{"rows in another order", two, rows{{"b", int64(2)}, {"a", int64(1)}}, false, true},
		{"rows in another order where order counts", two, rows{{"b", int64(2)}, {"a", int64(1)}}, true, false},
		{"columns in another order", two, rows{{int64(1), "a"}, {int64(2), "b"}}, true, true},
		{"more columns", two, rows{{"x", int64(1), "a"}, {"y", int64(2), "b"}}, false, true},
		{"fewer columns", two, rows{{"a"}, {"b"}}, false, false},
		{"columns that fit alone, rows that don't", two, rows{{"a", int64(2)}, {"b", int64(1)}}, false, false},
		{"fewer rows", two, rows{{"a", int64(1)}}, false, false},
		{"a row twice", rows{{"a"}, {"a"}, {"b"}}, rows{{"a"}, {"b"}, {"b"}}, false, false},
		{"distinct counts", rows{{"a"}, {"a"}}, rows{{"a"}}, false, false},
		{"whole number and real", rows{{int64(2)}}, rows{{2.0}}, false, true},
		{"four decimals alike", rows{{0.33333333}}, rows{{0.33331}}, false, true},
		{"four decimals apart", rows{{0.3333}}, rows{{0.3334}}, false, false},
		{"two decimals are not four", rows{{33.33}}, rows{{33.3333}}, false, false},
		{"float noise at a half", rows{{1.00005}}, rows{{1.0000499999999999}}, false, true},
		{"large numbers", rows{{123456789012.5}}, rows{{123456789012.50001}}, false, true},
		{"text is no number", rows{{"1"}}, rows{{int64(1)}}, false, false},
		{"case counts", rows{{"a"}}, rows{{"A"}}, false, false},
		{"null and null", rows{{nil}}, rows{{nil}}, false, true},
		{"null and zero", rows{{nil}}, rows{{int64(0)}}, false, false},
		{"null and empty text", rows{{nil}}, rows{{""}}, false, false},
		{"null and its name", rows{{nil}}, rows{{"null"}}, false, false},
		{"a gold column twice needs two", rows{{int64(1), int64(1)}, {int64(2), int64(2)}}, rows{{int64(1), "a"}, {int64(2), "b"}}, false, false},
		{"columns with the same values, one choice of which fits",
			rows{{int64(1), int64(2)}, {int64(2), int64(1)}, {int64(3), int64(3)}},
			rows{{int64(3), int64(2), int64(1)}, {int64(2), int64(1), int64(2)}, {int64(1), int64(3), int64(3)}}, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			gold, got := newRowset(tt.gold, len(tt.gold[0])), newRowset(tt.got, len(tt.got[0]))
			if is := gold.holds(got, tt.ordered); is != tt.want {
				t.Errorf("holds = %v", is)
			}
			if is := naive(tt.gold, tt.got, tt.ordered); is != tt.want {
				t.Errorf("by the plain definition: %v", is)
			}
		})
	}
}

// An empty result has columns all the same.
func TestHoldsOfNothing(t *testing.T) {
	if !newRowset(nil, 1).holds(newRowset(nil, 2), false) {
		t.Error("no rows of two columns don't hold no rows of one")
	}
	if newRowset(nil, 2).holds(newRowset(nil, 1), false) {
		t.Error("no rows of one column hold no rows of two")
	}
}

// The search must agree with the rule as it is written down.
func TestHoldsAgreesWithTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	table := func(height, width int) rows {
		out := make(rows, height)
		for i := range out {
			for range width {
				out[i] = append(out[i], int64(r.IntN(2)))
			}
		}
		return out
	}
	held := 0
	for range 20_000 {
		height, width := 1+r.IntN(4), 1+r.IntN(3)
		gold, got, ordered := table(height, width), table(height, 1+r.IntN(4)), r.IntN(2) == 0
		want := naive(gold, got, ordered)
		if want {
			held++
		}
		if is := newRowset(gold, width).holds(newRowset(got, len(got[0])), ordered); is != want {
			t.Fatalf("gold %v, got %v, ordered %v: %v", gold, got, ordered, is)
		}
	}
	if held < 1000 {
		t.Errorf("only %d of the tables held", held)
	}
}

// naive tries every choice of columns.
func naive(gold, got rows, ordered bool) bool {
	if len(gold) != len(got) {
		return false
	}
	keys := func(t rows, columns []int) []string {
		out := make([]string, len(t))
		for i, row := range t {
			for _, c := range columns {
				out[i] += fmt.Sprintf("%q ", matchKey(row[c]))
			}
		}
		if !ordered {
			slices.Sort(out)
		}
		return out
	}
	var all []int
	for c := range gold[0] {
		all = append(all, c)
	}
	want := keys(gold, all)
	var try func(chosen []int) bool
	try = func(chosen []int) bool {
		if len(chosen) == len(all) {
			return slices.Equal(want, keys(got, chosen))
		}
		for c := range got[0] {
			if !slices.Contains(chosen, c) && try(append(slices.Clone(chosen), c)) {
				return true
			}
		}
		return false
	}
	return try(nil)
}

// Many columns of the same values must not take long.
func TestHoldsManyLikeColumns(t *testing.T) {
	gold, got := make(rows, 50), make(rows, 50)
	for i := range gold {
		for c := range 12 {
			gold[i] = append(gold[i], int64((i+c)%50))
			got[i] = append(got[i], int64((i*(c+2)+1)%50))
		}
	}
	if newRowset(gold, 12).holds(newRowset(got, 12), false) {
		t.Error("they hold")
	}
}
