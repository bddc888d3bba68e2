package collectortest

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// checkDescription checks what a kind says of itself: definitions, sample, README, defaults.
func (b *bench) checkDescription(t *testing.T) {
	if b.kind.Sample == "" || b.kind.Name == "" {
		t.Error("the kind has no name or no sample")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil || !bytes.Contains(readme, []byte(b.kind.Sample)) {
		t.Errorf("README.md does not show sample.yaml as it is (%v)", err)
	}
	dir := t.TempDir()
	for _, m := range regexp.MustCompile(`_file: *(\S+)`).FindAllStringSubmatch(b.kind.Sample, -1) {
		path := filepath.Join(dir, m[1])
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := loadEntry(b.kind, b.kind.Sample, dir, "koske")
	if err != nil {
		t.Fatalf("sample.yaml is no entry of a configuration: %v", err)
	}
	for _, s := range append(c.Sources, b.good.source) {
		checkDefinitions(t, s.Source, c.Desk.Metrics)
	}
	checkDefaults(t, b.kind.New())
}

// checkDefinitions checks that each metric of a source is known and defined from the beginning, in every language.
func checkDefinitions(t *testing.T, s observation.Source, known observation.Metrics) {
	t.Helper()
	for _, m := range s.Metrics {
		if _, ok := known[m]; !ok {
			t.Errorf("%s: there is no metric %s", s.ID, m)
		}
		if _, ok := s.Definition(m, 0); !ok && known[m].Shape != observation.Counted {
			t.Errorf("%s: nothing in definitions.yaml defines %s from the beginning", s.ID, m)
		}
	}
	for _, d := range s.Definitions {
		for _, lang := range locale.Languages() {
			if d.Text[lang] == "" {
				t.Errorf("%s: the definition %s of %s has no text in %s", s.ID, d.ID, d.Metric, lang)
			}
		}
	}
}

// checkDefaults checks that the defaults are valid, but for keys that the user must give.
func checkDefaults(t *testing.T, settings collector.Config) {
	t.Helper()
	v := reflect.Indirect(reflect.ValueOf(settings))
	for _, f := range settings.Validate() {
		if f.Message == "" {
			t.Errorf("Validate tells a fault of %q without saying what to do", f.Key)
		}
		if v.Kind() != reflect.Struct {
			continue
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			if name == f.Key && name != "" && !v.Field(i).IsZero() {
				t.Errorf("the default of %s has a fault: %s", f.Key, f.Message)
			}
		}
	}
}

// checkInert checks that making a collector does nothing yet: no request, no file, no goroutine.
func (b *bench) checkInert(t *testing.T) {
	sc := b.stage(t, trial{}, b.visit)
	settle()
	goroutines, files := runtime.NumGoroutine(), openFiles()
	deps := sc.deps(new(Memory), b.visit, sc.source.Policy())
	for range 20 {
		sc.source.Settings.New(deps)
		sc.source.Settings.New(collector.Deps{})
	}
	if n := runtime.NumGoroutine(); n > goroutines+5 {
		t.Errorf("New starts goroutines: there were %d and are %d after 40 calls", goroutines, n)
	}
	if n := openFiles(); n > files+5 {
		t.Errorf("New opens files: there were %d open and are %d after 40 calls", files, n)
	}
	if sc.server != nil {
		if asked, strange := sc.server.requests(); len(asked)+len(strange) > 0 {
			t.Error("New asks the server")
		}
	}
}

// checkCheck checks that a source that is well is found to be so, by one call at most for each of its parts.
func (b *bench) checkCheck(t *testing.T) {
	sc := b.stage(t, trial{}, b.visit)
	c, ok := sc.source.Settings.New(sc.deps(new(Memory), b.visit, sc.source.Policy())).(collector.Checker)
	if !ok {
		return
	}
	said, err := c.Check(t.Context(), b.visit.Now.In(sc.source.Zone))
	if err != nil || said == "" || strings.Contains(said, "\n") {
		t.Errorf("Check of a source that is well says %q, error %v; want one line", said, err)
	}
	sc.checkStrange(t)
	if sc.server == nil {
		return
	}
	asked, strange := sc.server.requests() // before the parts are read from the same server
	if most := b.parts(t); len(asked)+len(strange) > most {
		t.Errorf("Check makes %d calls, want %d at most", len(asked)+len(strange), most)
	}
}

// parts returns how many parts the source speaks of, one at least.
func (b *bench) parts(t *testing.T) int {
	rec, _, err := b.read(t, b.visit)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]bool{}
	for _, c := range rec.Coverage {
		parts[c.Part] = true
	}
	return max(1, len(parts))
}

// settle gives goroutines that are about to end the time to do so.
func settle() {
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
}

// openFiles counts the open files of the process; 0 where the system does not tell.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}
