package target

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
)

const (
	maxMemory = 64 << 20    // of SQLite, per connection
	busyWait  = time.Second // for a writer to finish
	maxCell   = 32 << 10    // bytes of one text or blob; what is longer is cut
)

// errChanged means that the file was written over while it was read, not
// through SQLite's locks: what was read may be a mixture.
var errChanged = &fault{Kind: faultFile, Message: "The database file was overwritten while it was being read, so no rows are shown. Ask again; to replace the file safely, rename the new one over it."}

// session is one fresh connection in a read transaction.
type session struct {
	conn *sqlite3.Conn
	path string
	at   stamp // of the file once the read lock was held

	offered bool // full-text tables are readable
}

// openSession opens the file under the profile and takes SQLite's read lock,
// so that the whole session sees one state of it.
func openSession(ctx context.Context, path string) (*session, error) {
	at, err := checkFile(path)
	if err != nil {
		return nil, err
	}
	c, err := sqlite3.OpenContext(sqlite3.WithMaxMemory(ctx, maxMemory), fileURI(path, at))
	if err != nil {
		return nil, err
	}
	s := &session{conn: c, path: path, at: at}
	if err := s.begin(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) begin(ctx context.Context) error {
	s.conn.SetInterrupt(ctx)
	if err := s.conn.BusyTimeout(busyWait); err != nil {
		return err
	}
	if err := configure(s.conn); err != nil {
		return err
	}
	// SQLite parses the stored schema now, before the limits: they are for
	// statements, and a table may have more columns than a result.
	if err := s.conn.Exec("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1"); err != nil {
		return err
	}
	limit(s.conn)
	if s.at.logged {
		return s.unchanged() // there is no lock: nothing may have changed since it was found fit
	}
	var err error
	s.at, err = checkFile(s.path)
	return err
}

// unchanged fails when the file was written over during the session. A file
// renamed over it is another one: this session has read the old one, whole.
func (s *session) unchanged() error {
	now, err := readStamp(s.path)
	var f *fault
	switch {
	case errors.As(err, &f) && f.Message == sayGone:
		return nil // deleted; the open file is intact
	case err != nil, now.inode == s.at.inode && now != s.at:
		return errChanged
	}
	return nil
}

func (s *session) close() { s.conn.Close() }

// prepare compiles one statement under the rules; the caller closes it.
func (s *session) prepare(sql string) (*sqlite3.Stmt, error) {
	stmt, tail, err := s.compile(sql)
	if missesTable(err) {
		if found, _ := s.offerVirtual(); len(found) > 0 {
			stmt, tail, err = s.compile(sql)
		}
	}
	if err != nil {
		return nil, err
	}
	switch {
	case stmt == nil:
		err = refused(sayNoSQL)
	case !onlySemicolons(tail):
		err = refused(sayOneOnly)
	case !stmt.ReadOnly() || stmt.ColumnCount() == 0:
		err = refused("Only SELECT statements are run.")
	case stmt.BindCount() > 0:
		err = refused("The SQL has parameters; put the values into it.")
	}
	if err != nil {
		stmt.Close()
		return nil, err
	}
	return stmt, nil
}

// compile has SQLite read a statement under the authorizer. One that works on
// no text may meet long ones, to show them cut.
func (s *session) compile(sql string) (stmt *sqlite3.Stmt, tail string, err error) {
	plain := true
	err = s.conn.SetAuthorizer(func(action sqlite3.AuthorizerActionCode, name3rd, name4th, schemaName, inner string) sqlite3.AuthorizerReturnCode {
		if action == sqlite3.AUTH_FUNCTION && !plainFunctions[strings.ToLower(name4th)] {
			plain = false
		}
		return authorize(action, name3rd, name4th, schemaName, inner)
	})
	if err != nil {
		return nil, "", err
	}
	s.conn.Limit(sqlite3.LIMIT_LENGTH, limits[sqlite3.LIMIT_LENGTH])
	stmt, tail, err = s.conn.PrepareFlags(sql, sqlite3.PREPARE_NO_VTAB)
	if err == nil && plain {
		s.conn.Limit(sqlite3.LIMIT_LENGTH, maxStored)
	}
	return stmt, tail, err
}

// check compiles sql without running it.
func check(ctx context.Context, r request) error {
	s, err := openSession(ctx, r.Path)
	if err != nil {
		return err
	}
	defer s.close()
	stmt, err := s.prepare(r.SQL)
	if err != nil {
		return prepareFault(err, errors.Is(ctx.Err(), context.DeadlineExceeded))
	}
	return stmt.Close()
}

// query runs one statement and gives its answer and cells; of a stream, those
// that were not sent before.
func query(ctx context.Context, r request, send sender) (response, []byte, error) {
	s, err := openSession(ctx, r.Path)
	if err != nil {
		return response{}, nil, err
	}
	defer s.close()
	start := time.Now()
	stmt, err := s.prepare(r.SQL)
	if err != nil {
		return response{}, nil, prepareFault(err, errors.Is(ctx.Err(), context.DeadlineExceeded))
	}
	defer stmt.Close()
	out := response{Columns: columns(stmt)}
	var cells []byte
	if r.Op == opStream {
		cells, err = s.parts(stmt, r, &out, send)
	} else {
		cells, err = rows(stmt, r, &out)
	}
	out.Took = time.Since(start)
	if changed := s.unchanged(); changed != nil {
		err = changed // what looks like damage may be the copy going on
	}
	return out, cells, err
}

func columns(stmt *sqlite3.Stmt) []ask.Column {
	out := make([]ask.Column, stmt.ColumnCount())
	for i := range out {
		out[i] = ask.Column{Name: cut(stmt.ColumnName(i), 200), Declared: stmt.ColumnDeclType(i)}
	}
	return out
}

// rows steps through the result until a cap is reached.
func rows(stmt *sqlite3.Stmt, r request, out *response) ([]byte, error) {
	var cells []byte
	for stmt.Step() {
		if out.RowCount == r.Rows {
			out.Truncated = true
			return cells, nil
		}
		before := len(cells)
		cells = appendRow(cells, stmt, len(out.Columns))
		if len(cells) > r.Bytes {
			out.Truncated = true
			return cells[:before], nil
		}
		out.RowCount++
	}
	return cells, stmt.Err()
}

// parts steps through the result until the row limit, and sends a part
// whenever one is full.
func (s *session) parts(stmt *sqlite3.Stmt, r request, out *response, send sender) (cells []byte, err error) {
	for read := 0; stmt.Step(); read++ {
		if read == r.Rows {
			out.Truncated = true
			return cells, nil
		}
		cells = appendRow(cells, stmt, len(out.Columns))
		out.RowCount++
		if len(cells) < r.Bytes {
			continue
		}
		if err := s.unchanged(); err != nil { // the reader may want no more than this part
			return nil, err
		}
		if err := send(*out, cells); err != nil {
			return nil, err
		}
		cells, out.RowCount = cells[:0], 0
	}
	return cells, stmt.Err()
}

func appendRow(cells []byte, stmt *sqlite3.Stmt, columns int) []byte {
	for i := range columns {
		cells = appendCell(cells, cell(stmt, i))
	}
	return cells
}

// cell is a value as stored; a long text or blob is cut.
func cell(stmt *sqlite3.Stmt, i int) any {
	switch stmt.ColumnType(i) {
	case sqlite3.INTEGER:
		return stmt.ColumnInt64(i)
	case sqlite3.FLOAT:
		return stmt.ColumnFloat(i)
	case sqlite3.TEXT:
		return cutBytes(stmt.ColumnRawText(i), maxCell)
	case sqlite3.BLOB:
		b := stmt.ColumnRawBlob(i)
		return append([]byte{}, b[:min(len(b), maxCell)]...)
	default:
		return nil
	}
}
