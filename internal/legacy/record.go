package legacy

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
)

var oldUsers = oldTable{name: "users", fields: []field{
	{"id", []string{"id"}, true},
	{"name", []string{"username", "user_name", "login", "email"}, true},
	{"email", []string{"email"}, false},
	{"hash", []string{"hashed_password", "password_hash", "password"}, false},
	{"role", []string{"role", "user_role"}, false},
	{"admin", []string{"is_superuser", "is_admin"}, false},
	{"active", []string{"is_active", "active", "enabled"}, false},
	{"created", []string{"created_at", "date_joined"}, false},
	{"signed in", []string{"last_login", "last_login_at", "last_sign_in_at"}, false},
}}

// userFrom keeps a hash that can be checked once, at the first sign-in, where
// a new password must be chosen. Any other hash is dropped: an administrator
// gives that user a one-time password.
func userFrom(r record) account.User {
	u := account.User{ID: idOf("users", r["id"]), Name: cmp.Or(r["name"], r["email"]), Role: account.Analyst, MustChange: true,
		Disabled: no(r["active"]), Created: timeOf(r["created"]), LastSignIn: timeOf(r["signed in"])}
	if role := strings.ToLower(r["role"]); strings.Contains(role, "admin") || role == "superuser" || yes(r["admin"]) {
		u.Role = account.Admin
	}
	if account.Checkable(r["hash"]) {
		u.PasswordHash = r["hash"]
	}
	return u
}

var oldQueries = oldTable{name: "queries", fields: []field{
	{"id", []string{"id"}, true},
	{"user", []string{"user_id", "created_by"}, true},
	{"question", []string{"question", "natural_language_query", "natural_language", "nl_query", "query_text", "user_query", "prompt", "text"}, true},
	{"sql", []string{"generated_sql", "sql_query", "final_sql", "executed_sql", "sql"}, false},
	{"status", []string{"status"}, false},
	{"error", []string{"error_message", "error"}, false},
	{"rows", []string{"row_count", "rows_returned", "result_count"}, false},
	{"confidence", []string{"confidence_score", "confidence"}, false},
	{"created", []string{"created_at", "asked_at", "timestamp"}, false},
	{"finished", []string{"completed_at", "finished_at", "executed_at"}, false},
}}

// madeBy is the generator of every question that was taken over.
const madeBy = "legacy"

func questionFrom(r record) ask.Question {
	q := ask.Question{ID: idOf("queries", r["id"]), UserID: idOf("users", r["user"]), Text: r["question"], SQL: r["sql"],
		Message: r["error"], Generator: madeBy, Created: timeOf(r["created"]), Finished: timeOf(r["finished"])}
	q.RowCount, _ = strconv.Atoi(r["rows"])
	q.RowCount = min(max(q.RowCount, 0), 1<<30)
	if c, err := strconv.ParseFloat(r["confidence"], 64); err == nil && c >= 0 && c <= 1 {
		q.Confidence = c
	}
	if q.Finished.Before(q.Created) {
		q.Finished = q.Created
	}
	if q.SQL != "" {
		q.Tier = ask.Model
	}
	q.Status = statusFrom(r)
	return q
}

func statusFrom(r record) ask.Status {
	switch strings.ToLower(r["status"]) {
	case "completed", "complete", "success", "successful", "succeeded", "executed", "answered", "approved", "done", "ok":
		return ask.Answered
	case "pending", "running", "processing", "queued", "in_progress":
		return ask.Interrupted
	case "cancelled", "canceled":
		return ask.Cancelled
	case "":
		if r["sql"] != "" && r["error"] == "" {
			return ask.Answered
		}
	}
	return ask.Failed
}

var oldFeedback = oldTable{name: "feedback", order: "created", fields: []field{
	{"id", []string{"id"}, true},
	{"query", []string{"query_id"}, true},
	{"user", []string{"user_id", "created_by"}, false},
	{"verdict", []string{"is_correct", "is_positive", "thumbs_up", "is_helpful", "verdict", "feedback_type"}, false},
	{"rating", []string{"rating", "score"}, false},
	{"sql", []string{"corrected_sql", "correct_sql", "suggested_sql", "corrected_query"}, false},
	{"comment", []string{"comment", "comments", "feedback_text", "notes", "text"}, false},
	{"created", []string{"created_at", "timestamp"}, false},
}}

func feedbackFrom(r record) ask.Feedback {
	f := ask.Feedback{ID: idOf("feedback", r["id"]), QuestionID: idOf("queries", r["query"]), Comment: r["comment"],
		Verdict: cmp.Or(verdictFrom(r["verdict"]), ratingFrom(r["rating"])), Created: timeOf(r["created"])}
	if r["user"] != "" {
		f.UserID = idOf("users", r["user"])
	}
	if r["sql"] != "" && f.Verdict != ask.Right {
		f.Verdict, f.SQL = ask.Corrected, r["sql"]
	}
	return f
}

