package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// BenchmarkFiguresColdStart times `seuranta figures` as a process of its own against a process that opens the same store and
// asks it one query, in turn. It reports both and their ratio.
func BenchmarkFiguresColdStart(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "demo")
	b.Setenv("SEURANTA_LIBCHDB", embeddedtest.Library(b))
	timed(b, nil, "demo", "--once", "--keep", dir, "--now", demoNow)
	config := filepath.Join(dir, "seuranta.yaml")
	var figures, open time.Duration
	for b.Loop() {
		figures += timed(b, nil, "--config", config, "figures", "--period", "2026-W46", "--now", demoNow)
		open += timed(b, []string{openVariable + "=" + filepath.Join(dir, "data")})
	}
	n := float64(b.N)
	b.ReportMetric(figures.Seconds()*1000/n, "ms/figures")
	b.ReportMetric(open.Seconds()*1000/n, "ms/open")
	b.ReportMetric(float64(figures)/float64(open), "ratio")
}

// openVariable names a folder of data: the program under test then only opens it and asks one query.
const openVariable = "TEST_OPEN_ONLY"

// openOnly starts the engine on a folder and asks it for the number of runs, past everything that the program has on top.
func openOnly(path string) error {
	e, err := embedded.Open(context.Background(), embedded.Options{Library: os.Getenv("SEURANTA_LIBCHDB"), Path: path, Database: "seuranta"})
	if err != nil {
		return err
	}
	defer e.Close()
	r, err := http.NewRequest(http.MethodPost, "http://embedded/?database=seuranta", strings.NewReader("SELECT count() FROM runs"))
	if err != nil {
		return err
	}
	answer, err := e.RoundTrip(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func timed(b *testing.B, env []string, args ...string) time.Duration {
	b.Helper()
	cmd := underTest(b, "", env, args...)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatal(fmt.Errorf("%v: %w\n%s", args, err, out))
	}
	return time.Since(start)
}
