package ask

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/querent/querent/internal/schema"
)

const (
	maxIdeas  = 6                      // on an ask page
	maxTried  = 12                     // of each kind
	ideasWait = 100 * time.Millisecond // of a page for a list that is being made
	ideasTime = time.Minute            // for making one
)

// suggestions holds the last list for one schema.
type suggestions struct {
	mu     sync.Mutex
	key    string // the schema's fingerprint, with the version of the terms
	ideas  []string
	making chan struct{} // closed once the list is made; nil for none under way
}

// idea is a question made from the schema, and the names that SQL which
// answers it must speak of.
type idea struct {
	question string
	names    []string
}

// Suggestions are questions worth asking here: made from the schema, and only
// those that the built-in generator reads with confidence and as meant.
// Approved questions are the training loop's to add. Where reading takes long, the
// list is made beside, and a page that does not find it ready goes without.
func (s *Service) Suggestions(ctx context.Context) []string {
	sch, err := s.cfg.Target.Schema(ctx)
	if err != nil {
		return nil
	}
	p := Prompt{Schema: sch, Now: s.cfg.Now(), Try: s.try}
	key := sch.Fingerprint
	if p.Ontology, err = s.cfg.Knowledge.Ontology(ctx); err == nil && p.Ontology != nil {
		key = fmt.Sprintf("%s/%d", key, p.Ontology.Version)
	}
	made := s.ideas.made(key, func() []string { return s.readable(p) })
	wait := time.NewTimer(ideasWait)
	defer wait.Stop()
	select {
	case <-made:
	case <-wait.C:
	case <-ctx.Done():
	}
	return s.ideas.of(key)
}

// made is closed once there is a list for key; it has one made, unless one is.
func (i *suggestions) made(key string, list func() []string) <-chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	done := make(chan struct{})
	switch {
	case i.key == key:
		close(done)
		return done
	case i.making != nil: // perhaps for another key: the next page has this one's made
		return i.making
	}
	i.making = done
	go func() {
		ideas := list()
		i.mu.Lock()
		defer i.mu.Unlock()
		i.key, i.ideas, i.making = key, ideas, nil
		close(done)
	}()
	return done
}

// of is the list for key; nil until there is one.
func (i *suggestions) of(key string) []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.key != key {
		return nil
	}
	return i.ideas
}

// readable takes an idea of each kind in turn, until there are enough.
func (s *Service) readable(p Prompt) []string {
	ctx, cancel := context.WithTimeout(s.base, ideasTime)
	defer cancel()
	kinds := ideasFor(p.Schema)
	var kept []string
	for left := true; left; {
		left = false
		for i := range kinds {
			for len(kinds[i]) > 0 {
				next := kinds[i][0]
				kinds[i], left = kinds[i][1:], true
				if s.reads(ctx, p, next) {
					kept = append(kept, next.question)
					break
				}
			}
			if len(kept) == maxIdeas || ctx.Err() != nil {
				return kept
			}
		}
	}
	return kept
}

func (s *Service) reads(ctx context.Context, p Prompt, i idea) bool {
	p.Question = i.question
	c, err := s.cfg.Builtin.Generate(ctx, p)
	if err != nil || c.Decline != nil || c.Tier != Compiled {
		return false
	}
	sql := strings.ToLower(c.SQL)
	return !slices.ContainsFunc(i.names, func(name string) bool { return !strings.Contains(sql, strings.ToLower(name)) })
}

// ideasFor words plain questions, by kind; within a kind the largest tables
// come first, since they hold what happens.
func ideasFor(sch *schema.Schema) [][]idea {
	var tables []*schema.Table
	for t := range sch.Shown() {
		if !t.View && t.RowCount != 0 {
			tables = append(tables, t)
		}
	}
	slices.SortStableFunc(tables, func(a, b *schema.Table) int { return int(min(max(b.RowCount-a.RowCount, -1), 1)) })
	makers := []func(*schema.Schema, *schema.Table) idea{countBy, mostChildren, overTime, withValue, averageBy, extreme, countAll}
	kinds := make([][]idea, len(makers))
	for i, wording := range makers {
		for _, t := range tables {
			if made := wording(sch, t); made.question != "" && len(kinds[i]) < maxTried {
				kinds[i] = append(kinds[i], made)
			}
		}
	}
	return kinds
}

