package web

import (
	"errors"
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/web/views"
)

func newSessions(cfg Config, s *server) *scs.SessionManager {
	m := scs.New()
	m.Store, m.HashTokenInStore = cfg.Sessions, true
	m.IdleTimeout, m.Lifetime = idleTime, longest
	m.Cookie.Name, m.Cookie.Path, m.Cookie.HttpOnly = "querent", "/", true
	m.Cookie.SameSite, m.Cookie.Secure = http.SameSiteLaxMode, cfg.Secure
	if cfg.Secure {
		m.Cookie.Name = "__Host-querent"
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		response, ok := w.(*sealable)
		if ok && response.sealed {
			return // logged already
		}
		w.Header().Del("Location")
		w.Header().Del("Content-Disposition")
		s.handleError(&ask.Error{Code: ask.Unavailable, Message: "Sessions are not available now. Nothing is lost; try again in a moment.", Err: err},
			echo.New().NewContext(r, w))
		if ok {
			response.sealed = true
		}
	}
	return m
}

// withSession gives a request its session. A session that can't be saved,
// which shows only when the handler begins to write, makes the response the
// error page and nothing else.
func (s *server) withSession(next http.Handler) http.Handler {
	inner := s.sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(&sealable{ResponseWriter: w}, r)
	})
}

// sealable is a response that drops what is written after it was sealed.
type sealable struct {
	http.ResponseWriter
	sealed bool
}

func (w *sealable) WriteHeader(status int) {
	if !w.sealed {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *sealable) Write(b []byte) (int, error) {
	if w.sealed {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets streams flush.
func (w *sealable) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (s *server) showSignIn(c echo.Context) error {
	next := ownPath(c.QueryParam("next"))
	if s.sessions.GetString(c.Request().Context(), "user") != "" {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return render(c, http.StatusOK, views.SignInPage(s.page(c, "Sign in", ""), views.SignIn{Next: next}))
}

func (s *server) signIn(c echo.Context) error {
	ctx := c.Request().Context()
	name, next := c.FormValue("name"), ownPath(c.FormValue("next"))
	actor := audit.Actor{Name: name, Address: c.RealIP(), RequestID: requestID(c)}
	u, wait, err := s.authenticate(c, name)
	if wait > 0 {
		return s.signInAgain(c, http.StatusTooManyRequests, name, next, tooMany(c, wait))
	}
	if errors.Is(err, account.ErrBadCredentials) {
		if err := s.Audit.Append(ctx, audit.Entry{Actor: actor, Action: audit.SignInFail}); err != nil {
			return err
		}
		return s.signInAgain(c, http.StatusUnprocessableEntity, name, next, "Unknown name or wrong password.")
	}
	if err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, "user", u.ID)
	s.sessions.Put(ctx, "epoch", u.Epoch)
	actor.ID, actor.Name = u.ID, u.Name
	if err := s.Audit.Append(ctx, audit.Entry{Actor: actor, Action: audit.SignInOK}); err != nil {
		return err
	}
	s.rememberDevice(c, u)
	return c.Redirect(http.StatusSeeOther, next)
}

func (s *server) signInAgain(c echo.Context, status int, name, next, problem string) error {
	return render(c, status, views.SignInPage(s.page(c, "Sign in", ""), views.SignIn{Name: name, Next: next, Problem: problem}))
}

// signOut ends the session even where that can't be audited.
func (s *server) signOut(c echo.Context) error {
	ctx := c.Request().Context()
	id := s.sessions.GetString(ctx, "user")
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	if u, err := s.Accounts.User(ctx, id); err == nil {
		actor := audit.Actor{ID: u.ID, Name: u.Name, Address: c.RealIP(), RequestID: requestID(c)}
		if err := s.Audit.Append(ctx, audit.Entry{Actor: actor, Action: audit.SignOut}); err != nil {
			s.Log.ErrorContext(ctx, "sign-out not audited", "err", err)
		}
	}
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return c.Redirect(http.StatusSeeOther, "/login")
}

func (s *server) showAccount(c echo.Context) error {
	return render(c, http.StatusOK, views.AccountPage(s.page(c, "Account", "/account"), user(c).MustChange, ""))
}

func (s *server) changePassword(c echo.Context) error {
	ctx := c.Request().Context()
	wait, err := s.guarded(ctx, []guessLimit{{"password:" + user(c).ID, failsName}}, func() error {
		return s.Accounts.ChangePassword(ctx, user(c).ID, c.FormValue("current"), c.FormValue("next"))
	})
	var policy *account.PolicyError
	switch {
	case wait > 0:
		return s.refusePassword(c, http.StatusTooManyRequests, tooMany(c, wait))
	case errors.As(err, &policy):
		return s.refusePassword(c, http.StatusUnprocessableEntity, policy.Reason)
	case errors.Is(err, account.ErrBadCredentials):
		return s.refusePassword(c, http.StatusUnprocessableEntity, "The current password is not right.")
	case err != nil:
		return err
	}
	if err := s.stay(c); err != nil {
		return err
	}
	s.flash(c, "Your password is changed. Other sessions were signed out.")
	return c.Redirect(http.StatusSeeOther, "/")
}

func (s *server) signOutEverywhere(c echo.Context) error {
	if err := s.Accounts.LogOutEverywhere(c.Request().Context(), user(c).ID); err != nil {
		return err
	}
	if err := s.stay(c); err != nil {
		return err
	}
	s.flash(c, "All other sessions were signed out.")
	return c.Redirect(http.StatusSeeOther, "/account")
}

// stay keeps this session after the user's others were ended.
func (s *server) stay(c echo.Context) error {
	ctx := c.Request().Context()
	u, err := s.Accounts.User(ctx, user(c).ID)
	if err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, "epoch", u.Epoch)
	s.rememberDevice(c, u)
	return nil
}
