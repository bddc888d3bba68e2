package linkedin

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// downloads are three files of one page: each reaches further than the one before, and LinkedIn has counted on in it. The hundreds of
// each number are those of the file.
func downloads(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for i, name := range []string{"first", "second", "third"} {
		text := followersHead
		for day := 1; day <= 14+2*i; day++ {
			text += fmt.Sprintf("11/%02d/2026,0,%d,0,%d\n", day, 100*(i+1)+day, 100*(i+1)+day)
		}
		out[name] = filepath.Join(dir, name+".csv")
		if err := os.WriteFile(out[name], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// take has a source read a file.
func take(t *testing.T, memory *collectortest.Memory, path string) (collectortest.Recording, error) {
	t.Helper()
	var out collectortest.Recorder
	err := (&Config{}).New(collector.Deps{ChannelID: "linkedin", State: memory}).(collector.Importer).Import(t.Context(), path, morning(), &out)
	return out.Recording(), err
}

// TestAnOlderExportOverwritesNothing: whatever the order in which files are imported, a day is what the file says that reaches furthest.
func TestAnOlderExportOverwritesNothing(t *testing.T) {
	files := downloads(t, t.TempDir())
	for _, order := range []string{"first second third", "third second first", "second third first second", "third", "first third third"} {
		var memory collectortest.Memory
		held := map[observation.Date]float64{}
		for _, name := range strings.Fields(order) {
			r, err := take(t, &memory, files[name])
			if err != nil && (!strings.Contains(err.Error(), "newer export") || len(r.Observations)+len(r.Complete) > 0) {
				t.Fatal(err)
			}
			for _, o := range r.Observations {
				held[o.From] = o.Value
			}
		}
		for day := 1; day <= 18; day++ {
			if got := held[observation.NewDate(2026, 11, day)]; got != float64(300+day) {
				t.Errorf("in the order %q the %d is %v, want that of the third", order, day, got)
			}
		}
	}
}

// TestAnOlderExportTellsItsOwnDays: of a file that reaches further back the days count that no newer one has, and how many were left out
// is told.
func TestAnOlderExportTellsItsOwnDays(t *testing.T) {
	var memory collectortest.Memory
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(followersHead+text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct{ name, file, text, want string }{
		{"the newer one", "b.csv", "11/20/2026,0,1,0,1\n11/21/2026,0,1,0,1\n11/22/2026,0,1,0,1\n", "gained 11-20 1, gained 11-21 1, gained 11-22 1; 0 left out, 3 complete"},
		{"an older one", "a.csv", "11/18/2026,0,9,0,9\n11/19/2026,0,9,0,9\n11/20/2026,0,9,0,9\n", "gained 11-18 9, gained 11-19 9; 1 left out, 2 complete"},
		{"a corrected copy", "copy.csv", "11/20/2026,0,2,0,2\n11/21/2026,0,2,0,2\n11/22/2026,0,2,0,2\n", "gained 11-20 2, gained 11-21 2, gained 11-22 2; 0 left out, 3 complete"},
	} {
		r, err := take(t, &memory, write(c.file, c.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%s; %d left out, %d complete", told(r), r.Counts["numbers_of_an_older_export_left_out"], len(r.Complete)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestPathsOverwriteNothing: files of paths are read again with each visit, and those that a newer one was imported beside tell of their
// own days alone; which of them counts does not hang on their names.
func TestPathsOverwriteNothing(t *testing.T) {
	dir := t.TempDir()
	files := downloads(t, dir)
	if err := os.Rename(files["third"], filepath.Join(t.TempDir(), "third.csv")); err != nil {
		t.Fatal(err)
	}
	rename := map[string]string{"first": "z-first.csv", "second": "a-second.csv"}
	for name, to := range rename {
		if err := os.Rename(files[name], filepath.Join(dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	var memory collectortest.Memory
	visit := func() map[observation.Date]float64 {
		var out collectortest.Recorder
		c := &Config{Paths: []string{"*.csv"}}
		if err := c.New(collector.Deps{ChannelID: "linkedin", State: &memory, Dir: dir}).Collect(t.Context(), morning(), &out); err != nil {
			t.Fatal(err)
		}
		held := map[observation.Date]float64{}
		for _, o := range out.Recording().Observations {
			held[o.From] = o.Value
		}
		return held
	}
	for n := range 2 {
		held := visit()
		if len(held) != 16 || held[observation.NewDate(2026, 11, 3)] != 203 {
			t.Errorf("visit %d: %v", n+1, held)
		}
	}
	if _, err := take(t, &memory, downloads(t, t.TempDir())["third"]); err != nil {
		t.Fatal(err)
	}
	if held := visit(); len(held) > 0 {
		t.Errorf("after the third was imported the folder tells %v", held)
	}
}
