package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestImportOntology(t *testing.T) {
	_, base := site(t, nil)
	b := signedInAs(t, base, "ada")
	const good, bad = "terms: []\n", "terms:\n  - {name: x}\n  - {kind: odd}\n"
	res, doc := b.post(importPath, url.Values{"yaml": {bad}})
	if problems := doc.Find("[aria-label=Problems] li"); res.StatusCode != http.StatusUnprocessableEntity || problems.Length() < 4 ||
		!strings.Contains(problems.First().Text(), "line 2") || doc.Find("textarea[name=yaml]").Text() != bad {
		t.Errorf("bad file: %s, %q, kept %q", res.Status, problems.Text(), doc.Find("textarea[name=yaml]").Text())
	}
	res, doc = b.post(importPath, url.Values{"yaml": {good}})
	if text := doc.Find("section.card").Text(); res.StatusCode != http.StatusOK || !strings.Contains(text, "1 new, 1 changed") ||
		!strings.Contains(text, "sum(a)") || !strings.Contains(text, "<b>churn") || !strings.Contains(text, "kept: kept") {
		t.Errorf("preview: %s %s", res.Status, text)
	}
	version := doc.Find("input[name=version]").AttrOr("value", "")
	if res, doc := b.post(importPath, url.Values{"yaml": {good}, "do": {"save"}, "version": {"6"}}); res.StatusCode != http.StatusConflict || doc.Find("textarea[name=yaml]").Last().Text() != good {
		t.Errorf("changed meanwhile: %s", res.Status)
	}
	if res, _ := b.post(importPath, url.Values{"yaml": {good}, "do": {"save"}, "version": {version}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("save: %s", res.Status)
	}
	if _, doc := b.get("/admin/ontology"); !strings.Contains(doc.Find("[role=status]").Text(), "1 new, 1 changed") {
		t.Error("the page does not say what was imported")
	}
	if res, doc := b.get("/admin/ontology.yaml"); res.Header.Get("Content-Disposition") != `attachment; filename="ontology.yaml"` || !strings.Contains(doc.Text(), "terms: []") {
		t.Errorf("export: %v", res.Header)
	}
}

func TestImportOntologyFromAFile(t *testing.T) {
	_, base := site(t, nil)
	b := signedInAs(t, base, "ada")
	for size, want := range map[int]int{0: http.StatusOK, 200_000: http.StatusOK, 1 << 20: http.StatusUnprocessableEntity, 4 << 20: http.StatusRequestEntityTooLarge} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("file", "../../ontology.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte("terms: []\n#" + strings.Repeat("x", size))); err != nil {
			t.Fatal(err)
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+importPath, &body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", form.FormDataContentType())
		if res, _ := b.do(req); res.StatusCode != want {
			t.Errorf("%d bytes: %s, want %d", size, res.Status, want)
		}
	}
}