func countAll(_ *schema.Schema, t *schema.Table) idea {
	return idea{fmt.Sprintf("How many %s are there?", plural(t.Name)), []string{t.Name}}
}

func countBy(_ *schema.Schema, t *schema.Table) idea {
	c := category(t)
	if c == nil {
		return idea{}
	}
	return idea{fmt.Sprintf("How many %s are there by %s?", plural(t.Name), words(c.Name)), []string{t.Name, c.Name}}
}

func averageBy(sch *schema.Schema, t *schema.Table) idea {
	c, m := category(t), measure(sch, t)
	if c == nil || m == nil {
		return idea{}
	}
	return idea{fmt.Sprintf("What is the average %s of %s by %s?", words(m.Name), plural(t.Name), words(c.Name)), []string{t.Name, m.Name, c.Name}}
}

// mostChildren asks which of the things in t have the most rows that refer to
// them.
func mostChildren(sch *schema.Schema, t *schema.Table) idea {
	if name(t) == nil {
		return idea{}
	}
	for _, k := range sch.ForeignKeys {
		if strings.EqualFold(k.RefTable, t.Name) && !strings.EqualFold(k.Table, t.Name) && len(k.Columns) == 1 {
			return idea{fmt.Sprintf("Top 5 %s by number of %s", plural(t.Name), plural(k.Table)), []string{t.Name, k.Table, "LIMIT 5"}}
		}
	}
	return idea{}
}

// overTime counts by month in the latest year that a table knows.
func overTime(_ *schema.Schema, t *schema.Table) idea {
	for _, c := range t.Columns {
		if c.Type.Temporal() && len(c.Max) >= 4 && c.Distinct != 1 {
			return idea{fmt.Sprintf("Number of %s by month in %s", plural(t.Name), c.Max[:4]), []string{t.Name, c.Name, c.Max[:4]}}
		}
	}
	return idea{}
}

func withValue(_ *schema.Schema, t *schema.Table) idea {
	c := category(t)
	if c == nil {
		return idea{}
	}
	return idea{fmt.Sprintf("How many %s have the %s %s?", plural(t.Name), words(c.Name), c.Values[0]), []string{t.Name, c.Name, c.Values[0]}}
}

func extreme(sch *schema.Schema, t *schema.Table) idea {
	m := measure(sch, t)
	if m == nil || name(t) == nil {
		return idea{}
	}
	return idea{fmt.Sprintf("Which %s have the highest %s?", plural(t.Name), words(m.Name)), []string{t.Name, m.Name}}
}

// category finds a text column with a handful of values that rows share.
func category(t *schema.Table) *schema.Column {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Type == schema.Text && !c.Unique && c.Complete && c.Distinct > 1 && c.Distinct <= 30 && len(c.Values) > 0 {
			return c
		}
	}
	return nil
}

// measure finds a column of amounts: numbers that are neither keys nor whole.
func measure(sch *schema.Schema, t *schema.Table) *schema.Column {
	for i := range t.Columns {
		c := &t.Columns[i]
		key := c.PrimaryKey || slices.ContainsFunc(sch.ForeignKeys, func(k schema.ForeignKey) bool {
			return strings.EqualFold(k.Table, t.Name) && slices.Contains(k.Columns, c.Name)
		})
		if c.Type == schema.Real && !key {
			return c
		}
	}
	return nil
}

// name finds a column that people call a table's things by.
func name(t *schema.Table) *schema.Column {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Type == schema.Text && slices.Contains([]string{"name", "title"}, lastWord(words(c.Name))) {
			return c
		}
	}
	return nil
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

// words spells a name such as order_items or OrderItem.
func words(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if r == '_' || lower && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		if r != '_' {
			b.WriteRune(unicode.ToLower(r))
		}
		lower = unicode.IsLower(r)
	}
	return b.String()
}

// plural spells a table's name as more than one of it.
func plural(name string) string {
	s := words(name)
	switch {
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "data"), strings.HasSuffix(s, "staff"), strings.HasSuffix(s, "media"):
		return s
	case strings.HasSuffix(s, "y") && !strings.ContainsAny(s[max(0, len(s)-2):len(s)-1], "aeiou"):
		return strings.TrimSuffix(s, "y") + "ies"
	case strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"), strings.HasSuffix(s, "sh"):
		return s + "es"
	}
	return s + "s"
}
