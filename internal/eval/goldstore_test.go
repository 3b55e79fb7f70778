package eval

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Golds run once; what they gave is found again as long as the file and the
// day are the same, failures too.
func TestGoldStore(t *testing.T) {
	dir, path := t.TempDir(), filepath.Join(businessDir(t), "shop", "shop.sqlite")
	db, err := OpenDatabase(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	first := openGold(dir, path, businessNow)
	want, err := first.result(t.Context(), db, all)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.result(t.Context(), db, "SELECT mood"); err == nil {
		t.Error("bad gold ran")
	}
	first.save()

	again := openGold(dir, path, businessNow)
	got, err := again.result(t.Context(), nil, all) // without a database to run it
	if err != nil || !want.holds(got, true) {
		t.Errorf("kept %+v, %v, want %+v", got, err, want)
	}
	if _, err := again.result(t.Context(), nil, "SELECT mood"); err == nil {
		t.Error("a failure was forgotten")
	}
	if other := openGold(dir, path, businessNow.AddDate(0, 0, 1)); len(other.by) != 0 {
		t.Error("another day found them")
	}
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if other := openGold(dir, path, businessNow); len(other.by) != 0 {
		t.Error("a changed database found them")
	}
}

func TestGoldStoreOutlivesABrokenFile(t *testing.T) {
	dir, path := t.TempDir(), filepath.Join(businessDir(t), "shop", "shop.sqlite")
	g := openGold(dir, path, businessNow)
	if err := os.WriteFile(g.path, []byte("no gob"), 0o600); err != nil {
		t.Fatal(err)
	}
	if g := openGold(dir, path, businessNow); g.by == nil || len(g.by) != 0 {
		t.Errorf("found %v", g.by)
	}
}
