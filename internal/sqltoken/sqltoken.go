// Package sqltoken cuts SQL into tokens exactly where SQLite does, with their
// places in the text. It hides SQLite's lexical rules: quotes and their
// escapes, comments, blobs, parameters, numbers with separators, and what can
// be no token. Every reader of SQL text in Querent uses it, so that what one of
// them judges is what another of them runs.
package sqltoken

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Kind is what a token is.
type Kind uint8

// The kinds.
const (
	Illegal   Kind = iota // can be no token: an open quote, a stray byte, a number with letters
	Space                 // white space, or a byte order mark
	Comment               // a block comment may be left open
	Word                  // a keyword or a bare name
	Name                  // a name in double quotes, backquotes or brackets
	String                // a text in single quotes
	Number                // without a sign
	Blob                  // x'…'
	Parameter             // ?1, :name, @name, $name, #1
	Operator              // punctuation, too
)

// Token is a piece of a statement.
type Token struct {
	Kind  Kind
	Text  string // as written
	Start int    // its offset in bytes
}

// End is the offset after the token.
func (t Token) End() int { return t.Start + len(t.Text) }

// Value is what a String or a Name holds, without its quotes; the text of any
// other token.
func (t Token) Value() string {
	if t.Kind != String && t.Kind != Name {
		return t.Text
	}
	inner := t.Text[1 : len(t.Text)-1]
	if q := t.Text[:1]; q != "[" {
		return strings.ReplaceAll(inner, q+q, q)
	}
	return inner
}

// Is reports whether the token is one of the words or operators, in any case.
func (t Token) Is(texts ...string) bool {
	return (t.Kind == Word || t.Kind == Operator) &&
		slices.ContainsFunc(texts, func(s string) bool { return strings.EqualFold(s, t.Text) })
}

// All cuts sql into tokens that together are sql, spaces and comments among
// them. What can be no token is Illegal, and the rest goes on after it.
func All(sql string) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		for i := 0; i < len(sql); {
			kind, n := next(sql[i:])
			if !yield(Token{Kind: kind, Text: sql[i : i+n], Start: i}) {
				return
			}
			i += n
		}
	}
}

// Scan gives the tokens of sql without spaces and comments. The error names the
// first that is Illegal.
func Scan(sql string) ([]Token, error) {
	var tokens []Token
	for t := range All(sql) {
		switch t.Kind {
		case Space, Comment:
			continue
		case Illegal:
			return nil, &Error{t}
		}
		tokens = append(tokens, t)
	}
	return tokens, nil
}

// Error is an Illegal token.
type Error struct{ Token Token }

func (e *Error) Error() string {
	if strings.IndexByte("'\"`[", e.Token.Text[0]) >= 0 {
		return fmt.Sprintf("unclosed %c", e.Token.Text[0])
	}
	return fmt.Sprintf("unrecognized token %q", e.Token.Text)
}

// Shape is SQL without its values, comments and spacing: what statements have in
// common that differ in what they look for. It may be shown to those who may not
// see the data.
func Shape(sql string) string {
	var b strings.Builder
	for t := range All(sql) {
		switch t.Kind {
		case Space, Comment:
			continue
		case String, Number, Blob, Illegal:
			t.Text = "?"
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
	}
	return b.String()
}
