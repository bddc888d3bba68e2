package tabular

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"seuranta/internal/observation"
)

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
