package target

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// What a worker can be asked to do.
const (
	opQuery  = "query"
	opStream = "stream" // a query whose rows come in parts
	opCheck  = "check"
	opSchema = "schema"
	opCancel = "cancel" // of the request under way; has no answer of its own
)

// request is one line of work for a worker.
type request struct {
	Seq    uint64        `json:"seq"` // the answer bears the same
	Op     string        `json:"op"`
	Path   string        `json:"path"`
	SQL    string        `json:"sql,omitempty"`
	Rows   int           `json:"rows,omitempty"`  // the most
	Bytes  int           `json:"bytes,omitempty"` // the most; of a stream, from which a part is sent
	Budget time.Duration `json:"budget"`          // time left for it
}

// response is a worker's answer. The cells of a result travel beside it as
// bytes: JSON would bend large integers, infinities, blobs and broken UTF-8.
type response struct {
	Seq       uint64         `json:"seq"`
	Ready     bool           `json:"ready,omitempty"` // the greeting of a new worker
	Fault     *fault         `json:"fault,omitempty"`
	Columns   []ask.Column   `json:"columns,omitempty"`
	RowCount  int            `json:"row_count,omitempty"`
	Truncated bool           `json:"truncated,omitempty"`
	Took      time.Duration  `json:"took,omitempty"`
	Schema    *schema.Schema `json:"schema,omitempty"`
	More      bool           `json:"more,omitempty"` // part of a stream: the answer, with the last rows, is to come
	Last      bool           `json:"last,omitempty"` // the worker ends after this answer
}

// Sizes above which a frame's part is no honest one.
const (
	maxHeader = 32 << 20
	maxBody   = 64 << 20
)

// writeFrame writes a JSON header and its cells, each after its length.
func writeFrame(w io.Writer, v any, cells []byte) error {
	head, err := json.Marshal(v)
	if err != nil {
		return err
	}
	frame := make([]byte, 8, 8+len(head)+len(cells))
	binary.LittleEndian.PutUint32(frame, uint32(len(head)))
	binary.LittleEndian.PutUint32(frame[4:], uint32(len(cells)))
	frame = append(frame, head...)
	_, err = w.Write(append(frame, cells...))
	return err
}

// readFrame reads what writeFrame wrote into v.
func readFrame(r io.Reader, v any) (cells []byte, err error) {
	var sizes [8]byte
	if _, err := io.ReadFull(r, sizes[:]); err != nil {
		return nil, err
	}
	head, body := binary.LittleEndian.Uint32(sizes[:]), binary.LittleEndian.Uint32(sizes[4:])
	if head > maxHeader || body > maxBody {
		return nil, fmt.Errorf("frame of %d+%d bytes", head, body)
	}
	buf := make([]byte, int(head)+int(body))
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(buf[:head], v); err != nil {
		return nil, fmt.Errorf("bad JSON: %w", err)
	}
	return buf[head:], nil
}

// The kinds of a cell.
const (
	cellNull = iota
	cellInteger
	cellReal
	cellText
	cellBlob
)

// appendCell adds a value in the form that parseCell reads.
func appendCell(b []byte, v any) []byte {
	switch v := v.(type) {
	case int64:
		return binary.AppendVarint(append(b, cellInteger), v)
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, cellReal), math.Float64bits(v))
	case string:
		return append(binary.AppendUvarint(append(b, cellText), uint64(len(v))), v...)
	case []byte:
		return append(binary.AppendUvarint(append(b, cellBlob), uint64(len(v))), v...)
	default:
		return append(b, cellNull)
	}
}

var errCells = errors.New("broken cells")

// parseCell reads one value and gives the bytes after it.
func parseCell(b []byte) (v any, rest []byte, err error) {
	if len(b) == 0 {
		return nil, nil, errCells
	}
	kind, b := b[0], b[1:]
	switch kind {
	case cellNull:
		return nil, b, nil
	case cellInteger:
		i, n := binary.Varint(b)
		if n <= 0 {
			return nil, nil, errCells
		}
		return i, b[n:], nil
	case cellReal:
		if len(b) < 8 {
			return nil, nil, errCells
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), b[8:], nil
	case cellText, cellBlob:
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return nil, nil, errCells
		}
		raw, rest := b[n:n+int(size)], b[n+int(size):]
		if kind == cellText {
			return string(raw), rest, nil
		}
		return append([]byte{}, raw...), rest, nil
	}
	return nil, nil, errCells
}

// parseRows reads rows of the given width; every byte must be used.
func parseRows(b []byte, rows, columns int) ([][]any, error) {
	// A cell takes a byte at least, which also keeps the product from overflowing.
	if rows < 0 || columns < 1 || rows > len(b)/columns {
		return nil, errCells
	}
	out := make([][]any, rows)
	cells := make([]any, rows*columns)
	for i := range out {
		out[i] = cells[i*columns : (i+1)*columns : (i+1)*columns]
		for j := range out[i] {
			var err error
			if out[i][j], b, err = parseCell(b); err != nil {
				return nil, err
			}
		}
	}
	if len(b) != 0 {
		return nil, errCells
	}
	return out, nil
}
