package legacy

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// declaration is a Postgres column's type, domains looked through.
type declaration struct {
	name, category string // as in pg_type
	builtin        bool   // of pg_catalog
	formatted      string // "numeric(12,2)"
	mod            int32
}

// kind is how values of a type are read, kept in SQLite and compared. Values
// come from Postgres as text.
type kind struct {
	declared string // SQLite's declared type
	read     string // expression to select, %s being the column; empty for the column itself
	wide     bool   // numbers that SQLite may not hold exactly: see chooseNumerics

	// bind stores a value, never NULL. nil binds the text.
	bind func(st *sqlite3.Stmt, param int, text []byte) error
	// back appends what Postgres would say for the value that SQLite holds,
	// never NULL, in the form of same. nil appends the text.
	back func(dst []byte, st *sqlite3.Stmt, col int) []byte
	// same appends a form of Postgres' text that is equal for equal values.
	// nil appends the text.
	same func(dst, text []byte) []byte
}

// integer must be spelt so for SQLite to take a key as its row number.
const integer = "INTEGER"

var (
	wholeNumber = kind{declared: integer, bind: bindNumber, back: backNumber, same: appendDecimal}
	realNumber  = kind{declared: "REAL", bind: bindNumber, back: backNumber, same: appendDecimal}
	textNumber  = kind{declared: "TEXT", back: backNumber, same: appendDecimal}
	moment      = kind{declared: "TIMESTAMP", bind: bindMoment, back: backMoment}
	zonedMoment = kind{declared: "TIMESTAMPTZ", bind: bindMoment, back: backMoment}
	truth       = kind{declared: "BOOLEAN", bind: bindBool, back: backBool}
	octets      = kind{declared: "BLOB", bind: bindBytes, back: backBytes}
	plainText   = kind{declared: "TEXT"}
	array       = kind{declared: "TEXT", read: "to_json(%s)::text"}
)

// fitsSQLite tests in Postgres whether a numeric is exactly a number of
// SQLite's: one of 64 bits, or one of at most 15 digits.
const fitsSQLite = `case when %[1]s = 'NaN' then true
	when abs(%[1]s) >= 1e15 then %[1]s = trunc(%[1]s) and abs(%[1]s) < 9.2e18
	when abs(%[1]s) < 1e-200 and %[1]s <> 0 then false
	else %[1]s::float8::numeric = %[1]s end`

func kindOf(d declaration) kind {
	if d.category == "A" {
		return array
	}
	if !d.builtin {
		return plainText
	}
	switch d.name {
	case "int2", "int4", "int8", "oid":
		return wholeNumber
	case "float4", "float8":
		return realNumber
	case "numeric":
		return numeric(d)
	case "money": // its text depends on the server's locale
		return kind{declared: "NUMERIC(19,2)", read: "%s::numeric", bind: bindNumber, back: backNumber, same: appendDecimal}
	case "bool":
		return truth
	case "bytea":
		return octets
	case "date":
		return kind{declared: "DATE"}
	case "timestamp":
		return moment
	case "timestamptz":
		return zonedMoment
	case "varchar":
		return kind{declared: strings.ReplaceAll(strings.ToUpper(d.formatted), "CHARACTER VARYING", "VARCHAR")}
	case "bpchar": // blanks at the end say nothing in Postgres and much in SQLite
		return kind{declared: "TEXT", read: "%s::text"}
	}
	return plainText
}

// numeric tells columns whose precision alone keeps them exact from those
// whose values must be looked at.
func numeric(d declaration) kind {
	k := kind{declared: strings.ToUpper(d.formatted), bind: bindNumber, back: backNumber, same: appendDecimal}
	const header = 4 // what Postgres adds to a type's modifier
	precision := (d.mod - header) >> 16 & 0xffff
	k.wide = d.mod < header || precision > 15
	return k
}

