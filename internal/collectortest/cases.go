package collectortest

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
)

var update = flag.Bool("update", false, "write what the cases come to as what is expected of them")

// Cases plays every folder of testcases of the package under test: the configuration of a source, what the source has, and
// what is expected to be told of it. docs/collector.md shows the files of a case.
func Cases(t *testing.T, kind collector.Kind) {
	t.Helper()
	folders, err := filepath.Glob("testcases/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("there are no cases in testcases/", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) { play(t, kind, folder) })
	}
}

// play plays the visits of a case, one after the other, with what the source remembers between them.
func play(t *testing.T, kind collector.Kind, folder string) {
	dir := t.TempDir()
	var m Memory
	for _, v := range readVisits(t, folder) {
		var s *server
		if answers := answersOf(t, folder, v); len(answers) > 0 {
			s = startServer(t, answers)
		}
		setFiles(t, dir, folder, v)
		sc := loadScene(t, kind, folder, dir, "koske", s)
		rec, err := sc.read(context.Background(), &m, v, sc.window(v))
		rec.States = m.States()
		s.asRecorded(rec.Answers)
		told, failed := json.MarshalIndent(rec, "", "  ")
		if failed != nil {
			t.Fatal(failed)
		}
		expect(t, filepath.Join(v.folder, "expected.json"), sc.constant(string(told)+"\n"))
		expect(t, filepath.Join(v.folder, "expected.err"), sc.constant(classed(err)))
		s.checkAsked(t)
	}
}

// checkAsked checks that the requests and the answers of a case belong together.
func (s *server) checkAsked(t testing.TB) {
	t.Helper()
	if s == nil {
		return
	}
	asked, strange := s.requests()
	for _, r := range strange {
		t.Errorf("the collector asked for %s, and no answer is recorded for it", r)
	}
	used := map[*answer]bool{}
	for _, a := range asked {
		used[a] = true
	}
	for _, a := range s.answers {
		if !used[a] {
			t.Errorf("the collector never asked for %s of answers/%s.http", a.request(), a.name)
		}
	}
}

// classed writes an error with its class: what becomes of the run, and why.
func classed(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprintf("class: %s\nreason: %s\n%v\n", collector.ResultOf(err), collector.ReasonOf(err), err)
}

// constant takes out of a text what differs from run to run: the folder of the test and the address of its server.
func (s *scene) constant(text string) string {
	return s.server.unname(strings.ReplaceAll(text, s.dir, "DIR"))
}

// expect compares got with a file, which is absent when it would be empty.
func expect(t *testing.T, path, got string) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if *update {
		if err := rewrite(path, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, d)
	}
}

// rewrite makes a file hold a text; without a text there is no file.
func rewrite(path, text string) error {
	if text != "" {
		return os.WriteFile(path, []byte(text), 0o644)
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
