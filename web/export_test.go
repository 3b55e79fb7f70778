package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/job"
)

// exports are kept in memory, by question.
type exports map[string]*kept

type kept struct {
	job.Export
	file bytes.Buffer
	lost int // bytes that are missing at the file's end
}

func (x exports) Request(_ context.Context, e job.Export) error {
	if old := x[e.QuestionID]; old == nil || old.State == job.Failed {
		e.State, e.Requested = job.Queued, time.Now()
		x[e.QuestionID] = &kept{Export: e}
	}
	return nil
}

func (x exports) Find(_ context.Context, id string) (*job.Export, error) {
	if k := x[id]; k != nil {
		e := k.Export
		return &e, nil
	}
	return nil, nil
}

func (x exports) List(context.Context) (list []job.Export, _ error) {
	for _, k := range x {
		list = append(list, k.Export)
	}
	return list, nil
}

func (x exports) Delete(_ context.Context, id string) error {
	delete(x, id)
	return nil
}

func (x exports) Open(_ context.Context, id string) (io.Reader, error) {
	k := x[id]
	if k.lost > 0 {
		return io.MultiReader(bytes.NewReader(k.file.Bytes()[:k.file.Len()-k.lost]), lostFile{}), nil
	}
	return bytes.NewReader(k.file.Bytes()), nil
}

type lostFile struct{}

func (lostFile) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Write and Progress make it a job.File.
func (k *kept) Write(b []byte) (int, error) { return k.file.Write(b) }
func (k *kept) Progress(rows int) error     { k.Rows = rows; return nil }

// cutTarget's answers go on after the rows shown.
type cutTarget struct{ stillTarget }

func (c cutTarget) Query(ctx context.Context, sql string) (ask.Table, error) {
	res, err := c.stillTarget.Query(ctx, sql)
	res.Truncated = true
	return res, err
}

// finish makes an export as the job does, of the rows that Query gives.
func (k *kept) finish(t *testing.T) {
	t.Helper()
	x := job.Exporter{
		Question: func(_ context.Context, id string) (*ask.Question, error) {
			return &ask.Question{ID: id, Status: ask.Answered}, nil
		},
		Rows: func() int { return 10 },
		Stream: func(ctx context.Context, sql string, _ int, _ time.Duration, each func([]ask.Column, [][]any) error) (bool, error) {
			res, err := stillTarget{}.Query(ctx, sql)
			return false, errors.Join(err, each(res.Columns, res.Rows))
		},
	}
	var err error
	if k.Cut, err = x.Write(t.Context(), k.QuestionID, k); err != nil {
		t.Fatal(err)
	}
	k.State, k.Bytes, k.Expires = job.Ready, k.file.Len(), time.Now().Add(job.ExportKept)
}

// cutAnswer is an answer of ann's that was cut, at the page's address.
func cutAnswer(t *testing.T, allow limiter) (w *world, base string, ann *browser, path, id string) {
	t.Helper()
	w, cfg := fresh(t)
	if allow != nil {
		cfg.Limiter = allow
	}
	cfg.Ask = askOf(t, w, cutTarget{}, cfg.Log)
	base = serve(t, cfg)
	ann = signedInAs(t, base, "ann")
	path, _ = ann.asked("orders by status")
	return w, base, ann, path, strings.TrimPrefix(path, "/questions/")
}

// words is a part's text, each run of space as one.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestExportFromRequestToDownload(t *testing.T) {
	w, base, ann, path, id := cutAnswer(t, nil)
	_, doc := ann.get(path)
	if form := doc.Find("#export form[method=post][action='" + path + "/export']"); words(form) != "Export all rows" || doc.Find("#export[hx-get]").Length() != 0 {
		t.Fatalf("offered: %q", words(doc.Find("#export")))
	}
	for range 2 {
		if res, _ := ann.post(path+"/export", nil); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != path+"#export" {
			t.Fatalf("%s to %s", res.Status, res.Header.Get("Location"))
		}
	}
	if n := w.count("export.create"); n != 1 || len(w.exports) != 1 || w.exports[id].User != "ann" || w.exports[id].Question != "orders by status" {
		t.Errorf("%d requests audited, %+v", n, w.exports[id])
	}
	shows := func(want string, looks bool) {
		t.Helper()
		_, doc := ann.get(path)
		part := doc.Find("#export")
		if !strings.Contains(words(part), want) || looks != (part.AttrOr("hx-get", "") == path+"/export") {
			t.Errorf("shows %q, looks again at %q; want %q", words(part), part.AttrOr("hx-get", ""), want)
		}
	}
	k := w.exports[id]
	shows("waits for its turn", true)
	k.State, k.Rows = job.Running, 1_234_567
	shows("1,234,567 so far", true)
	k.State, k.Tries, k.Next, k.Problem = job.Retrying, 2, time.Now().Add(9*time.Second), "The database is <locked>."
	shows("failed 2 times, next try in 9s: The database is <locked>.", true)
	if res, _ := ann.get(path + "/export.csv"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("downloaded before it is ready: %s", res.Status)
	}
	k.finish(t)
	shows("All 2 rows.", false)
	shows("kept until", false)

	direct := download(t, ann, path+"/result.csv", false)
	for _, packed := range []bool{true, false} {
		for name, b := range map[string]*browser{"ann": ann, "ada": signedInAs(t, base, "ada")} {
			if got := download(t, b, path+"/export.csv", packed); got != direct || !strings.Contains(got, "\r\n") {
				t.Errorf("%s, packed %t: %q, want %q", name, packed, got, direct)
			}
		}
	}
	if n := w.count("export.download"); n != 4 {
		t.Errorf("%d downloads audited", n)
	}
	if res, _ := ann.post(path+"/export/delete", nil); res.StatusCode != http.StatusSeeOther || len(w.exports) != 0 || w.count("export.delete") != 1 {
		t.Errorf("delete: %s, %d kept", res.Status, len(w.exports))
	}
	shows("Export all rows", false)
}

