package web

import (
	"crypto/rand"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/web/views"
)

func (s *server) showUsers(c echo.Context) error {
	return s.usersPage(c, http.StatusOK, views.Users{})
}

func (s *server) usersPage(c echo.Context, status int, v views.Users) error {
	var err error
	if v.List, err = s.Accounts.Users(c.Request().Context()); err != nil {
		return err
	}
	v.Self = user(c).ID
	return render(c, status, views.UsersPage(s.page(c, "Users", "/admin/users"), v))
}

// createUser makes the user with a password that is at once replaced by a
// one-time one, shown to the administrator alone.
func (s *server) createUser(c echo.Context) error {
	ctx, name := c.Request().Context(), c.FormValue("name")
	u, err := s.Accounts.Create(ctx, name, rand.Text(), account.Role(c.FormValue("role")))
	if err != nil {
		return s.userProblem(c, err, name)
	}
	return s.oneTimePassword(c, u)
}

func (s *server) changeUser(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	u, err := s.Accounts.User(ctx, id)
	if err != nil {
		return err
	}
	var said, undo string
	switch do := c.FormValue("do"); do {
	case "analyst", "admin":
		said, undo, err = u.Name+" is "+roleNames[do]+" now.", string(u.Role), s.Accounts.SetRole(ctx, id, account.Role(do))
	case "disable":
		said, undo, err = u.Name+" can't sign in any more.", "enable", s.Accounts.SetDisabled(ctx, id, true)
	case "enable":
		said, undo, err = u.Name+" can sign in again.", "disable", s.Accounts.SetDisabled(ctx, id, false)
	case "reset":
		return s.oneTimePassword(c, u)
	default:
		err = &account.PolicyError{Reason: "Say what to change."}
	}
	if err != nil {
		return s.userProblem(c, err, "")
	}
	s.flashUndo(c, said, "/admin/users/"+id, map[string]string{"do": undo})
	return c.Redirect(http.StatusSeeOther, "/admin/users")
}

var roleNames = map[string]string{"analyst": "an analyst", "admin": "an administrator"}

func (s *server) oneTimePassword(c echo.Context, u *account.User) error {
	password, err := s.Accounts.ResetPassword(c.Request().Context(), u.ID)
	if err != nil {
		return s.userProblem(c, err, "")
	}
	return s.usersPage(c, http.StatusOK, views.Users{OneTimeFor: u.Name, OneTime: password})
}

// userProblem shows what is wrong above the list; other errors go on.
func (s *server) userProblem(c echo.Context, err error, name string) error {
	status, message := tell(err)
	if status >= http.StatusInternalServerError || status == http.StatusNotFound {
		return err
	}
	return s.usersPage(c, status, views.Users{Name: name, Problem: message})
}
