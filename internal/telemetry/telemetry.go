// Package telemetry lets one request and one question be followed from outside.
// It hides how their ids travel with a context into each line of the log, and
// OpenTelemetry: how spans are made and where they go.
package telemetry

import (
	"context"
	"log/slog"
	"time"
)

type requestKey struct{}

type questionKey struct{}

// WithRequest makes everything done under the context part of a request.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// WithQuestion makes everything done under the context part of a question's run,
// or of a request for it.
func WithQuestion(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, questionKey{}, id)
}

// Question is the id of the question that ctx belongs to; empty for none.
func Question(ctx context.Context) string {
	id, _ := ctx.Value(questionKey{}).(string)
	return id
}

// Log adds the ids of the request, the question and the trace that a line was written
// under.
func Log(next slog.Handler) slog.Handler { return handler{next} }

type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	request, _ := ctx.Value(requestKey{}).(string)
	for _, id := range []struct{ key, value string }{{"request", request}, {"question", Question(ctx)}, {"trace", traceID(ctx)}} {
		if id.value != "" {
			r.AddAttrs(slog.String(id.key, id.value))
		}
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }

// Seconds is for slog.HandlerOptions.ReplaceAttr: it makes durations numbers of
// seconds, to the microsecond.
func Seconds(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.Float64Value(a.Value.Duration().Round(time.Microsecond).Seconds())
	}
	return a
}