// count is how many entries of the audit log are of an action.
func (w *world) count(action string) int {
	_, n, _ := w.Entries(context.Background(), audit.Filter{Action: action, Count: true})
	return n
}

// download fetches a file, packed by gzip or not.
func download(t *testing.T, b *browser, path string, packed bool) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", map[bool]string{true: "br, gzip", false: "identity"}[packed])
	res, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body io.Reader = res.Body
	if is := res.Header.Get("Content-Encoding"); (is == "gzip") != packed {
		t.Fatalf("encoding %q", is)
	}
	if packed {
		if body, err = gzip.NewReader(body); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(body)
	if err != nil || res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%s: %v, %v, %v", path, res.Status, res.Header, err)
	}
	return string(text)
}

func TestCutExportIsToldAsCut(t *testing.T) {
	w, _, ann, path, id := cutAnswer(t, nil)
	ann.post(path+"/export", nil)
	k := w.exports[id]
	k.finish(t)
	for cut, want := range map[job.Cut]string{job.AtRows: "Not all rows: the first 2, as many as an export may have. There are more.", job.AtBytes: "Not all rows: the first 2. The file has reached the size"} {
		k.Cut = cut
		_, doc := ann.get(path)
		if part := doc.Find("#export"); !strings.Contains(words(part), want) || strings.Contains(part.Text(), "All") {
			t.Errorf("%s: %q", cut, words(part))
		}
		res, _ := ann.get(path + "/export.csv")
		if name := res.Header.Get("Content-Disposition"); !strings.Contains(name, "first-2-rows.csv") {
			t.Errorf("%s: named %s", cut, name)
		}
	}
}

// A file that is lost on the way breaks the connection, however it is sent.
func TestLostExportBreaksTheDownload(t *testing.T) {
	w, base, ann, path, id := cutAnswer(t, nil)
	ann.post(path+"/export", nil)
	k := w.exports[id]
	k.finish(t)
	k.lost = 10
	for _, encoding := range []string{"gzip", "identity"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path+"/export.csv", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", encoding)
		res, err := ann.Do(req)
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: passed for whole", encoding)
		}
	}
}

func TestExportPartAndErrors(t *testing.T) {
	limited := false
	w, base, ann, path, id := cutAnswer(t, func(key string) bool { return !limited || !strings.HasPrefix(key, "export:") })
	if res, _ := ann.get(path + "/export"); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != path+"#export" {
		t.Errorf("without htmx: %s", res.Status)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path+"/export", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("HX-Request", "true")
	if res, doc := ann.do(req); res.StatusCode != http.StatusOK || doc.Find("body > #export").Length() != 1 || doc.Find("h1").Length() != 0 {
		t.Errorf("the part: %s", res.Status)
	}
	res, _ := ann.get(path + "/export.csv")
	if _, doc := ann.get(path); res.StatusCode != http.StatusSeeOther || !strings.Contains(doc.Find("[role=status]").Text(), "no finished export") {
		t.Errorf("no export: %s, %q", res.Status, doc.Find("[role=status]").Text())
	}
	limited = true
	if res, doc := ann.post(path+"/export", nil); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" || !strings.Contains(doc.Text(), "20 exports in an hour") || len(w.exports) != 0 {
		t.Errorf("too many: %s, %d kept", res.Status, len(w.exports))
	}
	limited = false
	ann.post(path+"/export", nil)
	w.exports[id].State, w.exports[id].Problem = job.Failed, "The <query> took too long."
	_, doc := ann.get(path)
	if part := doc.Find("#export"); !strings.Contains(words(part), "The export failed: The <query> took too long.") || words(part.Find("button")) != "Try again" {
		t.Errorf("failed: %q", words(part))
	}
	if ann.post(path+"/export", nil); w.exports[id].State != job.Queued || w.count("export.create") != 2 {
		t.Errorf("tried again: %s", w.exports[id].State)
	}
}

// A whole answer needs no export.
func TestWholeAnswerOffersNoExport(t *testing.T) {
	_, base := site(t, nil)
	if _, doc := signedInAs(t, base, "ann").asked("orders by status"); doc.Find("#export").Length() != 0 {
		t.Error("an export is offered")
	}
}

func TestAdministratorsSeeAndEndExports(t *testing.T) {
	w, base, ann, path, id := cutAnswer(t, nil)
	ada := signedInAs(t, base, "ada")
	if _, doc := ada.get("/admin/jobs"); !strings.Contains(doc.Find(".empty").Text(), "No exports") {
		t.Error("no word of there being none")
	}
	ann.post(path+"/export", nil)
	k := w.exports[id]
	k.State, k.Tries, k.Next, k.Problem, k.Rows = job.Retrying, 1, time.Now().Add(time.Minute), "Locked.", 12_000
	_, doc := ada.get("/admin/jobs")
	row := words(doc.Find("#export-" + id))
	for _, want := range []string{"orders by status", "ann", "retrying", "It failed once, next try in 1m0s: Locked.", "12,000", "Cancel"} {
		if !strings.Contains(row, want) {
			t.Errorf("not shown: %q in %q", want, row)
		}
	}
	if res, _ := ada.post("/admin/exports/"+id+"/delete", nil); res.StatusCode != http.StatusSeeOther || len(w.exports) != 0 || !w.logged("export.delete") {
		t.Errorf("%s, %d kept", res.Status, len(w.exports))
	}
}
