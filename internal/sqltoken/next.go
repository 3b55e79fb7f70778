package sqltoken

import "strings"

// next is the kind and length of the token at the start of s, which is not
// empty.
func next(s string) (Kind, int) {
	switch c := s[0]; {
	case isSpace(c) && c != '\v': // which goes on with white space but can't begin it
		return Space, run(s, isSpace)
	case strings.HasPrefix(s, "\ufeff"):
		return Space, len("\ufeff")
	case comment(s) > 0:
		return Comment, comment(s)
	case strings.IndexByte("'\"`[", c) >= 0:
		return quoted(s)
	case isDigit(c), c == '.' && isDigit(second(s)):
		return number(s)
	case strings.IndexByte("?$@#:", c) >= 0:
		return parameter(s)
	case (c|0x20) == 'x' && second(s) == '\'':
		return blob(s)
	case isName(c):
		return Word, run(s, isName)
	}
	return operator(s)
}

// second is the byte after the first; 0 for none.
func second(s string) byte {
	if len(s) < 2 {
		return 0
	}
	return s[1]
}

// comment is the length of the comment at the start of s; 0 for none. "/*" at
// the very end is two operators.
func comment(s string) int {
	switch {
	case strings.HasPrefix(s, "--"):
		return until(s, 2, "\n", 0)
	case strings.HasPrefix(s, "/*") && len(s) > 2:
		return until(s, 2, "*/", 2)
	}
	return 0
}

// run is how many bytes at the start of s are in a class.
func run(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

// until is where end begins in s, from an offset on, and keep bytes more; the
// whole length without one.
func until(s string, from int, end string, keep int) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + keep
	}
	return len(s)
}

// quoted reads a text or name in quotes, in which the quote is doubled, or one
// in brackets.
func quoted(s string) (Kind, int) {
	kind, q := Name, s[0]
	switch q {
	case '\'':
		kind = String
	case '[':
		if i := strings.IndexByte(s, ']'); i > 0 {
			return Name, i + 1
		}
		return Illegal, len(s)
	}
	for i := 1; i < len(s); i++ {
		if s[i] != q {
			continue
		}
		if i+1 == len(s) || s[i+1] != q {
			return kind, i + 1
		}
		i++
	}
	return Illegal, len(s)
}

// number reads an integer or a fraction with an exponent, or a hexadecimal
// number, with underscores among the digits (the parser says where). Letters
// right after it spoil it.
func number(s string) (Kind, int) {
	n := 0
	if len(s) > 2 && s[0] == '0' && (s[1]|0x20) == 'x' && isHex(s[2]) {
		n = 2 + run(s[2:], func(c byte) bool { return isHex(c) || c == '_' })
	} else {
		n = run(s, isSeparated)
		if n < len(s) && s[n] == '.' {
			n++
			n += run(s[n:], isSeparated)
		}
		n += exponent(s[n:])
	}
	if rest := run(s[n:], isName); rest > 0 {
		return Illegal, n + rest
	}
	return Number, n
}

func exponent(s string) int {
	if s == "" || (s[0]|0x20) != 'e' {
		return 0
	}
	n := 1
	if len(s) > 1 && (s[1] == '+' || s[1] == '-') {
		n++
	}
	if len(s) <= n || !isDigit(s[n]) {
		return 0
	}
	return n + run(s[n:], isSeparated)
}

// parameter reads ?, ?1, or a name after one of $@#:, in which :: may stand and
// which may end with a bracket without spaces, as Tcl's array elements do.
func parameter(s string) (Kind, int) {
	if s[0] == '?' {
		return Parameter, 1 + run(s[1:], isDigit)
	}
	named := false
	i := 1
	for i < len(s) {
		switch {
		case isName(s[i]):
			named = true
			i++
		case s[i] == ':' && strings.HasPrefix(s[i:], "::"):
			i += 2
		case s[i] == '(' && named:
			n := run(s[i+1:], func(c byte) bool { return !isSpace(c) && c != ')' })
			if i += 1 + n; i < len(s) && s[i] == ')' {
				return Parameter, i + 1
			}
			return Illegal, i
		default:
			return parameterKind(named), i
		}
	}
	return parameterKind(named), i
}

func parameterKind(named bool) Kind {
	if named {
		return Parameter
	}
	return Illegal
}

// blob reads pairs of hexadecimal digits in x'…'.
func blob(s string) (Kind, int) {
	n := 2 + run(s[2:], isHex)
	if n < len(s) && s[n] == '\'' && n%2 == 0 {
		return Blob, n + 1
	}
	return Illegal, until(s, n, "'", 1)
}

// operators of more than one byte, the longest first.
var operators = []string{"->>", "->", "==", "<=", "<>", "<<", ">=", ">>", "!=", "||"}

func operator(s string) (Kind, int) {
	for _, op := range operators {
		if strings.HasPrefix(s, op) {
			return Operator, len(op)
		}
	}
	if strings.IndexByte("-+*/%()=<>|&~,.;", s[0]) >= 0 {
		return Operator, 1
	}
	return Illegal, 1
}

func isSpace(c byte) bool     { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool     { return '0' <= c && c <= '9' }
func isSeparated(c byte) bool { return isDigit(c) || c == '_' }
func isHex(c byte) bool       { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isName reports whether a byte may be in a bare name.
func isName(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z'
}
