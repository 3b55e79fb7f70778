package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/job"
)

func (w *world) Status(context.Context) ([]job.Status, error) {
	return []job.Status{
		{Job: job.Job{Name: "outbox", Title: "Carry approvals", Every: 2 * time.Second}, State: job.Retrying, Tries: 3, Next: time.Now().Add(5 * time.Second),
			Last: &job.Outcome{At: time.Now().Add(time.Second), Problem: "The <vector> store is away."}},
		{Job: job.Job{Name: "training", Title: "Follow the target", Every: time.Hour}, State: job.Idle,
			Last: &job.Outcome{At: time.Now(), Took: time.Second, Said: "Trained."}},
		{Job: job.Job{Name: "retention", Title: "Forget", Every: time.Hour}, State: job.Running},
	}, nil
}

func (w *world) RunNow(_ context.Context, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ran = append(w.ran, name)
	return nil
}

func TestJobsAreShownAndRunOnRequest(t *testing.T) {
	w, base := site(t, nil)
	ada := signedInAs(t, base, "ada")
	_, doc := ada.get("/admin/jobs")
	failing := doc.Find("#job-outbox")
	for _, want := range []string{"retrying", "failed 3 times, next in", "Failed: The <vector> store is away.", "Try again now", "0s ago"} {
		if !strings.Contains(failing.Text(), want) {
			t.Errorf("not shown: %q in %q", want, failing.Text())
		}
	}
	if idle := doc.Find("#job-training").Text(); !strings.Contains(idle, "Trained.") || !strings.Contains(idle, "Run now") {
		t.Errorf("idle: %q", idle)
	}
	if running := doc.Find("#job-retention").Text(); !strings.Contains(running, "running") || !strings.Contains(running, "not yet") {
		t.Errorf("running: %q", running)
	}
	if res, _ := ada.post("/admin/jobs/outbox", nil); res.StatusCode != http.StatusSeeOther || len(w.ran) != 1 || !w.logged("job.run") {
		t.Errorf("%s, ran %v", res.Status, w.ran)
	}
}
