package accesslog

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// benchCorpus is a week of a site that is busy for its kind: in a million lines there are about 100 000 visitors, a
// tenth of them bots, half of the lines assets.
func benchCorpus() corpus {
	return corpus{
		Lines: 1_000_000, Seed: 1, From: time.Date(2026, 11, 9, 0, 0, 0, 0, time.FixedZone("", 2*60*60)), Span: 7 * 24 * time.Hour,
		Visitors: 0.1, Bots: 0.1, Probes: 0.02,
	}
}

// BenchmarkCollectMillionLines tells how many lines of benchCorpus are counted in a second of processor time, in all the
// threads of the process, and how far the heap grew.
func BenchmarkCollectMillionLines(b *testing.B) {
	dir := benchLog(b, benchCorpus())
	var peak uint64
	lines, cpu := 0, time.Duration(0)
	for b.Loop() {
		used, heap := collectOnce(b, dir, benchCorpus())
		lines, cpu, peak = lines+benchCorpus().Lines, cpu+used, max(peak, heap)
	}
	perSecond := float64(lines) / cpu.Seconds()
	b.ReportMetric(perSecond, "lines/CPU-s")
	b.ReportMetric(float64(peak)/(1<<20), "MB-peak")
	goaccess := findGoaccess()
	if goaccess == "" {
		b.Log("no goaccess to compare with: set GOACCESS, or make setup-test")
		return
	}
	theirs := float64(benchCorpus().Lines) / runGoaccess(b, goaccess, filepath.Join(dir, "access.log")).Seconds()
	b.ReportMetric(theirs, "goaccess-lines/CPU-s")
	b.ReportMetric(perSecond/theirs, "times-goaccess")
}

// benchLog writes a corpus to access.log in a fresh folder.
func benchLog(b *testing.B, made corpus) (dir string) {
	b.Helper()
	dir = b.TempDir()
	file, err := os.Create(filepath.Join(dir, "access.log"))
	if err == nil {
		err = errors.Join(made.write(file), file.Close())
	}
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

// collectOnce counts the log in dir and returns the processor time and the largest heap seen.
func collectOnce(b *testing.B, dir string, made corpus) (time.Duration, uint64) {
	b.Helper()
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		b.Fatal(err)
	}
	config := &Config{Paths: []string{"access.log"}, Silence: defaultSilence}
	from := observation.NewDate(2026, 11, 9)
	w := collector.Window{Period: observation.Period{From: from, To: from + 7}, Grains: Kind().Grains, Now: time.Date(2026, 11, 18, 4, 0, 0, 0, zone), Zone: zone}
	runtime.GC()
	var peak uint64
	r := collectortest.Recorder{OnProgress: func(int64, int64) { peak = max(peak, heapInUse()) }}
	before := cpuTime(syscall.RUSAGE_SELF)
	if err := config.New(collector.Deps{Dir: dir}).Collect(context.Background(), w, &r); err != nil {
		b.Fatal(err)
	}
	used := cpuTime(syscall.RUSAGE_SELF) - before
	if n := r.Recording().Counts; n["lines_read"] != int64(made.Lines) || n["lines_counted"] == 0 || n["lines_rejected"] != 0 {
		b.Fatalf("the corpus was not counted: %v", n)
	}
	return used, peak
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// cpuTime returns the user and system time of this process, or of the children it has waited for.
func cpuTime(who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// findGoaccess returns the path of goaccess: GOACCESS, or the one of the project's own set-up folder; "" is none.
func findGoaccess() string {
	if path := os.Getenv("GOACCESS"); path != "" {
		return path
	}
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			path := filepath.Join(dir, ".tools", "debian", "goaccess", "run")
			if _, err := os.Stat(path); err != nil {
				return ""
			}
			return path
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

// runGoaccess lets goaccess read a log of the combined format, and returns its processor time.
func runGoaccess(b *testing.B, goaccess, path string) time.Duration {
	b.Helper()
	report := filepath.Join(b.TempDir(), "report.json")
	before := cpuTime(syscall.RUSAGE_CHILDREN)
	run := exec.Command(goaccess, path, "--no-global-config", "--log-format=COMBINED", "--no-progress", "-o", report)
	if out, err := run.CombinedOutput(); err != nil {
		b.Fatalf("goaccess: %v\n%s", err, out)
	}
	used := cpuTime(syscall.RUSAGE_CHILDREN) - before
	if told, err := os.ReadFile(report); err != nil || !bytes.Contains(told, []byte(`"total_requests": 1000000`)) {
		b.Fatalf("goaccess did not read the corpus: %v\n%.500s", err, strings.TrimSpace(string(told)))
	}
	return used
}

// BenchmarkCollectUniqueVisitors is the worst for memory: nearly every line is another visitor's, so that the logs are
// read several times. It fails when the heap outgrows what is promised.
func BenchmarkCollectUniqueVisitors(b *testing.B) {
	const promised = 64 // MB
	made := benchCorpus()
	made.Lines, made.Visitors = 2_000_000, 1
	dir := benchLog(b, made)
	var peak uint64
	lines, cpu := 0, time.Duration(0)
	for b.Loop() {
		used, heap := collectOnce(b, dir, made)
		lines, cpu, peak = lines+made.Lines, cpu+used, max(peak, heap)
	}
	b.ReportMetric(float64(lines)/cpu.Seconds(), "lines/CPU-s")
	b.ReportMetric(float64(peak)/(1<<20), "MB-peak")
	if peak > promised<<20 {
		b.Errorf("the heap grew to %d MB, promised are %d", peak>>20, promised)
	}
}
