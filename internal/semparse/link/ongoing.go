package link

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// endings are what a date's name says of rows that are over. A row without
// that date goes on.
var endings = text.WordSet("left leave leaving exit end ended churn churned quit resigned resign terminated termination departed departure closed close removed retired retire cancelled canceled cancel cancellation deactivated disabled expelled discharged ceased withdrawn")

// Ends reports a word of a date's name that says that rows are over, or that
// what was wrong is mended.
func Ends(w string) bool { return endings[w] || mendings[w] }

var mendings = text.WordSet("restored resolved completed finished returned done fixed solved settled delivered end finish return completion checkout disconnected")

// ongoing words are said of rows that go on.
var ongoing = []string{"active", "current", "existing"}

// ongoing lets "active" and "current" stand for rows that have not ended,
// where one date alone says so and nothing else of the table does.
func (v *Vocabulary) ongoing(t *catalog.Table) {
	if slices.ContainsFunc(t.Columns, saysOngoing) {
		return
	}
	var ends []*catalog.Column
	for _, c := range t.Columns {
		if c.Kind == catalog.Date && c.Nulls > 0 && slices.ContainsFunc(c.Words, func(w string) bool { return endings[w] }) {
			ends = append(ends, c)
		}
	}
	if len(ends) != 1 {
		return
	}
	words := ongoing
	if slices.Contains(ends[0].Words, "closed") || slices.Contains(ends[0].Words, "close") {
		words = append(slices.Clone(ongoing), "open") // "open shops" are those that have not closed
	}
	for _, w := range words {
		v.add([]string{w}, Sense{Kind: Condition, Table: t, Column: ends[0], State: Unset, Strength: 0.78, Source: FromPart})
	}
}

// saysOngoing reports a flag or a short list of states that tells whether a row
// goes on.
func saysOngoing(c *catalog.Column) bool {
	if c.Kind != catalog.Flag && (c.Kind != catalog.Text || !few(c) || c.Key != nil) {
		return false
	}
	return slices.ContainsFunc(c.Words, func(w string) bool { return w == "status" || w == "state" || slices.Contains(ongoing, w) })
}
