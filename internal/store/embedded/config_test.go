package embedded

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigIsWellFormed(t *testing.T) {
	for _, text := range []string{usersXML(Options{Database: "d"}), engineXML("/a & b/users.xml", "/tmp/<log>")} {
		d := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
	}
}

func TestPatternMayDropItsDatabases(t *testing.T) {
	for name, want := range map[string]bool{"test_*": true, "test_": false} {
		if grants := strings.Join(grantsFor(Options{Database: name}), "\n"); strings.Contains(grants, "DROP DATABASE") != want {
			t.Errorf("%s: %s", name, grants)
		}
	}
}

func TestReplaceFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for _, content := range []string{"one", "one", "two"} {
		if err := replaceFile(path, content); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != content {
			t.Errorf("got %q, %v", b, err)
		}
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(path, "two"); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("a file that was right was written again, %v", err)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := replaceFile(filepath.Join(path, "below"), "x"); err == nil {
		t.Error("a file was written below a file")
	}
}
