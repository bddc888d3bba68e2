//go:build linux && amd64

package embedded_test

import (
	"os"
	"path/filepath"
	"testing"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// beginning is the first n bytes of a file.
func beginning(t *testing.T, path string, n int64) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, n)
	if _, err := f.ReadAt(b, 0); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLibraryThatIsNone(t *testing.T) {
	folder := t.TempDir()
	library := embeddedtest.Library(t)
	info, err := os.Stat(library)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, content []byte, size int64) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		truncate(t, path, size)
		return path
	}
	head := beginning(t, library, 1<<20)
	arm := append([]byte(nil), head[:64]...)
	arm[18] = 183
	for name, c := range map[string]struct{ path, words string }{
		"missing":             {filepath.Join(folder, "none.so"), "no such file"},
		"a folder":            {folder, "not a file"},
		"empty":               {write("empty.so", nil, 0), "cut short or no library"},
		"text":                {write("text.so", []byte("hello, this is text"), 19), "cut short or no library"},
		"half":                {write("half.so", head, 1<<20), "cut short"},
		"a byte short":        {write("short.so", head, info.Size()-1), "cut short"},
		"another machine":     {write("arm.so", arm, 64), "cut short or no library"},
		"this program":        {os.Args[0], "not in it"},
		"another one's C API": {"/lib/x86_64-linux-gnu/libc.so.6", "chdb_connect is not in it"},
	} {
		data := filepath.Join(folder, "data")
		_, err := embedded.Open(background, embedded.Options{Library: c.path, Path: data, Database: "d"})
		wantError(t, err, embedded.ErrLibrary, c.path, "make setup", "storage.library")
		if name != "another one's C API" && name != "this program" {
			wantError(t, err, embedded.ErrLibrary, c.words)
		}
		if _, err := os.Stat(data); err == nil {
			t.Errorf("%s: the data folder was made", name)
		}
	}
}
