package tabular

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"seuranta/internal/observation"
)

const (
	damagedXLSX = "this is called XLSX and cannot be read as one; open it in a spreadsheet program and save it as XLSX once more, or as CSV"
	// mostParts and mostElements bound what the library makes of a packed file: an element of three bytes becomes a
	// hundred of them in memory.
	mostParts     = 2_000
	mostElements  = 2_000_000
	mostSheetTags = 5_000_000 // a sheet is read in a stream: they cost time
)

// lockedXLSX tells the XLSX with a password, which names its parts in UTF-16, from the old Excel files that begin as it does.
func lockedXLSX(b []byte) string {
	wide := func(s string) []byte {
		var out []byte
		for _, c := range []byte(s) {
			out = append(out, c, 0)
		}
		return out
	}
	if bytes.Contains(b, wide("EncryptedPackage")) || bytes.Contains(b, wide("EncryptionInfo")) {
		return "this XLSX is protected by a password; save it without one"
	}
	return ""
}

// xlsx is a workbook as spreadsheet programs write it today.
type xlsx struct {
	f        *excelize.File
	from1904 bool
	unworked map[string]formulas
}

// openXLSX opens a workbook that is not too large.
func (t *Table) openXLSX(b []byte) (book, error) {
	unworked, err := t.weigh(b)
	if err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: MaxBytes, UnzipXMLSizeLimit: MaxBytes})
	if err != nil {
		return nil, Fault{t.Name, damagedXLSX}
	}
	return &xlsx{f, countsFrom1904(f), unworked}, nil
}

func (x *xlsx) names() []string { return x.f.GetSheetList() }

func (x *xlsx) hides(name string) bool {
	visible, err := x.f.GetSheetVisible(name)
	return err == nil && !visible
}

func (x *xlsx) read(ctx context.Context, t *Table, name string, o Options) error {
	return t.readSheet(ctx, x.f, name, x.from1904, x.unworked[name], o)
}

func (x *xlsx) close() { _ = x.f.Close() }

// weigh refuses a packed file that would take too much when it is unpacked, whatever its own head says of its size. It returns
// the formulas without a result, by the names of the sheets.
func (t *Table) weigh(b []byte) (map[string]formulas, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, Fault{t.Name, damagedXLSX}
	}
	tooLarge := Fault{t.Name, fmt.Sprintf("unpacked, the file is larger than %d MB or has millions of cells; export fewer days at a time, or as CSV", MaxBytes>>20)}
	if len(z.File) > mostParts {
		return nil, tooLarge
	}
	left, isWorkbook := int64(MaxBytes), false
	for _, part := range z.File {
		isWorkbook = isWorkbook || strings.HasPrefix(strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/")), "xl/")
		r, err := part.Open()
		if err != nil {
			return nil, Fault{t.Name, damagedXLSX}
		}
		size, elements, err := measure(r, left+1)
		_ = r.Close()
		if left -= size; left < 0 || elements > limitOf(part.Name) {
			return nil, tooLarge
		}
		if err != nil {
			return nil, Fault{t.Name, damagedXLSX}
		}
	}
	found, whole := readSheets(z)
	switch {
	case !whole:
		return nil, Fault{t.Name, damagedXLSX}
	case !isWorkbook:
		return nil, Fault{t.Name, "this is a packed file and no XLSX; unpack it and hand over the table that is in it"}
	}
	return byName(z, found), nil
}

// limitOf returns how many elements a part may have: sheets are read in a stream, everything else is held in memory.
func limitOf(part string) int {
	if strings.Contains(strings.ToLower(part), "worksheets") {
		return mostSheetTags
	}
	return mostElements
}

// measure reads a part and counts its bytes, up to a limit, and the elements that begin or end in it.
func measure(r io.Reader, limit int64) (size int64, elements int, err error) {
	r = io.LimitReader(r, limit)
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		size += int64(n)
		elements += bytes.Count(buf[:n], []byte("<"))
		if err == io.EOF {
			return size, elements, nil
		}
		if err != nil {
			return size, elements, err
		}
	}
}