// bindNumber stores a number as SQLite would: whole ones of 64 bits as such.
// NaN and the infinities, which SQLite's numbers lack, stay words.
func bindNumber(st *sqlite3.Stmt, param int, text []byte) error {
	s := string(text)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return st.BindInt64(param, n)
	}
	if !startsNumber(text) {
		return st.BindText(param, s)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return fmt.Errorf("the number %s: %w", s, err)
	}
	return st.BindFloat(param, f)
}

func backNumber(dst []byte, st *sqlite3.Stmt, col int) []byte {
	var said [32]byte
	switch st.ColumnType(col) {
	case sqlite3.INTEGER:
		return appendDecimal(dst, strconv.AppendInt(said[:0], st.ColumnInt64(col), 10))
	case sqlite3.FLOAT:
		return appendDecimal(dst, strconv.AppendFloat(said[:0], st.ColumnFloat(col), 'g', -1, 64))
	}
	return appendDecimal(dst, st.ColumnRawText(col))
}

func startsNumber(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("-"))
	return len(text) > 0 && (text[0] >= '0' && text[0] <= '9' || text[0] == '.')
}

// appendDecimal appends a number's digits and power of ten in the one form
// that is the same however the number was written: 12.30 and 1.23e1 are 123e-1.
// What is no number is appended as it is.
func appendDecimal(dst, text []byte) []byte {
	if !startsNumber(text) {
		return append(dst, text...)
	}
	start := len(dst)
	if text[0] == '-' {
		dst, text = append(dst, '-'), text[1:]
	}
	digits := len(dst)
	power, point := 0, false
	for i, c := range text {
		if c == 'e' || c == 'E' {
			n, _ := strconv.Atoi(string(text[i+1:]))
			power += n
			break
		}
		if c == '.' {
			point = true
			continue
		}
		if point {
			power--
		}
		if c != '0' || len(dst) > digits {
			dst = append(dst, c)
		}
	}
	for len(dst) > digits && dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
		power++
	}
	if len(dst) == digits {
		return append(dst[:start], '0')
	}
	return strconv.AppendInt(append(dst, 'e'), int64(power), 10)
}

func bindBool(st *sqlite3.Stmt, param int, text []byte) error {
	return st.BindBool(param, string(text) == "t")
}

func backBool(dst []byte, st *sqlite3.Stmt, col int) []byte {
	switch v := st.ColumnRawText(col); string(v) {
	case "0":
		return append(dst, 'f')
	case "1":
		return append(dst, 't')
	default:
		return append(dst, v...)
	}
}

// bindMoment stores 2024-01-31 10:00:00.5+00 as 2024-01-31T10:00:00.5+00:00:
// ISO 8601, and still in order as text.
func bindMoment(st *sqlite3.Stmt, param int, text []byte) error {
	s := string(text)
	if len(s) > len("2024-01-31 ") && s[10] == ' ' {
		s = s[:10] + "T" + s[11:]
		if strings.HasSuffix(s, "+00") {
			s += ":00"
		}
	}
	return st.BindText(param, s)
}

func backMoment(dst []byte, st *sqlite3.Stmt, col int) []byte {
	start := len(dst)
	dst = append(dst, st.ColumnRawText(col)...)
	if v := dst[start:]; len(v) > 10 && v[10] == 'T' {
		v[10] = ' '
	}
	if bytes.HasSuffix(dst[start:], []byte("+00:00")) {
		dst = dst[:len(dst)-len(":00")]
	}
	return dst
}

// bindBytes reads \x0a1b.
func bindBytes(st *sqlite3.Stmt, param int, text []byte) error {
	raw, err := hex.DecodeString(strings.TrimPrefix(string(text), `\x`))
	if err != nil {
		return fmt.Errorf("bytes: %w", err)
	}
	return st.BindBlob(param, raw)
}

func backBytes(dst []byte, st *sqlite3.Stmt, col int) []byte {
	return hex.AppendEncode(append(dst, `\x`...), st.ColumnRawBlob(col))
}
