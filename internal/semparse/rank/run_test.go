package rank

import (
	"context"
	"errors"
	"testing"

	"github.com/querent/querent/internal/ask"
)

// A reading whose rows take too long to be tried is no worse for it.
func TestSlowIsNotWrong(t *testing.T) {
	for code, want := range map[ask.Code]Run{ask.Limited: {}, ask.Busy: {}, ask.Invalid: {Done: true, Failed: true}, ask.Refused: {Done: true, Failed: true}} {
		run := RunOf(t.Context(), func(context.Context, string) (ask.Table, error) {
			return ask.Table{}, &ask.Error{Code: code, Err: errors.New("no")}
		}, "SELECT 1")
		if run.Done != want.Done || run.Failed != want.Failed {
			t.Errorf("%s: %+v", code, run)
		}
	}
}
