package account

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Limits of passwords and names.
const (
	minPassword = 12 // characters
	minSurprise = 6  // see surprise
	maxName     = 64 // characters
)

//go:embed common.txt
var commonText string

// common is the set of common passwords and the length of its longest.
var common = sync.OnceValues(func() (map[string]bool, int) {
	set, longest := map[string]bool{}, 0
	for line := range strings.Lines(commonText) {
		word := strings.TrimSpace(line)
		if word == "" || strings.HasPrefix(word, "#") {
			continue
		}
		set[word] = true
		longest = max(longest, len(word))
	}
	return set, longest
})

func checkPassword(name, password string) error {
	switch {
	case len(password) > maxPassword:
		return &PolicyError{"The password is too long: at most 1,024 bytes."}
	case !utf8.ValidString(password):
		return &PolicyError{"The password holds bytes that are not text."}
	case utf8.RuneCountInString(password) < minPassword:
		return &PolicyError{fmt.Sprintf("The password is too short: at least %d characters.", minPassword)}
	case strings.EqualFold(password, name):
		return &PolicyError{"The password must not be the user name."}
	case surprise(password, name) < minSurprise:
		return &PolicyError{"The password is too easy to guess: it is made of common passwords, the user name or simple sequences."}
	}
	return nil
}

// CheckName says why a name is not acceptable: a *PolicyError, or nil.
func CheckName(name string) error {
	switch n := utf8.RuneCountInString(name); {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return &PolicyError{"The user name holds characters that can't be shown."}
	case n == 0:
		return &PolicyError{"The user name is missing."}
	case n > maxName:
		return &PolicyError{fmt.Sprintf("The user name is too long: at most %d characters.", maxName)}
	case name != strings.TrimSpace(name):
		return &PolicyError{"The user name must not begin or end with a space."}
	}
	return nil
}

// leet undoes the usual disguises, one letter for one letter.
var leet = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t")

// surprise scores how hard a password is to guess for somebody who knows the
// common passwords and the user's name: two for each different known word, two
// for each run of digits or of neighbours such as "abcd" or "aaaa", one for
// every other character. Repetitions count once.
func surprise(password, name string) int {
	text := strings.ToLower(password)
	text = text[:period(text)]
	plain := leet.Replace(text)
	name = strings.ToLower(name)
	seen := map[string]bool{}
	score := 0
	for i := 0; i < len(text); {
		if word := knownAt(text, plain, name, i); word != "" {
			if !seen[word] {
				score += 2
			}
			seen[word] = true
			i += len(word)
			continue
		}
		n := runAt(text, i)
		score += min(n, 2)
		i += n
	}
	return score
}

// period is the length of the shortest piece that text repeats at least twice,
// a last one perhaps cut short; all of text when it repeats nothing.
func period(text string) int {
	for n := 1; n <= len(text)/2; n++ {
		if strings.HasPrefix(text, text[n:]) {
			return n
		}
	}
	return len(text)
}

// knownAt is the longest known word that begins at byte i of text, or of plain,
// which has the same length; empty for none.
func knownAt(text, plain, name string, i int) string {
	if len(name) >= 3 && strings.HasPrefix(text[i:], name) {
		return name
	}
	set, longest := common()
	for n := min(longest, len(text)-i); n >= 4; n-- {
		for _, s := range []string{text, plain} {
			if set[s[i:i+n]] {
				return s[i : i+n]
			}
		}
	}
	return ""
}

// runAt is how many bytes from i on are one run of digits, of equal or of
// consecutive characters; at least the one character's own.
func runAt(text string, i int) int {
	_, size := utf8.DecodeRuneInString(text[i:])
	digits, equal, rising := 0, 1, 1
	for ; i+digits < len(text) && text[i+digits] >= '0' && text[i+digits] <= '9'; digits++ {
	}
	for ; i+equal < len(text) && text[i+equal] == text[i]; equal++ {
	}
	for ; i+rising < len(text) && text[i+rising] == text[i+rising-1]+1; rising++ {
	}
	if run := max(digits, equal, rising); run >= 3 {
		return run
	}
	return size
}
