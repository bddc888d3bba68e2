package tabular

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"
)

func read(t testing.TB, name string, b []byte, o Options) (*Table, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(context.Background(), path, o)
}

func texts(t *Table) (out [][]string) {
	for _, r := range t.Rows {
		var row []string
		for _, c := range r.Cells {
			row = append(row, c.Text)
		}
		out = append(out, row)
	}
	return out
}

func wide(order binary.AppendByteOrder, mark bool, s string) []byte {
	var out []byte
	if mark {
		s = "\ufeff" + s
	}
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func windows(t testing.TB, s string) []byte {
	b, err := charmap.Windows1252.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadCSV(t *testing.T) {
	text := "Päivä;Näyttökerrat;Huom\r\n3.11.2026;1 234,5;\"a;b\"\r\n\r\n4.11.2026;2;\"eka\r\ntoka\"\r\n5.11.2026;;\r\n"
	want := [][]string{{"Päivä", "Näyttökerrat", "Huom"}, {"3.11.2026", "1 234,5", "a;b"}, {"4.11.2026", "2", "eka\ntoka"}, {"5.11.2026"}}
	for name, c := range map[string]struct {
		in     []byte
		format string
	}{
		"utf-8":         {[]byte(text), "CSV, UTF-8, semicolons"},
		"utf-8 mark":    {[]byte("\ufeff" + text), "CSV, UTF-8, semicolons"},
		"windows-1252":  {windows(t, text), "CSV, Windows-1252, semicolons"},
		"utf-16le":      {wide(binary.LittleEndian, true, text), "CSV, UTF-16, semicolons"},
		"utf-16be":      {wide(binary.BigEndian, true, text), "CSV, UTF-16, semicolons"},
		"utf-16le bare": {wide(binary.LittleEndian, false, text), "CSV, UTF-16, semicolons"},
		"utf-16be bare": {wide(binary.BigEndian, false, text), "CSV, UTF-16, semicolons"},
		"tabs":          {[]byte(strings.ReplaceAll(strings.ReplaceAll(text, "a;b", "a§b"), ";", "\t")), "CSV, UTF-8, tabs"},
		"commas":        {[]byte(strings.NewReplacer("a;b", "a§b", "1 234,5", "\"1 234,5\"", ";", ",").Replace(text)), "CSV, UTF-8, commas"},
		"sep=":          {[]byte("sep=;\r\n" + text), "CSV, UTF-8, semicolons"},
		"old mac":       {[]byte(strings.NewReplacer("\"eka\r\ntoka\"", "\"eka\ntoka\"", "\r\n", "\n", "\n", "\r").Replace("Päivä;Näyttökerrat;Huom\n3.11.2026;1 234,5;\"a;b\"\n4.11.2026;2;\"eka\ntoka\"\n5.11.2026;;")), "CSV, UTF-8, semicolons"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(t, "a.csv", c.in, Options{})
			if err != nil {
				t.Fatal(err)
			}
			found := texts(got)
			for _, row := range found {
				for i := range row {
					row[i] = strings.ReplaceAll(row[i], "§", ";")
				}
			}
			if d := cmp.Diff(want, found); d != "" || got.Format != c.format {
				t.Errorf("%s; (-want +got):\n%s", got.Format, d)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	got, err := read(t, "a.csv", []byte("Otsikko\n\npvm;luku\n1.1.2026;\"x\ny\"\n\n2.1.2026;5\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	row := got.Rows[len(got.Rows)-1]
	if place, ref := got.Place(row, 1), Ref(row, 1); place != "a.csv:7:B" || ref != "B6" {
		t.Errorf("%s, %s; want line 7 of the file, row 6 of the sheet", place, ref)
	}
	for column, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := ColumnName(column); got != want {
			t.Errorf("column %d is %s, want %s", column, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	locked := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 1024)...)
	locked = append(locked, wide(binary.LittleEndian, false, "EncryptedPackage")...)
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	w, _ := z.Create("readme.txt")
	_, _ = w.Write([]byte("hello"))
	_ = z.Close()
	for name, c := range map[string]struct {
		file string
		in   []byte
		want string
	}{
		"empty":            {"a.csv", nil, "a.csv: the file is empty"},
		"broken quote":     {"a.csv", []byte("pvm;luku\n1.1.2026;a\"b\n"), `a.csv:2:11: a quotation mark stands inside a cell`},
		"open quote":       {"a.csv", []byte("pvm;luku\n1.1.2026;\"5\n2.1.2026;6\n"), "in the row of line 2, is not ended rightly"},
		"open quote, sep=": {"a.csv", []byte("sep=;\npvm;luku\n1.1.2026;\"5\n"), "in the row of line 3, is not ended rightly"},
		"binary":           {"a.csv", []byte("pvm;luku\n1.1.2026;\x00\x01\n"), "a.csv:2: this is not a file of text"},
		"old excel":        {"a.xls", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 512)...), "is called XLS and cannot be read as one"},
		"password":         {"a.xlsx", locked, "protected by a password"},
		"html":             {"a.xls", []byte("<html><table><tr><td>1</td></tr></table></html>"), "this is a web page"},
		"pdf":              {"a.csv", []byte("%PDF-1.7"), "this is a PDF"},
		"text as xlsx":     {"a.xlsx", []byte("pvm;luku\n1.1.2026;5\n"), "is called XLSX and is none"},
		"cut xlsx":         {"a.xlsx", []byte("PK\x03\x04 and no more"), "cannot be read as one"},
		"another packed":   {"a.zip", packed.Bytes(), "a packed file and no XLSX"},
		"wide":             {"a.csv", []byte(strings.Repeat("a;", MaxColumns) + "b\n"), "201 columns; at most 200"},
		"control in name":  {"a\x1b[31m.csv", nil, "a?[31m.csv: the file is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(t, c.file, c.in, Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v, %v; want %q", got, err, c.want)
			}
			var f Fault
			if err != nil && !errors.As(err, &f) {
				t.Errorf("%v is no fault of a place", err)
			}
		})
	}
	if _, err := Read(context.Background(), t.TempDir(), Options{}); err == nil || !strings.Contains(err.Error(), "this is a folder; name the file in it") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Read(context.Background(), filepath.Join(t.TempDir(), "none.csv"), Options{}); !errors.Is(err, os.ErrNotExist) || strings.Contains(err.Error(), "/") {
		t.Errorf("no file: %v", err)
	}
}

// workbook makes an XLSX.
func workbook(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestReadXLSX(t *testing.T) {
	for _, from1904 := range []bool{false, true} {
		b := workbook(t, func(f *excelize.File) {
			must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}))
			serial := 46329.0 // 2026-11-03
			if from1904 {
				serial -= 1462
			}
			_, err := f.NewSheet("Kuvaajat")
			must(t, err, f.SetCellValue("Kuvaajat", "A1", "Kansi")) // a sheet that is read before the one that is taken
			sheet := "Luvut 2026"
			_, err = f.NewSheet(sheet)
			must(t, err, f.SetCellValue(sheet, "A1", "Raportti"), f.MergeCell(sheet, "A1", "D1"))
			must(t, f.SetSheetRow(sheet, "A3", &[]any{"Päivä", "Seuraajat", "Osuus", "Kuukausi", "Kaava"}))
			for i, format := range []string{"d.m.yyyy", "[$-40B]d. mmmm yyyy;@", "yyyy-mm-dd hh:mm", "d-mmm-yy"} {
				row := i + 4
				date, err1 := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
				share, err2 := f.NewStyle(&excelize.Style{NumFmt: 10})
				month := `mmmm" "yyyy`
				monthly, err3 := f.NewStyle(&excelize.Style{CustomNumFmt: &month})
				ref := func(column string) string { return fmt.Sprintf("%s%d", column, row) }
				must(t, err1, err2, err3, f.SetCellValue(sheet, ref("A"), serial+float64(i)+0.5), f.SetCellStyle(sheet, ref("A"), ref("A"), date),
					f.SetCellValue(sheet, ref("B"), 1003+i), f.SetCellValue(sheet, ref("C"), 0.125), f.SetCellStyle(sheet, ref("C"), ref("C"), share),
					f.SetCellValue(sheet, ref("D"), serial), f.SetCellStyle(sheet, ref("D"), ref("D"), monthly), f.SetCellFormula(sheet, ref("E"), "B4*2"))
			}
			must(t, f.SetCellValue(sheet, "A8", "#DIV/0!"), f.SetCellStr(sheet, "B8", "1 234,5"), f.SetCellStr(sheet, "C8", "#N/A"))
		})
		got, err := read(t, "a.xlsx", b, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Sheet != "Luvut 2026" || len(got.Rows) != 7 || got.Rows[1].Number != 3 {
			t.Fatalf("%s, %d rows, %v", got.Sheet, len(got.Rows), texts(got))
		}
		for i, day := range []string{"2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06"} {
			row := got.Rows[2+i].Cells
			want := []Cell{{day, Day}, {fmt.Sprint(1003 + i), Number}, {"12.50%", Text}, {"2026-11-03", Day}}
			if d := cmp.Diff(want, row[:4]); d != "" {
				t.Errorf("from 1904 %v, row %d (-want +got):\n%s", from1904, i, d)
			}
		}
		want := []Cell{{"#DIV/0!", Broken}, {"1 234,5", Text}, {"#N/A", Text}}
		if d := cmp.Diff(want, got.Rows[6].Cells); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if place := got.Place(got.Rows[6], 1); place != "a.xlsx:Luvut 2026:8:B" {
			t.Error(place)
		}
		if _, err := read(t, "a.xlsx", b, Options{Sheet: "Luvut"}); err == nil || !strings.Contains(err.Error(), `there is no sheet "Luvut"; the file has Sheet1, Kuvaajat, Luvut 2026`) {
			t.Errorf("%v", err)
		}
		if got, err := read(t, "a.xlsx", b, Options{Sheet: "luvut 2026 "}); err != nil || len(got.Rows) != 7 {
			t.Errorf("%v", err)
		}
	}
}

// TestTruth reads yes and no as what they say: they are held as 1 and 0.
func TestTruth(t *testing.T) {
	got, err := read(t, "a.xlsx", workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"Päivä", "Seuraajat"}), f.SetSheetRow("Sheet1", "A2", &[]any{true, 1}))
	}), Options{})
	must(t, err)
	if d := cmp.Diff([]Cell{{"TRUE", Text}, {"1", Number}}, got.Rows[1].Cells); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestDamagedSheets reads sheets that are not written to their end: the rows that are left must not pass for all there are.
