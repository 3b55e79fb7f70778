package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/web/views"
)

// eventLimit bounds the writing of one event, so that a stuck reader does not
// hold a stream for ever.
const eventLimit = 10 * time.Second

// dataWait is how long the first page waits for the data's description, which is
// read beside: without it the page says that it is being read.
const dataWait = 500 * time.Millisecond

func viewer(c echo.Context) ask.Viewer {
	u := user(c)
	return ask.Viewer{UserID: u.ID, Admin: u.Role == account.Admin}
}

func (s *server) showAsk(c echo.Context) error {
	return s.askPage(c, http.StatusOK, c.QueryParam("q"), "")
}

// askPage shows the question box; its parts other than that may be missing.
func (s *server) askPage(c echo.Context, status int, text, problem string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), dataWait)
	defer cancel()
	a := views.Ask{Form: views.AskForm{Text: text, Key: rand.Text(), Problem: problem}, Suggestions: s.suggestions(ctx)}
	a.Data.Search = c.QueryParam("data")
	a.Data.Page, _ = strconv.Atoi(c.QueryParam("tables")) // nonsense: the first
	if sch, err := s.Target.Schema(ctx); err == nil {
		a.Data.Schema = sch
	} else if a.Form.Problem == "" {
		a.Form.Problem = ask.MessageOf(err)
	}
	recent, _, err := s.Ask.History(c.Request().Context(), ask.Viewer{UserID: user(c).ID}, ask.Filter{UserID: user(c).ID, Limit: 5})
	if err != nil {
		return err
	}
	a.Recent = recent
	return render(c, status, views.AskPage(s.page(c, "Ask", "/"), a))
}

// suggestions mixes approved questions with ones made from the schema.
func (s *server) suggestions(ctx context.Context) []string {
	made := s.Ask.Suggestions(ctx) // which looks at what is approved now
	approved, err := s.Training.Approved(ctx, 5)
	if err != nil {
		return made
	}
	return append(approved, made...)
}

func (s *server) createQuestion(c echo.Context) error {
	ctx := c.Request().Context()
	text := c.FormValue("question")
	if err := s.mayAsk(c); err != nil {
		return s.refuseQuestion(c, err, text)
	}
	id, err := s.Ask.Ask(ctx, user(c).ID, text, ask.Options{Key: c.FormValue("key"), ParentID: c.FormValue("parent"), Fresh: c.FormValue("fresh") != ""})
	if err != nil {
		return s.refuseQuestion(c, err, text)
	}
	ofQuestion(c, id)
	return c.Redirect(http.StatusSeeOther, "/questions/"+id)
}

// refuseQuestion shows the question again with what was wrong, so that it is
// not lost.
func (s *server) refuseQuestion(c echo.Context, err error, text string) error {
	switch ask.CodeOf(err) {
	case ask.Invalid, ask.Busy:
		status, message := tell(err)
		return s.askPage(c, status, text, message)
	}
	return err
}

func (s *server) mayAsk(c echo.Context) error {
	return s.limited(c, limit{"ask", asksMinute, time.Minute, "Asking", "questions in a minute"})
}

// limit is how often a user may do something.
type limit struct {
	key         string
	most        int
	window      time.Duration
	doing, many string // for the messages: "Asking", "questions in a minute"
}

// limited counts one more of what the user does, or says why it may not be.
func (s *server) limited(c echo.Context, l limit) error {
	ok, wait, err := s.Limiter.Allow(c.Request().Context(), l.key+":"+user(c).ID, l.most, l.window)
	if err != nil {
		return &ask.Error{Code: ask.Unavailable, Message: l.doing + " is not available now. Try again in a moment.", Err: err}
	}
	if !ok {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		return &ask.Error{Code: ask.Busy, Message: fmt.Sprintf("That is more than %d %s. Wait a little.", l.most, l.many)}
	}
	return nil
}

func (s *server) showQuestion(c echo.Context) error {
	q, err := s.Ask.Question(c.Request().Context(), viewer(c), c.Param("id"))
	if err != nil {
		return err
	}
	p := s.page(c, q.Text, "")
	p.Refresh = !q.Status.Final()
	return render(c, http.StatusOK, views.QuestionPage(p, s.questionView(c, *q, s.parentOf(c, *q))))
}

// questionView gathers what a question's page shows besides the question.
func (s *server) questionView(c echo.Context, q ask.Question, parent *ask.Question) views.Question {
	v := views.Question{Q: q, Parent: parent, Key: rand.Text(), Mine: q.UserID == user(c).ID,
		Form: views.AskForm{Key: rand.Text(), ParentID: q.ID}, CanRemove: s.Ask.CanRemove(), Admin: viewer(c).Admin}
	if q.Status != ask.Answered {
		v.Form = views.AskForm{Key: rand.Text(), ParentID: q.ParentID, Text: q.Text}
		return v
	}
	if q.Truncated { // else all rows are here
		v.Export = s.exportView(c, q.ID)
	}
	res, err := s.Ask.Look(c.Request().Context(), viewer(c), &q)
	if err != nil {
		v.Lost = "The rows can't be shown now: " + ask.MessageOf(err)
		return v
	}
	t := tableView(q, res, lookOf(c.QueryParams()))
	v.Table = &t
	return v
}

// parentOf is what a question follows or edits; nil for nothing, or what can't be
// had.
func (s *server) parentOf(c echo.Context, q ask.Question) *ask.Question {
	if q.ParentID == "" {
		return nil
	}
	parent, err := s.Ask.Question(c.Request().Context(), viewer(c), q.ParentID)
	if err != nil {
		return nil
	}
	return parent
}

