package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/web/views"
)

const auditPage = 50

func (s *server) showAudit(c echo.Context) error {
	v := views.Audit{Action: c.QueryParam("action"), Actor: c.QueryParam("actor"), Page: pageOf(c)}
	list, total, err := s.Audit.Entries(c.Request().Context(),
		audit.Filter{Action: v.Action, Actor: v.Actor, Limit: auditPage, Offset: (v.Page - 1) * auditPage})
	if err != nil {
		return err
	}
	v.List, v.Total, v.Pages = list, total, pagesOf(total, auditPage)
	return render(c, http.StatusOK, views.AuditPage(s.page(c, "Audit log", "/admin/audit"), v))
}