func TestDamagedSheets(t *testing.T) {
	row := func(n int) string { return fmt.Sprintf(`<row r="%d"><c r="A%d"><v>%d</v></c></row>`, n, n, n) }
	whole := parts(row(1) + row(2) + row(3))
	sheet := whole["xl/worksheets/sheet1.xml"]
	for name, text := range map[string]string{"cut": sheet[:strings.Index(sheet, `<row r="3"`)], "cut in a cell": sheet[:strings.Index(sheet, `<v>3`)],
		"no XML": strings.Replace(sheet, `<c r="A2">`, `<c r="A2" &&`, 1)} {
		whole["xl/worksheets/sheet1.xml"] = text
		if _, err := read(t, "a.xlsx", packed(t, whole), Options{}); err == nil || !strings.Contains(err.Error(), "a.xlsx: this is called XLSX and cannot be read as one") {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole["xl/worksheets/sheet1.xml"] = sheet
	if got, err := read(t, "a.xlsx", packed(t, whole), Options{}); err != nil || len(got.Rows) != 3 {
		t.Errorf("whole: %v", err)
	}
}

// packed makes an XLSX of parts.
func packed(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// parts are the least that makes a workbook.
func parts(sheet string) map[string]string {
	return map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + sheet + `</sheetData></worksheet>`,
	}
}

// TestBombs reads files that are small and unpack to much. None may take more memory than the largest sound file does.
func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	head := `<row r="1"><c r="A1" t="inlineStr"><is><t>pvm</t></is></c></row>`
	for name, c := range map[string]struct {
		parts func() map[string]string
		want  string
	}{
		"much text": {func() map[string]string {
			return parts(head + `<row r="2"><c r="A2" t="inlineStr"><is><t>` + strings.Repeat("a", 100<<20))
		}, "unpacked, the file is larger than 64 MB"},
		"many cells": {func() map[string]string {
			return parts(head + `<row r="2">` + strings.Repeat("<c/>", 15<<20) + `</row>`)
		}, "unpacked, the file is larger"},
		"many rows": {func() map[string]string {
			return parts(head + strings.Repeat(`<row><c t="str"><v>1</v></c></row>`, MaxRows+2))
		}, "more than 200000 rows"},
		"far row": {func() map[string]string { return parts(head + `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`) }, ""},
		"many texts": {func() map[string]string {
			p := parts(head + `<row r="2"><c r="A2" t="s"><v>1</v></c></row>`)
			p["xl/sharedStrings.xml"] = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + strings.Repeat("<si/>", 10<<20) + `</sst>`
			return p
		}, "unpacked, the file is larger"},
		"many parts": {func() map[string]string {
			p := parts(head)
			for i := range mostParts {
				p[fmt.Sprintf("xl/media/%d", i)] = ""
			}
			return p
		}, "unpacked, the file is larger"},
	} {
		t.Run(name, func(t *testing.T) {
			b := packed(t, c.parts())
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := read(t, "a.xlsx", b, Options{})
			runtime.ReadMemStats(&after)
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v; want %q", err, c.want)
			}
			if grown := (after.HeapSys - min(after.HeapSys, before.HeapSys)) >> 20; grown > 400 {
				t.Errorf("it took %d MB", grown)
			}
		})
	}
}

