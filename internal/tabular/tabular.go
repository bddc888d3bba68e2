// Package tabular reads tables as people and platforms hand them over: CSV in the encodings and with the delimiters that
// spreadsheet programs write, XLSX and XLS, and the numbers, days and weeks in them as they are written in Finnish, Swedish and
// English. It knows nothing of metrics and sources.
//
// A file is foreign: what it may take of memory is bounded, and what a message shows of it is cut and cleaned.
package tabular

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// What a file may have at most. A table of ten years of days with a hundred columns is far below all of them.
const (
	MaxBytes   = 64 << 20 // of the file, and of what an XLSX is when it is unpacked
	MaxRows    = 200_000
	MaxColumns = 200
	MaxCells   = 2_000_000 // that hold something
)

// Kind tells how the text of a cell is to be taken.
type Kind uint8

// The kinds. A file of plain text knows Text only.
const (
	Text     Kind = iota
	Number        // as Go writes numbers: the spreadsheet says that it is one
	Day           // as 2026-11-03: a number that the spreadsheet shows as a date
	Broken        // the spreadsheet could not reckon it: #DIV/0!
	Unworked      // a formula that no program has reckoned yet; the text is =A1+B1
)

// Cell is one cell: its text, without the spaces around it.
type Cell struct {
	Text string
	Kind Kind
}

// Row is one row with its cells from the first column on; cells at its end may be missing.
type Row struct {
	Line   int // in the file of text, counted from 1; of a workbook the row
	Number int // in the table, as a spreadsheet program counts it
	Cells  []Cell
}

// Cell returns the cell of a column, an empty one when the row ends before it.
func (r Row) Cell(column int) Cell {
	if column < len(r.Cells) {
		return r.Cells[column]
	}
	return Cell{}
}

// Empty tells whether nothing stands in the row.
func (r Row) Empty() bool {
	for _, c := range r.Cells {
		if c.Text != "" {
			return false
		}
	}
	return true
}

// Table is a file that was read.
type Table struct {
	Name      string // of the file, without its folder
	Format    string // for people: CSV, UTF-8, semicolons
	Delimiter rune   // of a file of text; 0 of a workbook
	Sheet     string // of a workbook
	Rows      []Row
	SHA256    string
	Size      int64

	cells int // in it, and in the tables of the file that were read before it
}

// Place names a cell for a message: members.csv:12:B, members.xlsx:Taul1:12:B.
func (t *Table) Place(r Row, column int) string {
	return fmt.Sprintf("%s:%d:%s", t.where(), r.Line, ColumnName(column))
}

// where names the file and the sheet.
func (t *Table) where() string {
	if t.Sheet != "" {
		return t.Name + ":" + Show(t.Sheet)
	}
	return t.Name
}

// Ref names a cell as spreadsheet programs do: B12.
func Ref(r Row, column int) string { return fmt.Sprintf("%s%d", ColumnName(column), r.Number) }

