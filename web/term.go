package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/web/views"
)

func (s *server) showTerms(c echo.Context) error {
	return s.termsPage(c, http.StatusOK, ontology.Term{ID: c.QueryParam("edit"), Name: c.QueryParam("name")}, "")
}

// termsPage shows the terms with one in the form: the one given or, with
// nothing but its ID, the stored one.
func (s *server) termsPage(c echo.Context, status int, edit ontology.Term, problem string) error {
	ctx := c.Request().Context()
	all, err := s.Training.Terms(ctx)
	if err != nil {
		return err
	}
	v := views.Terms{Edit: edit, Problem: problem, Search: c.QueryParam("search"), Total: len(all)}
	for _, t := range all {
		if edit.Name == "" && edit.ID != "" && t.ID == edit.ID {
			v.Edit = t
		}
		if termFits(t, v.Search) {
			v.List = append(v.List, t)
		}
	}
	if sch, err := s.Target.Schema(ctx); err == nil {
		v.Schema = sch // without it the form has no choice of tables
	}
	return render(c, status, views.TermsPage(s.page(c, "Ontology", "/admin/ontology"), v))
}

func termFits(t ontology.Term, search string) bool {
	search = strings.ToLower(strings.TrimSpace(search))
	texts := append([]string{t.Name, t.Table, t.Column, t.SQL, t.Description, string(t.Kind)}, t.Synonyms...)
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(text), search) })
}

func (s *server) saveTerm(c echo.Context) error {
	ctx := c.Request().Context()
	t := termFromForm(c)
	before, err := s.term(c, t.ID)
	if err != nil {
		return err
	}
	err = s.Training.SaveTerm(ctx, &t)
	if code := ask.CodeOf(err); err != nil && (code == ask.Invalid || code == ask.Refused || code == ask.Conflict) {
		return s.termsPage(c, http.StatusUnprocessableEntity, t, ask.MessageOf(err))
	}
	if err != nil {
		return err
	}
	said := fmt.Sprintf("Saved “%s”.", t.Name)
	if before != nil {
		s.flashUndo(c, said, "/admin/ontology", termFields(*before))
	} else {
		s.flashUndo(c, said, "/admin/ontology/"+t.ID+"/delete", nil)
	}
	return c.Redirect(http.StatusSeeOther, "/admin/ontology")
}

func (s *server) deleteTerm(c echo.Context) error {
	before, err := s.term(c, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.Training.DeleteTerm(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	if before != nil {
		before.ID = "" // it comes back as a new one
		s.flashUndo(c, fmt.Sprintf("Deleted “%s”.", before.Name), "/admin/ontology", termFields(*before))
	}
	return c.Redirect(http.StatusSeeOther, "/admin/ontology")
}

// term finds a stored term; nil if there is none.
func (s *server) term(c echo.Context, id string) (*ontology.Term, error) {
	all, err := s.Training.Terms(c.Request().Context())
	if err != nil {
		return nil, err
	}
	for i := range all {
		if id != "" && all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, nil
}

func termFromForm(c echo.Context) ontology.Term {
	t := ontology.Term{ID: c.FormValue("id"), Name: strings.TrimSpace(c.FormValue("name")), Kind: ontology.Kind(c.FormValue("kind")),
		Table: strings.TrimSpace(c.FormValue("table")), Column: strings.TrimSpace(c.FormValue("column")),
		SQL: strings.TrimSpace(c.FormValue("sql")), Description: c.FormValue("description")}
	for part := range strings.SplitSeq(c.FormValue("synonyms"), ",") {
		if part = strings.TrimSpace(part); part != "" {
			t.Synonyms = append(t.Synonyms, part)
		}
	}
	return t
}

// termFields is the form that termFromForm reads.
func termFields(t ontology.Term) map[string]string {
	return map[string]string{"id": t.ID, "name": t.Name, "kind": string(t.Kind), "table": t.Table, "column": t.Column,
		"sql": t.SQL, "description": t.Description, "synonyms": strings.Join(t.Synonyms, ", ")}
}
