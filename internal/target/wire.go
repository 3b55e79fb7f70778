package target

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"io"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

const (
	kindQuery  = "query"
	kindCheck  = "check"
	kindSchema = "schema"
)

// maxFrame bounds what either side reads of the other, in bytes.
const maxFrame = 64 << 20

// request is what a worker is asked.
type request struct {
	Kind, Path, SQL string
	Limit           time.Duration
	Rows, Bytes     int
}

// response is a worker's answer.
type response struct {
	Code      ask.Code // empty: no error
	Message   string
	Columns   []ask.Column
	Cells     []cell // row after row
	Rows      int
	Truncated bool
	Took      time.Duration
	Schema    *schema.Schema
	Spent     bool // the worker must not be used again
}

// cell is one value; Kind is 0 for NULL, else i, f, s or b.
type cell struct {
	Kind  byte
	Int   int64
	Float float64
	Bytes []byte
}

func (c cell) value() any {
	switch c.Kind {
	case 'i':
		return c.Int
	case 'f':
		return c.Float
	case 's':
		return string(c.Bytes)
	case 'b':
		return c.Bytes
	}
	return nil
}

func (r response) failure() error {
	if r.Code == "" {
		return nil
	}
	return &ask.Error{Code: r.Code, Message: r.Message}
}

func (r response) table() ask.Table {
	t := ask.Table{Columns: r.Columns, Truncated: r.Truncated, Took: r.Took, Rows: make([][]any, r.Rows)}
	width := len(r.Columns)
	for i := range t.Rows {
		row := make([]any, width)
		for j := range row {
			row[j] = r.Cells[i*width+j].value()
		}
		t.Rows[i] = row
	}
	return t
}

// writeFrame sends one message behind its length.
func writeFrame(w io.Writer, message any) error {
	var b bytes.Buffer
	b.Write(make([]byte, 4))
	if err := gob.NewEncoder(&b).Encode(message); err != nil {
		return fmt.Errorf("target: encode: %w", err)
	}
	binary.BigEndian.PutUint32(b.Bytes(), uint32(b.Len()-4))
	_, err := w.Write(b.Bytes())
	return err
}

// readFrame reads one message, and trusts neither its length nor its form.
func readFrame(r io.Reader, message any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return fmt.Errorf("target: a frame of %d bytes", n)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	if err := gob.NewDecoder(bytes.NewReader(body)).Decode(message); err != nil {
		return fmt.Errorf("target: decode: %w", err)
	}
	if res, ok := message.(*response); ok && len(res.Cells) != res.Rows*len(res.Columns) {
		return fmt.Errorf("target: %d cells for %d rows of %d", len(res.Cells), res.Rows, len(res.Columns))
	}
	return nil
}
