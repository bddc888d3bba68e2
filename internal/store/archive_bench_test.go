package store_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

var archiveRows = flag.Int("archive-rows", 200_000, "how many observations BenchmarkArchive exports and restores")

// BenchmarkArchive exports and restores a desk's observations: rows a second, bytes a row, and by how much the memory of the
// process, with the engine in it, grew at most.
func BenchmarkArchive(b *testing.B) {
	s, _ := storetest.Embedded(b)
	for n := range *archiveRows / benchRows {
		if _, err := s.Commit(context.Background(), observation.Commit{Run: run(fmt.Sprintf("source-%d", n%5)), Observations: benchBatch(fmt.Sprintf("source-%d", n%5), n/5)}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "export")
		var m store.Manifest
		exporting, grown := measured(b, func() (err error) { m, err = s.Export(context.Background(), dir, nil); return err })
		rows, size := int64(0), int64(0)
		for _, f := range m.Files {
			rows, size = rows+f.Rows, size+f.Bytes
		}
		b.ReportMetric(float64(rows)/exporting.Seconds(), "export-rows/s")
		b.ReportMetric(float64(size)/float64(rows), "B/row")
		b.ReportMetric(grown, "export-MB")
		to, _ := storetest.Embedded(b)
		var a *store.Archive
		checking, _ := measured(b, func() (err error) { a, err = store.ReadArchive(context.Background(), dir, nil); return err })
		restoring, grown := measured(b, func() error { _, err := to.Restore(context.Background(), a, nil); return err })
		b.ReportMetric(float64(rows)/(checking+restoring).Seconds(), "restore-rows/s")
		b.ReportMetric(grown, "restore-MB")
	}
}

// measured tells how long f took, and by how many megabytes the process grew meanwhile at most.
func measured(b *testing.B, f func() error) (took time.Duration, grown float64) {
	b.Helper()
	before := resident(b, "VmRSS:")
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the most so far is forgotten
	start := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	took = time.Since(start)
	return took, (resident(b, "VmHWM:") - before) / 1024
}

// resident reads a line of what the kernel says of this process, in kilobytes.
func resident(b *testing.B, name string) (kb float64) {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("the kernel does not tell how much memory there is in use")
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			_, _ = fmt.Sscan(rest, &kb)
		}
	}
	return kb
}
