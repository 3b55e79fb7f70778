package eval

import (
	"strings"
	"time"
)

// atNow writes SQL as if it ran at now: 'now' and the CURRENT_ words become
// that moment.
func atNow(sql string, now time.Time) string {
	if lower := strings.ToLower(sql); !strings.Contains(lower, "'now'") && !strings.Contains(lower, "current_") {
		return sql
	}
	moment := now.UTC().Format("2006-01-02 15:04:05")
	words := map[string]string{"current_date": moment[:10], "current_time": moment[11:], "current_timestamp": moment}
	var b strings.Builder
	for i := 0; i < len(sql); {
		n := token(sql[i:])
		part := sql[i : i+n]
		switch value, ok := words[strings.ToLower(part)]; {
		case strings.EqualFold(part, "'now'"):
			part = "'" + moment + "'"
		case ok:
			part = "'" + value + "'"
		}
		b.WriteString(part)
		i += n
	}
	return b.String()
}

// token is the length of the quoted text, the word or the one byte ahead.
func token(s string) int {
	if c := s[0]; c == '\'' || c == '"' || c == '`' {
		if j := strings.IndexByte(s[1:], c); j >= 0 {
			return j + 2
		}
		return len(s)
	}
	n := 0
	for n < len(s) && !edge(s, n) {
		n++
	}
	return max(n, 1)
}
