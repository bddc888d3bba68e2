package accesslog

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

var update = flag.Bool("update", false, "write what the cases come to as what is expected of them")

// testCase is a case.yaml: which days are asked for (both belong to it), when, and the settings of the source.
type testCase struct {
	From   observation.Date `yaml:"from"`
	To     observation.Date `yaml:"to"`
	Now    time.Time        `yaml:"now"`
	Config Config           `yaml:"config"`
}

// TestCases runs every folder of testcases: the logs in it, its case.yaml, its expected.json and its expected.err.
func TestCases(t *testing.T) {
	folders, err := filepath.Glob("testcases/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) { runCase(t, folder) })
	}
}

func runCase(t *testing.T, folder string) {
	c := testCase{Config: *Kind().New().(*Config)}
	b, err := os.ReadFile(filepath.Join(folder, "case.yaml"))
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	if err = errors.Join(err, decoder.Decode(&c)); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() // so that the files have the age that the case needs
	if err := errors.Join(os.CopyFS(dir, os.DirFS(folder)), filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chtimes(path, c.Now, c.Now))
	})); err != nil {
		t.Fatal(err)
	}
	w := collector.Window{Period: observation.Period{From: c.From, To: c.To + 1}, Grains: Kind().Grains, Now: c.Now, Zone: helsinki(t)}
	rec, err := collect(t, c.Config.New(collector.Deps{Dir: dir}).(*source), w)
	told, failed := json.MarshalIndent(rec, "", "  ")
	if failed != nil {
		t.Fatal(failed)
	}
	message := ""
	if err != nil {
		message = err.Error() + "\n"
	}
	expect(t, filepath.Join(folder, "expected.json"), dir, string(told)+"\n")
	expect(t, filepath.Join(folder, "expected.err"), dir, message)
}

// expect compares got with a file, which is absent when it would be empty. The folder of the run reads DIR there.
func expect(t *testing.T, path, dir, got string) {
	t.Helper()
	got = strings.ReplaceAll(got, dir, "DIR")
	want, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if *update && got != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}
