package ask

import (
	"fmt"
	"slices"
)

// MaxChoices is how many readings a question is asked back between, at most.
const MaxChoices = 5

// builtin is the built-in reader's name as a generator.
const builtin = "semparse"

// asksBack reports whether the candidate is a question to the user.
func (c Candidate) asksBack() bool { return c.SQL == "" && c.Decline == nil && len(c.Choices) > 0 }

// adopt takes over how the question was read.
func (r *run) adopt(c Candidate) {
	if len(c.Choices) > MaxChoices {
		c.Choices = c.Choices[:MaxChoices]
	}
	if c.Generator == "" {
		c.Generator = builtin // one that only asks back or declines may not say
	}
	take := func(q *Question) {
		q.SQL, q.Tier, q.Generator, q.Confidence = c.SQL, c.Tier, c.Generator, c.Confidence
		q.Sentence, q.LeftOut, q.Reading, q.Chips = c.Sentence, c.LeftOut, c.Reading, c.Chips
		q.Logical, q.FollowedUp, q.Choices = c.Logical, c.FollowedUp, c.Choices
		q.Alternatives, q.Notes = c.Alternatives, c.Notes
	}
	take(&r.end)
	r.l.update(take)
}

// settle ends a run whose reading stands: with choices to ask back, or rows.
func (r *run) settle() error {
	if r.end.SQL != "" || len(r.end.Choices) == 0 {
		return r.execute(r.end.SQL)
	}
	if err := r.step("check", r.checkChoices); err != nil {
		return err
	}
	switch q := &r.end; len(q.Choices) {
	case 0:
		r.decline(Decline{Reason: "No reading of this question can be run here."})
		return nil
	case 1:
		one := q.Choices[0]
		q.take(one)
		q.Tier, q.Choices = Unsure, nil
		return r.execute(one.SQL)
	default:
		q.Status, q.Tier = Asked, ""
		return nil
	}
}

// checkChoices drops choices that the executor would refuse: none is offered
// that can't be answered.
func (r *run) checkChoices() (string, error) {
	var kept []Choice
	for _, c := range r.end.Choices {
		err := r.s.cfg.Target.Check(r.asking(), c.SQL)
		if code := CodeOf(err); err != nil && code != Refused && code != Invalid {
			return "", err
		}
		if err == nil {
			kept = append(kept, c)
		}
	}
	r.end.Choices = kept
	return fmt.Sprintf("%d readings compile", len(kept)), nil
}

// take makes an offered reading that of the question.
func (q *Question) take(c Choice) {
	q.SQL, q.Sentence, q.Logical, q.Chips = c.SQL, c.Plain(), c.Logical, c.Chips
}

// decline ends the run unanswered, with questions that can be answered here.
func (r *run) decline(d Decline) {
	q := &r.end
	if len(d.Suggestions) == 0 {
		d.Suggestions = related(q.Text, r.s.Suggestions(r.ctx))
	}
	q.Status, q.Message, q.Nearest, q.Suggestions = Declined, d.Reason, d.Nearest, d.Suggestions
	q.Choices, q.Tier = nil, ""
}

// maxRelated is how many questions a decline offers.
const maxRelated = 3

// related are the ideas nearest to a question: those that share words with it
// come first.
func related(question string, ideas []string) []string {
	words := contentStems(question)
	shared := func(idea string) (n int) {
		for _, w := range contentStems(idea) {
			if slices.Contains(words, w) {
				n++
			}
		}
		return n
	}
	ideas = slices.Clone(ideas)
	slices.SortStableFunc(ideas, func(a, b string) int { return shared(b) - shared(a) })
	return ideas[:min(len(ideas), maxRelated)]
}
