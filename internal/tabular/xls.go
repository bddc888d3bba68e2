package tabular

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"seuranta/internal/observation"
)

const (
	damagedXLS = "this is called XLS and cannot be read as one; open it in a spreadsheet program and save it as XLSX or CSV"
	ancientXLS = "this is a file of an Excel older than 97; open it in a spreadsheet program and save it as XLSX or CSV"
	lockedXLS  = "this file is protected by a password; save it without one"
)

// The records of a workbook (MS-XLS) that are read; all others are passed over.
const (
	recFormula, recEOF, recDate1904, recFilePass, recContinue = 0x0006, 0x000a, 0x0022, 0x002f, 0x003c
	recBoundSheet, recMulRK, recRString, recXF, recSST        = 0x0085, 0x00bd, 0x00d6, 0x00e0, 0x00fc
	recLabelSST, recNumber, recLabel, recBoolErr, recString   = 0x00fd, 0x0203, 0x0204, 0x0205, 0x0207
	recRK, recFormat, recBOF                                  = 0x027e, 0x041e, 0x0809
)

// xls is a workbook as Excel 97 to 2003 wrote it, and as platforms still do.
type xls struct {
	stream   []byte
	from1904 bool
	sheets   []xlsSheet
	strings  []string
	formats  map[uint16]string
	styles   []uint16 // the number of the format of each style
}

type xlsSheet struct {
	name   string
	at     uint32
	hidden bool
}

// record is one record of a stream, with those that continue it.
type record struct {
	id   uint16
	data []byte
	more [][]byte
}

// openXLS reads what all sheets of a workbook share.
func (t *Table) openXLS(b []byte) (book, error) {
	if message := lockedXLSX(b); message != "" {
		return nil, Fault{t.Name, message}
	}
	c, entries, err := openCompound(b)
	if err != nil {
		return nil, Fault{t.Name, damagedXLS}
	}
	e, ok := find(entries, "Workbook", "Book")
	if !ok {
		return nil, Fault{t.Name, "this is a file of an old office program and no spreadsheet; export the table as XLSX or CSV"}
	}
	x := &xls{formats: map[uint16]string{}}
	if x.stream, err = c.stream(e); err != nil {
		return nil, Fault{t.Name, damagedXLS}
	}
	if message := x.readGlobals(); message != "" {
		return nil, Fault{t.Name, message}
	}
	return x, nil
}

// records calls take for every record from a place of the stream on to the end of what begins there; what is embedded in it, as a
// chart, is passed over. False where the stream ends before.
func (x *xls) records(at uint32, take func(record) bool) bool {
	depth, rest := 0, x.stream[min(uint64(at), uint64(len(x.stream))):]
	for len(rest) >= 4 {
		r, after, ok := next(rest)
		if !ok {
			return false
		}
		rest = after
		switch r.id {
		case recBOF:
			depth++
		case recEOF:
			depth--
		}
		if depth == 0 {
			return r.id == recEOF
		}
		if depth == 1 && !take(r) {
			return false
		}
	}
	return false
}

// next cuts the first record off.
func next(b []byte) (r record, rest []byte, ok bool) {
	cut := func() []byte {
		n := 4 + int(binary.LittleEndian.Uint16(b[2:]))
		if n > len(b) {
			return nil
		}
		data := b[4:n:n]
		b = b[n:]
		return data
	}
	r.id = binary.LittleEndian.Uint16(b)
	if r.data = cut(); r.data == nil {
		return r, nil, false
	}
	for len(b) >= 4 && binary.LittleEndian.Uint16(b) == recContinue {
		data := cut()
		if data == nil {
			return r, nil, false
		}
		r.more = append(r.more, data)
	}
	return r, b, true
}

// readGlobals reads the part of the stream that stands before the sheets. It returns why it cannot.
func (x *xls) readGlobals() string {
	if len(x.stream) < 8 || binary.LittleEndian.Uint16(x.stream) != recBOF {
		return damagedXLS
	}
	if binary.LittleEndian.Uint16(x.stream[4:]) != 0x0600 {
		return ancientXLS
	}
	locked := false
	whole := x.records(0, func(r record) bool {
		locked = locked || r.id == recFilePass
		return !locked && x.global(r)
	})
	switch {
	case locked:
		return lockedXLS
	case !whole || len(x.sheets) == 0:
		return damagedXLS
	}
	return ""
}