// ColumnName names a column as spreadsheet programs do: A, B … Z, AA.
func ColumnName(column int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// Fault is one thing wrong with a file: where, and what about it.
type Fault struct{ Place, Message string }

// Error joins both.
func (f Fault) Error() string { return f.Place + ": " + f.Message }

// Options say how a file is to be read.
type Options struct {
	Sheet    string                  // the sheet of a workbook that holds the table; "" is the first that holds anything
	Progress func(done, total int64) // bytes; may be nil
}

// Read reads a file. An error that is a Fault tells of a place in it.
func Read(ctx context.Context, path string, o Options) (*Table, error) {
	t, b, err := opened(path)
	if err != nil {
		return nil, err
	}
	if err := t.fill(ctx, b, o.withDefaults()); err != nil {
		return nil, err
	}
	return t, nil
}

func (o Options) withDefaults() Options {
	if o.Progress == nil {
		o.Progress = func(int64, int64) {}
	}
	return o
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// load returns the bytes of a file that is not too large.
func load(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, plain(err)
	case info.IsDir():
		return nil, errors.New("this is a folder; name the file in it")
	case !info.Mode().IsRegular():
		return nil, errors.New("this is a pipe or a device and no file; save the table as a file and name that")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, plain(err)
	}
	defer f.Close()
	// Room for all of it at once, or a large file would be held twice while the buffer grows.
	b := bytes.NewBuffer(make([]byte, 0, int(min(info.Size(), MaxBytes))+bytes.MinRead+1))
	if _, err := b.ReadFrom(io.LimitReader(f, MaxBytes+1)); err != nil {
		return nil, plain(err)
	}
	if b.Len() > MaxBytes {
		return nil, fmt.Errorf("the file is larger than %d MB; export fewer days at a time", MaxBytes>>20)
	}
	return b.Bytes(), nil
}

// plain takes the path out of an error of the system: the message names the file already.
func plain(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// fill reads the rows, by what the first bytes say that the file is.
func (t *Table) fill(ctx context.Context, b []byte, o Options) error {
	begin := string(b[:min(len(b), 512)])
	trimmed := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(begin, "\ufeff"), " \t\r\n"))
	refuse := func(message string) error { return Fault{t.Name, message} }
	switch {
	case len(b) == 0:
		return refuse("the file is empty")
	case isBook(b):
		return t.readBook(ctx, b, o)
	case strings.HasPrefix(begin, "%PDF"):
		return refuse("this is a PDF; export the table as CSV or XLSX")
	case strings.HasPrefix(trimmed, "<!doctype"), strings.HasPrefix(trimmed, "<html"), strings.HasPrefix(trimmed, "<?xml"), strings.HasPrefix(trimmed, "<table"):
		return refuse("this is a web page or XML, not a table; open it in a spreadsheet program and save it as CSV or XLSX")
	case endsAs(t.Name, ".xlsx"), endsAs(t.Name, ".xlsm"):
		return refuse("this is called XLSX and is none; save it as XLSX once more, or as CSV")
	}
	return t.readCSV(ctx, b, o)
}

func endsAs(name, ending string) bool { return strings.HasSuffix(strings.ToLower(name), ending) }

// grown refuses a table that is too large.
type grown struct{ table *Table }

// add takes a row in.
func (g *grown) add(r Row) error {
	for len(r.Cells) > 0 && r.Cells[len(r.Cells)-1].Text == "" {
		r.Cells = r.Cells[:len(r.Cells)-1]
	}
	g.table.cells += len(r.Cells)
	at := fmt.Sprintf("%s:%d", g.table.where(), r.Line)
	switch {
	case len(r.Cells) > MaxColumns:
		return Fault{at, fmt.Sprintf("this row has %d columns; at most %d are read", len(r.Cells), MaxColumns)}
	case len(g.table.Rows) >= MaxRows:
		return Fault{at, fmt.Sprintf("the table has more than %d rows; export fewer days at a time", MaxRows)}
	case g.table.cells > MaxCells:
		return Fault{at, fmt.Sprintf("the table has more than %d cells; export fewer days or columns at a time", MaxCells)}
	}
	if len(r.Cells) > 0 {
		g.table.Rows = append(g.table.Rows, r)
	}
	return nil
}

// longestShown is how many characters of a foreign text a message shows.
const longestShown = 60

// Show makes a foreign text fit for a message: in one line, without control characters, and not long.
func Show(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > longestShown {
			b.WriteRune('…')
			break
		}
		b.WriteRune(visible(r))
	}
	return b.String()
}

// visible takes out what moves the cursor or hides what follows.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || isSpace(r):
		return ' '
	case r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError || r == 0xad || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff:
		return '?'
	}
	return r
}

// isSpace tells whether r is a space of any width: a cell's numbers are full of them.
func isSpace(r rune) bool {
	return r == ' ' || r == '\u00a0' || r == '\u202f' || r >= '\u2000' && r <= '\u200a' || r == '\u3000'
}

// Trim takes the spaces of all widths off both ends of a text.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return isSpace(r) || r == '\t' || r == '\n' || r == '\r' || r == '\ufeff' })
}
