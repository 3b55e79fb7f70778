package ask

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/querent/querent/internal/golden"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/telemetry"
)

const tryLimit = time.Second // of one execution for pruning

// run is one question on its way: verified pair, cache, retrieval,
// generation, check, execution, record.
type run struct {
	s     *Service
	ctx   context.Context
	l     *live
	clock *clock
	end   Question // what record will save; shown only once saved
	res   Table
	state string // of the target before res was read

	modelFault string // why the language model did not answer, safe to show; empty while it may

	under   string    // the step under way
	tried   tries     // of candidates: the one chosen need not run again
	later   func()    // what is to be done while the end is saved; nil for nothing
	samples []Sample  // approved pairs alike to the question, once they were looked for
	release func()    // frees the slot; more than one call does nothing
	waiting time.Time // since when the run waits for the target; zero while it does not
	waited  time.Duration
}

// guarded waits for a slot and turns a panic of any part into a failed
// question.
func (r *run) guarded(work func(*run) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("ask: panic: %v\n%s", p, debug.Stack())
		}
	}()
	r.end, _ = r.l.look()
	select {
	case r.s.slots <- struct{}{}:
		r.release = sync.OnceFunc(func() { <-r.s.slots })
		defer r.release()
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
	r.clock.run()
	return work(r)
}

// asking is r.ctx for queries on the user's behalf; waits are shown.
func (r *run) asking() context.Context {
	return WithAsker(r.ctx, Asker{UserID: r.end.UserID, Waits: r.waits})
}

// waits shows that the step under way waits at a place in line, or no longer
// does. Meanwhile the run's time stands still; and its slot is free for good,
// since what is left to do is the target's.
func (r *run) waits(place int) {
	switch now := time.Now(); {
	case place > 0 && r.waiting.IsZero():
		r.clock.stop()
		r.release()
		r.waiting = now
		r.show(Step{Name: "wait", State: "running", Detail: inLine(place)}, true)
	case place > 0:
		r.show(Step{Name: "wait", State: "running", Detail: inLine(place)}, true)
	case !r.waiting.IsZero():
		took := now.Sub(r.waiting)
		r.waiting, r.waited = time.Time{}, r.waited+took
		r.show(Step{Name: "wait", State: "done", Took: took}, true)
		r.show(Step{Name: r.under, State: "running"}, false)
		r.clock.run()
	}
}

func inLine(place int) string { return fmt.Sprintf("number %d in line", place) }

// step runs one stage and shows it while it goes on. do returns what to say of
// it; an empty detail with a nil error means that the stage had nothing to do.
func (r *run) step(name string, do func() (detail string, err error)) error {
	start := time.Now()
	r.under, r.waited = name, 0
	r.show(Step{Name: name, State: "running"}, false)
	before := r.ctx
	ctx, span := telemetry.Start(before, "step "+name)
	r.ctx = ctx
	detail, err := do()
	r.ctx = before
	r.waits(0) // should it have ended while it waited
	done := Step{Name: name, State: "done", Detail: detail, Took: time.Since(start) - r.waited}
	switch {
	case err != nil:
		done.State, done.Detail = "failed", MessageOf(err)
	case detail == "":
		done.State = "skipped"
	}
	span.Set(slog.String("querent.state", done.State))
	span.End(err)
	r.show(done, true)
	return err
}

func (r *run) show(st Step, replace bool) {
	r.l.update(func(q *Question) {
		if n := len(q.Steps); replace && n > 0 {
			q.Steps = append(q.Steps[:n-1:n-1], st)
		} else {
			q.Steps = append(q.Steps, st)
		}
		r.end.Steps = q.Steps
	})
}

// answer is the whole path from question to rows.
func (r *run) answer(previous *Previous, fresh bool) error {
	sch, err := r.s.cfg.Target.Schema(r.ctx)
	if err != nil {
		return err
	}
	if len(sch.Tables) == 0 {
		return &Error{Code: Unavailable, Message: "The target database has no tables, so there is nothing to ask about."}
	}
	r.end.Fingerprint = sch.Fingerprint
	settings := r.s.cfg.Settings(r.ctx)
	p, err := r.prepare(sch, previous)
	if err != nil {
		return err
	}
	vector := r.embed(p.Question)
	if err := r.known(p, vector, settings, fresh); err != nil {
		return err
	}
	if r.end.Generator != "" {
		return r.settle()
	}
	return r.generate(p, vector, settings)
}