// sheetReader reads a sheet three times side by side: as it is, and as it is shown under either of the two ways in which
// workbooks count days. What the two show differently is a date, in whatever form and language.
type sheetReader struct {
	f                *excelize.File
	raw, shown, late *excelize.Rows
	from1904         bool // how this workbook counts
}

// countsFrom1904 tells how the workbook counts days. It is asked before the first sheet is read: reading changes it.
func countsFrom1904(f *excelize.File) bool {
	props, err := f.GetWorkbookProps()
	return err == nil && props.Date1904 != nil && *props.Date1904
}

func openSheet(f *excelize.File, sheet string, from1904 bool) (s *sheetReader, err error) {
	s = &sheetReader{f: f, from1904: from1904}
	for _, rows := range []**excelize.Rows{&s.raw, &s.shown, &s.late} {
		if err == nil {
			*rows, err = f.Rows(sheet)
		}
	}
	return s, err
}

// next goes to the next row.
func (s *sheetReader) next() bool { return s.raw.Next() && s.shown.Next() && s.late.Next() }

// cells reads the row.
func (s *sheetReader) cells() ([]Cell, error) {
	raw, err := s.raw.Columns(excelize.Options{RawCellValue: true})
	shown, err1 := s.columns(s.shown, len(raw) > 0, false)
	late, err2 := s.columns(s.late, len(raw) > 0, true)
	if err := errors.Join(err, err1, err2); err != nil {
		return nil, err
	}
	out := make([]Cell, len(raw))
	for i, text := range raw {
		seen := at(shown, i)
		switch {
		case isTruth(seen) || strings.HasSuffix(Trim(seen), "%"):
			out[i] = Cell{Text: Trim(seen)} // yes, no and shares are held as numbers and are none that can be counted
		default:
			out[i] = s.cell(Trim(text), i < len(late) && seen != late[i])
		}
	}
	return out, nil
}

func at(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	return cells[i]
}

// isTruth tells whether a cell says yes or no.
func isTruth(s string) bool { return s == "TRUE" || s == "FALSE" }

// columns reads a row as it is shown where days are counted in one of the two ways. In an empty row none is.
func (s *sheetReader) columns(rows *excelize.Rows, any, from1904 bool) ([]string, error) {
	if any {
		if err := s.f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}); err != nil {
			return nil, err
		}
	}
	return rows.Columns()
}

// cell says what a text of the sheet is. A number is written there with a point, whatever the language.
func (s *sheetReader) cell(text string, date bool) Cell {
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case strings.HasPrefix(text, "#") && strings.ToUpper(text) == text && len(text) > 3 && text != "#N/A":
		return Cell{text, Broken}
	case err != nil || !plainNumber(text):
		return Cell{Text: text}
	case !date:
		return Cell{text, Number}
	}
	moment, err := excelize.ExcelDateToTime(v, s.from1904)
	if err != nil {
		return Cell{Text: text}
	}
	return Cell{observation.DateOf(moment).String(), Day}
}

// plainNumber tells whether a text is a number as a workbook holds it: no NaN, no 0x1F, no 1_000.
func plainNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789+-.eE") == "" && strings.ContainsAny(s, "0123456789")
}

func (t *Table) readSheet(ctx context.Context, f *excelize.File, sheet string, from1904 bool, unworked formulas, o Options) error {
	s, err := openSheet(f, sheet, from1904)
	if err != nil {
		return nil // a sheet of charts has no rows
	}
	g := grown{table: t}
	for number := 1; s.next(); number++ {
		if number%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("read %s: %w", t.Name, err)
			}
			o.Progress(int64(number), 0)
		}
		row, err := s.cells()
		if err != nil {
			return Fault{t.Name, damagedXLSX}
		}
		if err := g.add(Row{Line: number, Number: number, Cells: unworked.into(row, number)}); err != nil {
			return err
		}
	}
	if s.raw.Error() != nil { // a row below the last that a sheet can have
		return Fault{t.Name, damagedXLSX}
	}
	return nil
}
