package ask

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/querent/querent/internal/schema"
)

// maxIdeas bounds what an ask page suggests.
const maxIdeas = 8

// suggestions holds the last list for one schema.
type suggestions struct {
	mu          sync.Mutex
	fingerprint string
	ideas       []string
}

// Suggestions are questions worth asking here: made from the schema, and only
// those that the built-in generator reads with confidence. Approved questions
// are the training loop's to add.
func (s *Service) Suggestions(ctx context.Context) []string {
	sch, err := s.cfg.Target.Schema(ctx)
	if err != nil {
		return nil
	}
	s.ideas.mu.Lock()
	defer s.ideas.mu.Unlock()
	if s.ideas.fingerprint == sch.Fingerprint {
		return s.ideas.ideas
	}
	var kept []string
	for _, idea := range ideasFor(sch) {
		c, err := s.cfg.Builtin.Generate(ctx, Prompt{Question: idea, Schema: sch, Now: s.cfg.Now()})
		if err == nil && c.Decline == nil && c.Tier == Compiled {
			kept = append(kept, idea)
		}
		if len(kept) == maxIdeas || ctx.Err() != nil {
			break
		}
	}
	s.ideas.fingerprint, s.ideas.ideas = sch.Fingerprint, kept
	return kept
}

// ideasFor words plain questions from tables with something to count, group
// or sum, a few per table so that every table gets its turn.
func ideasFor(sch *schema.Schema) []string {
	var ideas []string
	for _, make := range []func(*schema.Table) string{countBy, totalBy, countAll} {
		for i := range sch.Tables {
			t := &sch.Tables[i]
			if t.View || t.RowCount == 0 {
				continue
			}
			if idea := make(t); idea != "" {
				ideas = append(ideas, idea)
			}
		}
	}
	return ideas
}

func countAll(t *schema.Table) string { return fmt.Sprintf("how many %s are there", words(t.Name)) }

func countBy(t *schema.Table) string {
	if c := category(t); c != "" {
		return fmt.Sprintf("number of %s by %s", words(t.Name), words(c))
	}
	return ""
}

func totalBy(t *schema.Table) string {
	c := category(t)
	for _, col := range t.Columns {
		if c != "" && col.Type == schema.Real && !col.PrimaryKey && !strings.EqualFold(col.Name, "total") {
			return fmt.Sprintf("total %s by %s", words(col.Name), words(c))
		}
	}
	return ""
}

// category finds a text column with a handful of values that rows share.
func category(t *schema.Table) string {
	for _, c := range t.Columns {
		if c.Type == schema.Text && !c.Unique && c.Complete && c.Distinct > 1 && c.Distinct <= 30 {
			return c.Name
		}
	}
	return ""
}

func words(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", " ")) }
