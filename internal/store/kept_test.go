package store_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"seuranta/internal/store/storetest"
)

// TestKept: what one process keeps of a source another one reads; files that only the owner may read, of each source its own; a
// file that is no such file, or cannot be written, is none.
func TestKept(t *testing.T) {
	o := newOrder(t, "kept")
	s, other := openShared(t, o), openShared(t, o)
	s.Keep("koske", "brevo", "calls", "1 2")
	s.Keep("koske", "brevo", "calls_barred", "7")
	s.Keep("koske", "brevo", "calls", "1 2 3")
	if got := other.Kept("koske", "brevo"); !maps.Equal(got, map[string]string{"calls": "1 2 3", "calls_barred": "7"}) {
		t.Errorf("it kept %v", got)
	}
	if got := s.Kept("koske", "brevo/../x"); got != nil {
		t.Errorf("of another source it kept %v", got)
	}
	folder := filepath.Join(o.Path, "visiting", "kept")
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	path := filepath.Join(folder, files[0].Name())
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte(`{"calls":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := s.Kept("koske", "brevo"); got != nil {
		t.Errorf("of half a file it made %v", got)
	}
	if s.Keep("koske", "brevo", "calls", "4"); s.Kept("koske", "brevo")["calls"] != "4" {
		t.Error("it did not begin anew")
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s.Keep("koske", "brevo", "calls", "5"); s.Kept("koske", "brevo") != nil {
		t.Error("what cannot be written was kept")
	}
}

// TestAServerKeepsNothing: a store without a folder has nowhere to put it.
func TestAServerKeepsNothing(t *testing.T) {
	s, _ := storetest.Server(t)
	if s.Keep("koske", "brevo", "calls", "1"); s.Kept("koske", "brevo") != nil {
		t.Error("it kept something")
	}
}
