package embedded

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLocateTakesTheFirstThatIsThere(t *testing.T) {
	root := t.TempDir()
	bin := filepath.Join(root, "bin")
	// In the reverse of the order in which they are looked for.
	for _, at := range []string{
		filepath.Join(root, setupFolder, libraryName),
		filepath.Join(root, "lib", "seuranta", libraryName),
		filepath.Join(bin, libraryName),
	} {
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := locate("", "", bin); err != nil || got != at {
			t.Errorf("got %s, %v; want %s", got, err, at)
		}
	}
	own := filepath.Join(root, "own.so")
	if err := os.WriteFile(own, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := locate("", own, bin); err != nil || got != own {
		t.Errorf("from the environment: %s, %v", got, err)
	}
	if got, err := locate(own, "/nowhere", bin); err != nil || got != own {
		t.Errorf("configured: %s, %v", got, err)
	}
}

func TestLocateListsWhatItTried(t *testing.T) {
	root := t.TempDir()
	_, err := locate("", "", filepath.Join(root, "bin"))
	for _, words := range []string{
		filepath.Join(root, "bin", libraryName), filepath.Join(root, "lib", "seuranta", libraryName),
		filepath.Join(root, setupFolder, libraryName), "make setup", "storage.library", "storage.dsn",
	} {
		if !errors.Is(err, ErrLibrary) || !strings.Contains(err.Error(), words) {
			t.Errorf("%v: does not say %s", err, words)
		}
	}
	for configured, why := range map[string]string{root: "not a file", filepath.Join(root, "none"): "not there"} {
		if _, err := locate(configured, "", root); !errors.Is(err, ErrLibrary) || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", configured, err)
		}
	}
}
