package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/job"
	"github.com/querent/querent/internal/sqltoken"
	"github.com/querent/querent/internal/target"
	"github.com/querent/querent/internal/telemetry"
)

// finished counts a question's end and gives it its line in the log: who asked,
// how it ended, and where the time went. What was asked is not in it.
func (a *app) finished(ctx context.Context, q ask.Question) {
	a.metrics.finished(q)
	took := map[string]time.Duration{} // together, of a step that was made twice
	for _, st := range q.Steps {
		took[st.Name] += st.Took
	}
	var steps []any
	for _, name := range slices.Sorted(maps.Keys(took)) {
		steps = append(steps, slog.Duration(name, took[name]))
	}
	a.log.InfoContext(ctx, "question ended", "user", audit.ActorFrom(ctx).Name, "outcome", q.Outcome(), "generator", q.Generator,
		"cached", q.Cached, "rows", q.RowCount, "truncated", q.Truncated, "took", q.Finished.Sub(q.Created), slog.Group("steps", steps...))
}

// used counts a request to the target, and tells of one that took long or had
// to be stopped. Its SQL is told without the values in it.
func (a *app) used(ctx context.Context, u target.Use) {
	a.metrics.used(u)
	line := []any{"op", u.Op, "took", u.Took, "waited", u.Waited, "starts", u.Starts, "rows", u.Rows, "sql", sqltoken.Shape(u.SQL)}
	switch {
	case u.Brief && errors.Is(u.Err, target.ErrTime): // only tried out
		a.log.DebugContext(ctx, "query given up", line...)
	case errors.Is(u.Err, target.ErrTime), errors.Is(u.Err, target.ErrMemory):
		a.log.WarnContext(ctx, "query stopped at a limit", append(line, "limit", limitOf(u.Err))...)
	case u.Killed && ask.CodeOf(u.Err) == ask.Unavailable && u.Err != nil:
		a.log.ErrorContext(ctx, "SQL worker broke", append(line, "err", u.Err)...)
	case a.slow > 0 && u.Took+u.Waited >= a.slow:
		a.log.WarnContext(ctx, "slow query", line...)
	}
}

// limitOf names the limit that a query ran into.
func limitOf(err error) string {
	if errors.Is(err, target.ErrMemory) {
		return "memory"
	}
	return "time"
}

// observed counts a job's runs.
func (a *app) observed(jobs []job.Job) []job.Job {
	for i, j := range jobs {
		run := j.Run
		jobs[i].Run = func(ctx context.Context) (said string, err error) {
			start := time.Now()
			said, err = run(ctx)
			a.metrics.jobDone(j.Name, err, time.Since(start))
			return said, err
		}
	}
	return jobs
}

// export makes exports as part of their question, and counts the tries.
func (a *app) export(x job.Exporter) func(context.Context, string, job.File) (job.Cut, error) {
	return func(ctx context.Context, questionID string, f job.File) (job.Cut, error) {
		start := time.Now()
		ctx, span := telemetry.Root(telemetry.WithQuestion(ctx, questionID), "export", slog.String("querent.question", questionID))
		cut, err := x.Write(ctx, questionID, f)
		span.End(err)
		a.metrics.jobDone("export", err, time.Since(start))
		return cut, err
	}
}
