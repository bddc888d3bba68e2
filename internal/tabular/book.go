package tabular

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// book is a workbook of any form.
type book interface {
	names() []string
	hides(name string) bool
	// read gives the rows of a sheet to a table.
	read(ctx context.Context, t *Table, name string, o Options) error
	close()
}

// isBook tells whether a file begins as a workbook does.
func isBook(b []byte) bool { return isPacked(b) || isCompound(b) }

func isPacked(b []byte) bool   { return bytes.HasPrefix(b, []byte("PK\x03\x04")) }
func isCompound(b []byte) bool { return bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")) }

// withBook opens a workbook and hands it on. That a damaged one makes a reader stumble is one more way of being damaged.
func (t *Table) withBook(b []byte, do func(book) error) (err error) {
	open, damaged := t.openXLSX, damagedXLSX
	if t.Format = "XLSX"; isCompound(b) {
		open, damaged, t.Format = t.openXLS, damagedXLS, "XLS"
	}
	defer func() {
		if broken := recover(); broken != nil {
			err = Fault{t.Name, damaged}
		}
	}()
	k, err := open(b)
	if err != nil {
		return err
	}
	defer k.close()
	return do(k)
}

// readBook reads the sheet of a workbook that was asked for, or the first that holds a table.
func (t *Table) readBook(ctx context.Context, b []byte, o Options) error {
	return t.withBook(b, func(k book) (err error) {
		sheets := visibleOf(k)
		if o.Sheet != "" {
			if sheets, err = t.sheetNamed(k.names(), o.Sheet); err != nil {
				return err
			}
		}
		for _, sheet := range sheets {
			t.Sheet, t.Rows = sheet, nil
			if err := k.read(ctx, t, sheet, o); err != nil {
				return err
			}
			if len(t.Rows) > 1 {
				return nil // the first that holds a head and a row
			}
		}
		return nil
	})
}

// visibleOf leaves out the sheets that are hidden: what nobody sees is mostly an older state, or a list of choices. Where
// all are, all stay.
func visibleOf(k book) []string {
	if out := slices.DeleteFunc(slices.Clone(k.names()), k.hides); len(out) > 0 {
		return out
	}
	return k.names()
}

// sheetNamed finds the sheet that was asked for.
func (t *Table) sheetNamed(sheets []string, name string) ([]string, error) {
	var shown []string
	for _, s := range sheets {
		if strings.EqualFold(Trim(s), Trim(name)) {
			return []string{s}, nil
		}
		shown = append(shown, Show(s))
	}
	return nil, Fault{t.Name, fmt.Sprintf("there is no sheet %q; the file has %s", Show(name), strings.Join(shown[:min(len(shown), 20)], ", "))}
}

// mostSheets is how many sheets of one workbook are read together.
const mostSheets = 50

// Sheets reads all sheets of a workbook that are not hidden, in their order and also those that hold nothing, within the bounds of
// one table together; of a file of text it reads the only table.
func Sheets(ctx context.Context, path string, progress func(done, total int64)) ([]*Table, error) {
	t, b, err := opened(path)
	if err != nil {
		return nil, err
	}
	o := Options{Progress: progress}.withDefaults()
	if !isBook(b) {
		err := t.fill(ctx, b, o)
		return []*Table{t}, err
	}
	var out []*Table
	err = t.withBook(b, func(k book) error {
		sheets := visibleOf(k)
		if len(sheets) > mostSheets {
			return Fault{t.Name, fmt.Sprintf("the file has more than %d sheets; export each by itself", mostSheets)}
		}
		for _, sheet := range sheets {
			one := *t
			one.Sheet = sheet
			if err := k.read(ctx, &one, sheet, o); err != nil {
				return err
			}
			t.cells = one.cells
			out = append(out, &one)
		}
		return nil
	})
	return out, err
}

// opened reads the bytes of a file.
func opened(path string) (*Table, []byte, error) {
	name := Show(filepath.Base(path))
	b, err := load(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	return &Table{Name: name, SHA256: sum(b), Size: int64(len(b))}, b, nil
}
