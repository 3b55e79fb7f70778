package web

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/job"
	"github.com/querent/querent/web/views"
)

const (
	exportsHour = 20               // exports an hour and user
	pieceLimit  = 30 * time.Second // for a reader to take a piece of a download
)

// exportView is what a question's page shows of its export. The page does
// without it when that is not known now.
func (s *server) exportView(c echo.Context, id string) views.Export {
	v := views.Export{QuestionID: id, Now: time.Now()}
	var err error
	if v.Export, err = s.Exports.Find(c.Request().Context(), id); err != nil {
		v.Problem = "Exports can't be reached now: " + ask.MessageOf(err)
	}
	return v
}

// createExport asks for all rows of an answer. Asking again for one that waits,
// runs or is kept changes nothing.
func (s *server) createExport(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	q, err := s.Ask.Answer(ctx, viewer(c), id)
	if err != nil {
		return err
	}
	old, err := s.Exports.Find(ctx, id)
	if err != nil {
		return err
	}
	if old != nil && old.State != job.Failed {
		return toExport(c)
	}
	if err := s.limited(c, limit{"export", exportsHour, time.Hour, "Exporting", "exports in an hour"}); err != nil {
		return err
	}
	if err := s.auditExport(c, audit.ExportCreate); err != nil {
		return err
	}
	if err := s.Exports.Request(ctx, job.Export{QuestionID: id, Question: q.Text, UserID: user(c).ID, User: user(c).Name}); err != nil {
		return err
	}
	return toExport(c)
}

func (s *server) auditExport(c echo.Context, action string) error {
	ctx := c.Request().Context()
	return s.Audit.Append(ctx, audit.Entry{Actor: audit.ActorFrom(ctx), Action: action, Object: "question:" + c.Param("id")})
}

// toExport goes to where a question's page shows its export.
func toExport(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, "/questions/"+c.Param("id")+"#export")
}

// showExport answers the page's script, which polls; others see the whole page.
func (s *server) showExport(c echo.Context) error {
	if _, err := s.Ask.Answer(c.Request().Context(), viewer(c), c.Param("id")); err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "true" {
		return toExport(c)
	}
	return render(c, http.StatusOK, views.ExportPart(s.exportView(c, c.Param("id"))))
}

// deleteExport ends or forgets an export.
func (s *server) deleteExport(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if _, err := s.Ask.Question(ctx, viewer(c), id); err != nil {
		return err
	}
	if err := s.auditExport(c, audit.ExportDelete); err != nil {
		return err
	}
	if err := s.Exports.Delete(ctx, id); err != nil {
		return err
	}
	return toExport(c)
}

// removeExport is deleteExport for administrators, also of a question that is
// no longer there.
func (s *server) removeExport(c echo.Context) error {
	if err := s.auditExport(c, audit.ExportDelete); err != nil {
		return err
	}
	if err := s.Exports.Delete(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	s.flash(c, "The export is gone. Whoever asked for it can ask again.")
	return c.Redirect(http.StatusSeeOther, "/admin/jobs")
}

// downloadExport sends an export's file as it is kept, or unpacked to those who
// can't take it so. A file that is lost on the way breaks the connection: what
// came must not pass for the whole.
func (s *server) downloadExport(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if _, err := s.Ask.Question(ctx, viewer(c), id); err != nil {
		return err
	}
	e, err := s.Exports.Find(ctx, id)
	if err != nil {
		return err
	}
	if e == nil || e.State != job.Ready {
		s.flash(c, "There is no finished export of this answer now. Exports are kept for a day; this page makes a new one.")
		return toExport(c)
	}
	file, err := s.Exports.Open(ctx, id)
	if err != nil {
		return err
	}
	if err := s.auditExport(c, audit.ExportDownload); err != nil {
		return err
	}
	if err := sendExport(c, *e, file); err != nil && ctx.Err() == nil {
		s.Log.WarnContext(ctx, "download broken off", "question", id, "request", requestID(c), "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func sendExport(c echo.Context, e job.Export, file io.Reader) error {
	h := c.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+exportName(e)+`"`)
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(e.Bytes))
	} else {
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			return err
		}
		file = unpacked
	}
	c.Response().WriteHeader(http.StatusOK)
	_, err := io.Copy(withDeadlines{c}, file)
	return err
}

// exportName says of a file that is cut that it is.
func exportName(e job.Export) string {
	if e.Cut != job.Whole {
		return fmt.Sprintf("querent-%s-first-%d-rows.csv", e.QuestionID, e.Rows)
	}
	return "querent-" + e.QuestionID + "-all.csv"
}

// withDeadlines writes a response with a new deadline for each piece: a slow
// reader is served, one that takes nothing is not.
type withDeadlines struct{ c echo.Context }

func (p withDeadlines) Write(b []byte) (int, error) {
	if err := http.NewResponseController(p.c.Response()).SetWriteDeadline(time.Now().Add(pieceLimit)); err != nil {
		return 0, err
	}
	return p.c.Response().Write(b)
}
