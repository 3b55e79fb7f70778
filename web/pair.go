package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/training"
	"github.com/querent/querent/web/views"
)

const adminPage = 20

func (s *server) showPairs(c echo.Context) error {
	return s.pairsPage(c, http.StatusOK, training.State(c.QueryParam("state")), training.Pair{}, "")
}

func (s *server) pairsPage(c echo.Context, status int, state training.State, edited training.Pair, problem string) error {
	if state != training.Approved && state != training.Retired {
		state = training.Proposed
	}
	ctx, page := c.Request().Context(), pageOf(c)
	v := views.Pairs{State: state, Search: c.QueryParam("search"), Page: page, Problem: problem, Edited: edited}
	list, n, err := s.Training.Pairs(ctx, training.PairFilter{State: state, Search: v.Search, Limit: adminPage, Offset: (page - 1) * adminPage, Count: true})
	if err != nil {
		return err
	}
	v.List, v.Counts, v.Pages = list, n.All, pagesOf(n.Matching[state], adminPage)
	return render(c, status, views.PairsPage(s.page(c, "Training", "/admin/pairs"), v))
}

// reviewPair changes where a pair stands. Each change can be undone: by the
// form that the next page offers.
func (s *server) reviewPair(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	before, err := s.Training.Pair(ctx, id)
	if err != nil {
		return err
	}
	edited := training.Pair{ID: id, Question: c.FormValue("question"), SQL: c.FormValue("sql")}
	said, err := s.doReview(ctx, user(c).ID, c.FormValue("do"), edited)
	state := training.State(c.FormValue("state"))
	if code := ask.CodeOf(err); err != nil && (code == ask.Invalid || code == ask.Refused || code == ask.Conflict) {
		status, message := tell(err)
		return s.pairsPage(c, status, state, edited, message)
	}
	if err != nil {
		return err
	}
	s.flashUndo(c, said, "/admin/pairs/"+id, undoReview(*before, state))
	return c.Redirect(http.StatusSeeOther, "/admin/pairs?state="+string(state))
}

func (s *server) doReview(ctx context.Context, reviewer, do string, p training.Pair) (said string, err error) {
	switch do {
	case "approve":
		return "Approved. The same question is answered with it from now on.", s.Training.Approve(ctx, reviewer, p.ID, p.Question, p.SQL)
	case "retire":
		return "Taken out of use. It is kept under Retired.", s.Training.Retire(ctx, reviewer, p.ID)
	case "reopen":
		return "Back among the proposed.", s.Training.Reopen(ctx, reviewer, p.ID)
	case "restore":
		if err := s.Training.Reopen(ctx, reviewer, p.ID); err != nil {
			return "", err
		}
		return "In use again, as it was.", s.Training.Approve(ctx, reviewer, p.ID, p.Question, p.SQL)
	}
	return "", &ask.Error{Code: ask.Invalid, Message: "Say what to do with the pair."}
}

// undoReview are the fields of the form that brings a pair back to before.
func undoReview(before training.Pair, shown training.State) map[string]string {
	do := map[training.State]string{training.Proposed: "reopen", training.Approved: "restore", training.Retired: "retire"}[before.State]
	return map[string]string{"do": do, "question": before.Question, "sql": before.SQL, "state": string(shown)}
}
