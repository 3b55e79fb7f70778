package training

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
)

// Config is what a Service needs. All fields must be set unless they say
// otherwise.
type Config struct {
	Store     Store
	Vectors   ask.VectorStore
	Embed     ask.Embedder
	Target    ask.Target
	OnIgnored func(collection string, hits int) // optional; called with how many hits were not in the System DB
	Log       *slog.Logger
}

// Service is the training loop. Its methods may be called at once from many
// goroutines; only one of them changes the collections at a time.
type Service struct {
	cfg Config

	mu       sync.Mutex // held while collections change
	approved atomic.Pointer[approved]
	tables   atomic.Pointer[tables]
}

var _ ask.Knowledge = (*Service)(nil)

// New makes a Service. The collections are as they were left until Sync.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// carryLimit bounds the wait of an administrator's save for the vector store.
const carryLimit = 2 * time.Second

func invalid(format string, args ...any) error {
	return &ask.Error{Code: ask.Invalid, Message: fmt.Sprintf(format, args...)}
}

// Pair returns one pair.
func (s *Service) Pair(ctx context.Context, id string) (*Pair, error) {
	return s.cfg.Store.Pair(ctx, id)
}

// Pairs returns a page of pairs, newest first, and how many there are.
func (s *Service) Pairs(ctx context.Context, f PairFilter) ([]Pair, PairCounts, error) {
	return s.cfg.Store.Pairs(ctx, f)
}

// Propose saves a new pair for an administrator to look at, filling its ID.
func (s *Service) Propose(ctx context.Context, p *Pair) error {
	p.ID, p.State = "", Proposed
	if err := s.checkPair(ctx, p); err != nil {
		return err
	}
	return s.cfg.Store.SavePair(ctx, p)
}

// Approve puts a proposed pair in use, or changes one in use, with the question
// and SQL as the reviewer left them. The SQL must compile on the target, and no
// other approved pair may answer the same question.
func (s *Service) Approve(ctx context.Context, reviewer, id, question, sql string) error {
	p, err := s.cfg.Store.Pair(ctx, id)
	if err != nil {
		return err
	}
	if p.State == Retired {
		return &ask.Error{Code: ask.Conflict, Message: "This pair is retired. Reopen it first."}
	}
	p.Question, p.SQL = question, sql
	if err := s.checkPair(ctx, p); err != nil {
		return err
	}
	twins, _, err := s.cfg.Store.Pairs(ctx, PairFilter{State: Approved, Key: p.Key()})
	if err != nil {
		return err
	}
	for _, twin := range twins {
		if twin.ID != p.ID {
			return &ask.Error{Code: ask.Conflict, Message: "Another approved pair answers this question. Change or retire that one."}
		}
	}
	p.Stale = ""
	return s.review(ctx, p, Approved, reviewer)
}

// Retire takes a pair out of use.
func (s *Service) Retire(ctx context.Context, reviewer, id string) error {
	p, err := s.cfg.Store.Pair(ctx, id)
	if err != nil || p.State == Retired {
		return err
	}
	return s.review(ctx, p, Retired, reviewer)
}

// Reopen takes a pair back to where it was proposed, to be looked at again.
func (s *Service) Reopen(ctx context.Context, reviewer, id string) error {
	p, err := s.cfg.Store.Pair(ctx, id)
	if err != nil || p.State == Proposed {
		return err
	}
	p.Stale = ""
	return s.review(ctx, p, Proposed, reviewer)
}

func (s *Service) review(ctx context.Context, p *Pair, state State, reviewer string) error {
	p.State, p.ReviewedBy, p.Reviewed = state, reviewer, time.Now()
	if err := s.cfg.Store.SavePair(ctx, p); err != nil {
		return err
	}
	s.carry(ctx)
	return nil
}

func (s *Service) checkPair(ctx context.Context, p *Pair) error {
	p.Question, p.SQL = strings.TrimSpace(p.Question), strings.TrimSpace(p.SQL)
	switch {
	case p.Key() == "":
		return invalid("The pair needs a question.")
	case len(p.Question) > 4*ask.MaxQuestion:
		return invalid("The question is too long.")
	case p.SQL == "":
		return invalid("The pair needs SQL.")
	case len(p.SQL) > ask.MaxSQL:
		return invalid("The SQL is longer than %d bytes.", ask.MaxSQL)
	}
	return s.cfg.Target.Check(ctx, p.SQL)
}

// carry brings the collections in line with a change at once, where that is
// quick. What fails stays in the outbox, so a failure is only logged.
func (s *Service) carry(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, carryLimit)
	defer cancel()
	if _, err := s.DrainOutbox(ctx); err != nil {
		s.cfg.Log.WarnContext(ctx, "change not yet in the vector store", "err", err)
	}
}

// Terms returns every term, stale ones too.
func (s *Service) Terms(ctx context.Context) ([]ontology.Term, error) {
	o, err := s.cfg.Store.Ontology(ctx)
	if err != nil {
		return nil, err
	}
	return o.Terms, nil
}

// SaveTerm inserts or updates a term, if it holds against the schema and no
// other term has one of its names; else the *ask.Error says all that is wrong.
func (s *Service) SaveTerm(ctx context.Context, t *ontology.Term) error {
	o, err := s.cfg.Store.Ontology(ctx)
	if err != nil {
		return err
	}
	wrong, err := s.problems(ctx, *t)
	if err != nil {
		return err
	}
	others := ontology.Ontology{}
	for _, other := range o.Terms {
		if other.ID != t.ID {
			others.Terms = append(others.Terms, other)
		}
	}
	before := len(others.Duplicates())
	others.Terms = append(others.Terms, *t)
	for _, p := range others.Duplicates()[before:] {
		wrong = append(wrong, p.Message)
	}
	if len(wrong) > 0 {
		return invalid("The term can't be saved: %s.", strings.Join(wrong, "; "))
	}
	t.Stale = ""
	if err := s.cfg.Store.SaveTerms(ctx, t); err != nil {
		return err
	}
	s.carry(ctx)
	return nil
}

// DeleteTerm removes a term.
func (s *Service) DeleteTerm(ctx context.Context, id string) error {
	if err := s.cfg.Store.DeleteTerm(ctx, id); err != nil {
		return err
	}
	s.carry(ctx)
	return nil
}

// problems are what is wrong with a term against the target. An error means
// that the target could not be asked.
func (s *Service) problems(ctx context.Context, t ontology.Term) ([]string, error) {
	sch, err := s.cfg.Target.Schema(ctx)
	if err != nil {
		return nil, err
	}
	var broken error
	wrong := t.Validate(sch, func(sql string) error {
		why, err := s.compile(ctx, sql)
		broken = cmp.Or(broken, err)
		if why != "" {
			return fmt.Errorf("%s", why)
		}
		return err
	})
	return wrong, broken
}

// compile says why the target does not take sql; empty when it does. An error
// means that the target could not be asked, which says nothing of the SQL.
func (s *Service) compile(ctx context.Context, sql string) (why string, err error) {
	err = s.cfg.Target.Check(ctx, sql)
	switch ask.CodeOf(err) {
	case ask.Refused, ask.Invalid:
		return ask.MessageOf(err), nil
	}
	return "", err
}
