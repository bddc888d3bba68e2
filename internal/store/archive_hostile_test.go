package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

func flagKeepExport() *bool { return flag.Bool("keep-export", false, "write testdata/export-0004") }

const someRows = "observations-2026.jsonl.gz"

// spoilt are folders that look like exports, and what must be said of each.
var spoilt = map[string]struct {
	spoil func(t testing.TB, dir string)
	want  []string
}{
	"a changed byte": {func(t testing.TB, dir string) {
		edit(t, dir, someRows, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	}, []string{someRows, "its sha256 differs"}},
	"a file that is cut off": {func(t testing.TB, dir string) {
		edit(t, dir, someRows, func(b []byte) []byte { return b[:len(b)-9] })
	}, []string{someRows, "were written; copy it again"}},
	"a file that was written cut off": {func(t testing.TB, dir string) {
		text := unpacked(t, filepath.Join(dir, someRows))
		edit(t, dir, someRows, func(b []byte) []byte { reseal(t, dir, someRows, b[:len(b)-9], int64(len(text))); return b[:len(b)-9] })
	}, []string{someRows + ", line ", "the file is cut off here"}},
	"a missing file":     {func(t testing.TB, dir string) { remove(t, dir, someRows) }, []string{someRows, "it is not there; copy it again"}},
	"a missing manifest": {func(t testing.TB, dir string) { remove(t, dir, "manifest.json") }, []string{"manifest.json", "is no export, or one that was stopped before its end"}},
	"a manifest of something else": {func(t testing.TB, dir string) {
		edit(t, dir, "manifest.json", func([]byte) []byte { return []byte(`{"format":"tar"}`) })
	}, []string{"manifest.json", "it is no manifest of an export"}},
	"a cut off manifest": {func(t testing.TB, dir string) {
		edit(t, dir, "manifest.json", func(b []byte) []byte { return b[:len(b)/2] })
	}, []string{"manifest.json", "unexpected end"}},
	"a manifest with a wrong type": {func(t testing.TB, dir string) {
		edit(t, dir, "manifest.json", func(b []byte) []byte { return bytes.Replace(b, []byte(`"rows": `), []byte(`"rows": true, "x": `), 1) })
	}, []string{"manifest.json", "at byte ", "rows: a bool is in the wrong place"}},
	"a huge manifest": {func(t testing.TB, dir string) {
		edit(t, dir, "manifest.json", func(b []byte) []byte { return append(b, bytes.Repeat([]byte(" "), 17<<20)...) })
	}, []string{"manifest.json", "larger than 16 MB"}},
	"a path out of the folder": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Files[0].Name = "../../../etc/passwd" })
	}, []string{"manifest.json", `"../../../etc/passwd"`, "files of no other name are read"}},
	"an absolute path": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Files[0].Name = "/etc/passwd" })
	}, []string{"manifest.json", "files of no other name are read"}},
	"a link out of the folder": {func(t testing.TB, dir string) {
		remove(t, dir, someRows)
		if err := os.Symlink("/etc/passwd", filepath.Join(dir, someRows)); err != nil {
			t.Fatal(err)
		}
	}, []string{someRows, "it is not a plain file"}},
	"a pipe": {func(t testing.TB, dir string) {
		remove(t, dir, someRows)
		if err := syscall.Mkfifo(filepath.Join(dir, someRows), 0o600); err != nil {
			t.Fatal(err)
		}
	}, []string{someRows, "it is not a plain file"}},
	"a file that is named twice": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Files = append(m.Files, m.Files[0]) })
	}, []string{"manifest.json", "is named twice"}},
	"a table that there is not": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Files[0].Table = "system.users" })
	}, []string{"manifest.json", "is of no table that there is"}},
	"a table that is left out": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Tables = m.Tables[:len(m.Tables)-1] })
	}, []string{"manifest.json", "is missing"}},
	"other columns": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Tables[0].Columns[0].Type = "UInt8" })
	}, []string{"manifest.json", "the columns of observations are not those of schema 4"}},
	"fewer rows than declared": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Files[0].Rows++; m.Tables[0].Rows++ })
	}, []string{someRows, " rows of ", "and the manifest says"}},
	"a sum that is not one": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Tables[0].Rows++ })
	}, []string{"manifest.json", "observations is to have "}},
	"a newer schema": {func(t testing.TB, dir string) {
		edit(t, dir, "manifest.json", func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"schema": 4`), []byte(`"new": {}, "schema": 99`), 1)
		})
	}, []string{"manifest.json", "a newer version of seuranta made it (schema 99, this program knows ", "install that version"}},
	"a bomb": {func(t testing.TB, dir string) {
		packed := zeros(t, 70<<20)
		reseal(t, dir, someRows, packed, 5000)
	}, []string{someRows, "it unpacks to more than the manifest says"}},
	"a bomb that is declared": {func(t testing.TB, dir string) {
		reseal(t, dir, someRows, zeros(t, 70<<20), 70<<20)
	}, []string{someRows + ", line 1", "the line is longer than 64 MB"}},
	"a size that cannot be": {func(t testing.TB, dir string) {
		editManifest(t, dir, func(m *store.Manifest) { m.Files[0].Unpacked = 1 << 60 })
	}, []string{"manifest.json", someRows, "which nothing honest does"}},
	"millions of columns": {func(t testing.TB, dir string) {
		resealed(t, dir, someRows, func(text string) string {
			return "{" + strings.Repeat(`"a":1,`, 5_000_000) + `"b":1}` + "\n" + text
		})
	}, []string{someRows + ", line 1", `want the column organisation here and found "{\"a\":1`}},
	"ten million columns": {func(t testing.TB, dir string) {
		resealed(t, dir, someRows, func(text string) string {
			return "{" + strings.Repeat(`"aa":1,`, 10_000_000) + `"b":1}` + "\n" + text
		})
	}, []string{someRows + ", line 1", "the line is longer than 64 MB"}},
	"a wrong type": {func(t testing.TB, dir string) {
		resealed(t, dir, someRows, func(text string) string { return strings.Replace(text, `"value":9`, `"value":"9"`, 1) })
	}, []string{someRows + ", line ", `value: want a number and found "\"9\"`}},
	"a day that there is not": {func(t testing.TB, dir string) {
		resealed(t, dir, someRows, func(text string) string { return strings.Replace(text, `"2026-12-31"`, `"2026-12-32"`, 1) })
	}, []string{someRows + ", line ", "from_day: want a day from 1970-01-01 to 2105-12-31"}},
	"a day of another year": {func(t testing.TB, dir string) {
		resealed(t, dir, someRows, func(text string) string { return strings.Replace(text, `"2026-12-31"`, `"2025-12-31"`, 1) })
	}, []string{someRows + ", line ", "from_day: the row is of 2025 and stands in the file of 2026"}},
	"a number that is too large": {func(t testing.TB, dir string) {
		resealed(t, dir, someRows, func(text string) string { return strings.Replace(text, `"complete":1`, `"complete":256`, 1) })
	}, []string{someRows + ", line ", "complete: want a whole number from 0 to 255"}},
	"a version that is none": {func(t testing.TB, dir string) {
		resealed(t, dir, someRows, func(text string) string { return strings.Replace(text, `"version":"`, `"version":"-`, 1) })
	}, []string{someRows + ", line 1", "version: want a whole number in quotes"}},
	"something behind the end": {func(t testing.TB, dir string) {
		text := unpacked(t, filepath.Join(dir, someRows))
		edit(t, dir, someRows, func(b []byte) []byte { b = append(b, 'x'); reseal(t, dir, someRows, b, int64(len(text))); return b })
	}, []string{someRows, "something follows behind its end"}},
	"no gzip": {func(t testing.TB, dir string) {
		edit(t, dir, someRows, func([]byte) []byte { b := []byte("{}\n"); reseal(t, dir, someRows, b, 3); return b })
	}, []string{someRows, "it is not packed as gzip does"}},
}

func edit(t testing.TB, dir, name string, change func(b []byte) []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// zeros are so many zeros, packed.
func zeros(t testing.TB, n int) []byte {
	t.Helper()
	zerosOnce.Lock()
	defer zerosOnce.Unlock()
	if zerosOf[n] == nil {
		zerosOf[n] = packedZeros(t, n)
	}
	return zerosOf[n]
}

// What zeros made before: it takes its time under the race detector.
var (
	zerosOnce sync.Mutex
	zerosOf   = map[int][]byte{}
)

func packedZeros(t testing.TB, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	zeros := make([]byte, 1<<20)
	for range n >> 20 {
		if _, err := z.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Of a folder that is no sound export it is said which file and line is wrong; nothing of it is stored.
func TestHostileFolders(t *testing.T) {
	for name, c := range spoilt {
		t.Run(name, func(t *testing.T) {
			dir := copied(t)
			c.spoil(t, dir)
			_, err := store.ReadArchive(context.Background(), dir, nil)
			if err == nil {
				t.Fatal("it is taken for an export")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("it is not said %q: %v", want, err)
				}
			}
			if len(err.Error()) > 500 || !strings.Contains(err.Error(), dir) {
				t.Errorf("%d bytes are said: %.600v", len(err.Error()), err)
			}
		})
	}
}

// What changes between the look at an export and its restore is noticed; the store is not taken for ready then.
func TestAnExportThatChangesMeanwhile(t *testing.T) {
	dir := copied(t)
	a, err := store.ReadArchive(context.Background(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := storetest.Embedded(t)
	text := unpacked(t, filepath.Join(dir, someRows))
	resealed(t, dir, someRows, func(string) string { return text + "{}\n" })
	if _, err := s.Restore(context.Background(), a, nil); !errors.Is(err, store.ErrArchive) {
		t.Errorf("restored: %v", err)
	}
	if err := s.Ready(context.Background()); !errors.Is(err, store.ErrUnfinished) {
		t.Errorf("ready: %v", err)
	}
	if out := restored(t, s, todaysExport); !out.Anew {
		t.Errorf("%+v", out)
	}
}

// FuzzManifest reads any text as the manifest of an export; it never takes one for sound that does not say what it must.
func FuzzManifest(f *testing.F) {
	b, err := os.ReadFile(filepath.Join(todaysExport, "manifest.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"format":"seuranta-export","format_number":1,"schema":1,"tables":[],"files":[{"name":"../x"}]}`))
	f.Add([]byte(`{"format":"seuranta-export","format_number":1,"schema":-1}`))
	f.Add([]byte(`[]`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, "manifest.json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.ReadArchive(context.Background(), dir, nil); err != nil {
			return
		}
		m := store.ManifestOf(t, dir)
		if len(m.Files) > 0 || len(m.Tables) == 0 {
			t.Errorf("a folder without files is an export of %d files", len(m.Files))
		}
	})
}

// FuzzRow reads any line as a row of any table; what is taken for one says the same when it is written again.
func FuzzRow(f *testing.F) {
	m := store.ManifestOf(f, todaysExport)
	for _, file := range m.Files {
		for line := range strings.Lines(unpacked(f, filepath.Join(todaysExport, file.Name))) {
			f.Add(file.Table, strings.TrimSuffix(line, "\n"))
		}
	}
	f.Add("states", `{"organisation":"a","source":"b","name":{"base64":"/w=="},"value":"ä\n","version":"1","run":""}`)
	rowAgain := store.RowsAgain(f)
	f.Fuzz(func(t *testing.T, table, line string) {
		again, ok := rowAgain(table, line)
		if !ok {
			return
		}
		if third, ok := rowAgain(table, again); !ok || third != again {
			t.Errorf("%s: %q is written as %q, and that as %q", table, line, again, third)
		}
	})
}