// prepare gathers what every reading of the question needs.
func (r *run) prepare(sch *schema.Schema, previous *Previous) (Prompt, error) {
	p := Prompt{Question: r.end.Text, Schema: sch, Now: r.s.cfg.Now(), Previous: previous, Try: r.try}
	terms, err := r.s.cfg.Knowledge.Ontology(r.ctx)
	p.Ontology = terms
	return p, err
}

// embed is the question's vector; nil for none.
func (r *run) embed(question string) []float32 {
	vectors, err := r.s.cfg.Embed.Embed(r.ctx, []string{question})
	if err != nil || len(vectors) != 1 {
		r.s.cfg.Log.WarnContext(r.ctx, "no question vector", "err", err)
		return nil
	}
	return vectors[0]
}

// known adopts an approved pair, or a reading from the semantic cache. A
// follow-up is read in its context, so neither can know it.
func (r *run) known(p Prompt, vector []float32, settings Settings, fresh bool) error {
	if p.Previous != nil {
		return nil
	}
	if err := r.step("verified", func() (string, error) { return r.verified(p, vector), nil }); err != nil || r.end.SQL != "" {
		return err
	}
	if r.s.cfg.Cache == nil || vector == nil || fresh || settings.CacheThreshold > 1 {
		return nil
	}
	return r.step("cache", func() (string, error) { return r.cached(p, vector, settings), nil })
}

// verified adopts an approved pair that matches, provided its SQL still
// compiles against the target.
func (r *run) verified(p Prompt, vector []float32) string {
	samples := r.alike(p, vector)
	pairs := make([]golden.Pair, len(samples))
	for i, sample := range samples {
		pairs[i] = golden.Pair{Question: sample.Question, SQL: sample.SQL}
	}
	a, ok := golden.Match(p.Question, pairs, p.Schema)
	if !ok || r.s.cfg.Target.Check(r.asking(), a.SQL) != nil {
		return ""
	}
	same := samples[a.Pair].Question
	r.adopt(Candidate{SQL: a.SQL, Tier: Verified, Generator: "golden", Confidence: 1, Reading: approvedReading(p.Question, same, a.Replaced)})
	return fmt.Sprintf("approved answer to “%s”", same)
}

// alike are approved pairs alike to the question.
func (r *run) alike(p Prompt, vector []float32) []Sample {
	if r.samples != nil {
		return r.samples
	}
	var err error
	if r.samples, err = r.s.cfg.Knowledge.Samples(r.ctx, p.Question, vector, 8); err != nil {
		r.s.cfg.Log.WarnContext(r.ctx, "approved pairs unavailable", "err", err)
	}
	return r.samples
}

// approvedReading says which approved question was taken and which values were
// replaced in it.
func approvedReading(question, approved string, replaced []golden.Replacement) []Phrase {
	reading := []Phrase{{Text: question, Kind: "pair", Target: approved, Why: "approved question", Score: 1}}
	for _, r := range replaced {
		kind := "value"
		if r.Limit {
			kind = "limit"
		}
		reading = append(reading, Phrase{Text: r.Text, Kind: kind, Target: r.Target, Score: 1,
			Why: fmt.Sprintf("in place of “%s” in the approved question", r.Was)})
	}
	return reading
}

func (r *run) cached(p Prompt, vector []float32, settings Settings) string {
	hit, ok, err := r.s.cfg.Cache.Get(r.ctx, r.scope(p, settings), vector, settings.CacheThreshold)
	if err != nil {
		r.s.cfg.Log.WarnContext(r.ctx, "semantic cache unavailable", "err", err)
		return ""
	}
	if !ok || !sameWords(p.Question, hit.Question) || !r.holds(hit.Candidate) {
		return ""
	}
	r.adopt(hit.Candidate)
	r.end.Cached = true
	return fmt.Sprintf("asked before as “%s”", hit.Question)
}

