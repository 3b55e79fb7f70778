package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/web/views"
)

const auditPage = 50

func (s *server) showAudit(c echo.Context) error {
	v := views.Audit{Action: c.QueryParam("action"), Actor: c.QueryParam("actor")}
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // nonsense: from the newest
	v.Later = before > 0
	list, total, err := s.Audit.Entries(c.Request().Context(),
		audit.Filter{Action: v.Action, Actor: v.Actor, Before: max(before, 0), Limit: auditPage + 1, Count: true})
	if err != nil {
		return err
	}
	if len(list) > auditPage {
		list = list[:auditPage]
		v.Older = strconv.FormatInt(list[auditPage-1].Seq, 10)
	}
	v.List, v.Total = list, total
	return render(c, http.StatusOK, views.AuditPage(s.page(c, "Audit log", "/admin/audit"), v))
}