// global takes a record in; false where it is not as it has to be.
func (x *xls) global(r record) bool {
	switch r.id {
	case recDate1904:
		x.from1904 = len(r.data) >= 2 && r.data[0] == 1
	case recXF:
		if len(r.data) < 4 {
			return false
		}
		x.styles = append(x.styles, binary.LittleEndian.Uint16(r.data[2:]))
	case recFormat:
		text := reader{parts: [][]byte{r.data}}
		id := text.u16()
		x.formats[id] = text.text(int(text.u16()))
		return !text.short
	case recBoundSheet:
		return x.boundSheet(r.data)
	case recSST:
		return x.readStrings(r)
	}
	return true
}

func (x *xls) boundSheet(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	text := reader{parts: [][]byte{b[7:]}}
	s := xlsSheet{name: text.text(int(b[6])), at: binary.LittleEndian.Uint32(b), hidden: b[4]&3 != 0}
	if b[5] == 0 { // sheets of charts and of macros hold no table
		x.sheets = append(x.sheets, s)
	}
	return !text.short
}

// readStrings reads the texts that the cells of all sheets share.
func (x *xls) readStrings(r record) bool {
	text := reader{parts: append([][]byte{r.data}, r.more...)}
	text.u32()
	count, size := text.u32(), 0
	for range count {
		s := text.richText()
		size += len(s)
		if text.short || size > MaxBytes || len(x.strings) > MaxCells {
			return false
		}
		x.strings = append(x.strings, s)
	}
	return true
}

// reader reads numbers and texts out of a record and those that continue it.
type reader struct {
	parts [][]byte
	short bool // something was not there
}

// bytes returns the next n bytes, which may be spread over parts.
func (r *reader) bytes(n int) []byte {
	var out []byte
	for {
		if len(r.parts) == 0 {
			r.short = true
			return make([]byte, min(n, 8))
		}
		p := r.parts[0]
		if out == nil && len(p) >= n && n > 0 {
			r.parts[0] = p[n:]
			return p[:n]
		}
		take := min(n-len(out), len(p))
		out = append(out, p[:take]...)
		if r.parts[0] = p[take:]; len(out) == n {
			return out
		}
		r.parts = r.parts[1:]
	}
}

func (r *reader) u16() uint16 { return binary.LittleEndian.Uint16(r.bytes(2)) }
func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32(r.bytes(4)) }

// text reads a text of so many characters with its byte of options before it.
func (r *reader) text(count int) string {
	return r.characters(count, r.bytes(1)[0])
}

// richText reads a text of the shared ones, which says how long it is, and passes over how it is set in type.
func (r *reader) richText() string {
	count, options := int(r.u16()), r.bytes(1)[0]
	runs, extra := 0, 0
	if options&8 != 0 {
		runs = int(r.u16())
	}
	if options&4 != 0 {
		extra = int(r.u32())
	}
	s := r.characters(count, options)
	r.skip(4*runs + extra)
	return s
}

// skip passes over bytes.
func (r *reader) skip(n int) {
	for n > 0 && len(r.parts) > 0 {
		take := min(n, len(r.parts[0]))
		r.parts[0] = r.parts[0][take:]
		if n -= take; n > 0 {
			r.parts = r.parts[1:]
		}
	}
	r.short = r.short || n > 0
}

// characters reads characters of one or two bytes. Where a text goes on in another part, that begins with options anew.
func (r *reader) characters(count int, options byte) string {
	units := make([]uint16, 0, min(count, 256))
	for len(units) < count && !r.short {
		if len(r.parts) > 0 && len(r.parts[0]) == 0 {
			if r.parts = r.parts[1:]; len(r.parts) > 0 {
				options = r.bytes(1)[0]
			}
			continue
		}
		if options&1 == 0 {
			units = append(units, uint16(r.bytes(1)[0]))
		} else {
			units = append(units, r.u16())
		}
	}
	return string(utf16.Decode(units))
}

