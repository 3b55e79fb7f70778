package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/telemetry"
	"github.com/querent/querent/web/views"
)

// render writes a page from a buffer: a failing one never leaves half of it.
func render(c echo.Context, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(c.Request().Context(), &b); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

var statusOf = map[ask.Code]int{
	ask.Invalid: http.StatusUnprocessableEntity, ask.NotFound: http.StatusNotFound, ask.Conflict: http.StatusConflict,
	ask.Refused: http.StatusUnprocessableEntity, ask.Limited: http.StatusUnprocessableEntity,
	ask.Busy: http.StatusTooManyRequests, ask.Unavailable: http.StatusServiceUnavailable,
}

var titleOf = map[int]string{
	http.StatusForbidden: "Not allowed", http.StatusNotFound: "Not found", http.StatusMethodNotAllowed: "Not this way",
	http.StatusConflict: "Changed meanwhile", http.StatusRequestEntityTooLarge: "Too large",
	http.StatusUnprocessableEntity: "That did not work", http.StatusTooManyRequests: "Too fast",
	http.StatusServiceUnavailable: "Not available now", http.StatusInternalServerError: "Something went wrong",
}

// tell returns the status and the user-safe message of an error.
func tell(err error) (int, string) {
	var he *echo.HTTPError
	var policy *account.PolicyError
	switch {
	case errors.As(err, &policy):
		return http.StatusUnprocessableEntity, policy.Reason
	case isNoUser(err):
		return http.StatusNotFound, "There is no such user."
	case errors.Is(err, account.ErrTaken):
		return http.StatusConflict, "That name is taken."
	case errors.Is(err, account.ErrLastAdmin):
		return http.StatusConflict, "The last enabled administrator must stay one."
	case errors.Is(err, account.ErrBusy):
		return http.StatusServiceUnavailable, "Too many people are signing in. Try again in a moment."
	case errors.As(err, &he):
		switch he.Code {
		case http.StatusNotFound:
			return he.Code, "There is no such page."
		case http.StatusMethodNotAllowed:
			return he.Code, "This address does not take that kind of request."
		case http.StatusRequestEntityTooLarge:
			return he.Code, "That was more than one request may hold. A question may have 2,000 characters; go back, your text is still there."
		}
		if m, ok := he.Message.(string); ok && he.Code < 500 {
			return he.Code, m
		}
	}
	if status, ok := statusOf[ask.CodeOf(err)]; ok {
		return status, ask.MessageOf(err)
	}
	return http.StatusInternalServerError, ask.MessageOf(err)
}

func isNoUser(err error) bool { return errors.Is(err, account.ErrNotFound) }

// handleError is where every error of a handler ends.
func (s *server) handleError(err error, c echo.Context) {
	if c.Response().Committed || errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		return
	}
	status, message := tell(err)
	if status >= 500 {
		s.Log.ErrorContext(c.Request().Context(), "request failed", "path", c.Request().URL.Path, "err", err)
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		if c.Response().Header().Get("Retry-After") == "" {
			c.Response().Header().Set("Retry-After", "5")
		}
	}
	p := s.bare(c, titleOf[status])
	if err := render(c, status, views.Problem(p, p.Title, message, requestID(c), telemetry.Question(c.Request().Context()))); err != nil {
		s.Log.ErrorContext(c.Request().Context(), "error page", "err", err)
	}
}
