package target

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
)

// limits are SQLite's own, below its defaults so far as analysts' queries
// still fit: most single-step bombs need longer strings or deeper trees.
var limits = map[sqlite3.LimitCategory]int{
	sqlite3.LIMIT_LENGTH:              200_000,
	sqlite3.LIMIT_SQL_LENGTH:          20_000,
	sqlite3.LIMIT_COLUMN:              100,
	sqlite3.LIMIT_EXPR_DEPTH:          50,
	sqlite3.LIMIT_COMPOUND_SELECT:     10,
	sqlite3.LIMIT_VDBE_OP:             25_000,
	sqlite3.LIMIT_FUNCTION_ARG:        16,
	sqlite3.LIMIT_ATTACHED:            0,
	sqlite3.LIMIT_LIKE_PATTERN_LENGTH: 100,
	sqlite3.LIMIT_VARIABLE_NUMBER:     16,
	sqlite3.LIMIT_TRIGGER_DEPTH:       1,
}

// connect opens the file for one request: nothing of it outlives the request.
func connect(ctx context.Context, path string) (*sqlite3.Conn, error) {
	uri := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "mode=ro"}
	c, err := sqlite3.OpenContext(sqlite3.WithMaxMemory(ctx, sqliteMemory), uri.String())
	if err != nil {
		return nil, err
	}
	for op, on := range map[sqlite3.DBConfig]bool{
		sqlite3.DBCONFIG_DEFENSIVE: true, sqlite3.DBCONFIG_TRUSTED_SCHEMA: false,
		sqlite3.DBCONFIG_ENABLE_TRIGGER: false, sqlite3.DBCONFIG_DQS_DML: false, sqlite3.DBCONFIG_DQS_DDL: false,
	} {
		if _, err := c.Config(op, on); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	err = c.Exec("PRAGMA query_only=1; PRAGMA cell_size_check=1; PRAGMA mmap_size=0; PRAGMA temp_store=2")
	if err == nil {
		err = c.BusyTimeout(time.Second)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.SetInterrupt(ctx)
	return c, nil
}

// restrict puts the connection under the executor's rules.
func restrict(c *sqlite3.Conn) error {
	tables, err := readable(c)
	if err != nil {
		return err
	}
	for name, fn := range map[string]func(string, string) string{
		"trim": strings.Trim, "ltrim": strings.TrimLeft, "rtrim": strings.TrimRight,
	} {
		if err := c.CreateFunction(name, 2, sqlite3.DETERMINISTIC|sqlite3.INNOCUOUS, boundedTrim(fn)); err != nil {
			return err
		}
	}
	for id, value := range limits {
		c.Limit(id, value)
	}
	return c.SetAuthorizer(authorizer(tables))
}

// readable lists the tables and views that queries may read, in lower case.
// Virtual tables are none: their modules run code.
func readable(c *sqlite3.Conn) (map[string]bool, error) {
	st, _, err := c.Prepare(`SELECT lower(name) FROM sqlite_schema WHERE type IN ('table','view')
		AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND coalesce(sql,'') NOT LIKE 'create virtual%'`)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	tables := map[string]bool{}
	for st.Step() {
		tables[st.ColumnText(0)] = true
	}
	return tables, st.Err()
}

// maxCutset bounds trim's second argument, in bytes: SQLite's own trim takes
// time in proportion to both lengths and heeds no interrupt.
const maxCutset = 64

func boundedTrim(fn func(s, cutset string) string) sqlite3.ScalarFunction {
	return func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		if arg[0].Type() == sqlite3.NULL || arg[1].Type() == sqlite3.NULL {
			ctx.ResultNull()
			return
		}
		cutset := arg[1].Text()
		if len(cutset) > maxCutset {
			ctx.ResultError(fmt.Errorf("trim takes at most %d characters to cut", maxCutset))
			return
		}
		ctx.ResultText(fn(arg[0].Text(), cutset))
	}
}

// authorizer lets a statement read known tables and call known functions.
// Names of common table expressions come with an empty schema.
func authorizer(tables map[string]bool) func(sqlite3.AuthorizerActionCode, string, string, string, string) sqlite3.AuthorizerReturnCode {
	return func(action sqlite3.AuthorizerActionCode, third, fourth, schema, _ string) sqlite3.AuthorizerReturnCode {
		ok := false
		switch action {
		case sqlite3.AUTH_SELECT, sqlite3.AUTH_RECURSIVE:
			ok = true
		case sqlite3.AUTH_READ:
			ok = tables[strings.ToLower(third)] && schema == "main" || schema == "" && !strings.HasPrefix(strings.ToLower(third), "sqlite_")
		case sqlite3.AUTH_FUNCTION:
			ok = functions[strings.ToLower(fourth)]
		}
		if ok {
			return sqlite3.AUTH_OK
		}
		return sqlite3.AUTH_DENY
	}
}