// names lists the sheets.
func (x *xls) names() (out []string) {
	for _, s := range x.sheets {
		out = append(out, s.name)
	}
	return out
}

// hides tells whether a sheet is not to be seen.
func (x *xls) hides(name string) bool { return x.sheets[x.index(name)].hidden }

func (x *xls) index(name string) int {
	return slices.IndexFunc(x.sheets, func(s xlsSheet) bool { return s.name == name })
}

func (x *xls) close() {}

// xlsCell is a cell where it stands.
type xlsCell struct {
	row, column uint16
	Cell
}

// read reads the rows of a sheet.
func (x *xls) read(ctx context.Context, t *Table, name string, o Options) error {
	s := xlsReader{book: x, max: MaxCells}
	whole := x.records(x.sheets[x.index(name)].at, func(r record) bool { return ctx.Err() == nil && s.take(r) })
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("read %s: %w", t.Name, ctx.Err())
	case len(s.cells) > s.max:
		return Fault{t.where(), fmt.Sprintf("the table has more than %d cells; export fewer days or columns at a time", MaxCells)}
	case !whole:
		return Fault{t.Name, damagedXLS}
	}
	slices.SortStableFunc(s.cells, func(a, b xlsCell) int {
		return (int(a.row)-int(b.row))<<16 + int(a.column) - int(b.column)
	})
	return s.rows(t, o)
}

// xlsReader takes the cells of a sheet out of its records.
type xlsReader struct {
	book    *xls
	cells   []xlsCell
	max     int
	awaited bool // the text of the last cell, a formula, comes in a record of its own
}

// take takes a record in; false where it is not as it has to be.
func (s *xlsReader) take(r record) bool {
	if r.id == recString && s.awaited {
		text := reader{parts: append([][]byte{r.data}, r.more...)}
		s.cells[len(s.cells)-1].Cell = Cell{Text: Trim(text.text(int(text.u16())))}
		s.awaited = false
		return !text.short
	}
	if r.id == recMulRK {
		return s.several(r.data)
	}
	size, isCell := map[uint16]int{recFormula: 14, recNumber: 14, recRK: 10, recLabelSST: 10, recLabel: 9, recRString: 9, recBoolErr: 8}[r.id]
	switch {
	case !isCell:
		return true
	case len(r.data) < size || len(s.cells) > s.max:
		return false
	}
	s.awaited = false
	cell, ok := s.cell(r, r.data[6:], binary.LittleEndian.Uint16(r.data[4:]))
	s.cells = append(s.cells, xlsCell{binary.LittleEndian.Uint16(r.data), binary.LittleEndian.Uint16(r.data[2:]), cell})
	return ok
}

// cell reads one cell.
func (s *xlsReader) cell(r record, b []byte, style uint16) (Cell, bool) {
	switch r.id {
	case recFormula:
		return s.formula(b, style), true
	case recNumber:
		return s.number(math.Float64frombits(binary.LittleEndian.Uint64(b)), style), true
	case recRK:
		return s.number(unpackRK(binary.LittleEndian.Uint32(b)), style), true
	case recBoolErr:
		return truthOrFault(b[0], b[1] != 0), true
	case recLabelSST:
		n := binary.LittleEndian.Uint32(b)
		if int64(n) >= int64(len(s.book.strings)) {
			return Cell{}, false
		}
		return Cell{Text: Trim(s.book.strings[n])}, true
	}
	text := reader{parts: append([][]byte{b}, r.more...)}
	out := Cell{Text: Trim(text.text(int(text.u16())))}
	return out, !text.short
}

// several reads a run of numbers in one row.
func (s *xlsReader) several(b []byte) bool {
	if len(b) < 12 || (len(b)-6)%6 != 0 {
		return false
	}
	row, column := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])
	for b = b[4 : len(b)-2]; len(b) > 0 && len(s.cells) <= s.max; b, column = b[6:], column+1 {
		s.cells = append(s.cells, xlsCell{row, column, s.number(unpackRK(binary.LittleEndian.Uint32(b[2:])), binary.LittleEndian.Uint16(b))})
	}
	return len(s.cells) <= s.max
}

