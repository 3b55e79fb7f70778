package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/querent/querent/internal/ask"
)

func TestHistoryGoesOnFromTheLast(t *testing.T) {
	w, cfg := fresh(t)
	id := uuid.NewString()
	at := time.Date(2026, 11, 26, 1, 2, 3, 4000, time.UTC)
	for i := range historyPage + 5 {
		q := ask.Question{ID: id, Text: fmt.Sprint("question ", i), Status: ask.Answered, Created: at}
		w.questions[fmt.Sprint(i)] = q
	}
	ada := newCaller(t, New(cfg)).in("ada")
	older := func(path string) (links []string) {
		res := ada.request(http.MethodGet, path, nil)
		doc, err := goquery.NewDocumentFromReader(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res.StatusCode, err)
		}
		return doc.Find("nav.pager a").Map(func(_ int, a *goquery.Selection) string { return a.Text() + " " + a.AttrOr("href", "") })
	}
	place := fmt.Sprintf("%d.%s", at.UnixMicro(), id)
	if got := older("/history"); len(got) != 1 || !strings.HasSuffix(got[0], "&before="+place) {
		t.Errorf("from the newest: %q", got)
	}
	if got := older("/history?before=" + place); len(got) != 2 || !strings.HasPrefix(got[0], "Newest ") {
		t.Errorf("then: %q", got)
	}
	if got := placeOf(place); got.ID != id || !got.Created.Equal(at) {
		t.Errorf("read back %v", got)
	}
	for _, nonsense := range []string{"", "x", "1", "1.", "." + id, "-1." + id, "9223372036854775807." + id, "1.x"} {
		if got := placeOf(nonsense); got != (ask.Place{}) {
			t.Errorf("%q is %v", nonsense, got)
		}
	}
}
