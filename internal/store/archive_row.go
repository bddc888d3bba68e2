package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"seuranta/internal/observation"
)

// cellKind is how the values of one type of column are scanned, written and read.
type cellKind struct {
	place func() any                       // where a value is scanned to
	write func(to []byte, at any) []byte   // what was scanned, as JSON
	read  func(from *rowText) (any, error) // a value as a batch takes it
	zero  any                              // what a row of an older schema has
}

// cellKinds are the types of columns that there are.
var cellKinds = map[string]cellKind{
	"String": one(appendText, readText), "Array(String)": many(appendText, readText),
	"UInt8": one(appendWhole[uint8], readUnsigned[uint8](8)), "UInt32": one(appendWhole[uint32], readUnsigned[uint32](32)),
	"UInt64": one(appendVersion, readVersion), "Float64": one(appendNumber, readNumber),
	"Int64": one(appendWhole[int64], readSigned[int64](64)), "Array(Int64)": many(appendWhole[int64], readSigned[int64](64)),
	"Array(Int32)":    many(appendWhole[int32], readSigned[int32](32)),
	"Date":            one(appendDay, readDay),
	"DateTime('UTC')": one(appendInstant, readInstant), "Array(DateTime('UTC'))": many(appendInstant, readInstant),
}

func one[T any](write func([]byte, T) []byte, read func(*rowText) (T, error)) cellKind {
	var zero T
	kind := cellKind{
		place: func() any { return new(T) },
		write: func(to []byte, at any) []byte { return write(to, *at.(*T)) },
		read:  func(from *rowText) (any, error) { return read(from) },
		zero:  zero,
	}
	if _, isTime := kind.zero.(time.Time); isTime {
		kind.zero = time.Unix(0, 0).UTC()
	}
	return kind
}

func many[T any](write func([]byte, T) []byte, read func(*rowText) (T, error)) cellKind {
	return cellKind{
		place: func() any { return new([]T) },
		write: func(to []byte, at any) []byte {
			to = append(to, '[')
			for i, v := range *at.(*[]T) {
				if i > 0 {
					to = append(to, ',')
				}
				to = write(to, v)
			}
			return append(to, ']')
		},
		read: func(from *rowText) (any, error) { return readList(from, read) },
		zero: []T{},
	}
}

func appendText(to []byte, s string) []byte {
	if !utf8.ValidString(s) {
		to = append(to, `{"base64":"`...)
		return append(base64.StdEncoding.AppendEncode(to, []byte(s)), `"}`...)
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a text can always be written
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), s...), '"')
}

func appendWhole[T int32 | int64 | uint8 | uint32](to []byte, n T) []byte {
	return strconv.AppendInt(to, int64(n), 10)
}

// appendVersion writes what most readers of JSON would round.
func appendVersion(to []byte, n uint64) []byte {
	return append(strconv.AppendUint(append(to, '"'), n, 10), '"')
}

func appendNumber(to []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(strconv.AppendFloat(append(to, '"'), f, 'g', -1, 64), '"')
	}
	format := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(to, f, format, -1, 64)
}

func appendDay(to []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(to, '"'), time.DateOnly), '"')
}

// instantLayout is that of moments to the second.
const instantLayout = "2006-01-02T15:04:05Z"

func appendInstant(to []byte, t time.Time) []byte {
	return append(t.UTC().AppendFormat(append(to, '"'), instantLayout), '"')
}

// rowText is a line of an export that is being read, from the left to the right. It must be written as an export writes it.
type rowText struct {
	left []byte
}

// take reads a piece that must be there.
func (r *rowText) take(piece string) bool {
	if len(r.left) < len(piece) || string(r.left[:len(piece)]) != piece {
		return false
	}
	r.left = r.left[len(piece):]
	return true
}

// found shows what is there, for messages.
func (r *rowText) found() string {
	const most = 30
	b := r.left
	if len(b) == 0 {
		return "the end of the line"
	}
	if len(b) > most {
		b = b[:most]
	}
	return strconv.Quote(string(b))
}

func (r *rowText) want(what string) error {
	return fmt.Errorf("want %s and found %s", what, r.found())
}

var errNoText = errors.New("want a text and found what is none")

// quoted reads a JSON text with its quotes.
func (r *rowText) quoted() (text []byte, plain bool, err error) {
	if len(r.left) == 0 || r.left[0] != '"' {
		return nil, false, r.want("a text")
	}
	plain = true
	for i := 1; i < len(r.left); i++ {
		switch c := r.left[i]; {
		case c == '"':
			text, r.left = r.left[:i+1], r.left[i+1:]
			return text, plain, nil
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			return nil, false, errNoText
		}
	}
	return nil, false, fmt.Errorf("want a text and found one without an end")
}

func readText(r *rowText) (string, error) {
	if r.take(`{"base64":`) {
		return readBase64(r)
	}
	text, plain, err := r.quoted()
	if err != nil {
		return "", err
	}
	if !utf8.Valid(text) {
		return "", errNoText
	}
	if plain {
		return string(text[1 : len(text)-1]), nil
	}
	var s string
	if json.Unmarshal(text, &s) != nil {
		return "", errNoText
	}
	return s, nil
}