// formula reads what a formula came to when it was last worked out.
func (s *xlsReader) formula(b []byte, style uint16) Cell {
	if b[6] != 0xff || b[7] != 0xff {
		return s.number(math.Float64frombits(binary.LittleEndian.Uint64(b)), style)
	}
	switch b[0] {
	case 0:
		s.awaited = true
	case 1, 2:
		return truthOrFault(b[2], b[0] == 2)
	}
	return Cell{}
}

// truthOrFault is a cell that says yes or no, or that could not be worked out.
func truthOrFault(b byte, fault bool) Cell {
	if !fault {
		return Cell{Text: map[bool]string{true: "TRUE", false: "FALSE"}[b != 0]}
	}
	text := map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!", 0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A"}[b]
	switch text {
	case "#N/A":
		return Cell{Text: text}
	case "":
		text = "#ERROR!"
	}
	return Cell{text, Broken}
}

// unpackRK returns a number that is packed into thirty bits.
func unpackRK(n uint32) float64 {
	v := math.Float64frombits(uint64(n&^3) << 32)
	if n&2 != 0 {
		v = float64(int32(n) >> 2)
	}
	if n&1 != 0 {
		v /= 100
	}
	return v
}

// number makes a cell of a number by the format in which it is shown.
func (s *xlsReader) number(v float64, style uint16) Cell {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if math.Abs(v) >= 1e15 {
		text = strconv.FormatFloat(v, 'E', -1, 64)
	}
	switch s.book.shows(style) {
	case showsShare:
		return Cell{Text: strconv.FormatFloat(math.Round(v*1e8)/1e6, 'f', -1, 64) + "%"}
	case showsDay:
		if moment, err := excelize.ExcelDateToTime(v, s.book.from1904); err == nil && v >= 1 {
			return Cell{observation.DateOf(moment).String(), Day}
		}
		return Cell{Text: text}
	}
	return Cell{text, Number}
}

// What a format shows a number as.
const (
	showsNumber = iota
	showsShare
	showsDay
)

// shows tells what a style shows numbers as.
func (x *xls) shows(style uint16) int {
	if int(style) >= len(x.styles) {
		return showsNumber
	}
	id := x.styles[style]
	format, own := x.formats[id]
	switch {
	case own:
		return shownBy(format)
	case id == 9 || id == 10:
		return showsShare
	case id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58:
		return showsDay
	}
	return showsNumber
}

// shownBy tells what a form like d.m.yyyy or 0.0% shows numbers as. What stands in quotation marks or brackets, or behind a \ or _
// or *, is no sign of a form.
func shownBy(format string) int {
	var signs strings.Builder
	skip, until := false, rune(0)
	for _, r := range strings.ToLower(format) {
		switch {
		case skip:
			skip = false
		case until != 0:
			if r == until {
				until = 0
			}
		case r == '"':
			until = '"'
		case r == '[':
			until = ']'
		case r == '\\' || r == '_' || r == '*':
			skip = true
		case r == ';':
			return shownBySigns(signs.String()) // what follows is for numbers below zero
		default:
			signs.WriteRune(r)
		}
	}
	return shownBySigns(signs.String())
}

func shownBySigns(signs string) int {
	switch {
	case strings.Contains(signs, "general"):
		return showsNumber
	case strings.ContainsAny(signs, "dmyhs") && !strings.ContainsAny(signs, "0#"), strings.Contains(signs, "yy"):
		return showsDay
	case strings.Contains(signs, "%"):
		return showsShare
	}
	return showsNumber
}

// rows gives the rows to a table.
func (s *xlsReader) rows(t *Table, o Options) error {
	g := grown{table: t}
	for from := 0; from < len(s.cells); {
		to := from
		for to < len(s.cells) && s.cells[to].row == s.cells[from].row {
			to++
		}
		last := s.cells[to-1]
		row := Row{Line: int(last.row) + 1, Number: int(last.row) + 1, Cells: make([]Cell, int(last.column)+1)}
		for _, c := range s.cells[from:to] {
			row.Cells[c.column] = c.Cell
		}
		if err := g.add(row); err != nil {
			return err
		}
		o.Progress(int64(to), int64(len(s.cells)))
		from = to
	}
	return nil
}
