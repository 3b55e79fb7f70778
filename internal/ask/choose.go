package ask

import (
	"context"
	"strconv"
	"strings"
)

// An Offer names a reading that a question's page offers.
type Offer string

// OfferChoice is the nth of an asked question's choices, from 0.
func OfferChoice(n int) Offer { return offer("choice", n) }

// OfferAlternative is the nth of an answer's other readings, from 0.
func OfferAlternative(n int) Offer { return offer("alternative", n) }

// OfferInstead is the nth of what a chip could be instead, both from 0.
func OfferInstead(chip, n int) Offer { return offer("chip", chip, n) }

// OfferWithout is the reading without a chip's part, from 0.
func OfferWithout(chip int) Offer { return offer("without", chip) }

func offer(kind string, at ...int) Offer {
	for _, n := range at {
		kind += "." + strconv.Itoa(n)
	}
	return Offer(kind)
}

// parse is an offer's kind and where it stands; nil where it is none.
func (o Offer) parse() (kind string, at []int) {
	parts := strings.Split(string(o), ".")
	for _, p := range parts[1:] {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			return "", nil
		}
		at = append(at, n)
	}
	return parts[0], at
}

var errNoOffer = &Error{Code: Invalid, Message: "That reading is not offered here. Choose one of those shown."}

// nth is list[n], if there is one.
func nth[T any](list []T, at []int, depth int) (T, bool) {
	if len(at) <= depth || at[depth] >= len(list) {
		var none T
		return none, false
	}
	return list[at[depth]], true
}

// offered finds a reading that q carries whole.
func (q *Question) offered(o Offer) (Choice, bool) {
	switch kind, at := o.parse(); kind {
	case "choice":
		return nth(q.Choices, at, 0)
	case "alternative":
		a, ok := nth(q.Alternatives, at, 0)
		return Choice{Sentence: a.Label, SQL: a.SQL}, ok
	case "chip":
		chip, _ := nth(q.Chips, at, 0)
		return nth(chip.Instead, at, 1)
	}
	return Choice{}, false
}

// CanRemove reports whether parts of a reading can be taken away.
func (s *Service) CanRemove() bool { return s.cfg.Reader != nil }

// Choose answers the question id as its user chose to read it, as a question
// of its own.
func (s *Service) Choose(ctx context.Context, userID, id string, o Offer, key string) (string, error) {
	parent, err := s.Question(ctx, Viewer{UserID: userID}, id)
	if err != nil {
		return "", err
	}
	q := &Question{ID: questionID(userID, key), UserID: userID, ParentID: id, Text: parent.Text, Chosen: true}
	kind, at := o.parse()
	if kind == "without" {
		chip, ok := nth(parent.Chips, at, 0)
		if !ok || !chip.Removable || s.cfg.Reader == nil {
			return "", errNoOffer
		}
		return s.start(ctx, q, func(r *run) error { return r.without(parent, chip) })
	}
	c, ok := parent.offered(o)
	if !ok {
		return "", errNoOffer
	}
	if parent.Status == Asked && kind == "choice" {
		if err := s.cfg.Store.PickChoice(ctx, id, at[0]+1); err != nil {
			return "", err
		}
	}
	q.chosenFrom(parent, c)
	return s.start(ctx, q, func(r *run) error { return r.execute(q.SQL) })
}

// chosenFrom fills in a reading that was chosen among those of parent. People
// know what they mean: it is in doubt only where words were left out, or where
// it stood beside an answer that was. What a language model wrote stays the
// model's.
func (q *Question) chosenFrom(parent *Question, c Choice) {
	q.take(c)
	q.Confidence, q.Fingerprint, q.FollowedUp = 1, parent.Fingerprint, parent.FollowedUp
	switch {
	case c.Model != "":
		q.Generator, q.Tier = c.Model, Model
		return
	case parent.Tier == Model: // what the reader was not sure of stands beside a model's answer
		q.Generator, q.Tier = builtin, Unsure
		return
	}
	q.Generator, q.LeftOut, q.Notes, q.Tier = parent.Generator, parent.LeftOut, parent.Notes, Compiled
	if len(q.LeftOut) > 0 || parent.Tier == Unsure {
		q.Tier, q.Confidence = Unsure, parent.Confidence
	}
}

// without reads parent again, without one part of its reading.
func (r *run) without(parent *Question, chip Chip) error {
	sch, err := r.s.cfg.Target.Schema(r.ctx)
	if err != nil {
		return err
	}
	r.end.Fingerprint = sch.Fingerprint
	p, err := r.prepare(sch, nil)
	if err != nil {
		return err
	}
	err = r.step("generate", func() (string, error) {
		c, err := r.s.cfg.Reader.Without(r.ctx, p, parent.Logical, chip)
		if err == nil {
			r.adopt(c)
			if c.Decline != nil {
				r.decline(*c.Decline)
			}
		}
		return describe(c), err
	})
	if err != nil || r.end.Status == Declined {
		return err
	}
	return r.settle()
}

// ChooseNone notes that no choice was what the user of an asked question
// meant.
func (s *Service) ChooseNone(ctx context.Context, userID, id string) error {
	q, err := s.Question(ctx, Viewer{UserID: userID}, id)
	if err != nil {
		return err
	}
	if q.Status != Asked {
		return &Error{Code: Invalid, Message: "This question offers nothing to choose from."}
	}
	return s.cfg.Store.PickChoice(ctx, id, NoneOfThese)
}
