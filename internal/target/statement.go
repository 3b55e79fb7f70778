package target

import (
	"fmt"
	"strings"
)

// The scanner's own limits: SQLite's parser and code generator recurse on a
// small stack that nested or repeated SELECTs exhaust.
const (
	maxSelects = 60
	maxDepth   = 60
	maxBytes   = 20_000
)

// scan looks over sql before SQLite sees it: one statement, a query, of
// bounded depth. It reads strings, names and comments as SQLite does.
func scan(sql string) error {
	if len(sql) > maxBytes {
		return refusedError{fmt.Sprintf("The SQL has %d bytes; the limit is %d.", len(sql), maxBytes)}
	}
	if strings.ContainsRune(sql, 0) {
		return refusedError{"The SQL holds a NUL character."}
	}
	var first string
	var selects, depth int
	ended := false
	for rest := sql; ; {
		var token string
		token, rest = next(rest)
		if token == "" {
			break
		}
		if token == ";" {
			ended = first != ""
			continue
		}
		if ended {
			return refusedError{"Only one statement can run at a time."}
		}
		word := strings.ToUpper(token)
		if first == "" {
			first = word
		}
		switch word {
		case "SELECT":
			selects++
		case "(":
			depth++
		case ")":
			depth--
		}
		if selects > maxSelects || depth > maxDepth {
			return refusedError{"The query is nested too deeply, or has too many parts."}
		}
	}
	switch first {
	case "SELECT", "WITH", "VALUES":
		return nil
	case "":
		return refusedError{"There is no statement to run."}
	}
	return refusedError{"Only SELECT queries can run: the target is read-only."}
}

// next cuts the first token off sql; an empty token means the end.
func next(sql string) (token, rest string) {
	sql = skipBlank(sql)
	if sql == "" {
		return "", ""
	}
	n := 1
	switch c := sql[0]; {
	case c == '\'' || c == '"' || c == '`':
		n = quoted(sql, c)
	case c == '[':
		n = through(sql, 1, "]")
	case isWord(c):
		for n < len(sql) && isWord(sql[n]) {
			n++
		}
	}
	return sql[:n], sql[n:]
}

// skipBlank drops white space and comments.
func skipBlank(sql string) string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n\f")
		switch {
		case strings.HasPrefix(sql, "--"):
			sql = sql[through(sql, 2, "\n"):]
		case strings.HasPrefix(sql, "/*"):
			sql = sql[through(sql, 2, "*/"):]
		default:
			return sql
		}
	}
}

// through is the length of sql up to and with the first end after from.
func through(sql string, from int, end string) int {
	if i := strings.Index(sql[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(sql)
}

// quoted is the length of a quoted token, in which a doubled quote stands for
// one.
func quoted(sql string, quote byte) int {
	for i := 1; i < len(sql); i++ {
		if sql[i] != quote {
			continue
		}
		if i+1 < len(sql) && sql[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return len(sql)
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '$'
}
