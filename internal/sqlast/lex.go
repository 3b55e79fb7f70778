package sqlast

import (
	"fmt"
	"strings"
)

// token kinds.
const (
	word = iota
	ident
	text
	number
	symbol
	end
)

type token struct {
	kind int
	text string
}

// lex splits SQL into tokens. Double-quoted words are identifiers; where dqs
// is set they are strings, as old SQLite builds read them.
func lex(sql string, dqs bool) ([]token, error) {
	var out []token
	for i := 0; i < len(sql); {
		c := sql[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';':
			i++
		case c == '-' && strings.HasPrefix(sql[i:], "--"):
			n := strings.IndexByte(sql[i:], '\n')
			if n < 0 {
				n = len(sql) - i
			}
			i += n
		case c == '\'' || c == '"' || c == '`' || c == '[':
			s, n, err := quoted(sql[i:])
			if err != nil {
				return nil, err
			}
			kind := ident
			if c == '\'' || c == '"' && dqs {
				kind = text
			}
			out = append(out, token{kind, s})
			i += n
		case isDigit(c) || c == '.' && i+1 < len(sql) && isDigit(sql[i+1]):
			j := i
			for j < len(sql) && (isDigit(sql[j]) || sql[j] == '.' || isLetter(sql[j])) {
				j++
			}
			out = append(out, token{number, sql[i:j]})
			i = j
		case isLetter(c):
			j := i
			for j < len(sql) && (isLetter(sql[j]) || isDigit(sql[j]) || sql[j] == '$') {
				j++
			}
			out = append(out, token{word, sql[i:j]})
			i = j
		default:
			s := operator(sql[i:])
			out = append(out, token{symbol, s})
			i += len(s)
		}
	}
	return append(out, token{kind: end}), nil
}

// quoted reads a quoted run at the start of s: its content and its length.
func quoted(s string) (string, int, error) {
	q := s[0]
	if q == '[' {
		q = ']'
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != q {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == q && q != ']' {
			b.WriteByte(q)
			i++
			continue
		}
		return b.String(), i + 1, nil
	}
	return "", 0, fmt.Errorf("unclosed %c", s[0])
}

func operator(s string) string {
	for _, op := range []string{"<>", "!=", "<=", ">=", "==", "||"} {
		if strings.HasPrefix(s, op) {
			return op
		}
	}
	// Spider writes a few operators apart: "> =".
	for _, op := range []string{"> =", "< =", "! ="} {
		if strings.HasPrefix(s, op) {
			return op
		}
	}
	return s[:1]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
