package llm

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/sqltoken"
)

// answer is a model's answer in the form that was asked for.
type answer struct {
	SQL         string `json:"sql"`
	Explanation string `json:"explanation"`
	Missing     string `json:"missing"` // why there is no SQL
}

var (
	thought = regexp.MustCompile(`(?s)<think>.*?</think>`)
	fenced  = regexp.MustCompile("(?s)```[ \t]*([A-Za-z0-9]*)[^\n]*\n(.*?)```")
	begins  = regexp.MustCompile(`(?im)^[ \t>]*(select\b|with\s+(?:recursive\s+)?["\w]+\s*(?:\([^)]*\)\s*)?as\b)`)
	blank   = regexp.MustCompile(`\n[ \t]*\n`)
)

// answerIn finds the answer in whatever a model said: the JSON that was asked
// for, SQL between fences, or SQL amid prose. Several statements stay several:
// the executor refuses them, and the model learns why. Without SQL the answer
// says what is missing.
func answerIn(text string) answer {
	text = strings.TrimSpace(thought.ReplaceAllString(text, ""))
	if a, ok := fromJSON(text); ok {
		return a
	}
	var blocks []string
	for _, m := range fenced.FindAllStringSubmatch(text, -1) {
		if a, ok := fromJSON(m[2]); ok {
			return a
		}
		if sql := trim(m[2]); begins.MatchString(sql) && !slices.Contains(blocks, sql) {
			blocks = append(blocks, sql)
		}
	}
	if len(blocks) > 0 {
		prose := strings.TrimSpace(fenced.ReplaceAllString(text, ""))
		return answer{SQL: strings.Join(blocks, ";\n"), Explanation: prose}
	}
	if at := begins.FindStringSubmatchIndex(text); at != nil {
		return answer{SQL: statements(text[at[2]:]), Explanation: strings.TrimSpace(text[:at[0]])}
	}
	return answer{Missing: text}
}

// maxBraces is how many braces of a text are tried as an answer's beginning.
const maxBraces = 16

// fromJSON reads the first JSON object in text that is an answer.
func fromJSON(text string) (answer, bool) {
	for range maxBraces {
		at := strings.IndexByte(text, '{')
		if at < 0 {
			break
		}
		var a answer
		if err := json.NewDecoder(strings.NewReader(text[at:])).Decode(&a); err == nil && (a.SQL != "" || a.Missing != "") {
			a.SQL = trim(a.SQL)
			return a, true
		}
		text = text[at+1:]
	}
	return answer{}, false
}

// statements cuts off the prose that follows SQL: what comes after an empty
// line, unless another statement does.
func statements(text string) string {
	paragraphs := blank.Split(text, -1)
	sql := trim(paragraphs[0])
	for _, p := range paragraphs[1:] {
		if begins.MatchString(p) && begins.FindStringIndex(p)[0] == 0 {
			sql += ";\n" + trim(p)
		}
	}
	return withoutProse(sql)
}

// withoutProse cuts off what stands after the last semicolon and begins no statement.
func withoutProse(sql string) string {
	for t := range sqltoken.All(sql) {
		if t.Is(";") && !begins.MatchString(strings.TrimSpace(sql[t.End():])) {
			return trim(sql[:t.Start])
		}
	}
	return sql
}

// trim takes off the spaces and semicolons around a statement.
func trim(sql string) string { return strings.Trim(sql, "; \t\r\n") }
