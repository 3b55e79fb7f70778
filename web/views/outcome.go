package views

import (
	"fmt"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// labels are the words by which people know outcomes.
var labels = map[ask.Outcome]string{
	"verified": "Approved", "compiled": "Understood", "agreed": "Understood, twice", "model": "Written by a language model",
	"unsure": "Unsure", "edited": "Your SQL", "asked": "Which do you mean?", "declined": "Not understood",
	"none": "None of these", "running": "Working", "failed": "Failed", "cancelled": "Cancelled", "interrupted": "Interrupted",
}

// outcomeOf is a question's, with one more for pages: none of the readings offered
// was meant.
func outcomeOf(q ask.Question) ask.Outcome {
	if q.Picked == ask.NoneOfThese {
		return "none"
	}
	return q.Outcome()
}

// Label names an outcome to a person.
func Label(o ask.Outcome) string {
	if words, ok := labels[o]; ok {
		return words
	}
	return string(o)
}

var meanings = map[ask.Outcome]string{
	"verified": "An administrator approved this answer.",
	"compiled": "Every word is accounted for.",
	"agreed":   "The built-in reader and the language model, apart from each other, gave the same rows.",
	"model":    "A language model wrote this SQL. Check it before you rely on it.",
	"unsure":   "This is the best reading found. Check it before you rely on it.",
	"edited":   "This SQL was written by hand.",
	"asked":    "The words fit more than one question.",
	"none":     "None of the readings offered was meant.",
	"declined": "Not answered, rather than guessed.",
	"running":  "Working on it …",
}

// Means says what an outcome means for how far to trust a question's answer.
func Means(q ask.Question) string {
	o := outcomeOf(q)
	switch {
	case o == "compiled" && q.Chosen:
		return "You chose this reading."
	case o == "unsure" && q.Confidence > 0:
		return fmt.Sprintf("Readings like this are right about %.0f times in 100. Check it before you rely on it.", 100*q.Confidence)
	}
	return meanings[o]
}

// Says puts a question's state into a sentence for a screen reader.
func Says(q ask.Question) string {
	switch q.Status {
	case ask.Running:
		return "Working on the answer."
	case ask.Answered:
		said := "The answer is here: " + Counted(q.RowCount, "row") + ". "
		if len(q.LeftOut) > 0 {
			said += "Not used: " + strings.Join(q.LeftOut, ", ") + ". "
		}
		return said + Means(q)
	case ask.Asked:
		return "This can be read in " + Counted(len(q.Choices), "way") + ". Choose which you mean."
	}
	return q.Message
}

// part is a piece of a sentence; what decides between readings is bold.
type part struct {
	text string
	bold bool
}

// parts cuts a sentence at its ** marks.
func parts(sentence string) []part {
	var out []part
	for i, text := range strings.Split(sentence, "**") {
		if text != "" {
			out = append(out, part{text, i%2 == 1})
		}
	}
	return out
}

// chipWords stands before a chip's text, by its kind.
var chipWords = map[string]string{"measure": "show", "group": "by", "order": "sort", "list": "list"}

// chipOpens reports whether there is anything to choose in a chip's menu.
func chipOpens(v Question, c ask.Chip) bool {
	return v.Mine && (len(c.Instead) > 0 || c.Removable && v.CanRemove)
}

// instead is the question with one of its words replaced, to be asked.
func instead(text, word, term string) string {
	for from, to := range occurrences(text, word) {
		return text[:from] + term + text[to:]
	}
	return term
}
