package link

import "testing"

func TestCodesByTheirLetters(t *testing.T) {
	l := coded{codes: []string{"UPH", "REJ", "PEND", "EXPD"}}
	for word, want := range map[string]string{"upheld": "UPH", "rejected": "REJ", "pending": "PEND", "expired": "EXPD", "paid": ""} {
		if got, _ := l.match(word); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
	if got, _ := (coded{codes: []string{"CA", "CO"}}).match("colour"); got != "CO" {
		t.Errorf("colour: %q", got)
	}
	if got, _ := (coded{codes: []string{"P", "PR"}}).match("private"); got != "PR" {
		t.Errorf("private: %q, the longer code", got)
	}
}
