package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
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

// BenchmarkCollectMemory runs `seuranta collect` as a process on logs of two sizes, each line of another visitor, and one that
// only opens the store. It reports how much more memory than that the larger one took, as the system counts it.
func BenchmarkCollectMemory(b *testing.B) {
	b.Setenv("SEURANTA_LIBCHDB", embeddedtest.Library(b))
	peak := func(dir string, env []string, args ...string) float64 {
		cmd := underTest(b, dir, env, args...)
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != exitPartial { // the week is not whole
			b.Fatalf("%v: %v\n%s", args, err, out)
		}
		return float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024
	}
	for b.Loop() {
		for _, lines := range []int{500_000, 2_000_000} {
			dir := b.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "seuranta.yaml"), []byte(smallDesk), 0o600); err != nil {
				b.Fatal(err)
			}
			if err := writeManyVisitors(filepath.Join(dir, "access.log"), lines); err != nil {
				b.Fatal(err)
			}
			peak(dir, nil, "migrate")
			engine := peak(dir, []string{openVariable + "=" + filepath.Join(dir, "data")})
			whole := peak(dir, nil, "collect", "--from", "2026-11-02", "--to", "2026-11-02", "--now", "2026-11-09T06:00:00Z")
			b.ReportMetric(whole-engine, fmt.Sprintf("MB-beside-the-engine/%d-lines", lines))
		}
	}
}

// writeManyVisitors writes a log of one day on which everybody came once.
func writeManyVisitors(path string, lines int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for i := range lines {
		second := 86401 * i / (lines - 1) // the last two seconds are the next day's
		fmt.Fprintf(w, "10.%d.%d.%d - - [%02d/Nov/2026:%02d:%02d:%02d +0200] \"GET /sivu-%d HTTP/1.1\" 200 512 \"-\" %q\n", i>>16&255, i>>8&255, i&255,
			2+second/86400, second/3600%24, second/60%60, second%60, i%997, browser)
	}
	return errors.Join(w.Flush(), f.Close())
}
