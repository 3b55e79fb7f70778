package target

import (
	"strings"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3"
)

// maxCutSet bounds the set of characters to trim, in bytes. SQLite's own trim
// costs text × set inside one step, which nothing can interrupt.
const maxCutSet = 64

// replaceTrims puts bounded versions in place of trim(x, y), ltrim and rtrim.
func replaceTrims(c *sqlite3.Conn) error {
	for name, trim := range map[string]func(s, set string) string{
		"trim":  strings.Trim,
		"ltrim": strings.TrimLeft,
		"rtrim": strings.TrimRight,
	} {
		if err := c.CreateFunction(name, 2, sqlite3.DETERMINISTIC|sqlite3.INNOCUOUS, trimFunction(trim)); err != nil {
			return err
		}
	}
	return nil
}

func trimFunction(trim func(s, set string) string) sqlite3.ScalarFunction {
	return func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		if arg[0].Type() == sqlite3.NULL || arg[1].Type() == sqlite3.NULL {
			ctx.ResultNull()
			return
		}
		set := arg[1].Text()
		if len(set) > maxCutSet {
			ctx.ResultError(sqlite3.TOOBIG)
			return
		}
		ctx.ResultText(trim(arg[0].Text(), set))
	}
}

// cutBytes is cut for text that is the engine's, and may be long.
func cutBytes(raw []byte, n int) string { return cut(string(raw[:min(len(raw), n+1)]), n) }

// cut shortens text to at most n bytes, at a character's edge, and marks it.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
