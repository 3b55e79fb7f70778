// Package llm writes SQL with a language model behind any OpenAI-compatible
// endpoint. It hides the protocol, what a prompt may tell and how it is kept
// small, how an answer is found in whatever came back, and all that guards
// against an endpoint that is slow, broken, hostile or somewhere else.
package llm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"
	"github.com/sony/gobreaker/v2"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/telemetry"
)

const (
	maxAnswer   = 1 << 20 // bytes of one response, uncompressed
	maxRetries  = 2       // of one request that may pass the next time
	tripAfter   = 5       // failures in a row open the breaker
	breakerRest = 30 * time.Second
)

// Config says where the model is and how it is asked.
type Config struct {
	BaseURL      string // such as https://api.openai.com/v1
	Key          string // empty: the endpoint asks for none
	Model        string
	Temperature  float64
	Timeout      time.Duration // of one completion, retries among it
	AllowedHosts []string      // hosts that may be on a private network or this machine
	Budget       int           // tokens of a prompt; 0: DefaultBudget
}

// Model is one model at one endpoint. It implements ask.Generator, and its
// methods may be called at once from many goroutines.
type Model struct {
	cfg     Config
	chat    openai.ChatCompletionService
	breaker *gobreaker.CircuitBreaker[Reply]
	plain   atomic.Bool // the endpoint refuses structured output
	told    func(context.Context, Reply, error)
}

// Reply is what a model said, and what it took.
type Reply struct {
	Text    string
	In, Out int64 // tokens as the endpoint counts them; 0 where it doesn't
	Took    time.Duration
}

// Open makes a Model. Nothing is connected to yet.
func Open(cfg Config) (*Model, error) {
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Hostname() == "" {
		return nil, errors.New("llm: the base URL is not an address")
	}
	listed := slices.ContainsFunc(cfg.AllowedHosts, func(h string) bool { return strings.EqualFold(h, base.Hostname()) })
	client := &http.Client{Transport: newTransport(base, listed), CheckRedirect: noRedirect}
	options := []option.RequestOption{option.WithBaseURL(cfg.BaseURL), option.WithHTTPClient(client), option.WithMaxRetries(maxRetries)}
	if cfg.Key != "" {
		options = append(options, option.WithAPIKey(cfg.Key))
	}
	return &Model{cfg: cfg, chat: openai.NewChatCompletionService(options...),
		breaker: gobreaker.NewCircuitBreaker[Reply](gobreaker.Settings{
			Name: "llm", Timeout: breakerRest,
			ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= tripAfter },
			IsExcluded:  func(err error) bool { return errors.Is(err, context.Canceled) },
		})}, nil
}

// Name is the model's name, as questions answered by it have it.
func (m *Model) Name() string { return "llm:" + m.cfg.Model }

// Tell has each reply, or why there is none, told to f. Call it before the model
// is used.
func (m *Model) Tell(f func(context.Context, Reply, error)) { m.told = f }

// Host is the endpoint's, as it was configured.
func (m *Model) Host() string {
	base, err := url.Parse(m.cfg.BaseURL)
	if err != nil {
		return ""
	}
	return base.Host
}

// Probe asks the model for the smallest SQL there is, and says in one sentence
// what came back. An error is an *ask.Error that is safe to show, or the
// context's own.
func (m *Model) Probe(ctx context.Context) (string, error) {
	reply, err := m.Complete(ctx, system, "Tables: none\n\nQuestion: \"What is one and one?\"\n")
	if err != nil {
		return "", err
	}
	if answerIn(reply.Text).SQL == "" {
		return "", &ask.Error{Code: ask.Invalid, Message: "The model answered, but not with SQL. It may be too small, or not made for this."}
	}
	form := "in the form that it was asked for"
	if m.plain.Load() {
		form = "as plain text: the endpoint knows no structured output, which is found out by itself"
	}
	return fmt.Sprintf("It wrote SQL in %.1f s (%d + %d tokens), %s.", reply.Took.Seconds(), reply.In, reply.Out, form), nil
}

// Complete asks the model once. An error is an *ask.Error that is safe to show,
// or the context's own.
func (m *Model) Complete(ctx context.Context, system, user string) (Reply, error) {
	start := time.Now()
	ctx, span := telemetry.Start(ctx, "language model")
	reply, err := m.breaker.Execute(func() (Reply, error) { return m.complete(ctx, system, user) })
	reply.Took = time.Since(start)
	span.Set(slog.Int64("querent.tokens_in", reply.In), slog.Int64("querent.tokens_out", reply.Out))
	span.End(err)
	if m.told != nil {
		m.told(ctx, reply, err)
	}
	if err == nil || errors.Is(ctx.Err(), context.Canceled) {
		return reply, err
	}
	return reply, explained(err)
}

