package telemetry

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
	"time"
)

func TestLinesBearIDs(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(Log(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: Seconds})))
	ctx := WithRequest(t.Context(), "r1")
	for _, tt := range []struct {
		write func()
		want  map[string]any
	}{
		{func() { log.InfoContext(t.Context(), "x") }, map[string]any{"request": nil, "question": nil}},
		{func() { log.InfoContext(ctx, "x", "took", 1500*time.Millisecond) }, map[string]any{"request": "r1", "question": nil, "took": 1.5}},
		{func() { log.With("a", "b").WarnContext(WithQuestion(ctx, "q1"), "x") }, map[string]any{"request": "r1", "question": "q1", "a": "b"}},
	} {
		out.Reset()
		tt.write()
		var line map[string]any
		if err := json.Unmarshal(out.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		for key, want := range tt.want {
			if line[key] != want {
				t.Errorf("%s: %v, want %v in %s", key, line[key], want, out.String())
			}
		}
	}
	if got := Question(WithQuestion(ctx, "q2")); got != "q2" || Question(ctx) != "" {
		t.Errorf("the question is %q", got)
	}
}
