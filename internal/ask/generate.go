package ask

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	maxRepairs = 2
	modelLimit = 40 * time.Second // of a language model's attempts: the reader's answer still fits into the run
)

// generate writes SQL as the strategy says, checks it and runs it.
func (r *run) generate(p Prompt, vector []float32, settings Settings) error {
	strategy := settings.Strategy
	if r.s.cfg.LLM == nil {
		strategy = BuiltinOnly
	}
	if strategy == ModelFirst {
		if done, err := r.model(p, vector, settings); done || err != nil {
			return err
		}
	}
	own, err := r.builtin("generate", p, settings)
	if err != nil {
		return err
	}
	switch {
	case strategy == BothApart:
		return r.both(p, vector, settings, own)
	case strategy == BuiltinFirst && (own.Decline != nil || own.Tier != Compiled):
		p.Proposal = &own
		if done, err := r.model(p, vector, settings); done || err != nil {
			return err
		}
		own = r.noted(own)
	case strategy == ModelFirst:
		own = r.noted(own)
	}
	return r.own(p, vector, settings, own)
}

// own ends the run with what the built-in reader made of the question; it
// tries again where the executor refuses that.
func (r *run) own(p Prompt, vector []float32, settings Settings, c Candidate) error {
	for {
		r.adopt(c)
		if c.Decline != nil {
			r.decline(*c.Decline)
			return nil
		}
		err := r.settle()
		if err == nil {
			r.later = func() { r.remember(p, vector, settings, c) }
			return nil
		}
		if !repairable(err) || len(p.Failed) == maxRepairs {
			return err
		}
		p.Failed = append(p.Failed, Attempt{SQL: c.SQL, Error: MessageOf(err)})
		if c, err = r.builtin("repair", p, settings); err != nil {
			return err
		}
	}
}

func repairable(err error) bool { return CodeOf(err) == Refused || CodeOf(err) == Invalid }

// builtin has the built-in reader read the question.
func (r *run) builtin(step string, p Prompt, settings Settings) (c Candidate, err error) {
	p.Proposal = nil
	err = r.step(step, func() (string, error) {
		c, err = r.s.cfg.Builtin.Generate(r.ctx, p)
		if err == nil && c.Decline == nil && !c.asksBack() && c.Confidence < settings.MinConfidence {
			c.Decline = &Decline{Reason: "I could not make enough sense of this to answer it."}
		}
		return describe(c), err
	})
	return c, err
}

func describe(c Candidate) string {
	switch {
	case c.Decline != nil:
		return "declined"
	case c.asksBack():
		return fmt.Sprintf("asks back between %d readings", len(c.Choices))
	case c.Tier == Model && c.Usage.Total() > 0:
		return fmt.Sprintf("%s, %d + %d tokens", c.Generator, c.Usage.In, c.Usage.Out)
	case c.Tier == Model:
		return c.Generator
	}
	return fmt.Sprintf("%s, %.0f%% sure", c.Generator, 100*c.Confidence)
}

// written has the language model write SQL until it compiles under the
// executor's rules, with at most maxRepairs further attempts. Whatever keeps
// the model from it is shown with its step, kept in r.modelFault, and is no
// error of the run; only the run's own end is.
func (r *run) written(p Prompt, vector []float32, settings Settings) (c Candidate, ok bool, err error) {
	if r.modelFault = r.overQuota(settings); r.modelFault != "" {
		return c, false, nil
	}
	ctx, cancel := context.WithTimeout(r.ctx, modelLimit)
	defer cancel()
	if err := r.step("retrieve", func() (string, error) { return r.retrieve(&p, vector), nil }); err != nil {
		return c, false, err
	}
	for name := "model"; ; name = "repair" {
		var checked error
		err := r.step(name, func() (detail string, err error) {
			if c, err = r.s.cfg.LLM.Generate(ctx, p); err == nil && c.Decline == nil {
				checked = r.s.cfg.Target.Check(r.asking(), c.SQL)
			}
			r.spend(c.Usage)
			return describe(c), cmp.Or(err, checked)
		})
		switch {
		case r.ctx.Err() != nil:
			return c, false, r.ctx.Err()
		case checked != nil && !repairable(checked):
			return c, false, checked
		case checked != nil:
			r.refusedModel(c, checked)
			if len(p.Failed) == maxRepairs {
				r.modelFault = "None of the language model's attempts can be run here."
				return c, false, nil
			}
			p.Failed = append(slices.Clip(p.Failed), Attempt{SQL: c.SQL, Error: MessageOf(checked)})
		case err != nil:
			r.s.cfg.Log.WarnContext(r.ctx, "language model failed", "err", err)
			r.modelFault = MessageOf(err)
			return c, false, nil
		case c.Decline != nil:
			r.modelFault = c.Decline.Reason
			return c, false, nil
		default:
			return c, true, nil
		}
	}
}

// spend counts what the model's part took.
func (r *run) spend(u Usage) {
	r.l.update(func(q *Question) { q.Usage = q.Usage.Plus(u) })
	r.end.Usage = r.end.Usage.Plus(u)
}