// TestTablesAreReadAsTheyAreWritten writes any table in any encoding, with any delimiter, and reads it back.
func TestTablesAreReadAsTheyAreWritten(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(2, 5).Draw(t, "columns")
		cell := rapid.OneOf(rapid.StringMatching(`[a-zåäöÅÄÖ€ ]{1,8}`), rapid.StringMatching(`[1-9][0-9]{0,2}( [0-9]{3})?(,[0-9]{1,2})?`), rapid.SampledFrom([]string{"a\"b", "a;b", "a,b", "a\tb", "a\nb", "Huom: \"ei\""}))
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 3, 12).Draw(t, "rows")
		delimiter := rapid.SampledFrom([]string{";", ",", "\t"}).Draw(t, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		var b strings.Builder
		var want [][]string
		for _, row := range rows {
			var line, trimmed []string
			for _, c := range row {
				trimmed = append(trimmed, Trim(c))
				if strings.ContainsAny(c, ";,\t\n\"") || rapid.Bool().Draw(t, "quoted") {
					c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
				}
				line = append(line, c)
			}
			for len(trimmed) > 0 && trimmed[len(trimmed)-1] == "" {
				trimmed = trimmed[:len(trimmed)-1]
			}
			if len(trimmed) > 0 {
				want = append(want, trimmed)
			}
			b.WriteString(strings.Join(line, delimiter) + end)
		}
		text := b.String()
		encode := map[string]func() []byte{
			"utf-8": func() []byte { return []byte(text) }, "utf-8 mark": func() []byte { return []byte("\ufeff" + text) },
			"utf-16le": func() []byte { return wide(binary.LittleEndian, true, text) }, "utf-16be": func() []byte { return wide(binary.BigEndian, true, text) },
			"windows-1252": func() []byte {
				b, _ := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
				return b
			},
		}
		encoding := rapid.SampledFrom([]string{"utf-8", "utf-8 mark", "utf-16le", "utf-16be", "windows-1252"}).Draw(t, "encoding")
		path := filepath.Join(dir, "t.csv")
		bytes := encode[encoding]()
		if encoding == "windows-1252" && string(bytes) != text && utf8.Valid(bytes) {
			t.Skip("these bytes are another text in UTF-8: nobody can tell")
		}
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Read(context.Background(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, texts(got)); d != "" {
			t.Fatalf("%s %q (-want +got):\n%s", got.Format, text, d)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"pvm;seuraajat\n3.11.2026;1 003\n", "a,b\n\"x\"\"y\",1\n", "sep=\t\na\tb\n", "\xff\xfea\x00;\x00b\x00\n\x00", "a;\"b\nc", "P\xe4iv\xe4;Luku\n1;2\n", "\"\"\"\n", "PK\x03\x04"} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "f.csv")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Read(context.Background(), path, Options{})
		if err != nil {
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("control characters in %q", err)
			}
			return
		}
		last := 0
		for _, r := range got.Rows {
			if r.Line <= last || r.Number > r.Line || len(r.Cells) == 0 || len(r.Cells) > MaxColumns {
				t.Errorf("row %+v after line %d", r, last)
			}
			last = r.Line
		}
	})
}

