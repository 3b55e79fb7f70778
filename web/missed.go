package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/web/views"
)

// showMissed lists what people could not get.
func (s *server) showMissed(c echo.Context) error {
	v := views.Missed{Page: pageOf(c)}
	var err error
	v.List, v.Total, err = s.Ask.Missed(c.Request().Context(), adminPage, (v.Page-1)*adminPage)
	if err != nil {
		return err
	}
	v.Pages = pagesOf(v.Total, adminPage)
	return render(c, http.StatusOK, views.MissedPage(s.page(c, "Not answered", "/admin/missed"), v))
}