// holds reports whether all SQL of a remembered reading still compiles.
func (r *run) holds(c Candidate) bool {
	if len(c.Choices) == 0 {
		return r.s.cfg.Target.Check(r.asking(), c.SQL) == nil
	}
	return !slices.ContainsFunc(c.Choices, func(one Choice) bool { return r.s.cfg.Target.Check(r.asking(), one.SQL) != nil })
}

// cacheForm grows whenever candidates are written down otherwise.
const cacheForm = 2

// scope names everything that a cache entry depends on.
func (r *run) scope(p Prompt, settings Settings) string {
	var version int64
	if p.Ontology != nil {
		version = p.Ontology.Version
	}
	return fmt.Sprintf("%d/%s/%d/%s/%s/%g/%s", cacheForm, p.Schema.Fingerprint, version, r.s.cfg.LLMName, settings.Strategy, settings.MinConfidence, p.Now.Format(time.DateOnly))
}

// retrieve adds what the collections know. Without them the schema alone is used.
func (r *run) retrieve(p *Prompt, vector []float32) string {
	if vector == nil {
		return ""
	}
	samples := r.alike(*p, vector)
	samples = samples[:min(5, len(samples))]
	tables, err := r.s.cfg.Knowledge.Tables(r.ctx, vector, 12)
	if err != nil {
		r.s.cfg.Log.WarnContext(r.ctx, "retrieval off", "err", err)
	}
	p.Samples, p.Tables = samples, tables
	if len(samples)+len(tables) == 0 {
		return ""
	}
	return fmt.Sprintf("%d tables, %d approved questions", len(tables), len(samples))
}

// execute checks and runs sql. The rows are kept for the answer page.
func (r *run) execute(sql string) error {
	state, err := r.s.cfg.Target.State()
	known, ran := r.tried.of(sql, state)
	if err == nil {
		err = r.step("check", func() (string, error) {
			if ran {
				return "read-only and compiles", nil
			}
			return "read-only and compiles", r.s.cfg.Target.Check(r.asking(), sql)
		})
	}
	if err == nil {
		err = r.step("execute", func() (detail string, err error) {
			if r.res = known; !ran {
				r.res, err = r.s.cfg.Target.Query(r.asking(), sql)
			}
			return fmt.Sprintf("%d rows", len(r.res.Rows)), err
		})
	}
	r.state = state
	if err != nil {
		if CodeOf(err) == Refused && r.s.cfg.OnRefused != nil {
			r.s.cfg.OnRefused(r.ctx, r.end, err)
		}
		return err
	}
	r.end.Status, r.end.RowCount, r.end.Truncated = Answered, len(r.res.Rows), r.res.Truncated
	return nil
}

// try does so for the user.
func (r *run) try(ctx context.Context, sql string) (Table, error) {
	state, err := r.s.cfg.Target.State()
	if err != nil {
		return Table{}, err
	}
	t, err := r.s.try(WithAsker(ctx, Asker{UserID: r.end.UserID}), sql)
	if err == nil {
		r.tried.add(sql, state, t)
	}
	return t, err
}

// tries are the rows of candidates that were run, each with the state of the
// target before.
type tries struct {
	mu   sync.Mutex
	rows map[[2]string]Table
}

func (t *tries) add(sql, state string, rows Table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows = map[[2]string]Table{}
	}
	t.rows[[2]string{sql, state}] = rows
}

// of are the rows of SQL, if it was run and the target is still the same.
func (t *tries) of(sql, state string) (Table, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rows, ok := t.rows[[2]string{sql, state}]
	return rows, ok
}

// try runs a candidate for pruning: briefly, and nothing is kept.
func (s *Service) try(ctx context.Context, sql string) (Table, error) {
	ctx, cancel := context.WithTimeout(ctx, tryLimit)
	defer cancel()
	return s.cfg.Target.Query(ctx, sql)
}

// remember puts the reading into the semantic cache.
func (r *run) remember(p Prompt, vector []float32, settings Settings, c Candidate) {
	if r.s.cfg.Cache == nil || vector == nil || p.Previous != nil || settings.CacheThreshold > 1 || r.modelFault != "" {
		return
	}
	if err := r.s.cfg.Cache.Put(r.ctx, r.scope(p, settings), vector, Cached{Question: p.Question, Candidate: c}); err != nil {
		r.s.cfg.Log.WarnContext(r.ctx, "semantic cache unavailable", "err", err)
	}
}
