package eval

import (
	"context"

	"github.com/querent/querent/internal/ask"
)

// repairs is how often a language model may mend SQL that does not run.
const repairs = 2

// Modelled asks a language model as the server does: SQL that does not run is
// given back to it, and where Builtin is set, its answer is held against the
// built-in reader's. It implements ask.Generator.
type Modelled struct {
	Model   ask.Generator
	Builtin ask.Generator // nil: the model alone
}

// Generate implements ask.Generator. What keeps the model from answering is a
// decline, or leaves the question to the built-in reader.
func (m Modelled) Generate(ctx context.Context, p ask.Prompt) (ask.Candidate, error) {
	theirs, err := m.written(ctx, p)
	if err != nil || m.Builtin == nil {
		return theirs, err
	}
	own, err := m.Builtin.Generate(ctx, p)
	switch {
	case err != nil || theirs.Decline != nil:
		return own, err
	case own.Decline != nil:
		return theirs, nil
	}
	both, _, err := ask.Together(ctx, own, theirs, p.Try)
	return both, err
}

// written is the model's SQL once it runs.
func (m Modelled) written(ctx context.Context, p ask.Prompt) (ask.Candidate, error) {
	for {
		c, err := m.Model.Generate(ctx, p)
		if err != nil || c.Decline != nil {
			return c, err
		}
		_, err = p.Try(ctx, c.SQL)
		if err == nil || ctx.Err() != nil {
			return c, ctx.Err()
		}
		if len(p.Failed) == repairs {
			c.Decline = &ask.Decline{Reason: ask.MessageOf(err)}
			return c, nil
		}
		p.Failed = append(p.Failed[:len(p.Failed):len(p.Failed)], ask.Attempt{SQL: c.SQL, Error: ask.MessageOf(err)})
	}
}
