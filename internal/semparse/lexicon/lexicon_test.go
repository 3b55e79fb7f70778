package lexicon

import (
	"slices"
	"testing"
)

func TestEveryKindIsThere(t *testing.T) {
	for kind, least := range map[Kind]int{Entity: 700, Measure: 450, Attribute: 250, Event: 350, State: 500, Scale: 150, Derived: 400, Value: 850, Abbrev: 1000} {
		if n := len(Entries(kind)); n < least {
			t.Errorf("%d entries of kind %s, want at least %d", n, kind, least)
		}
	}
	if n := len(Frames()); n < 600 {
		t.Errorf("%d frames", n)
	}
}

func TestRiskyWordings(t *testing.T) {
	i := slices.IndexFunc(Entries(State), func(e *Entry) bool { return e.Concept == "approved" })
	if e := Entries(State)[i]; !e.Risky.Has("ok") || e.Risky.Has("rubber-stamped") {
		t.Errorf("risky wordings of %q: %v", e.Concept, e.Risky)
	}
}

func TestExpand(t *testing.T) {
	if got, _ := Expand("qty"); got != "quantity" {
		t.Errorf("qty is %q", got)
	}
	if got, _ := Expand("nonsense"); got != "" {
		t.Errorf("nonsense is %q", got)
	}
}

func TestLengthen(t *testing.T) {
	for short, want := range map[string]string{"artcl": "article", "authr": "author", "pymt": "payment", "xqz": ""} {
		if got := Lengthen(short); got != want {
			t.Errorf("%s is %q, want %q", short, got, want)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		lines[Entry]("entries.jsonl", entriesFile)
		lines[Frame]("frames.jsonl", framesFile)
	}
}
