package tabular

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// written is a file of testdata: workbooks of Excel 97 that SheetJS 0.18.5 wrote, which knows nothing of this package.
func written(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shown writes rows as one text.
func shown(rows []Row) string {
	var out []string
	for _, r := range rows {
		var cells []string
		for _, c := range r.Cells {
			cells = append(cells, fmt.Sprintf("%s:%d", c.Text, c.Kind))
		}
		out = append(out, fmt.Sprintf("%d %s", r.Number, strings.Join(cells, " | ")))
	}
	return strings.Join(out, "\n")
}

func TestXLS(t *testing.T) {
	b := written(t, "three-sheets.xls")
	got, err := read(t, "a.xls", b, Options{})
	if err != nil || got.Format != "XLS" || got.Sheet != "Metrics" || len(got.Rows) != 30 || got.Size != int64(len(b)) {
		t.Fatalf("%+v, %v", got, err)
	}
	if want := "3 11/01/2026:0 | 101:1 | 0:1 | 101:1 | 61:1"; shown(got.Rows[2:3]) != want {
		t.Errorf("%s, want %s", shown(got.Rows[2:3]), want)
	}
	got, err = read(t, "a.xls", b, Options{Sheet: "päivät & 😀"})
	want := "1 All posts x:0\n2 Post title:0 | Day:0 | Share:0 | Number:0\n3 Hyvää työtä – ääkköset & 😀:0 | 10/02/2026:0 | 25%:0 | 12.5:1\n" +
		"4 x:0 | 2026-11-03:2 | -50%:0 | -1.5:1\n5 TRUE:0 | 2026-11-03:2 | 1234567.25:1 | 1E+20:1\n6 =:0 | :0 | 1073741823:1 | 7:1\n7 :0 | :0 | :0 | #DIV/0!:3"
	if err != nil || shown(got.Rows) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, shown(got.Rows), want)
	}
	if _, err := read(t, "a.xls", b, Options{Sheet: "Luvut"}); err == nil || !strings.Contains(err.Error(), `there is no sheet "Luvut"; the file has Metrics, Päivät & 😀, Hidden`) {
		t.Errorf("%v", err)
	}
	if got, err := read(t, "a.xls", written(t, "from-1904.xls"), Options{}); err != nil || shown(got.Rows[1:]) != "2 2026-11-03:2 | 5:1" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := read(t, "a.xls", written(t, "excel-95.xls"), Options{}); err == nil || !strings.Contains(err.Error(), "Excel older than 97") {
		t.Errorf("%v", err)
	}
}

func TestSheets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xls")
	if err := os.WriteFile(path, written(t, "three-sheets.xls"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := Sheets(context.Background(), path, nil)
	var names []string
	for _, one := range all {
		names = append(names, fmt.Sprintf("%s %d", one.Sheet, len(one.Rows)))
	}
	if got := strings.Join(names, ", "); err != nil || got != "Metrics 30, Päivät & 😀 7" { // what is hidden stays so
		t.Errorf("%s, %v", got, err)
	}
	if err := os.WriteFile(path, []byte("Pvm;N\n1.11.2026;5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if all, err := Sheets(context.Background(), path, nil); err != nil || len(all) != 1 || len(all[0].Rows) != 2 || all[0].SHA256 == "" {
		t.Errorf("%v, %v", all, err)
	}
}

// TestSharedTexts: the texts of all cells stand together, cut into records of 8 kB wherever that falls.
func TestSharedTexts(t *testing.T) {
	long := strings.Repeat("ä", 300) + "Ж" + strings.Repeat("😀", 20)
	all := []string{"", "Päivä", long, "a", strings.Repeat("x", 9000)}
	whole := sharedTexts(all)
	for _, most := range []int{7, 50, 333, 8224} {
		x := &xls{}
		parts := cutTexts(whole, most)
		if ok := x.readStrings(record{data: parts[0], more: parts[1:]}); !ok || strings.Join(x.strings, "|") != strings.Join(all, "|") {
			t.Errorf("in parts of %d: %v, %d texts", most, ok, len(x.strings))
		}
		for cut := range parts[:min(len(parts)-1, 40)] {
			if x := (&xls{}); x.readStrings(record{data: parts[0], more: parts[1 : cut+1]}) {
				t.Errorf("in parts of %d of which %d are there: taken for whole", most, cut+1)
			}
		}
	}
}

// piece is a stretch of bytes that must not be cut, and what stands before the next stretch when it begins a record.
type piece struct {
	bytes   []byte
	options []byte // nil: a new record begins with the bytes themselves
}

// sharedTexts writes texts as the records of shared ones hold them; those with letters of all the world in two bytes, every third
// with marks of how it is set in type.
func sharedTexts(all []string) (out []piece) {
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(all)))
	out = append(out, piece{bytes: binary.LittleEndian.AppendUint32(head, uint32(len(all)))})
	for i, s := range all {
		units := utf16Of(s)
		wide := byte(0)
		for _, u := range units {
			if u > 0xff {
				wide = 1
			}
		}
		rich := i%3 == 2
		options := wide
		if rich {
			options |= 8
		}
		head := append(binary.LittleEndian.AppendUint16(nil, uint16(len(units))), options)
		if rich {
			head = binary.LittleEndian.AppendUint16(head, 2)
		}
		out = append(out, piece{bytes: head})
		for _, u := range units {
			b := []byte{byte(u)}
			if wide == 1 {
				b = append(b, byte(u>>8))
			}
			out = append(out, piece{b, []byte{wide}})
		}
		if rich {
			out = append(out, piece{bytes: make([]byte, 8)})
		}
	}
	return out
}