// ratingFrom reads 1 to 5; empty for what is neither good nor bad.
func ratingFrom(s string) ask.Verdict {
	n, err := strconv.ParseFloat(s, 64)
	switch {
	case err == nil && n >= 4:
		return ask.Right
	case err == nil && n <= 2:
		return ask.Wrong
	}
	return ""
}

// verdictFrom reads a flag or a word; empty for what is neither good nor bad.
func verdictFrom(s string) ask.Verdict {
	switch strings.ToLower(s) {
	case "right", "correct", "positive", "up", "thumbs_up", "good", "helpful", "like":
		return ask.Right
	case "wrong", "incorrect", "negative", "down", "thumbs_down", "bad", "unhelpful", "dislike":
		return ask.Wrong
	}
	if yes(s) {
		return ask.Right
	}
	if no(s) || s == "-1" {
		return ask.Wrong
	}
	return ""
}

var oldTerms = oldTable{name: "business_ontologies", fields: []field{
	{"term", []string{"term", "name", "business_term", "term_name"}, true},
	{"synonyms", []string{"synonyms", "aliases"}, false},
	{"kind", []string{"kind", "term_type", "mapping_type", "type", "category"}, false},
	{"table", []string{"table_name", "mapped_table", "target_table", "source_table"}, false},
	{"column", []string{"column_name", "mapped_column", "target_column"}, false},
	{"sql", []string{"sql_expression", "expression", "formula", "sql", "sql_mapping", "mapping"}, false},
	{"description", []string{"description", "definition", "business_definition"}, false},
	{"active", []string{"is_active", "active"}, false},
}}

var (
	qualifiedColumn = regexp.MustCompile(`^(\w+)\.(\w+)$`)
	aggregate       = regexp.MustCompile(`(?i)\b(sum|count|avg|min|max|total)\s*\(`)
	condition       = regexp.MustCompile(`(?i)[=<>]|\b(like|in|between|is)\b`)
)

// termFrom gives a term without a table when the old row names none; Stale
// says of an inactive one that it is.
func termFrom(r record) ontology.Term {
	t := ontology.Term{Name: r["term"], Synonyms: synonymsFrom(r["synonyms"]), Table: r["table"], Column: r["column"],
		SQL: r["sql"], Description: r["description"]}
	for _, from := range []*string{&t.SQL, &t.Column} { // "orders.total" is a column
		if m := qualifiedColumn.FindStringSubmatch(*from); m != nil && (t.Table == "" || strings.EqualFold(t.Table, m[1])) {
			*from, t.Table, t.Column = "", m[1], m[2]
		}
	}
	if t.SQL != "" {
		t.Column = ""
	}
	t.Kind = kindFrom(strings.ToLower(r["kind"]), t.SQL)
	if no(r["active"]) {
		t.Stale = "it was inactive"
	}
	return t
}

// kindFrom believes a kind that says what we would, and else reads the SQL.
func kindFrom(said, sql string) ontology.Kind {
	switch {
	case sql == "":
		return ontology.Synonym
	case strings.Contains(said, "metric") || strings.Contains(said, "measure"):
		return ontology.Metric
	case strings.Contains(said, "filter"):
		return ontology.Filter
	case aggregate.MatchString(sql):
		return ontology.Metric
	case condition.MatchString(sql) && !strings.Contains(strings.ToLower(sql), "case"):
		return ontology.Filter
	}
	return ontology.Expression
}

// synonymsFrom reads a JSON list, or words with commas between.
func synonymsFrom(s string) (list []string) {
	var raw []string
	if json.Unmarshal([]byte(s), &raw) != nil {
		raw = strings.Split(s, ",")
	}
	for _, name := range raw {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// home is the namespace of ids made from old numbers.
var home = uuid.MustParse("6c1f2a52-5f6e-5d0e-9d0b-0b7a3c1b7e11")

// idOf keeps an old id that is a UUID, and makes one from any other.
func idOf(table, old string) string {
	if id, err := uuid.Parse(old); err == nil {
		return id.String()
	}
	return uuid.NewSHA1(home, []byte(table+":"+old)).String()
}

// timeOf reads a timestamp as the session writes it; zero for none.
func timeOf(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05.999999999-07", "2006-01-02 15:04:05.999999999", time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

func yes(s string) bool {
	return s == "t" || s == "1" || strings.EqualFold(s, "true") || strings.EqualFold(s, "yes")
}

func no(s string) bool {
	return s == "f" || s == "0" || strings.EqualFold(s, "false") || strings.EqualFold(s, "no")
}
