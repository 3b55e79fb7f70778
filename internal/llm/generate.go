package llm

import (
	"context"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// maxWords is how much of a model's own words is kept, in bytes.
const maxWords = 600

// completer is a model, or what stands in for one.
type completer interface {
	Complete(ctx context.Context, system, user string) (Reply, error)
	Name() string
}

// Generate has the model write SQL. What it says without SQL is a decline.
func (m *Model) Generate(ctx context.Context, p ask.Prompt) (ask.Candidate, error) {
	return generate(ctx, m, p, m.cfg.Budget)
}

func generate(ctx context.Context, m completer, p ask.Prompt, budget int) (ask.Candidate, error) {
	text := Compose(p, budget)
	reply, err := m.Complete(ctx, text.System, text.User)
	c := ask.Candidate{Tier: ask.Model, Generator: m.Name(), Usage: ask.Usage{In: reply.In, Out: reply.Out}}
	if err != nil {
		return c, err
	}
	a := answerIn(reply.Text)
	c.SQL = a.SQL
	if a.SQL == "" {
		c.Decline = &ask.Decline{Reason: "The language model wrote no SQL."}
		if words := short(a.Missing); words != "" {
			c.Decline.Reason = "The language model wrote no SQL. It said: “" + words + "”"
		}
		return c, nil
	}
	if words := short(a.Explanation); words != "" {
		c.Notes = append(c.Notes, "The language model says of its SQL: “"+words+"”")
	}
	return c, nil
}

// short is text on one line, cut to maxWords.
func short(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if len(text) > maxWords {
		text = strings.ToValidUTF8(text[:maxWords], "") + " …"
	}
	return text
}