func utf16Of(s string) (out []uint16) {
	for _, r := range s {
		if r > 0xffff {
			r -= 0x10000
			out = append(out, uint16(0xd800+r>>10), uint16(0xdc00+r&0x3ff))
			continue
		}
		out = append(out, uint16(r))
	}
	return out
}

func cutTexts(pieces []piece, most int) (out [][]byte) {
	var part []byte
	for _, p := range pieces {
		if len(part)+len(p.bytes) > most && len(part) > 0 {
			out, part = append(out, part), append([]byte{}, p.options...)
		}
		part = append(part, p.bytes...)
	}
	return append(out, part)
}

func TestFormats(t *testing.T) {
	for format, want := range map[string]int{
		"General": showsNumber, "0": showsNumber, "# ##0.00": showsNumber, `0" kpl"`: showsNumber, "[Red]0": showsNumber, "0;[Red]-0": showsNumber, `"day" 0`: showsNumber,
		"0%": showsShare, "0.0 %": showsShare, "d.m.yyyy": showsDay, "m/d/yy": showsDay, "[$-40B]d. mmmm yyyy": showsDay, "yyyy-mm-dd hh:mm": showsDay, `d\.m\.yyyy`: showsDay, "mmm yy": showsDay,
	} {
		if got := shownBy(format); got != want {
			t.Errorf("%q: %d, want %d", format, got, want)
		}
	}
	for packed, want := range map[uint32]float64{0x3ff00000: 1, 0x3ff00001: 0.01, 4<<2 | 2: 4, 0xfffffffe: -1, 1234<<2 | 3: 12.34} {
		if got := unpackRK(packed); got != want {
			t.Errorf("%x: %v, want %v", packed, got, want)
		}
	}
}

// TestXLSCutOff: of half a file nothing is told.
func TestXLSCutOff(t *testing.T) {
	b := written(t, "three-sheets.xls")
	for n := 8; n < len(b)-512; n += 61 {
		if got, err := read(t, "a.xls", b[:n], Options{Sheet: "Päivät & 😀"}); err == nil {
			t.Fatalf("%d of %d bytes: %d rows", n, len(b), len(got.Rows))
		}
	}
}

// TestXLSSpoiled turns bytes of a file: it may be read or not, but in a moment, and in bounded memory.
func TestXLSSpoiled(t *testing.T) {
	whole := written(t, "three-sheets.xls")
	for n := range 1000 {
		r := rand.New(rand.NewSource(int64(n)))
		b := bytes.Clone(whole)
		for range 1 + r.Intn(8) {
			b[r.Intn([]int{len(b), 1024, 4096}[n%3])] = byte(r.Intn(256))
		}
		readsSoon(t, b)
	}
}

// readsSoon reads all sheets without the net under it that catches what breaks down.
func readsSoon(t *testing.T, b []byte) {
	t.Helper()
	begun := time.Now()
	k, err := (&Table{Name: "a.xls"}).openXLS(b)
	if err == nil {
		for _, name := range k.names() {
			_ = k.read(context.Background(), &Table{Name: "a.xls", Sheet: name}, name, Options{}.withDefaults())
		}
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("%v: %v", took, err)
	}
}

func FuzzXLS(f *testing.F) {
	for _, name := range []string{"three-sheets.xls", "excel-95.xls", "from-1904.xls"} {
		f.Add(written(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if isCompound(b) {
			readsSoon(t, b)
		}
	})
}