func TestShow(t *testing.T) {
	for in, want := range map[string]string{"a\tb\nc": "a b c", "\x1b[31mred": "?[31mred", strings.Repeat("ä", 100): strings.Repeat("ä", 60) + "…", "a\u202eb": "a?b", "1\u00a0003": "1 003"} {
		if got := Show(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestNothingBelowIsLost: a number in the last row that a sheet can have is read, however many empty ones lie above it; a
// file that is stored without it would take back what it says.
func TestNothingBelowIsLost(t *testing.T) {
	b := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"Päivä", "Seuraajat"}), f.SetCellInt("Sheet1", "B2", 1), f.SetCellInt("Sheet1", fmt.Sprintf("B%d", excelize.TotalRows), 7))
	})
	got, err := read(t, "a.xlsx", b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if last := got.Rows[len(got.Rows)-1]; last.Cell(1).Text != "7" || last.Number != excelize.TotalRows {
		t.Errorf("the last row is %d, %v", last.Number, last.Cells)
	}
}

// TestHiddenSheets are read when they are named, or when there is no other.
func TestHiddenSheets(t *testing.T) {
	b := workbook(t, func(f *excelize.File) {
		_, err := f.NewSheet("Luvut")
		must(t, err)
		for _, sheet := range []string{"Sheet1", "Luvut"} {
			must(t, f.SetSheetRow(sheet, "A1", &[]any{"Päivä", "Seuraajat"}), f.SetSheetRow(sheet, "A2", &[]any{"2026-11-03", 7}))
		}
		f.SetActiveSheet(1)
		must(t, f.SetSheetVisible("Sheet1", false))
	})
	for _, named := range []struct{ sheet, want string }{{"", "Luvut"}, {"Sheet1", "Sheet1"}} {
		if got, err := read(t, "a.xlsx", b, Options{Sheet: named.sheet}); err != nil || got.Sheet != named.want || len(got.Rows) != 2 {
			t.Errorf("asked for %q: %q, %v", named.sheet, got.Sheet, err)
		}
	}
}
