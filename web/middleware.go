package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/telemetry"
	"github.com/querent/querent/static"
	"github.com/querent/querent/web/views"
)

const policy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:"

func (s *server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Add("Vary", "HX-Request")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		return next(c)
	}
}

// open refuses pages until they can be served: the schema may not be migrated
// yet.
func (s *server) open(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		path := c.Request().URL.Path
		if s.Open == nil || isProbe(path) || strings.HasPrefix(path, "/static/") {
			return next(c)
		}
		if err := s.Open(); err != nil {
			return err
		}
		return next(c)
	}
}

func noStore(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-store")
		return next(c)
	}
}

func staticFiles(c echo.Context) error {
	static.Handler().ServeHTTP(c.Response(), c.Request())
	return nil
}

// usableID is what a proxy may name a request.
var usableID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// identified gives each request an id, or takes the proxy's.
func identified(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !usableID.MatchString(id) {
			id = rand.Text()
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		c.SetRequest(c.Request().WithContext(telemetry.WithRequest(c.Request().Context(), id)))
		return next(c)
	}
}

// logged writes one line a request, without query or form: they hold what
// people ask.
func (s *server) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		end := s.traced(c)
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		took, status := time.Since(start), c.Response().Status
		end(status)
		line := []slog.Attr{slog.String("method", c.Request().Method), slog.String("path", c.Request().URL.Path), slog.Int("status", status), slog.Duration("took", took)}
		if u := user(c); u != nil {
			line = append(line, slog.String("user", u.Name))
		}
		s.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request", line...)
		s.answered(c, status, took)
		return nil
	}
}

// answered tells of a request.
func (s *server) answered(c echo.Context, status int, took time.Duration) {
	if s.OnAnswered != nil {
		route, method := s.bounded(c)
		s.OnAnswered(route, method, status, took)
	}
}

// bounded are a request's route and method in words that are bounded in number.
func (s *server) bounded(c echo.Context) (route, method string) {
	route, method = c.Path(), c.Request().Method
	if !s.known[route] {
		route = "other"
	}
	if method != http.MethodGet && method != http.MethodPost && method != http.MethodHead {
		method = "other"
	}
	return route, method
}

// traced begins a request's trace. What is asked for all the time has none.
func (s *server) traced(c echo.Context) (end func(status int)) {
	path := c.Request().URL.Path
	if isProbe(path) || strings.HasPrefix(path, "/static/") {
		return func(int) {}
	}
	route, method := s.bounded(c)
	ctx, span := telemetry.Root(c.Request().Context(), method+" "+route, slog.String("http.route", route), slog.String("http.request.method", method),
		slog.String("querent.request", requestID(c)))
	c.SetRequest(c.Request().WithContext(ctx))
	return func(status int) {
		span.Set(slog.Int("http.response.status_code", status))
		var failed error
		if status >= http.StatusInternalServerError {
			failed = errors.New(http.StatusText(status))
		}
		span.End(failed)
	}
}

func isProbe(path string) bool {
	return slices.Contains([]string{livePath, oldLivePath, readyPath}, path)
}

// ofQuestion makes the rest of a request part of a question. What can be none's
// id is in the path alone.
func ofQuestion(c echo.Context, id string) {
	if uuid.Validate(id) != nil {
		return
	}
	c.SetRequest(c.Request().WithContext(telemetry.WithQuestion(c.Request().Context(), id)))
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

type userKey struct{}

// user is who is signed in; nil on open pages.
func user(c echo.Context) *account.User {
	u, _ := c.Request().Context().Value(userKey{}).(*account.User)
	return u
}

// signedIn reads the user again at each request, so that what an administrator
// changes holds at once.
func (s *server) signedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		id := s.sessions.GetString(ctx, "user")
		if id == "" {
			return toSignIn(c)
		}
		u, err := s.Accounts.User(ctx, id)
		if err != nil && !isNoUser(err) {
			return err
		}
		if err != nil || u.Disabled || u.Epoch != s.sessions.GetInt64(ctx, "epoch") {
			if err := s.sessions.Destroy(ctx); err != nil {
				return err
			}
			return toSignIn(c)
		}
		ctx = audit.WithActor(ctx, audit.Actor{ID: u.ID, Name: u.Name, Address: c.RealIP(), RequestID: requestID(c)})
		c.SetRequest(c.Request().WithContext(context.WithValue(ctx, userKey{}, u)))
		return next(c)
	}
}

// toSignIn asks to sign in and come back. A question about to be asked is
// carried along.
func toSignIn(c echo.Context) error {
	next := c.Request().URL.RequestURI()
	if c.Request().Method != http.MethodGet {
		next = "/"
		if q := c.FormValue("question"); q != "" && len(q) < 4000 {
			next = "/?q=" + url.QueryEscape(q)
		}
	}
	to := "/login?next=" + url.QueryEscape(next)
	if c.Request().Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// ownPassword holds back everything but the account page until a one-time
// password has been replaced.
func (s *server) ownPassword(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if user(c).MustChange {
			return c.Redirect(http.StatusSeeOther, "/account")
		}
		return next(c)
	}
}

func (s *server) adminOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if user(c).Role == account.Admin {
			return next(c)
		}
		ctx := c.Request().Context()
		if err := s.Audit.Append(ctx, audit.Entry{Actor: audit.ActorFrom(ctx), Action: audit.AccessDenied, Object: c.Path()}); err != nil {
			return err
		}
		return echo.NewHTTPError(http.StatusForbidden, "Only administrators may see this page.")
	}
}

// ownQuestion audits requests for questions that are not the user's to see, or
// not there: the user sees no difference.
func (s *server) ownQuestion(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ofQuestion(c, c.Param("id"))
		err := next(c)
		if ask.CodeOf(err) != ask.NotFound || err == nil {
			return err
		}
		ctx := c.Request().Context()
		e := audit.Entry{Actor: audit.ActorFrom(ctx), Action: audit.AccessDenied, Object: "question:" + c.Param("id")}
		return errors.Join(err, s.Audit.Append(ctx, e))
	}
}

// page is what the layout needs. A flash is taken before anything is written.
func (s *server) page(c echo.Context, title, path string) views.Page {
	p := s.bare(c, title)
	p.Path = path
	if p.User != "" {
		p.Flash = s.popFlash(c)
	}
	if s.Degraded != nil {
		p.Degraded = s.Degraded(c.Request().Context())
	}
	return p
}

// bare is a page that needs no component: an error's.
func (s *server) bare(c echo.Context, title string) views.Page {
	p := views.Page{Title: title, Here: "/", Theme: theme(c)}
	if c.Request().Method == http.MethodGet {
		p.Here = c.Request().URL.RequestURI()
	}
	if u := user(c); u != nil {
		p.User, p.Admin = u.Name, u.Role == account.Admin
	}
	return p
}

// flash says on the next page what was done.
func (s *server) flash(c echo.Context, message string) {
	s.flashUndo(c, message, "", nil)
}

// flashUndo also offers to take it back by posting fields to path.
func (s *server) flashUndo(c echo.Context, message, path string, fields map[string]string) {
	s.sessions.Put(c.Request().Context(), "flash", jsonText(views.Flash{Message: message, UndoPath: path, Undo: fields}))
}

func (s *server) popFlash(c echo.Context) (f views.Flash) {
	if text := s.sessions.PopString(c.Request().Context(), "flash"); text != "" {
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			s.Log.WarnContext(c.Request().Context(), "flash", "err", err)
		}
	}
	return f
}

// ownPath lets only a path of this site through: anything else becomes "/".
func ownPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path+next, "\\\r\n\t") {
		return "/"
	}
	return next
}