// streamQuestion sends the same part as the page, whole, at each change.
func (s *server) streamQuestion(c echo.Context) error {
	ctx := c.Request().Context()
	var parent *ask.Question
	for q, err := range s.Ask.Watch(ctx, viewer(c), c.Param("id")) {
		begun := c.Response().Committed
		switch {
		case err != nil && begun:
			return nil // the page reconnects or is reloaded
		case err != nil:
			return err
		case !begun:
			parent = s.parentOf(c, q)
			h := c.Response().Header()
			h.Set("Content-Type", "text/event-stream")
			h.Set("X-Accel-Buffering", "no")
			c.Response().WriteHeader(http.StatusOK)
		}
		var b bytes.Buffer
		if err := views.Answer(s.questionView(c, q, parent)).Render(ctx, &b); err != nil {
			return err
		}
		if err := sendEvent(c, "answer", b.String()); err != nil {
			return nil // the reader is gone
		}
	}
	return sendEvent(c, "end", "")
}

func sendEvent(c echo.Context, name, data string) error {
	rc := http.NewResponseController(c.Response())
	if err := rc.SetWriteDeadline(time.Now().Add(eventLimit)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Response(), "event: %s\ndata: %s\n\n", name, strings.ReplaceAll(data, "\n", "\ndata: "))
	if err != nil {
		return err
	}
	return rc.Flush()
}

func (s *server) runSQL(c echo.Context) error {
	sql := c.FormValue("sql")
	err := s.mayAsk(c)
	id := ""
	if err == nil {
		id, err = s.Ask.Run(c.Request().Context(), user(c).ID, sql, c.Param("id"), c.FormValue("key"))
	}
	if err != nil {
		return s.questionAgain(c, err, views.Wrong{SQL: sql, Run: ask.MessageOf(err)})
	}
	return c.Redirect(http.StatusSeeOther, "/questions/"+id)
}

// questionAgain shows a question's page with what was typed into one of its
// forms and what was wrong with it, so that it is not lost.
func (s *server) questionAgain(c echo.Context, err error, wrong views.Wrong) error {
	status, _ := tell(err)
	if status != http.StatusUnprocessableEntity && status != http.StatusTooManyRequests {
		return err
	}
	q, qErr := s.Ask.Question(c.Request().Context(), viewer(c), c.Param("id"))
	if qErr != nil {
		return qErr
	}
	v := s.questionView(c, *q, s.parentOf(c, *q))
	v.Wrong = wrong
	return render(c, status, views.QuestionPage(s.page(c, q.Text, ""), v))
}

func (s *server) cancelQuestion(c echo.Context) error {
	if err := s.Ask.Cancel(c.Request().Context(), viewer(c), c.Param("id")); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/questions/"+c.Param("id"))
}

func (s *server) createFeedback(c echo.Context) error {
	f := &ask.Feedback{QuestionID: c.Param("id"), Verdict: ask.Verdict(c.FormValue("verdict")), Comment: c.FormValue("comment")}
	if word := c.FormValue("word"); word != "" {
		f.Comment = fmt.Sprintf("“%s”: %s", word, f.Comment)
	}
	if f.Verdict == ask.Corrected {
		f.SQL = c.FormValue("sql")
	}
	if err := s.Ask.Feedback(c.Request().Context(), viewer(c), f); err != nil {
		return s.questionAgain(c, err, views.Wrong{SQL: c.FormValue("sql"), Feedback: ask.MessageOf(err)})
	}
	s.flash(c, thanks[f.Verdict])
	return c.Redirect(http.StatusSeeOther, "/questions/"+f.QuestionID)
}

var thanks = map[ask.Verdict]string{
	ask.Right:     "Thank you. Once an administrator approves it, this question is answered so from then on.",
	ask.Wrong:     "Thank you. The administrator sees the question, with what you said.",
	ask.Missed:    "Thank you. The administrator sees the question, with what you said.",
	ask.Corrected: "Thank you. Once an administrator approves your SQL, it answers this question.",
}

const historyPage = 25

func (s *server) showHistory(c echo.Context) error {
	before := placeOf(c.QueryParam("before"))
	h := views.History{Search: c.QueryParam("search"), Status: ask.Status(c.QueryParam("status")), Later: before != ask.Place{}, Who: viewer(c).Admin}
	var err error
	h.Questions, h.Total, err = s.Ask.History(c.Request().Context(), viewer(c),
		ask.Filter{Search: h.Search, Status: h.Status, Before: before, Limit: historyPage + 1, Count: true})
	if err != nil {
		return err
	}
	if len(h.Questions) > historyPage {
		h.Questions = h.Questions[:historyPage]
		last := h.Questions[historyPage-1]
		h.Older = strconv.FormatInt(last.Created.UnixMicro(), 10) + "." + last.ID
	}
	return render(c, http.StatusOK, views.HistoryPage(s.page(c, "History", "/history"), h))
}

// placeOf reads a place in the history, as showHistory writes it; zero for
// nonsense.
func placeOf(s string) ask.Place {
	micros, id, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(micros, 10, 64)
	if err != nil || n < 0 || n > maxMicros || uuid.Validate(id) != nil {
		return ask.Place{}
	}
	return ask.Place{Created: time.UnixMicro(n), ID: id}
}

// maxMicros is the year 9999.
const maxMicros = 253_370_764_800_000_000

// pageOf reads the page number: 1 when there is none, or nonsense.
func pageOf(c echo.Context) int {
	n, err := strconv.Atoi(c.QueryParam("page"))
	if err != nil || n < 1 || n > 100_000 {
		return 1
	}
	return n
}

func pagesOf(total, size int) int { return max(1, (total+size-1)/size) }
