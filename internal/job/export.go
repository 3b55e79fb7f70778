package job

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/tabular"
)

// What an export may take. Its rows are limited by a setting.
const (
	ExportKept  = 24 * time.Hour  // from when it is ready
	ExportTime  = 5 * time.Minute // of its query
	ExportBytes = 64 << 20        // of its file, compressed; the last part may go beyond
	ExportTries = 6               // until it is given up
)

// The states that an export ends in; before, it is as other jobs are.
const (
	Ready  State = "ready"
	Failed State = "failed"
)

// Cut is why an export does not hold all rows.
type Cut string

// The cuts.
const (
	Whole   Cut = ""
	AtRows  Cut = "rows"  // the setting's limit
	AtBytes Cut = "bytes" // ExportBytes
)

// Export is all rows of one answer as a file, from the request for it until it
// is deleted, has expired, or was lost with its server: then it can be made
// again. A question has at most one.
type Export struct {
	QuestionID, Question string // the question's text
	UserID, User         string // who asked for the export
	State                State
	Rows                 int // in the file so far
	Bytes                int // likewise, compressed
	Cut                  Cut
	Problem              string    // why it failed, or its last try did; fit for users
	Tries                int       // that failed
	Next                 time.Time // the next try, while Retrying; else zero
	Requested            time.Time
	Expires              time.Time // zero until it is Ready
}

// Pending reports whether the export has not ended.
func (e Export) Pending() bool { return e.State != Ready && e.State != Failed }

// Exports has exports made in the background and keeps their files: gzip of
// CSV.
type Exports interface {
	// Request queues an export of e.QuestionID, of which it takes who asked and
	// what. Where there is one that has not failed, it is that. The oldest of a
	// user who has many makes room; it is an *ask.Error with code Busy when none
	// has ended.
	Request(ctx context.Context, e Export) error
	// Find is a question's export; nil for none.
	Find(ctx context.Context, questionID string) (*Export, error)
	// List is every export, the latest request first.
	List(ctx context.Context) ([]Export, error)
	// Delete ends a question's export, if need be, and forgets it. None is no
	// error.
	Delete(ctx context.Context, questionID string) error
	// Open reads the file of a Ready export, of Export.Bytes bytes. It is an
	// *ask.Error with code NotFound when there is none; reading fails when it is
	// lost meanwhile.
	Open(ctx context.Context, questionID string) (io.Reader, error)
}

// File is an export's file while it is written.
type File interface {
	io.Writer
	// Progress tells how many rows were written. It fails when the file is no
	// longer wanted.
	Progress(rows int) error
}

// Exporter makes exports. All fields must be set.
type Exporter struct {
	// Question reads a question; it is an *ask.Error with code NotFound when it
	// is deleted.
	Question func(ctx context.Context, id string) (*ask.Question, error)
	// Stream runs SQL and hands its first rows out in parts, at least one; more
	// says that there are others. An error of each ends it and is given back.
	Stream func(ctx context.Context, sql string, rows int, limit time.Duration, each func([]ask.Column, [][]any) error) (more bool, err error)
	// Rows is the most that an export may hold.
	Rows func() int
}

// errFull ends a stream whose file has reached its size.
var errFull = errors.New("job: the export's file is full")

// Write reads a question's rows again and writes them to f, as gzip of CSV. It
// says why they are not all of them, if so.
func (x Exporter) Write(ctx context.Context, questionID string, f File) (Cut, error) {
	q, err := x.Question(ctx, questionID)
	if err != nil {
		return Whole, err
	}
	if q.Status != ask.Answered {
		return Whole, &ask.Error{Code: ask.Invalid, Message: "This question has no rows."}
	}
	w := newExportWriter(f)
	more, err := x.Stream(ctx, q.SQL, x.Rows(), ExportTime, w.part)
	cut := Whole
	switch {
	case errors.Is(err, errFull):
		cut = AtBytes
	case err != nil:
		return Whole, err
	case more:
		cut = AtRows
	}
	return cut, w.zip.Close()
}

// TryAgain reports whether an export that failed so may succeed later.
func TryAgain(err error) bool {
	code := ask.CodeOf(err)
	return code == ask.Busy || code == ask.Unavailable
}

// exportWriter turns parts of a result into the file.
type exportWriter struct {
	file  File
	size  int // of the file, so far
	zip   *gzip.Writer
	csv   *tabular.CSV
	rows  int
	begun bool
}

func newExportWriter(f File) *exportWriter {
	w := &exportWriter{file: f}
	w.zip = gzip.NewWriter(w)
	w.csv = tabular.NewCSV(w.zip)
	return w
}

// Write takes what was compressed.
func (w *exportWriter) Write(b []byte) (int, error) {
	n, err := w.file.Write(b)
	w.size += n
	return n, err
}

// part takes the next rows.
func (w *exportWriter) part(columns []ask.Column, rows [][]any) error {
	if !w.begun {
		w.begun = true
		if err := w.csv.Columns(columns); err != nil {
			return err
		}
	}
	if w.size >= ExportBytes && len(rows) > 0 {
		return errFull
	}
	if err := w.csv.Rows(rows); err != nil {
		return err
	}
	if err := w.csv.Flush(); err != nil {
		return err
	}
	w.rows += len(rows)
	return w.file.Progress(w.rows)
}