// refusedError is a statement that the executor's own rules turn down.
type refusedError struct{ message string }

func (e refusedError) Error() string { return e.message }

// prepare compiles the one statement that sql may hold.
func prepare(c *sqlite3.Conn, sql string) (*sqlite3.Stmt, error) {
	if err := scan(sql); err != nil {
		return nil, err
	}
	st, _, err := c.PrepareFlags(sql, sqlite3.PREPARE_NO_VTAB|sqlite3.PREPARE_DONT_LOG)
	switch {
	case err != nil:
		return nil, err
	case st == nil:
		return nil, refusedError{"There is no statement to run."}
	case st.BindCount() > 0:
		err = refusedError{"Parameters such as ? or :name have no value here. Write the value itself."}
	case st.ColumnCount() == 0 || !st.ReadOnly():
		err = refusedError{"Only a query that returns rows can run."}
	default:
		return st, nil
	}
	return nil, errors.Join(err, st.Close())
}

// runStatement compiles a statement and, for a query, reads its rows.
func runStatement(ctx context.Context, req request) (res response, err error) {
	c, err := connect(ctx, req.Path)
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := restrict(c); err != nil {
		return res, err
	}
	start := time.Now()
	st, err := prepare(c, req.SQL)
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	for i := range st.ColumnCount() {
		res.Columns = append(res.Columns, ask.Column{Name: st.ColumnName(i), Declared: st.ColumnDeclType(i)})
	}
	if req.Kind == kindQuery {
		err = readRows(st, req, &res)
		res.Took = time.Since(start)
	}
	return res, err
}

// readRows copies rows until the row or the byte limit.
func readRows(st *sqlite3.Stmt, req request, res *response) error {
	size := 0
	for st.Step() {
		if res.Rows == req.Rows {
			res.Truncated = true
			return nil
		}
		from := len(res.Cells)
		for i := range res.Columns {
			v := cellOf(st, i)
			size += len(v.Bytes) + 16
			res.Cells = append(res.Cells, v)
		}
		if size > req.Bytes {
			res.Cells, res.Truncated = res.Cells[:from], true
			return nil
		}
		res.Rows++
	}
	return st.Err()
}

func cellOf(st *sqlite3.Stmt, i int) cell {
	switch st.ColumnType(i) {
	case sqlite3.INTEGER:
		return cell{Kind: 'i', Int: st.ColumnInt64(i)}
	case sqlite3.FLOAT:
		return cell{Kind: 'f', Float: st.ColumnFloat(i)}
	case sqlite3.TEXT:
		return cell{Kind: 's', Bytes: []byte(strings.ToValidUTF8(st.ColumnText(i), "\uFFFD"))}
	case sqlite3.BLOB:
		return cell{Kind: 'b', Bytes: st.ColumnBlob(i, nil)}
	}
	return cell{}
}

// explain turns an error into what an analyst may be told: never a path.
func explain(ctx context.Context, err error) (ask.Code, string) {
	var refused refusedError
	if errors.As(err, &refused) {
		return ask.Refused, refused.message
	}
	if ctx.Err() != nil || errors.Is(err, sqlite3.INTERRUPT) {
		return ask.Limited, timeLimited().(*ask.Error).Message
	}
	switch {
	case errors.Is(err, sqlite3.NOMEM), errors.Is(err, sqlite3.TOOBIG):
		return ask.Limited, "The query makes a value, or needs memory, beyond the limit."
	case errors.Is(err, sqlite3.AUTH), errors.Is(err, sqlite3.READONLY), errors.Is(err, sqlite3.PERM):
		return ask.Refused, "The query uses something that is not allowed here: only SELECT on the target's own tables and common functions runs."
	case errors.Is(err, sqlite3.NOTADB):
		return ask.Unavailable, "The target is not a SQLite database."
	case errors.Is(err, sqlite3.CORRUPT):
		return ask.Unavailable, "The target database is damaged."
	case errors.Is(err, sqlite3.CANTOPEN), errors.Is(err, sqlite3.IOERR):
		return ask.Unavailable, "The target database can't be read now."
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED):
		return ask.Busy, "The target database is being written by its owner. Try again in a moment."
	}
	var e *sqlite3.Error
	if errors.As(err, &e) {
		return ask.Refused, "SQLite says: " + strings.TrimPrefix(strings.TrimPrefix(e.Error(), "sqlite3: "), "SQL logic error: ")
	}
	return ask.Internal, "The query could not be run."
}
