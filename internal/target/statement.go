package target

import (
	"strings"
	"unicode/utf8"
)

// Bounds on a statement's text. The 64 KiB stack of SQLite's wasm build
// overflows on deeper nesting, which no limit of SQLite's own prevents.
const (
	maxSQL     = 20_000 // bytes
	maxSelects = 60
	maxDepth   = 60 // of brackets
)

// checkText refuses what can be seen in the text alone: anything but one
// SELECT of bounded size. SQLite's authorizer judges the rest.
func checkText(sql string) error {
	switch {
	case len(sql) > maxSQL:
		return refused("The SQL is too long: at most 20,000 bytes are allowed.")
	case strings.IndexByte(sql, 0) >= 0:
		return refused("The SQL holds a NUL character.")
	case !utf8.ValidString(sql):
		return refused("The SQL holds bytes that are no text.")
	}
	s := scanner{rest: strings.TrimPrefix(sql, "\ufeff")}
	first := s.next()
	if first == "" || first == ";" {
		return refused("There is no SQL statement to run.")
	}
	switch strings.ToUpper(first) {
	case "SELECT", "WITH", "VALUES":
	default:
		return refused("Only SELECT statements are run: start with SELECT, WITH or VALUES.")
	}
	return checkTokens(&s, first)
}

// checkTokens walks the tokens after the first.
func checkTokens(s *scanner, first string) error {
	selects, depth := 0, 0
	for token := first; token != ""; token = s.next() {
		switch strings.ToUpper(token) {
		case "SELECT":
			selects++
		case "(":
			depth++
		case ")":
			depth--
		case ";":
			if !s.onlySemicolons() {
				return refused("Only one statement can be run at a time.")
			}
			return nil
		}
		if selects > maxSelects || depth > maxDepth {
			return refused("The SQL is too deeply nested or has too many SELECTs. Split it into simpler steps.")
		}
	}
	if s.broken {
		return refused("A quoted text or name in the SQL is not closed.")
	}
	return nil
}

// scanner cuts SQL into tokens as SQLite does, but no finer than the checks
// need: a run of name characters, a quoted text, or one other byte.
type scanner struct {
	rest   string
	broken bool // a quote was left open
}

// next gives the next token, skipping space and comments; empty at the end.
func (s *scanner) next() string {
	s.skip()
	if s.rest == "" {
		return ""
	}
	n := 1
	switch c := s.rest[0]; {
	case c == '\'' || c == '"' || c == '`':
		n = s.quoted(c)
	case c == '[':
		n = s.until("]")
	case nameByte(c):
		for n < len(s.rest) && nameByte(s.rest[n]) {
			n++
		}
	}
	token := s.rest[:n]
	s.rest = s.rest[n:]
	return token
}

// skip drops white space and comments. A block comment may be left open.
func (s *scanner) skip() {
	for {
		s.rest = strings.TrimLeft(s.rest, " \t\n\f\r")
		switch {
		case strings.HasPrefix(s.rest, "--"):
			_, s.rest, _ = strings.Cut(s.rest, "\n")
		case strings.HasPrefix(s.rest, "/*"):
			_, s.rest, _ = strings.Cut(s.rest[2:], "*/")
		default:
			return
		}
	}
}

// quoted is the length of the quoted text ahead; a doubled quote stays inside.
func (s *scanner) quoted(q byte) int {
	for i := 1; i < len(s.rest); i++ {
		if s.rest[i] != q {
			continue
		}
		if i+1 < len(s.rest) && s.rest[i+1] == q {
			i++
			continue
		}
		return i + 1
	}
	s.broken = true
	return len(s.rest)
}

func (s *scanner) until(end string) int {
	if i := strings.Index(s.rest, end); i >= 0 {
		return i + len(end)
	}
	s.broken = true
	return len(s.rest)
}

// onlySemicolons reports whether no other token is left.
func (s *scanner) onlySemicolons() bool {
	for token := s.next(); token != ""; token = s.next() {
		if token != ";" {
			return false
		}
	}
	return true
}

func nameByte(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
