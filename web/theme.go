package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

const (
	themeCookie = "theme"
	themeAge    = 365 * 24 * 60 * 60 // seconds
)

// theme is the colours asked for: "light", "dark", or empty for the system's.
// A cookie keeps it, so that the server draws the page right at once, with or
// without JavaScript and signed in or not.
func theme(c echo.Context) string {
	if ck, err := c.Cookie(themeCookie); err == nil && (ck.Value == "light" || ck.Value == "dark") {
		return ck.Value
	}
	return ""
}

func (s *server) setTheme(c echo.Context) error {
	ck := &http.Cookie{Name: themeCookie, Value: c.FormValue("theme"), Path: "/", MaxAge: themeAge,
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
	if ck.Value != "light" && ck.Value != "dark" {
		ck.Value, ck.MaxAge = "", -1
	}
	c.SetCookie(ck)
	return c.Redirect(http.StatusSeeOther, ownPath(c.FormValue("back")))
}
