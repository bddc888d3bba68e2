package accesslog

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"

// tester is what the helpers need of a test, be it the standard library's or a property's.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

func helsinki(t tester) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// day reads 2026-11-20.
func day(t tester, s string) observation.Date {
	t.Helper()
	d, err := observation.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// window asks for days and weeks of first to last (inclusive), a month later.
func window(t tester, first, last string) collector.Window {
	t.Helper()
	p := observation.Period{From: day(t, first), To: day(t, last) + 1}
	return collector.Window{Period: p, Grains: Kind().Grains, Now: (p.To + 30).Start(helsinki(t)), Zone: helsinki(t)}
}

// hit is a line of the combined format; at is as logged: 20/Nov/2026:10:00:00 +0200.
func hit(address, at, request, status, agent string) string {
	return address + " - - [" + at + `] "` + request + `" ` + status + ` 512 "-" "` + agent + `"`
}

// read is a page view of a reader.
func read(at string) string { return hit("192.0.2.1", at, "GET /sivu/ HTTP/1.1", "200", firefox) }

// logOf ends every line.
func logOf(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

// put writes files into a fresh folder, last written to after all of their lines.
func put(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		putOne(t, filepath.Join(dir, name), content)
	}
	return dir
}

func putOne(t tester, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	touch(t, path, time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC))
}

func touch(t tester, path string, at time.Time) {
	t.Helper()
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// packed is content in gzip's format.
func packed(t tester, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// newSource makes the collector of paths in dir.
func newSource(dir string, paths ...string) *source {
	config := Kind().New().(*Config)
	config.Paths = paths
	return config.New(depsOf(dir)).(*source)
}

// depsOf are the surroundings of a source whose paths start from dir.
func depsOf(dir string) collector.Deps { return collector.Deps{Dir: dir} }

// collect runs a source, and checks what holds of every run.
func collect(t tester, s *source, w collector.Window) (collectortest.Recording, error) {
	t.Helper()
	var r collectortest.Recorder
	err := s.Collect(context.Background(), w, &r)
	rec := r.Recording()
	checkSums(t, rec)
	return rec, err
}

// checkSums checks that every line has one class, and that the views of all days are the lines counted.
func checkSums(t tester, rec collectortest.Recording) {
	t.Helper()
	parts := map[string]int64{}
	for name, n := range rec.Counts {
		if kind, _, ok := strings.Cut(name, "_"); ok && n < 0 {
			t.Errorf("%s is %d", name, n)
		} else if kind == "filtered" || kind == "rejected" {
			parts["lines_"+kind] += n
		}
	}
	for name, n := range parts {
		if rec.Counts[name] != n {
			t.Errorf("%s is %d, its parts make %d", name, rec.Counts[name], n)
		}
	}
	if c := rec.Counts; c["lines_read"] != c["lines_counted"]+c["lines_filtered"]+c["lines_rejected"] {
		t.Errorf("lines read are not counted + filtered + rejected: %v", c)
	}
}

// value returns the answer for a metric and a period; ok is false when there is none.
func value(rec collectortest.Recording, metric string, g observation.Grain, from observation.Date) (o observation.Observation, ok bool) {
	for _, o := range rec.Observations {
		if o.Metric == metric && o.Grain == g && o.From == from {
			return o, true
		}
	}
	return o, false
}

// want checks an answer and that it is whole; -1 is none.
func want(t tester, rec collectortest.Recording, metric string, g observation.Grain, from string, n float64) {
	t.Helper()
	o, ok := value(rec, metric, g, day(t, from))
	switch {
	case !ok && n >= 0:
		t.Errorf("%s of %s %s: no answer, want %v", metric, g, from, n)
	case ok && n < 0:
		t.Errorf("%s of %s %s: %v, want no answer", metric, g, from, o.Value)
	case ok && (o.Value != n || !o.Complete):
		t.Errorf("%s of %s %s: %v (complete: %v), want %v", metric, g, from, o.Value, o.Complete, n)
	}
}

// cover returns what was said of a period of a metric.
func cover(t tester, rec collectortest.Recording, metric string, g observation.Grain, from string) observation.Coverage {
	t.Helper()
	for _, c := range rec.Coverage {
		if c.Metric == metric && c.Grain == g && c.From == day(t, from) {
			return c
		}
	}
	t.Errorf("nothing is said of %s of %s %s", metric, g, from)
	return observation.Coverage{}
}

// wantCover checks result and reason of a period's views.
func wantCover(t tester, rec collectortest.Recording, from string, result observation.Result, reason string) {
	t.Helper()
	if c := cover(t, rec, metricViews, observation.Day, from); c.Result != result || c.Reason != reason {
		t.Errorf("%s: %s %q, want %s %q", from, c.Result, c.Reason, result, reason)
	}
}
