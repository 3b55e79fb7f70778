package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/web/views"
)

// choose answers a question by one of the readings that its page offers.
func (s *server) choose(c echo.Context) error {
	offer := c.FormValue("choice")
	err := s.mayAsk(c)
	id := ""
	if err == nil {
		key := c.FormValue("key")
		if key != "" {
			key += "/" + offer // the same page may choose twice, going back between
		}
		id, err = s.Ask.Choose(c.Request().Context(), user(c).ID, c.Param("id"), ask.Offer(offer), key)
	}
	if err != nil {
		return s.questionAgain(c, err, views.Wrong{Choice: ask.MessageOf(err)})
	}
	return c.Redirect(http.StatusSeeOther, "/questions/"+id)
}

// chooseNone notes that no reading offered was meant, and leads to what helps.
func (s *server) chooseNone(c echo.Context) error {
	if err := s.Ask.ChooseNone(c.Request().Context(), user(c).ID, c.Param("id")); err != nil {
		return s.questionAgain(c, err, views.Wrong{Choice: ask.MessageOf(err)})
	}
	return c.Redirect(http.StatusSeeOther, "/questions/"+c.Param("id"))
}
