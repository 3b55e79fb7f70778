package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

// upkeepFake is a store of questions and the exports of some.
type upkeepFake struct {
	Exports
	kept    []string // questions
	exports []string
	lost    error
}

// ForgetQuestions forgets the first.
func (f *upkeepFake) ForgetQuestions(context.Context, time.Time) (int, error) {
	f.kept = f.kept[1:]
	return 1, nil
}

func (f *upkeepFake) question(_ context.Context, id string) (*ask.Question, error) {
	if f.lost != nil {
		return nil, f.lost
	}
	if !slices.Contains(f.kept, id) {
		return nil, &ask.Error{Code: ask.NotFound}
	}
	return &ask.Question{ID: id}, nil
}

func (f *upkeepFake) List(context.Context) (list []Export, _ error) {
	for _, id := range f.exports {
		list = append(list, Export{QuestionID: id})
	}
	return list, nil
}

func (f *upkeepFake) Delete(_ context.Context, id string) error {
	f.exports = slices.DeleteFunc(f.exports, func(e string) bool { return e == id })
	return nil
}

// A forgotten question's export is forgotten with it; one whose question can't
// be looked for stays.
func TestExportsAreForgottenWithTheirQuestions(t *testing.T) {
	f := &upkeepFake{kept: []string{"old", "new"}, exports: []string{"old", "new"}}
	cfg := Config{Store: f, Exports: f, Question: f.question, Retention: func() time.Duration { return time.Hour }}
	if said, err := cfg.forget(t.Context()); err != nil || said != "1 question forgotten." || fmt.Sprint(f.exports) != "[new]" {
		t.Errorf("%q, %v, left %v", said, err, f.exports)
	}
	f.lost = &ask.Error{Code: ask.Unavailable}
	if _, err := cfg.forget(t.Context()); !errors.Is(err, f.lost) || fmt.Sprint(f.exports) != "[new]" {
		t.Errorf("the System DB is away: %v, left %v", err, f.exports)
	}
	cfg.Retention = func() time.Duration { return 0 }
	if said, err := cfg.forget(t.Context()); said != "" || err != nil {
		t.Errorf("kept for ever: %q, %v", said, err)
	}
}
