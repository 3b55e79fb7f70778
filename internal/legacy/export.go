package legacy

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
)

// The locks: reading keeps others from changing a table's shape, dropping also
// from changing its rows.
const (
	lockToRead = "access share"
	lockToDrop = "share row exclusive"
)

// ErrDiffers says that a copy is not the original; the tables say where.
var ErrDiffers = errors.New("the target differs from the old database")

// Export copies tables, as they stand at one moment, into a new SQLite file at
// path with their keys and indexes, and reads the copy back to compare it. The
// file appears once it is whole and compared; it never replaces another.
func (o *Old) Export(ctx context.Context, names []string, path string, progress Progress) (tables []Table, err error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, errExists(path)
	}
	part := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()+".part")
	defer func() { _ = os.Remove(part) }()
	err = o.inSnapshot(ctx, names, pgx.ReadOnly, lockToRead, func(s *snapshot) error {
		tables, err = s.write(ctx, part, progress)
		return err
	})
	if err == nil && !AllSame(tables) {
		err = ErrDiffers
	}
	if err != nil {
		return tables, err
	}
	return tables, publish(part, path)
}

func errExists(path string) error {
	return fmt.Errorf("%s exists already: an export makes a new file and replaces none", path)
}

// publish gives a finished file its name, unless that has been taken meanwhile.
func publish(part, path string) error {
	if err := flush(part); err != nil {
		return err
	}
	switch err := os.Link(part, path); {
	case errors.Is(err, fs.ErrExist):
		return errExists(path)
	case err != nil: // a file system without links
		if _, err := os.Lstat(path); err == nil {
			return errExists(path)
		}
		return os.Rename(part, path)
	}
	return flush(filepath.Dir(path))
}

// flush brings a file, or a directory's names, to the disk.
func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// write makes the SQLite file and compares it.
func (s *snapshot) write(ctx context.Context, path string, progress Progress) (_ []Table, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	}
	f.Close()
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READWRITE)
	if err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	}
	c.SetInterrupt(ctx)
	defer func() { err = errors.Join(err, c.Close()) }()
	// A file that is thrown away on any failure needs no journal.
	if err := c.Exec("PRAGMA journal_mode=off; PRAGMA synchronous=off; PRAGMA foreign_keys=off; PRAGMA cache_size=-65536; BEGIN"); err != nil {
		return nil, err
	}
	originals := make([]*digest, len(s.tables))
	for i, t := range s.tables {
		if originals[i], err = s.copy(ctx, c, t, progress); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	if err := c.Exec("COMMIT"); err != nil {
		return nil, err
	}
	return s.compareAll(c, originals, progress)
}

// copy makes one table with its rows, then its indexes.
func (s *snapshot) copy(ctx context.Context, c *sqlite3.Conn, t *table, progress Progress) (*digest, error) {
	if err := c.Exec(t.create()); err != nil {
		return nil, err
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(t.columns)), ",")
	st, _, err := c.Prepare("INSERT INTO " + schema.Quote(t.name) + " VALUES (" + marks + ")")
	if err != nil {
		return nil, err
	}
	defer st.Close()
	tell := func(rows int64) { progress("copied", t.name, rows, t.estimate) }
	d, err := s.readOld(ctx, t, tell, func(row [][]byte) error { return t.insert(st, row) })
	if err != nil {
		return nil, err
	}
	for _, x := range t.indexes {
		if err := c.Exec(t.createIndex(x)); err != nil {
			return nil, fmt.Errorf("index %s: %w", x.name, err)
		}
	}
	return d, nil
}

func (t *table) insert(st *sqlite3.Stmt, row [][]byte) error {
	for i, text := range row {
		bind := t.columns[i].kind.bind
		if bind == nil || text == nil {
			bind = (*sqlite3.Stmt).BindRawText // NULL for nil
		}
		if err := bind(st, i+1, text); err != nil {
			return fmt.Errorf("column %s: %w", t.columns[i].name, err)
		}
	}
	return st.Exec()
}

// compareAll reads every copy back.
func (s *snapshot) compareAll(c *sqlite3.Conn, originals []*digest, progress Progress) ([]Table, error) {
	var tables []Table
	for i, t := range s.tables {
		copied, err := readCopy(c, t, func(rows int64) { progress("read back", t.name, rows, originals[i].rows) })
		if err != nil {
			return nil, fmt.Errorf("table %s of the target: %w", t.name, err)
		}
		tables = append(tables, compare(t, originals[i], copied))
	}
	return tables, nil
}
