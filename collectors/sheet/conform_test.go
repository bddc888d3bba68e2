package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

// TestConformScheduled: files of text that are read on schedule.
func TestConformScheduled(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case:      "scheduled-week",
		Corrected: "corrected",
		Moments:   &collectortest.Moments{Metric: "impressions", Source: exportAt},
		Files: map[string]func(string) error{
			"no workbook in a zip":   content(func() string { return zipped("luvut.csv", week) }),
			"zip bomb":               content(bomb),
			"half of a workbook":     content(func() string { b := bookOf(table(week)); return b[:len(b)/2] }),
			"broken quote":           replaced("1 004", `"1 004`),
			"NaN":                    replaced("1 007", "NaN"),
			"1e400":                  replaced("1 007", "1e400"),
			"31.2.":                  replaced("19.11.2026", "31.2.2026"),
			"the future":             replaced("22.11.2026", "23.12.2026"),
			"below zero":             replaced("1 007", "-7"),
			"said twice":             replaced("19.11.2026", "18.11.2026"),
			"another column":         replaced("Seuraajat", "Tykkäykset"),
			"heads and nothing else": content(func() string { return strings.SplitAfter(week, "\n")[0] }),
			"many rows":              content(func() string { return week + strings.Repeat("22.11.2026;1 012;52\n", 250_000) }),
		},
	})
}

// TestConformHandedOver: a workbook that somebody hands over.
func TestConformHandedOver(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case:      "handed-over-workbook",
		Corrected: "handed-over-corrected",
		Moments:   &collectortest.Moments{Metric: "impressions", Source: workbookAt},
		Lengthen:  long,
		Files: map[string]func(string) error{
			"a text called XLSX":   content(func() string { return week }),
			"no workbook in a zip": content(func() string { return zipped("luvut.csv", week) }),
			"zip bomb":             content(bomb),
			"cut off":              cut,
			"a byte turned":        turned,
			"NaN":                  content(func() string { return bookOf(table(strings.Replace(week, "1 007", "NaN", 1))) }),
			"1E+400":               content(func() string { return bookOf(table(strings.Replace(week, "1 007", "1E+400", 1))) }),
			"#DIV/0!":              content(func() string { return bookOf(table(strings.Replace(week, "1 007", "#DIV/0!", 1))) }),
			"31.2.":                content(func() string { return bookOf(table(strings.Replace(week, "19.11.2026", "31.2.2026", 1))) }),
		},
	})
}

// TestConformPosts: a list of posts that is read on schedule.
func TestConformPosts(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case:      "posts-scheduled",
		Corrected: "posts-corrected",
		Skip:      map[string]string{"clocks": "a list is of the day in its name, which the suite does not know; TestDaysOfPosts tries clocks"},
		Files: map[string]func(string) error{
			"a number cut short": replaced("122158000000000102", "1.22158E+17"),
			"another column":     replaced("Permalink", "Link"),
			"NaN":                replaced("640", "NaN"),
			"31.2.":              replaced("11/17/2026", "02/31/2026"),
			"the future":         replaced("11/17/2026", "12/17/2026"),
			"a post twice":       replaced("122158000000000102", "122158000000000101"),
			"broken quote":       replaced("Hiljainen", `"Hiljainen`),
			"nothing": content(func() string {
				return "Post ID,Permalink,Title,Description,Publish time,Post type,Views,Reach,Reactions,Comments,Shares,Total clicks\n"
			}),
		},
	})
}

const week = "Päivä;Seuraajat;Näyttökerrat\n16.11.2026;1 003;120\n17.11.2026;1 004;95\n18.11.2026;1 004;0\n19.11.2026;1 007;88\n" +
	"20.11.2026;1 010;131\n21.11.2026;1 010;40\n22.11.2026;1 012;52\n"

// table takes a text with semicolons apart.
func table(text string) [][]string {
	var out [][]string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		out = append(out, strings.Split(line, ";"))
	}
	return out
}

// bookOf writes a table as a workbook, every cell as text.
func bookOf(rows [][]string) string {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		panic(err)
	}
	for i, row := range rows {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		cells := make([]any, len(row))
		for j := range row {
			cells[j] = row[j]
		}
		if err := w.SetRow(at, cells); err != nil {
			panic(err)
		}
	}
	if err := w.Flush(); err != nil {
		panic(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		panic(err)
	}
	return b.String()
}

// content puts another text in the place of a file.
func content(text func() string) func(string) error {
	return func(path string) error { return os.WriteFile(path, []byte(text()), 0o600) }
}

// replaced changes the first of what stands in a file.
func replaced(old, text string) func(string) error {
	return func(path string) error {
		b, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(b, []byte(old)) {
			return fmt.Errorf("there is no %q in the file (%v)", old, err)
		}
		return os.WriteFile(path, bytes.Replace(b, []byte(old), []byte(text), 1), 0o600)
	}
}

// cut leaves the first half of a file.
func cut(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()/2)
}

// turned changes one byte of what is packed in a workbook.
func turned(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	for _, part := range z.File {
		if strings.HasPrefix(part.Name, "xl/worksheets/sheet") {
			at, err := part.DataOffset()
			if err != nil {
				return err
			}
			b[at+int64(part.CompressedSize64)/2] ^= 0xff
			return os.WriteFile(path, b, 0o600)
		}
	}
	return fmt.Errorf("%s has no sheet", path)
}

func zipped(name, text string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err != nil || z.Close() != nil {
		panic(err)
	}
	return b.String()
}

// bomb is a workbook that is small and, unpacked, twice as large as may be.
var bomb = sync.OnceValue(func() string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		panic(err)
	}
	block := bytes.Repeat([]byte(" "), 1<<20)
	for range 2 * tabular.MaxBytes >> 20 {
		if _, err := w.Write(block); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
})

// long puts a workbook of many rows in the place of a file.
func long(path string) error {
	rows := table(week)
	for range 20_000 {
		rows = append(rows, rows[7])
	}
	return os.WriteFile(path, []byte(bookOf(rows)), 0o600)
}

// counted is a table in which each day has as many impressions as moments fell into it.
func counted(moments []time.Time) string {
	n, days := map[observation.Date]int{}, []observation.Date(nil)
	for _, at := range moments {
		d := observation.DateOf(at)
		if n[d] == 0 {
			days = append(days, d)
		}
		n[d]++
	}
	text := "Päivä;Seuraajat;Näyttökerrat\n"
	for _, d := range days {
		text += fmt.Sprintf("%s;%d;%d\n", d.UTC().Format("2.1.2006"), n[d], n[d])
	}
	return text
}

func exportAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	return map[string]string{"files/exports/linkedin-vk47.csv": counted(moments)}
}

func workbookAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	return map[string]string{"files/vienti.xlsx": bookOf(table(counted(moments)))}
}
