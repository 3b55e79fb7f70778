package llm

import (
	"strings"
	"testing"
)

func TestAnswerIn(t *testing.T) {
	for name, tt := range map[string]struct{ text, sql, missing string }{
		"as asked":              {`{"sql":"SELECT 1;","explanation":"One.","missing":""}`, "SELECT 1", ""},
		"nothing":               {`{"sql":"","explanation":"","missing":"no moods"}`, "", "no moods"},
		"JSON between fences":   {"Sure!\n```json\n{\"sql\": \"SELECT 2\"}\n```", "SELECT 2", ""},
		"JSON amid prose":       {`I use {braces}. {"sql":"SELECT 3"} That's it.`, "SELECT 3", ""},
		"SQL between fences":    {"Here:\n```sql\nSELECT name\nFROM t;\n```\nEnjoy.", "SELECT name\nFROM t", ""},
		"fences without a word": {"```\nWITH a AS (SELECT 1) SELECT * FROM a\n```", "WITH a AS (SELECT 1) SELECT * FROM a", ""},
		"the same twice":        {"```sql\nSELECT 1\n```\nor\n```sql\nSELECT 1;\n```", "SELECT 1", ""},
		"two blocks":            {"```sql\nSELECT 1\n```\n```sql\nSELECT 2\n```", "SELECT 1;\nSELECT 2", ""},
		"amid prose":            {"The answer is:\n\nSELECT a\nFROM t\nWHERE b = ';';\nIt counts all.", "SELECT a\nFROM t\nWHERE b = ';'", ""},
		"prose after":           {"SELECT a FROM t\n\nThis gives all.", "SELECT a FROM t", ""},
		"two statements":        {"SELECT 1; SELECT 2;", "SELECT 1; SELECT 2", ""},
		"two apart":             {"SELECT 1\n\nSELECT 2", "SELECT 1;\nSELECT 2", ""},
		"two in JSON":           {`{"sql":"SELECT 1; DROP TABLE t"}`, "SELECT 1; DROP TABLE t", ""},
		"thoughts":              {"<think>SELECT wrong</think>\nSELECT right", "SELECT right", ""},
		"prose alone":           {"With this schema I can't.", "", "With this schema I can't."},
		"no SELECT":             {"```sql\nDROP TABLE t\n```", "", "```sql\nDROP TABLE t\n```"},
		"nothing at all":        {"", "", ""},
	} {
		if a := answerIn(tt.text); a.SQL != tt.sql || a.Missing != tt.missing {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func FuzzAnswerIn(f *testing.F) {
	for _, s := range []string{`{"sql":"SELECT 1"}`, "```sql\nSELECT 1\n```", "SELECT 1; prose", "{{{{", "<think>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a := answerIn(text); a.SQL != strings.Trim(a.SQL, "; \t\r\n") {
			t.Errorf("%q is not trimmed", a.SQL)
		}
	})
}
