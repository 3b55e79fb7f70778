package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/training"
	"github.com/querent/querent/web/views"
)

// An ontology file may be larger than any other form; with what a form adds.
const (
	importPath  = "/admin/ontology/import"
	importLimit = "3200K" // ontology.MaxYAML, encoded
)

func isImport(c echo.Context) bool {
	return c.Request().Method == http.MethodPost && c.Request().URL.Path == importPath
}

// downloadOntology sends every term as the file that importOntology takes.
func (s *server) downloadOntology(c echo.Context) error {
	data, err := s.Training.ExportYAML(c.Request().Context())
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="ontology.yaml"`)
	return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", data)
}

func (s *server) showImport(c echo.Context) error {
	return s.importPage(c, http.StatusOK, views.Import{})
}

func (s *server) importPage(c echo.Context, status int, v views.Import) error {
	return render(c, status, views.ImportPage(s.page(c, "Import terms", "/admin/ontology"), v))
}

// importOntology shows what a file would change, or saves that. The file goes
// along from page to page in the form, so that nothing typed is lost.
func (s *server) importOntology(c echo.Context) error {
	ctx := c.Request().Context()
	text, err := importText(c)
	if err != nil {
		return err
	}
	v := views.Import{YAML: text}
	save := c.FormValue("do") == "save"
	if save {
		v.Plan, err = s.Training.ImportYAML(ctx, []byte(text), formVersion(c))
	} else {
		v.Plan, err = s.Training.PlanImport(ctx, []byte(text))
	}
	if code := ask.CodeOf(err); code == ask.Invalid || code == ask.Conflict {
		v.Problem, _, _ = strings.Cut(ask.MessageOf(err), "\n")
		_ = errors.As(err, (*ontology.Problems)(&v.Problems))
		return s.importPage(c, statusOf[code], v)
	}
	if err != nil {
		return err
	}
	if !save {
		return s.importPage(c, http.StatusOK, v)
	}
	s.flash(c, imported(v.Plan))
	return c.Redirect(http.StatusSeeOther, "/admin/ontology")
}

func imported(plan *training.Import) string {
	return fmt.Sprintf("Imported: %d new, %d changed, %d as they were.", len(plan.New), len(plan.Changed), plan.Same)
}

// importText is the chosen file's, or else what was typed.
func importText(c echo.Context) (string, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 { // no file was chosen, or the form can't carry one
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) || errors.Is(err, echo.ErrStatusRequestEntityTooLarge) {
			return "", err
		}
		return strings.ReplaceAll(c.FormValue("yaml"), "\r\n", "\n"), nil
	}
	f, err := header.Open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, ontology.MaxYAML+1)) // one more, for the reader to refuse it
	return strings.ToValidUTF8(string(data), "\uFFFD"), err
}
