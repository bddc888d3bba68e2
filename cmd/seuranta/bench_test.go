package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"seuranta/internal/store"
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

func openOnly(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path, Library: os.Getenv("SEURANTA_LIBCHDB")})
	if err != nil {
		return err
	}
	if _, err := s.Schema(ctx); err != nil {
		return err
	}
	return s.Close()
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