// overQuota says why the model may not be asked: its tokens of the day, UTC, are
// used up. Empty where it may.
func (r *run) overQuota(settings Settings) string {
	today := r.s.cfg.Now().UTC().Truncate(24 * time.Hour)
	for _, quota := range []struct {
		userID string
		most   int64
		said   string
	}{
		{r.end.UserID, settings.TokensPerPerson, "You have used up your share of it for today."},
		{"", settings.TokensPerDay, "What may be spent on it today is used up."},
	} {
		if quota.most == 0 {
			continue
		}
		used, err := r.s.cfg.Store.TokensSince(r.ctx, quota.userID, today)
		switch {
		case err != nil:
			r.s.cfg.Log.WarnContext(r.ctx, "tokens of a language model are not known", "err", err)
			return "How much of it has been used today is not known."
		case used >= quota.most:
			return quota.said
		}
	}
	return ""
}

// refusedModel has SQL that the executor refused audited as the model's.
func (r *run) refusedModel(c Candidate, err error) {
	if CodeOf(err) == Refused && r.s.cfg.OnRefused != nil {
		q := r.end
		q.SQL, q.Generator = c.SQL, c.Generator
		r.s.cfg.OnRefused(r.ctx, q, err)
	}
}

// model answers with the language model. done is false where it could not, and
// the built-in reader has to.
func (r *run) model(p Prompt, vector []float32, settings Settings) (done bool, err error) {
	c, ok, err := r.written(p, vector, settings)
	if !ok || err != nil {
		return false, err
	}
	if p.Proposal != nil {
		c.Alternatives = append(c.Alternatives, offers(*p.Proposal)...)
	}
	r.adopt(c)
	if err := r.settle(); err != nil {
		if !repairable(err) && (CodeOf(err) != Limited || r.ctx.Err() != nil) {
			return true, err
		}
		r.modelFault = MessageOf(err)
		return false, nil
	}
	r.later = func() { r.remember(p, vector, settings, c) }
	return true, nil
}

// offers are the built-in reader's readings as other readings of an answer.
func offers(c Candidate) (out []Alternative) {
	if c.SQL != "" && c.Decline == nil {
		out = append(out, Alternative{Label: cmp.Or(c.Sentence, "The built-in reader's reading"), SQL: c.SQL})
	}
	for _, choice := range c.Choices {
		out = append(out, Alternative{Label: choice.Plain(), SQL: choice.SQL})
	}
	return out
}

// noted is the built-in reader's outcome where the model had to answer and did
// not. It is not kept in the cache: the model may answer the next time.
func (r *run) noted(c Candidate) Candidate {
	note := "The language model did not answer, so this is the built-in reader's. " + r.modelFault
	c.Notes = append(slices.Clip(c.Notes), note)
	if c.Decline != nil {
		d := *c.Decline
		d.Reason += " " + note
		c.Decline = &d
	}
	return c
}

// both compares the reader's answer with the model's, each made apart from the
// other: the same rows are agreed, others are asked back.
func (r *run) both(p Prompt, vector []float32, settings Settings, own Candidate) error {
	c, ok, err := r.written(p, vector, settings)
	switch {
	case err != nil:
		return err
	case !ok:
		return r.own(p, vector, settings, r.noted(own))
	case own.Decline != nil:
		return r.own(p, vector, settings, c)
	}
	_ = r.step("compare", func() (detail string, err error) {
		both, detail, err := Together(r.ctx, own, c, r.try)
		if err != nil {
			r.modelFault = MessageOf(err)
			own = r.noted(own)
			return detail, nil
		}
		own = both
		return detail, nil
	})
	return r.own(p, vector, settings, own)
}

// Together makes one candidate of the built-in reader's and a language model's,
// each made apart from the other, by what they give: with the same rows they
// are agreed, else, or where there are none to judge by, it asks back between
// them. detail says so in a few words. An error means that the model's SQL does
// not run.
func Together(ctx context.Context, own, model Candidate, try func(context.Context, string) (Table, error)) (c Candidate, detail string, err error) {
	theirs, err := try(ctx, model.SQL)
	if err != nil {
		return own, "the language model's SQL does not run", err
	}
	if own.SQL != "" {
		ours, err := try(ctx, own.SQL)
		if err == nil && sameRows(ours, theirs) {
			own.Tier, own.Generator = Agreed, own.Generator+"+"+model.Generator
			own.Notes = append(slices.Clip(own.Notes), "The built-in reader and the language model, apart from each other, give the same rows.")
			return own, "the same rows", nil
		}
		sentence := cmp.Or(own.Sentence, "The built-in reader's reading")
		own.Choices = []Choice{{Sentence: sentence, SQL: own.SQL, Logical: own.Logical, Chips: own.Chips}}
		own.SQL, own.Logical, own.Chips = "", nil, nil
	}
	room := min(len(own.Choices), MaxChoices-1)
	own.Choices = append(own.Choices[:room:room], Choice{Sentence: "The language model's: " + cmp.Or(wordsOf(model), model.SQL), SQL: model.SQL, Model: model.Generator})
	return own, "not the same rows", nil
}

// wordsOf is what a model says of its SQL, if anything.
func wordsOf(c Candidate) string {
	if c.Sentence != "" || len(c.Notes) == 0 {
		return c.Sentence
	}
	return c.Notes[0]
}
