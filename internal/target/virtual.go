package target

import (
	"slices"
	"strconv"
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/sqltoken"
)

// SQLite is built here without any module for virtual tables, which could read
// elsewhere or run for long. A full-text table keeps its rows in a plain table
// beside it, so it can be read as a view of that one.

// virtual is what the statement says that made a virtual table.
type virtual struct {
	name    string
	module  string
	columns []string // of a full-text table that keeps its own rows
}

// parseVirtual reads the statement that made a table; false if that is no
// virtual one.
func parseVirtual(name, ddl string) (virtual, bool) {
	tokens := tokensOf(ddl)
	if len(tokens) < 3 || !tokens[0].Is("CREATE") || !tokens[1].Is("VIRTUAL") {
		return virtual{}, false
	}
	v := virtual{name: name}
	at := slices.IndexFunc(tokens, func(t sqltoken.Token) bool { return t.Is("USING") })
	if at < 0 || at+1 == len(tokens) {
		return v, true
	}
	v.module = strings.ToLower(tokens[at+1].Value())
	if !v.fullText() {
		return v, true
	}
	for _, arg := range arguments(tokens[at+2:]) {
		if len(arg) < 2 || !arg[1].Is("=") {
			v.columns = append(v.columns, arg[0].Value())
		} else if strings.EqualFold(arg[0].Value(), "content") {
			v.columns = nil
			return v, true // its rows are another table's, or nowhere
		}
	}
	return v, true
}

func (v virtual) fullText() bool {
	return v.module == "fts5" || v.module == "fts4" || v.module == "fts3"
}

// arguments cuts what stands in brackets at its commas.
func arguments(tokens []sqltoken.Token) [][]sqltoken.Token {
	var out [][]sqltoken.Token
	depth, start := 0, 1
	for i, t := range tokens {
		switch {
		case t.Is("("):
			depth++
		case t.Is(")"):
			depth--
		}
		if depth == 0 || depth == 1 && t.Is(",") {
			if i > start {
				out = append(out, tokens[start:i])
			}
			start = i + 1
		}
		if depth == 0 {
			break
		}
	}
	return out
}

// shadows are the ends of the names of tables in which modules keep what is
// theirs.
var shadows = map[string][]string{
	"fts5":      {"data", "idx", "content", "docsize", "config"},
	"fts4":      {"content", "segments", "segdir", "docsize", "stat"},
	"fts3":      {"content", "segments", "segdir"},
	"rtree":     {"node", "rowid", "parent"},
	"rtree_i32": {"node", "rowid", "parent"},
	"geopoly":   {"node", "rowid", "parent"},
}

func (v virtual) shadowNames() []string {
	var out []string
	for _, end := range shadows[v.module] {
		out = append(out, strings.ToLower(v.name+"_"+end))
	}
	return out
}

// view is the statement that makes the table readable; empty where it can't be.
func (v virtual) view() string {
	if len(v.columns) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("CREATE TEMP VIEW " + schema.Quote(v.name) + " AS SELECT ")
	for i, c := range v.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		stored := "c" + strconv.Itoa(i)
		if v.module != "fts5" {
			stored += c
		}
		b.WriteString(schema.Quote(stored) + " AS " + schema.Quote(c))
	}
	b.WriteString(" FROM main." + schema.Quote(v.name+"_content"))
	return b.String()
}

// offerVirtual makes full-text tables readable in this session. One whose view
// can't be made stays unreadable.
func (s *session) offerVirtual() ([]virtual, error) {
	// The statements here are our own.
	if err := s.conn.SetAuthorizer(nil); err != nil {
		return nil, err
	}
	found, err := s.virtuals()
	if err != nil || len(found) == 0 || s.offered {
		return found, err
	}
	s.offered = true
	// Only for as long as it takes to name the views, in memory.
	if err := s.conn.Exec("PRAGMA query_only(0)"); err != nil {
		return nil, err
	}
	for i, v := range found {
		sql := v.view()
		if sql == "" || s.conn.Exec(sql) != nil || s.conn.Exec("SELECT 1 FROM "+schema.Quote(v.name)+" LIMIT 1") != nil {
			found[i].columns = nil
		}
	}
	return found, s.conn.Exec("PRAGMA query_only(1)")
}

func (s *session) virtuals() ([]virtual, error) {
	stmt, _, err := s.conn.Prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'")
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	var out []virtual
	for stmt.Step() {
		if v, ok := parseVirtual(stmt.ColumnText(0), stmt.ColumnText(1)); ok {
			out = append(out, v)
		}
	}
	return out, stmt.Err()
}

// missesTable reports whether a statement was not understood for a table that
// is not there, or a virtual one that no module reads.
func missesTable(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "no such table") || strings.Contains(err.Error(), "no such module"))
}