// complete asks for structured output first, and without where the endpoint
// does not know it.
func (m *Model) complete(ctx context.Context, system, user string) (Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, m.cfg.Timeout)
	defer cancel()
	params := openai.ChatCompletionNewParams{Model: m.cfg.Model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(system), openai.UserMessage(user)}}
	if m.plain.Load() {
		return m.stream(ctx, params)
	}
	structured := params
	structured.Temperature = openai.Float(m.cfg.Temperature)
	structured.ResponseFormat = answerFormat()
	structured.StreamOptions = openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)}
	reply, err := m.stream(ctx, structured)
	var refused *openai.Error
	if !errors.As(err, &refused) || refused.StatusCode != http.StatusBadRequest && refused.StatusCode != http.StatusUnprocessableEntity {
		return reply, err
	}
	if reply, err = m.stream(ctx, params); err == nil {
		m.plain.Store(true)
	}
	return reply, err
}

// answerFormat is the answer's form as a JSON schema.
func answerFormat() openai.ChatCompletionNewParamsResponseFormatUnion {
	text := map[string]any{"type": "string"}
	return openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
		JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "answer", Strict: openai.Bool(true), Schema: map[string]any{
			"type": "object", "additionalProperties": false,
			"properties": map[string]any{"sql": text, "explanation": text, "missing": text},
			"required":   []string{"sql", "explanation", "missing"},
		}}}}
}

// stream reads one completion to its end.
func (m *Model) stream(ctx context.Context, params openai.ChatCompletionNewParams) (Reply, error) {
	var raw *http.Response
	options := []option.RequestOption{option.WithResponseInto(&raw)}
	if deadline, ok := ctx.Deadline(); ok {
		options = append(options, option.WithMaxRetryDelay(max(time.Until(deadline), time.Millisecond)))
	}
	s := m.chat.NewStreaming(ctx, params, options...)
	if s.Err() == nil && raw != nil && strings.Contains(raw.Header.Get("Content-Type"), "json") {
		defer raw.Body.Close()
		return whole(raw.Body)
	}
	defer s.Close()
	var reply Reply
	var text strings.Builder
	finished := false
	for s.Next() {
		chunk := s.Current()
		if chunk.Usage.TotalTokens > 0 {
			reply.In, reply.Out = chunk.Usage.PromptTokens, chunk.Usage.CompletionTokens
		}
		for _, c := range chunk.Choices {
			text.WriteString(c.Delta.Content)
			finished = finished || c.FinishReason != ""
			if len(c.Delta.ToolCalls) > 0 {
				return reply, errToolCall
			}
		}
	}
	reply.Text = text.String()
	if err := s.Err(); err != nil {
		return reply, err
	}
	if !finished {
		return reply, errCut
	}
	return reply, nil
}

// Faults of an answer that HTTP does not know.
var (
	errCut      = errors.New("the answer ended in the middle")
	errToolCall = errors.New("the answer is a tool call")
	errForm     = errors.New("the answer is no completion")
)

// explained says what went wrong in words that are safe to show: no address
// and nothing that the endpoint said.
func explained(err error) error {
	var status *openai.Error
	var large *http.MaxBytesError
	say := func(code ask.Code, message string) error { return &ask.Error{Code: code, Message: message, Err: err} }
	switch {
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		return say(ask.Unavailable, "The language model failed several times, so it is left alone for half a minute.")
	case errors.Is(err, context.DeadlineExceeded):
		return say(ask.Limited, "The language model took too long.")
	case errors.Is(err, errRedirect):
		return say(ask.Unavailable, "The language model's endpoint redirects elsewhere, which is not followed.")
	case errors.Is(err, errAddress):
		return say(ask.Unavailable, "The language model's endpoint is at an address that was not allowed.")
	case errors.As(err, &large):
		return say(ask.Limited, "The language model's answer was too long.")
	case errors.Is(err, errCut), errors.Is(err, errToolCall), errors.Is(err, errForm):
		return say(ask.Unavailable, "The language model's answer can't be used: "+err.Error()+".")
	case !errors.As(err, &status):
		return say(ask.Unavailable, "The language model can't be reached.")
	}
	switch status.StatusCode {
	case http.StatusTooManyRequests:
		return say(ask.Busy, "The language model has too much to do.")
	case http.StatusUnauthorized, http.StatusForbidden:
		return say(ask.Unavailable, "The language model's endpoint refuses the key.")
	case http.StatusNotFound:
		return say(ask.Unavailable, "The language model's endpoint knows no such model or path.")
	}
	return say(ask.Unavailable, fmt.Sprintf("The language model's endpoint failed with status %d.", status.StatusCode))
}
