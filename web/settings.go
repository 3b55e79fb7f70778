package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/settings"
	"github.com/querent/querent/web/views"
)

func (s *server) showSettings(c echo.Context) error {
	texts, version, err := s.Settings.Texts(c.Request().Context())
	if err != nil {
		return err
	}
	return s.settingsPage(c, http.StatusOK, views.Settings{Texts: texts, Stored: texts, Version: version})
}

func (s *server) settingsPage(c echo.Context, status int, v views.Settings) error {
	var err error
	v.Offered = s.Settings.Offered()
	if v.Last, err = settings.LastChange(c.Request().Context(), s.Audit); err != nil {
		return err
	}
	if s.Model != nil {
		v.Model = &views.Model{Name: s.Model.Name(), Host: s.Model.Host(), Cost: s.Settings.Current().Cost}
		if v.Model.Use, err = s.Ask.ModelUse(c.Request().Context()); err != nil {
			return err
		}
	}
	return render(c, status, views.SettingsPage(s.page(c, "Settings", "/admin/settings"), v))
}

// saveSettings shows what was typed again, with what is wrong beside it, when
// any of it is.
func (s *server) saveSettings(c echo.Context) error {
	texts := map[string]string{}
	for _, d := range s.Settings.Offered() {
		texts[d.Key] = c.FormValue(d.Key)
	}
	err := s.Settings.Save(c.Request().Context(), texts, formVersion(c))
	var problems settings.ProblemsError
	conflict := ask.CodeOf(err) == ask.Conflict
	if !errors.As(err, &problems) && !conflict {
		return s.settingsSaved(c, err, "Saved. Every server obeys it within seconds.")
	}
	stored, version, readErr := s.Settings.Texts(c.Request().Context())
	if readErr != nil {
		return readErr
	}
	v := views.Settings{Texts: texts, Stored: stored, Version: version, Problems: problems}
	if conflict {
		v.Problem = ask.MessageOf(err)
		return s.settingsPage(c, http.StatusConflict, v)
	}
	v.Problem = "Nothing was saved: see the fields marked below."
	return s.settingsPage(c, http.StatusUnprocessableEntity, v)
}

func (s *server) resetSetting(c echo.Context) error {
	err := s.Settings.Save(c.Request().Context(), map[string]string{c.FormValue("key"): ""}, formVersion(c))
	return s.settingsSaved(c, err, "Back to the default.")
}

func (s *server) undoSettings(c echo.Context) error {
	ctx := c.Request().Context()
	last, err := settings.LastChange(ctx, s.Audit)
	if err != nil {
		return err
	}
	if last == nil {
		return &ask.Error{Code: ask.Conflict, Message: "There is no change to undo."}
	}
	return s.settingsSaved(c, s.Settings.Save(ctx, last.Before, formVersion(c)), "The last change is undone.")
}

func (s *server) settingsSaved(c echo.Context, err error, said string) error {
	var problems settings.ProblemsError
	if errors.As(err, &problems) {
		return &ask.Error{Code: ask.Invalid, Message: "A setting " + problems.Error()}
	}
	if err != nil {
		return err
	}
	s.flash(c, said)
	return c.Redirect(http.StatusSeeOther, "/admin/settings")
}

// formVersion is the version of the settings that the form showed.
func formVersion(c echo.Context) int64 {
	n, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		return -1 // of no settings: a conflict
	}
	return n
}

// clearCache is audited first: a cache that is not cleared can be cleared
// again, a clearing that nobody knows of could not be explained.
func (s *server) clearCache(c echo.Context) error {
	ctx := c.Request().Context()
	if err := s.Audit.Append(ctx, audit.Entry{Actor: audit.ActorFrom(ctx), Action: audit.CacheClear, Object: "semantic cache"}); err != nil {
		return err
	}
	if err := s.Cache.Clear(ctx); err != nil {
		return err
	}
	return s.settingsSaved(c, nil, "The cache is empty. Questions are read again.")
}

// probeModel asks the language model something small, and says what came back.
func (s *server) probeModel(c echo.Context) error {
	if s.Model == nil {
		return &ask.Error{Code: ask.NotFound, Message: "No language model is configured here."}
	}
	said, err := s.Model.Probe(c.Request().Context())
	if err != nil {
		said = ask.MessageOf(err)
	}
	s.flash(c, said)
	return c.Redirect(http.StatusSeeOther, "/admin/settings#model")
}
