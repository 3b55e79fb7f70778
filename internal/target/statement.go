package target

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/querent/querent/internal/sqltoken"
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
	return checkTokens(sql)
}

// checkTokens refuses what the tokens show: SQLite cuts them at the same places.
func checkTokens(sql string) error {
	tokens := tokensOf(sql)
	switch {
	case len(tokens) == 0 || tokens[0].Is(";"):
		return refused(sayNoSQL)
	case !tokens[0].Is("SELECT", "WITH", "VALUES"):
		return refused("Only SELECT statements are run: start with SELECT, WITH or VALUES.")
	}
	end := slices.IndexFunc(tokens, func(t sqltoken.Token) bool { return t.Is(";") })
	if end < 0 {
		end = len(tokens)
	}
	if err := checkSize(tokens[:end]); err != nil {
		return err
	}
	if slices.ContainsFunc(tokens[end:], func(t sqltoken.Token) bool { return !t.Is(";") }) {
		return refused(sayOneOnly)
	}
	return nil
}

// checkSize bounds the nesting of one statement, and finds quotes left open.
func checkSize(tokens []sqltoken.Token) error {
	selects, depth := 0, 0
	for _, t := range tokens {
		switch {
		case t.Is("SELECT"):
			selects++
		case t.Is("("):
			depth++
		case t.Is(")"):
			depth--
		case t.Kind == sqltoken.Illegal && strings.IndexByte("'\"`[", t.Text[0]) >= 0:
			return refused("A quoted text or name in the SQL is not closed.")
		}
		if selects > maxSelects || depth > maxDepth {
			return refused("The SQL is too deeply nested or has too many SELECTs. Split it into simpler steps.")
		}
	}
	return nil
}

// tokensOf are the tokens of sql that say something. What can be no token is
// among them: SQLite's own message about it is good.
func tokensOf(sql string) (tokens []sqltoken.Token) {
	for t := range sqltoken.All(sql) {
		if t.Kind != sqltoken.Space && t.Kind != sqltoken.Comment {
			tokens = append(tokens, t)
		}
	}
	return tokens
}

// onlySemicolons reports whether sql says nothing more.
func onlySemicolons(sql string) bool {
	return !slices.ContainsFunc(tokensOf(sql), func(t sqltoken.Token) bool { return !t.Is(";") })
}
