package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/ontology"
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
	page := pageOf(c)
	list, total, err := s.Training.Pairs(c.Request().Context(), training.PairFilter{State: state, Limit: adminPage, Offset: (page - 1) * adminPage})
	if err != nil {
		return err
	}
	v := views.Pairs{State: state, List: list, Total: total, Page: page, Pages: pagesOf(total, adminPage), Problem: problem, Edited: edited}
	return render(c, status, views.PairsPage(s.page(c, "Training", "/admin/pairs"), v))
}

func (s *server) reviewPair(c echo.Context) error {
	ctx, id, reviewer := c.Request().Context(), c.Param("id"), user(c).ID
	edited := training.Pair{ID: id, Question: c.FormValue("question"), SQL: c.FormValue("sql")}
	var err error
	var said string
	switch c.FormValue("do") {
	case "approve":
		said, err = "Approved. The same question is answered with it from now on.", s.Training.Approve(ctx, reviewer, id, edited.Question, edited.SQL)
	case "retire":
		said, err = "Retired.", s.Training.Retire(ctx, reviewer, id)
	case "reopen":
		said, err = "Reopened.", s.Training.Reopen(ctx, reviewer, id)
	default:
		err = &ask.Error{Code: ask.Invalid, Message: "Say what to do with the pair."}
	}
	state := training.State(c.FormValue("state"))
	if code := ask.CodeOf(err); err != nil && (code == ask.Invalid || code == ask.Refused) {
		return s.pairsPage(c, http.StatusUnprocessableEntity, state, edited, ask.MessageOf(err))
	}
	if err != nil {
		return err
	}
	s.flash(c, said)
	return c.Redirect(http.StatusSeeOther, "/admin/pairs?state="+string(state))
}

func (s *server) showTerms(c echo.Context) error {
	list, err := s.Training.Terms(c.Request().Context())
	if err != nil {
		return err
	}
	var edit ontology.Term
	for _, t := range list {
		if t.ID == c.QueryParam("edit") {
			edit = t
		}
	}
	return s.termsPage(c, http.StatusOK, list, edit, "")
}

func (s *server) termsPage(c echo.Context, status int, list []ontology.Term, edit ontology.Term, problem string) error {
	v := views.Terms{List: list, Edit: edit, Problem: problem}
	return render(c, status, views.TermsPage(s.page(c, "Ontology", "/admin/ontology"), v, strings.Join(edit.Synonyms, ", ")))
}

func (s *server) saveTerm(c echo.Context) error {
	ctx := c.Request().Context()
	t := ontology.Term{ID: c.FormValue("id"), Name: strings.TrimSpace(c.FormValue("name")), Kind: ontology.Kind(c.FormValue("kind")),
		Table: strings.TrimSpace(c.FormValue("table")), Column: strings.TrimSpace(c.FormValue("column")),
		SQL: strings.TrimSpace(c.FormValue("sql")), Description: c.FormValue("description")}
	for part := range strings.SplitSeq(c.FormValue("synonyms"), ",") {
		if part = strings.TrimSpace(part); part != "" {
			t.Synonyms = append(t.Synonyms, part)
		}
	}
	err := s.Training.SaveTerm(ctx, &t)
	if code := ask.CodeOf(err); err != nil && (code == ask.Invalid || code == ask.Refused || code == ask.Conflict) {
		list, listErr := s.Training.Terms(ctx)
		if listErr != nil {
			return listErr
		}
		return s.termsPage(c, http.StatusUnprocessableEntity, list, t, ask.MessageOf(err))
	}
	if err != nil {
		return err
	}
	s.flash(c, fmt.Sprintf("Saved “%s”.", t.Name))
	return c.Redirect(http.StatusSeeOther, "/admin/ontology")
}

func (s *server) deleteTerm(c echo.Context) error {
	if err := s.Training.DeleteTerm(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	s.flash(c, "Deleted.")
	return c.Redirect(http.StatusSeeOther, "/admin/ontology")
}

func (s *server) showUsers(c echo.Context) error {
	return s.usersPage(c, http.StatusOK, "", "", "")
}

func (s *server) usersPage(c echo.Context, status int, name, problem, oneTime string) error {
	list, err := s.Accounts.Users(c.Request().Context())
	if err != nil {
		return err
	}
	return render(c, status, views.UsersPage(s.page(c, "Users", "/admin/users"), list, name, problem, oneTime))
}

// createUser makes the user with a password that is at once replaced by a
// one-time one, shown to the administrator alone.
func (s *server) createUser(c echo.Context) error {
	ctx := c.Request().Context()
	u, err := s.Accounts.Create(ctx, c.FormValue("name"), rand.Text(), account.Role(c.FormValue("role")))
	if err != nil {
		return s.userProblem(c, err)
	}
	oneTime, err := s.Accounts.ResetPassword(ctx, u.ID)
	if err != nil {
		return err
	}
	return s.usersPage(c, http.StatusOK, u.Name, "", oneTime)
}

func (s *server) changeUser(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	var err error
	switch do := c.FormValue("do"); do {
	case "analyst", "admin":
		err = s.Accounts.SetRole(ctx, id, account.Role(do))
	case "disable", "enable":
		err = s.Accounts.SetDisabled(ctx, id, do == "disable")
	case "reset":
		return s.resetPassword(c, id)
	default:
		err = &account.PolicyError{Reason: "Say what to change."}
	}
	if err != nil {
		return s.userProblem(c, err)
	}
	return c.Redirect(http.StatusSeeOther, "/admin/users")
}

func (s *server) resetPassword(c echo.Context, id string) error {
	u, err := s.Accounts.User(c.Request().Context(), id)
	if err != nil {
		return err
	}
	oneTime, err := s.Accounts.ResetPassword(c.Request().Context(), id)
	if err != nil {
		return s.userProblem(c, err)
	}
	return s.usersPage(c, http.StatusOK, u.Name, "", oneTime)
}

// userProblem shows what is wrong above the list; other errors go on.
func (s *server) userProblem(c echo.Context, err error) error {
	status, message := tell(err)
	if status >= http.StatusInternalServerError || status == http.StatusNotFound {
		return err
	}
	return s.usersPage(c, status, "", message, "")
}

func (s *server) showAudit(c echo.Context) error {
	page, action := pageOf(c), c.QueryParam("action")
	list, total, err := s.Audit.Entries(c.Request().Context(), audit.Filter{Action: action, Limit: 2 * adminPage, Offset: (page - 1) * 2 * adminPage})
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.AuditPage(s.page(c, "Audit log", "/admin/audit"), list, action, page, pagesOf(total, 2*adminPage)))
}
