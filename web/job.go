package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/web/views"
)

func (s *server) showJobs(c echo.Context) error {
	list, err := s.Jobs.Status(c.Request().Context())
	if err != nil {
		return err
	}
	exports, err := s.Exports.List(c.Request().Context())
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.JobsPage(s.page(c, "Jobs", "/admin/jobs"), list, exports, time.Now()))
}

func (s *server) runJob(c echo.Context) error {
	ctx, name := c.Request().Context(), c.Param("name")
	if err := s.Audit.Append(ctx, audit.Entry{Actor: audit.ActorFrom(ctx), Action: audit.JobRun, Object: "job:" + name}); err != nil {
		return err
	}
	if err := s.Jobs.RunNow(ctx, name); err != nil {
		return err
	}
	s.flash(c, "It runs as soon as a server is free.")
	return c.Redirect(http.StatusSeeOther, "/admin/jobs")
}
