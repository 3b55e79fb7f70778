package job

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

// memory is a file that keeps its bytes, or only their number.
type memory struct {
	bytes.Buffer
	size, rows int
	forgetful  bool
	err        error
}

func (m *memory) Write(b []byte) (int, error) {
	m.size += len(b)
	if m.forgetful {
		return len(b), m.err
	}
	return m.Buffer.Write(b)
}

func (m *memory) Progress(rows int) error { m.rows = rows; return m.err }

// text is what the file holds.
func (m *memory) text(t *testing.T) string {
	t.Helper()
	z, err := gzip.NewReader(&m.Buffer)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var columns = []ask.Column{{Name: "=name"}, {Name: "n"}}

// exporter streams parts, up to the limit asked for.
func exporter(q ask.Question, parts ...[][]any) Exporter {
	return Exporter{
		Question: func(context.Context, string) (*ask.Question, error) { return &q, nil },
		Rows:     func() int { return 3 },
		Stream: func(_ context.Context, sql string, rows int, limit time.Duration, each func([]ask.Column, [][]any) error) (bool, error) {
			if sql != q.SQL || limit != ExportTime {
				return false, errors.New("other limits")
			}
			for _, p := range parts {
				p = p[:min(len(p), rows)]
				rows -= len(p)
				if err := each(columns, p); err != nil {
					return false, err
				}
			}
			return rows == 0, nil
		},
	}
}

var answered = ask.Question{ID: "q", Status: ask.Answered, SQL: "SELECT 1"}

func TestExportIsCSV(t *testing.T) {
	for _, tt := range []struct {
		parts [][][]any
		cut   Cut
		rows  int
		want  string
	}{
		{[][][]any{{}}, Whole, 0, "'=name,n\r\n"},
		{[][][]any{{{"a", int64(1)}}, {{"=b", nil}}}, Whole, 2, "'=name,n\r\na,1\r\n'=b,\r\n"},
		{[][][]any{{{"a", 1.5}, {"b", 2.5}}, {{"c", 3.5}, {"d", 4.5}}}, AtRows, 3, "'=name,n\r\na,1.5\r\nb,2.5\r\nc,3.5\r\n"},
	} {
		var f memory
		cut, err := exporter(answered, tt.parts...).Write(t.Context(), "q", &f)
		if text := f.text(t); err != nil || cut != tt.cut || f.rows != tt.rows || text != tt.want {
			t.Errorf("%v: cut %q, %d rows, %q, %v", tt.parts, cut, f.rows, text, err)
		}
	}
}

func TestExportErrors(t *testing.T) {
	running := answered
	running.Status = ask.Running
	gone := exporter(answered)
	gone.Question = func(context.Context, string) (*ask.Question, error) {
		return nil, &ask.Error{Code: ask.NotFound, Message: "There is no such question."}
	}
	locked := exporter(answered)
	locked.Stream = func(context.Context, string, int, time.Duration, func([]ask.Column, [][]any) error) (bool, error) {
		return false, &ask.Error{Code: ask.Busy}
	}
	for name, tt := range map[string]struct {
		x     Exporter
		code  ask.Code
		again bool
	}{
		"a running question": {exporter(running), ask.Invalid, false},
		"a deleted question": {gone, ask.NotFound, false},
		"a locked target":    {locked, ask.Busy, true},
	} {
		if _, err := tt.x.Write(t.Context(), "q", &memory{}); ask.CodeOf(err) != tt.code || TryAgain(err) != tt.again {
			t.Errorf("%s: %v, try again %t", name, err, TryAgain(err))
		}
	}
	away := errors.New("away")
	if _, err := exporter(answered, [][]any{{"a", nil}}).Write(t.Context(), "q", &memory{err: away}); !errors.Is(err, away) {
		t.Errorf("a file that can't be written: %v", err)
	}
}

// noise can't be compressed, so that a file of it is full soon.
func noise(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteByte(byte('!' + rand.IntN(90)))
	}
	return b.String()
}

func TestExportIsCutAtItsSize(t *testing.T) {
	const partSize = 8 << 20
	part := [][]any{{noise(partSize), nil}}
	parts := 0
	x := exporter(answered)
	x.Stream = func(_ context.Context, _ string, _ int, _ time.Duration, each func([]ask.Column, [][]any) error) (bool, error) {
		for ; parts < 20; parts++ {
			if err := each(columns, part); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	f := memory{forgetful: true}
	cut, err := x.Write(t.Context(), "q", &f)
	if err != nil || cut != AtBytes || f.size < ExportBytes || f.size > ExportBytes+partSize || f.rows != parts || parts == 20 {
		t.Errorf("cut %q at %d bytes, %d rows of %d, %v", cut, f.size, f.rows, parts, err)
	}
}