func readBase64(r *rowText) (string, error) {
	text, _, err := r.quoted()
	if err != nil {
		return "", err
	}
	b, err := base64.StdEncoding.DecodeString(string(bytes.Trim(text, `"`)))
	if err != nil || !r.take("}") {
		return "", r.want("a text in base64")
	}
	return string(b), nil
}

// digits reads a number as it is written.
func (r *rowText) digits() string {
	n := 0
	for n < len(r.left) && bytes.IndexByte([]byte("0123456789-+.eE"), r.left[n]) >= 0 {
		n++
	}
	text := string(r.left[:n])
	r.left = r.left[n:]
	return text
}

func readUnsigned[T uint8 | uint32](bits int) func(*rowText) (T, error) {
	return func(r *rowText) (T, error) {
		was := *r
		n, err := strconv.ParseUint(r.digits(), 10, bits)
		if err != nil {
			return 0, was.want(fmt.Sprintf("a whole number from 0 to %d", uint64(1)<<bits-1))
		}
		return T(n), nil
	}
}

func readSigned[T int32 | int64](bits int) func(*rowText) (T, error) {
	return func(r *rowText) (T, error) {
		was := *r
		n, err := strconv.ParseInt(r.digits(), 10, bits)
		if err != nil {
			return 0, was.want("a whole number")
		}
		return T(n), nil
	}
}

func readVersion(r *rowText) (uint64, error) {
	was := *r
	text, _, err := r.quoted()
	if err != nil {
		return 0, was.want("a whole number in quotes")
	}
	n, err := strconv.ParseUint(string(text[1:len(text)-1]), 10, 64)
	if err != nil {
		return 0, was.want("a whole number in quotes")
	}
	return n, nil
}

func readNumber(r *rowText) (float64, error) {
	was := *r
	switch {
	case r.take(`"NaN"`):
		return math.NaN(), nil
	case r.take(`"+Inf"`):
		return math.Inf(1), nil
	case r.take(`"-Inf"`):
		return math.Inf(-1), nil
	}
	f, err := strconv.ParseFloat(r.digits(), 64)
	if err != nil {
		return 0, was.want("a number")
	}
	return f, nil
}

func readDay(r *rowText) (time.Time, error) {
	was := *r
	text, _, err := r.quoted()
	if err == nil {
		var d observation.Date
		if d, err = observation.ParseDate(string(text[1 : len(text)-1])); err == nil && d >= observation.FirstDay && d <= observation.LastDay {
			return d.UTC(), nil
		}
	}
	return time.Time{}, was.want(fmt.Sprintf("a day from %s to %s", observation.FirstDay, observation.LastDay))
}

func readInstant(r *rowText) (time.Time, error) {
	was := *r
	text, _, err := r.quoted()
	if err == nil {
		var t time.Time
		t, err = time.Parse(instantLayout, string(text[1:len(text)-1]))
		if s := t.Unix(); err == nil && s >= 0 && s <= math.MaxUint32 && t.Nanosecond() == 0 {
			return t, nil
		}
	}
	return time.Time{}, was.want("a moment as 2026-11-21T06:00:00Z")
}

func readList[T any](r *rowText, read func(*rowText) (T, error)) ([]T, error) {
	list := []T{}
	if !r.take("[") {
		return nil, r.want("a list")
	}
	for !r.take("]") {
		if len(list) > 0 && !r.take(",") {
			return nil, r.want("the end of the list")
		}
		v, err := read(r)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// rowForm reads and writes the rows of a table.
type rowForm struct {
	heads []string // of each column: what stands before its value
	names []string
	kinds []cellKind
}

func (a *ArchiveTable) form() (f rowForm, err error) {
	before := "{"
	for _, c := range a.Columns {
		kind, known := cellKinds[c.Type]
		if !known {
			return f, fmt.Errorf("the column %s of %s has the type %s, which no export knows", c.Name, a.Name, c.Type)
		}
		f.heads, f.names, f.kinds = append(f.heads, before+`"`+c.Name+`":`), append(f.names, c.Name), append(f.kinds, kind)
		before = ","
	}
	return f, nil
}

// places returns where a row is scanned to.
func (f rowForm) places() (out []any) {
	for _, k := range f.kinds {
		out = append(out, k.place())
	}
	return out
}

// write appends the line of a scanned row.
func (f rowForm) write(to []byte, places []any) []byte {
	for i, k := range f.kinds {
		to = k.write(append(to, f.heads[i]...), places[i])
	}
	return append(to, "}\n"...)
}

// read fills in the values of a line, without its end.
func (f rowForm) read(line []byte, values []any) error {
	r := rowText{line}
	for i, k := range f.kinds {
		if !r.take(f.heads[i]) {
			return fmt.Errorf("want the column %s here and found %s", f.names[i], r.found())
		}
		v, err := k.read(&r)
		if err != nil {
			return fmt.Errorf("%s: %w", f.names[i], err)
		}
		values[i] = v
	}
	if !r.take("}") || len(r.left) > 0 {
		return r.want("the end of the row")
	}
	return nil
}
