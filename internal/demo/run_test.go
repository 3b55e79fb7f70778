package demo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"gopkg.in/yaml.v3"
)

func TestOntologyCompiles(t *testing.T) {
	var o struct {
		Terms []struct{ Name, Kind, Table, Column, SQL string }
	}
	if err := yaml.Unmarshal(OntologyYAML, &o); err != nil {
		t.Fatal(err)
	}
	if len(o.Terms) == 0 {
		t.Fatal("no terms")
	}
	c := openTarget(t)
	for _, term := range o.Terms {
		what := "count(*)"
		switch term.Kind {
		case "synonym":
			if term.Column != "" {
				what = "count(" + term.Table + "." + term.Column + ")"
			}
		case "filter":
			what = "count(CASE WHEN " + term.SQL + " THEN 1 END)"
		case "expression":
			what = "count(" + term.SQL + ")"
		default:
			what = term.SQL
		}
		if value, _ := first(t, c, "SELECT "+what+" FROM "+term.Table); value == "" || value == "0" {
			t.Errorf("%s matches nothing", term.Name)
		}
	}
}

func TestOneDemoPerDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	unlock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); !errors.Is(err, ErrRunning) {
		t.Errorf("a second demo got %v", err)
	}
	if err := Remove(dir); !errors.Is(err, ErrRunning) {
		t.Errorf("removing a running demo's data gave %v", err)
	}
	unlock()
	again, err := Lock(dir)
	if err != nil {
		t.Fatalf("after the first ended: %v", err)
	}
	again()
}

func TestRemoveLeavesWhatIsNotTheDemos(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"demo.sqlite", "mine.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Remove(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "demo.sqlite")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the demo's target is still there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "mine.txt")); err != nil {
		t.Error(err)
	}
}

func TestEnsureTargetKeepsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.sqlite")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := EnsureTarget(path); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "mine" {
		t.Errorf("it holds %q, %v", got, err)
	}
}

func TestRedisForgetsInTime(t *testing.T) {
	url, stop, err := Redis()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(o)
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.Set(ctx, "k", "v", time.Second).Err(); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Get(ctx, "k").Result(); got != "v" {
		t.Fatalf("read back %q, %v", got, err)
	}
	for {
		if err := c.Get(ctx, "k").Err(); errors.Is(err, redis.Nil) {
			return
		} else if err != nil {
			t.Fatalf("the key did not expire: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
