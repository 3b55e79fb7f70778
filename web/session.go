package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/web/views"
)

// Sign-ins that may fail in a window, for one name and for one address.
const (
	failWindow   = time.Minute
	failsName    = 10
	failsAddress = 40
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
	if wait, err := s.throttled(c, name); err != nil || wait > 0 {
		if err != nil {
			return err
		}
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		return s.signInAgain(c, http.StatusTooManyRequests, name, next, fmt.Sprintf("Too many attempts. Try again in %d seconds.", int(wait.Seconds())+1))
	}
	u, err := s.Accounts.Authenticate(ctx, name, c.FormValue("password"))
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

// throttled says how long to wait, for a name or an address that failed too
// often. A browser that the user signed in from before has a count of its own,
// which strangers can't use up. Without the limiter nobody signs in.
func (s *server) throttled(c echo.Context, name string) (time.Duration, error) {
	ctx := c.Request().Context()
	key, limits := "sign-in:name:"+strings.ToLower(name), map[string]int{}
	if cookie, err := c.Cookie(s.deviceCookie()); err == nil && s.Accounts.KnowsDevice(ctx, name, cookie.Value) {
		key = "sign-in:device:" + cookie.Value
	} else {
		limits["sign-in:address:"+c.RealIP()] = failsAddress
	}
	limits[key] = failsName
	for key, limit := range limits {
		ok, wait, err := s.Limiter.Allow(ctx, key, limit, failWindow)
		if err != nil {
			return 0, &ask.Error{Code: ask.Unavailable, Message: "Signing in is not available now. Try again in a moment.", Err: err}
		}
		if !ok {
			return max(wait, time.Second), nil
		}
	}
	return 0, nil
}

const deviceAge = 180 * 24 * time.Hour

func (s *server) deviceCookie() string {
	if s.Secure {
		return "__Host-querent-device"
	}
	return "querent-device"
}

// rememberDevice marks the browser as one that u signed in from.
func (s *server) rememberDevice(c echo.Context, u *account.User) {
	c.SetCookie(&http.Cookie{Name: s.deviceCookie(), Value: u.DeviceToken(), Path: "/", MaxAge: int(deviceAge.Seconds()),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
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
	err := s.Accounts.ChangePassword(ctx, user(c).ID, c.FormValue("current"), c.FormValue("next"))
	var policy *account.PolicyError
	switch {
	case errors.As(err, &policy):
		return render(c, http.StatusUnprocessableEntity, views.AccountPage(s.page(c, "Account", "/account"), user(c).MustChange, policy.Reason))
	case errors.Is(err, account.ErrBadCredentials):
		return render(c, http.StatusUnprocessableEntity, views.AccountPage(s.page(c, "Account", "/account"), user(c).MustChange, "The current password is not right."))
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
