package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// tracer makes spans that go nowhere until Export was called.
var tracer = otel.Tracer("github.com/querent/querent")

// Span is a piece of work in a trace. Its attributes never hold what was asked,
// nor values of the data.
type Span struct{ span trace.Span }

// Root begins a trace of its own where ctx is part of none.
func Root(ctx context.Context, name string, attrs ...slog.Attr) (context.Context, Span) {
	ctx, span := tracer.Start(ctx, name, trace.WithAttributes(keyValues(attrs)...))
	return ctx, Span{span}
}

// Start begins a span of the trace that ctx is part of. Without one it does
// nothing: what Querent does by itself, every second, is no trace.
func Start(ctx context.Context, name string, attrs ...slog.Attr) (context.Context, Span) {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return ctx, Span{trace.SpanFromContext(ctx)}
	}
	return Root(ctx, name, attrs...)
}

// Set adds attributes.
func (s Span) Set(attrs ...slog.Attr) { s.span.SetAttributes(keyValues(attrs)...) }

// End ends the span, with the error of its work if any. What the error says
// stays in the log.
func (s Span) End(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}

// traceID is the trace that ctx is part of, if that is kept; empty for none.
func traceID(ctx context.Context) string {
	if c := trace.SpanContextFromContext(ctx); c.IsSampled() {
		return c.TraceID().String()
	}
	return ""
}

func keyValues(attrs []slog.Attr) []attribute.KeyValue {
	out := make([]attribute.KeyValue, 0, len(attrs))
	for _, a := range attrs {
		switch v := a.Value.Resolve(); v.Kind() {
		case slog.KindInt64:
			out = append(out, attribute.Int64(a.Key, v.Int64()))
		case slog.KindBool:
			out = append(out, attribute.Bool(a.Key, v.Bool()))
		case slog.KindDuration:
			out = append(out, attribute.Float64(a.Key, v.Duration().Seconds()))
		default:
			out = append(out, attribute.String(a.Key, v.String()))
		}
	}
	return out
}

// exportWait bounds what a trace store that does not answer can hold up.
const exportWait = 5 * time.Second

// Export sends spans to an OTLP endpoint over HTTP from now on, in the
// background; those that find no room are dropped. What else there is to say of
// it is OpenTelemetry's own environment: OTEL_EXPORTER_OTLP_HEADERS,
// OTEL_TRACES_SAMPLER and so on. stop sends what waits.
func Export(ctx context.Context, endpoint, version string, log *slog.Logger) (stop func(context.Context) error, err error) {
	to, err := url.JoinPath(endpoint, "v1", "traces")
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(to), otlptracehttp.WithTimeout(exportWait))
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "querent"), attribute.String("service.version", version)),
		resource.WithHost(), resource.WithProcessPID(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces are not taken", "err", err) }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	otel.SetTracerProvider(provider)
	return provider.Shutdown, nil
}
