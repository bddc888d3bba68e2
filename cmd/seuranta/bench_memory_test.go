package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"seuranta/internal/store/embedded/embeddedtest"
)

// BenchmarkCollectMemory runs `seuranta collect` as a process on logs of two sizes, each line of another visitor, and one that
// only opens the store. It reports how much more memory than that the larger one took, as the system counts it.
func BenchmarkCollectMemory(b *testing.B) {
	b.Setenv("SEURANTA_LIBCHDB", embeddedtest.Library(b))
	peak := func(dir string, env []string, args ...string) float64 {
		cmd := underTest(b, dir, env, args...)
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != exitPartial { // the week is not whole
			b.Fatalf("%v: %v\n%s", args, err, out)
		}
		mb := float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024
		if mb <= own() {
			b.Fatal("this process is larger than the one that it measures, whose figure begins with ours: run this benchmark alone")
		}
		return mb
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

// own is the most memory that this process ever had, in MB.
func own() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Maxrss) / 1024
}
