package training

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
)

// Import is what an ontology file would change. Terms that the file lacks
// stay as they are.
type Import struct {
	Version int64 // of the ontology that the file was compared with
	New     []ontology.Term
	Changed []TermChange
	Same    int      // terms that the file has as they are
	Kept    []string // names of terms that the file lacks
}

// TermChange is a term before and after.
type TermChange struct{ Before, After ontology.Term }

// Empty reports whether nothing would change.
func (i *Import) Empty() bool { return len(i.New)+len(i.Changed) == 0 }

// PlanImport says what ImportYAML would do. All that is wrong with the file,
// by itself, against the target and together with the terms already there, is
// an *ask.Error with code Invalid that wraps ontology.Problems, with lines.
func (s *Service) PlanImport(ctx context.Context, data []byte) (*Import, error) {
	in, parseErr := ontology.Parse(data)
	have, err := s.cfg.Store.Ontology(ctx)
	if err != nil {
		return nil, err
	}
	problems, err := s.importProblems(ctx, have, in)
	if err != nil {
		return nil, err
	}
	var unread ontology.Problems
	if errors.As(parseErr, &unread) {
		problems = append(problems, unread...)
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b ontology.Problem) int { return a.Line - b.Line })
		return nil, &ask.Error{Code: ask.Invalid, Message: fmt.Sprintf("The file can't be taken in:\n%v", problems), Err: problems}
	}
	plan := &Import{Version: have.Version}
	for _, t := range in.Terms {
		old := named(have, t.Name)
		switch {
		case old == nil:
			plan.New = append(plan.New, t)
		case reflect.DeepEqual(*old, withID(t, old.ID)):
			plan.Same++
		default:
			plan.Changed = append(plan.Changed, TermChange{*old, withID(t, old.ID)})
		}
	}
	for _, t := range have.Terms {
		if named(in, t.Name) == nil {
			plan.Kept = append(plan.Kept, t.Name)
		}
	}
	return plan, nil
}

// ImportYAML adds the terms of an ontology file, or updates those of the same
// name, all or none; see PlanImport for what it refuses. A version other than
// 0 must still be the ontology's, so that what is saved is what was previewed:
// else the error's code is Conflict.
func (s *Service) ImportYAML(ctx context.Context, data []byte, version int64) (*Import, error) {
	plan, err := s.PlanImport(ctx, data)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != plan.Version {
		return plan, &ask.Error{Code: ask.Conflict, Message: "The ontology was changed meanwhile. Look at what the file changes now."}
	}
	if plan.Empty() {
		return plan, nil
	}
	var terms []*ontology.Term
	for i := range plan.New {
		terms = append(terms, &plan.New[i])
	}
	for i := range plan.Changed {
		terms = append(terms, &plan.Changed[i].After)
	}
	if err := s.cfg.Store.SaveTerms(ctx, terms...); err != nil {
		return nil, err
	}
	s.carry(ctx)
	return plan, nil
}

func withID(t ontology.Term, id string) ontology.Term {
	t.ID = id
	return t
}

// named finds a term by name, ignoring case; nil if there is none.
func named(o *ontology.Ontology, name string) *ontology.Term {
	i := slices.IndexFunc(o.Terms, func(t ontology.Term) bool { return strings.EqualFold(t.Name, name) })
	if i < 0 {
		return nil
	}
	return &o.Terms[i]
}

// importProblems are what is wrong with the terms of a file against the target
// and with the terms already there. Parse has reported what is wrong with a term by
// itself.
func (s *Service) importProblems(ctx context.Context, have, in *ontology.Ontology) (ontology.Problems, error) {
	merged := &ontology.Ontology{}
	for _, t := range have.Terms {
		if named(in, t.Name) == nil {
			merged.Terms = append(merged.Terms, t)
		}
	}
	before := len(merged.Duplicates())
	merged.Terms = append(merged.Terms, in.Terms...)
	problems := merged.Duplicates()[before:]
	for i, t := range in.Terms {
		for j := range problems {
			if problems[j].Term == t.Name {
				problems[j].Line = in.Lines[i]
			}
		}
		if len(t.Form()) > 0 {
			continue
		}
		wrong, err := s.problems(ctx, t)
		if err != nil {
			return nil, err
		}
		for _, message := range wrong {
			problems = append(problems, ontology.Problem{Line: in.Lines[i], Term: t.Name, Message: message})
		}
	}
	return problems, nil
}

// ExportYAML writes every term as ImportYAML reads it.
func (s *Service) ExportYAML(ctx context.Context) ([]byte, error) {
	o, err := s.cfg.Store.Ontology(ctx)
	if err != nil {
		return nil, err
	}
	return ontology.Marshal(o)
}
