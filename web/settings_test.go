package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/querent/querent/internal/ask"
)

// settingsForm is the form as a browser would send it back, with changes.
func settingsForm(doc *goquery.Document, changes map[string]string) url.Values {
	form := url.Values{}
	doc.Find("form[action='/admin/settings'] input").Each(func(_ int, in *goquery.Selection) {
		form.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	form.Set("generator", doc.Find("select[name=generator] option[selected]").AttrOr("value", ""))
	for key, text := range changes {
		form.Set(key, text)
	}
	return form
}

func TestSettingsAreCheckedAndNothingIsLost(t *testing.T) {
	w, base := site(t, nil)
	ada := signedInAs(t, base, "ada")
	_, doc := ada.get("/admin/settings")
	res, doc := ada.post("/admin/settings", settingsForm(doc, map[string]string{"row_limit": "many", "time_limit": "7"}))
	if res.StatusCode != http.StatusUnprocessableEntity || len(w.settings) != 0 {
		t.Errorf("%s, saved %v", res.Status, w.settings)
	}
	bad := doc.Find("#row_limit")
	if bad.AttrOr("value", "") != "many" || bad.AttrOr("aria-invalid", "") != "true" || doc.Find("#time_limit").AttrOr("value", "") != "7" {
		t.Error("what was typed is lost, or the field is not marked")
	}
	if why := doc.Find("#row_limit-problem").Text(); !strings.Contains(why, "whole number from 1 to 10000") {
		t.Errorf("beside the field: %q", why)
	}
	if doc.Find("[aria-invalid]").Length() != 1 {
		t.Error("fields that are right are marked, too")
	}
}

func TestSettingsSaveResetAndUndo(t *testing.T) {
	w, base := site(t, nil)
	ada := signedInAs(t, base, "ada")
	_, page := ada.get("/admin/settings")
	save := func(path string, form url.Values, want int) *goquery.Document {
		t.Helper()
		if res, doc := ada.post(path, form); res.StatusCode != want {
			t.Fatalf("POST %s: %s: %s", path, res.Status, doc.Find("[role=alert]").Text())
		}
		_, doc := ada.get("/admin/settings")
		return doc
	}
	stale := settingsForm(page, map[string]string{"row_limit": "5"})
	page = save("/admin/settings", settingsForm(page, map[string]string{"row_limit": "50"}), http.StatusSeeOther)
	if w.settings["row_limit"] != "50" || w.settings["time_limit"] != "" || page.Find("#row_limit").AttrOr("value", "") != "50" {
		t.Errorf("saved %v", w.settings)
	}
	save("/admin/settings", stale, http.StatusConflict)
	if w.settings["row_limit"] != "50" {
		t.Error("an older form overwrote a newer save")
	}
	version := url.Values{"version": {page.Find("#reset input[name=version]").AttrOr("value", "")}, "key": {"row_limit"}}
	page = save("/admin/settings/reset", version, http.StatusSeeOther)
	if w.settings["row_limit"] != "" || page.Find("#row_limit").AttrOr("value", "") != "1000" {
		t.Errorf("after a reset: %v", w.settings)
	}
	version.Set("version", page.Find("#reset input[name=version]").AttrOr("value", ""))
	if save("/admin/settings/undo", version, http.StatusSeeOther); w.settings["row_limit"] != "50" {
		t.Errorf("after undoing the reset: %v", w.settings)
	}
}

func TestCacheIsClearedAndAudited(t *testing.T) {
	w, base := site(t, nil)
	if res, _ := signedInAs(t, base, "ada").post("/admin/cache/clear", nil); res.StatusCode != http.StatusSeeOther {
		t.Error(res.Status)
	}
	if w.cleared != 1 || !w.logged("cache.clear") {
		t.Errorf("cleared %d times, audited %v", w.cleared, w.logged("cache.clear"))
	}
}

// stubModel is a language model that is there, or not.
type stubModel struct{ err error }

func (stubModel) Name() string { return "llm:small" }
func (stubModel) Host() string { return "llm.example:8000" }
func (m stubModel) Probe(context.Context) (string, error) {
	return "It wrote SQL in 0.1 s.", m.err
}

// The language model's part of the page stands only where there is one: what it
// is, who used it, and whether it answers.
func TestModelOnTheSettingsPage(t *testing.T) {
	_, base := site(t, nil)
	ada := signedInAs(t, base, "ada")
	if _, doc := ada.get("/admin/settings"); doc.Find("#model").Length() != 0 {
		t.Error("a model is shown where none is configured")
	}
	if res, _ := ada.post("/admin/model/probe", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("probe without a model: %s", res.Status)
	}
	for name, tt := range map[string]struct {
		err  error
		said string
	}{"answers": {nil, "It wrote SQL"}, "is away": {&ask.Error{Code: ask.Unavailable, Message: "It can't be reached."}, "can't be reached"}} {
		_, cfg := fresh(t)
		cfg.Model = stubModel{tt.err}
		base := serve(t, cfg)
		ada := signedInAs(t, base, "ada")
		_, doc := ada.get("/admin/settings")
		if text := doc.Find("#model").Text(); !strings.Contains(text, "small") || !strings.Contains(text, "llm.example:8000") || !strings.Contains(text, "<ann>") || !strings.Contains(text, "1,200,300") {
			t.Errorf("%s: %q", name, text)
		}
		if res, _ := ada.post("/admin/model/probe", nil); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %s", name, res.Status)
		}
		if _, doc := ada.get("/admin/settings"); !strings.Contains(doc.Find("[role=status]").Text(), tt.said) {
			t.Errorf("%s: said %q", name, doc.Find("[role=status]").Text())
		}
		if res, _ := signedInAs(t, base, "ann").post("/admin/model/probe", nil); res.StatusCode != http.StatusForbidden {
			t.Errorf("an analyst probes: %s", res.Status)
		}
	}
}
