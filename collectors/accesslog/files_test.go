package accesslog

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// threeDays is a log that covers 20 November whole, with two page views on it.
func threeDays() string {
	return logOf(read("19/Nov/2026:23:50:00 +0200"), read("20/Nov/2026:09:00:00 +0200"), read("20/Nov/2026:12:00:00 +0200"), read("21/Nov/2026:00:00:00 +0200"))
}

// theDay is 20 November alone.
func theDay(t testing.TB) collector.Window {
	w := window(t, "2026-11-20", "2026-11-20")
	w.Grains = []observation.Grain{observation.Day}
	return w
}

func TestSameLinesInManyForms(t *testing.T) {
	whole := threeDays()
	lines := strings.SplitAfter(strings.TrimSuffix(whole, "\n"), "\n")
	firstPart, rest := lines[0]+lines[1], lines[2]+lines[3]+"\n"
	for name, files := range map[string]map[string]string{
		"plain":                      {"a.log": whole},
		"packed":                     {"a.log.gz": packed(t, whole)},
		"packed without a name":      {"a.log": packed(t, whole)},
		"packed in two members":      {"a.log.gz": packed(t, firstPart) + packed(t, rest)},
		"members cut inside a line":  {"a.log.gz": packed(t, whole[:100]) + packed(t, whole[100:])},
		"rotated":                    {"a.log": rest, "a.log.1": firstPart},
		"rotated and packed":         {"a.log": rest, "a.log.1.gz": packed(t, firstPart)},
		"merged backwards":           {"a.log": lines[1] + lines[3] + "\n", "a.log.1": lines[2] + lines[0]},
		"plain and packed twins":     {"a.log": rest, "a.log.1": firstPart, "a.log.2.gz": packed(t, firstPart)},
		"twins, packed half-way":     {"a.log": whole, "a.log.gz": packed(t, whole)[:120]},
		"a copy of the whole":        {"a.log": whole, "a.log.copy": whole},
		"a copy of the beginning":    {"a.log": whole, "a.log.copy": firstPart},
		"beginnings of beginnings":   {"a.log": whole, "a.log.b": firstPart, "a.log.c": lines[0], "a.log.d.gz": packed(t, firstPart)},
		"an empty file":              {"a.log": "", "a.log.1": whole},
		"an empty packed file":       {"a.log": packed(t, ""), "a.log.1": whole},
		"no end of the last line":    {"a.log": strings.TrimSuffix(whole, "\n")},
		"no end, packed":             {"a.log": packed(t, strings.TrimSuffix(whole, "\n"))},
		"ends of lines as on DOS":    {"a.log": strings.ReplaceAll(whole, "\n", "\r\n")},
		"a folder beside":            {"a.log": whole, "a.log.d/x": "nonsense"},
		"a log of another year":      {"a.log": whole, "a.log.9": logOf(read("20/Nov/2025:10:00:00 +0200"))},
		"a log of a later year":      {"a.log": whole, "a.log.9": logOf(read("20/Nov/2027:10:00:00 +0200"))},
		"extra lines at other hours": {"a.log": whole, "a.log.1": logOf(strings.Replace(read("20/Nov/2026:09:30:00 +0200"), " 200 ", " 404 ", 1))},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, content := range files {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
					t.Fatal(err)
				}
				putOne(t, filepath.Join(dir, name), content)
			}
			w := theDay(t)
			w.Now = w.Now.AddDate(1, 0, 0) // all files are old by then
			rec, err := collect(t, newSource(dir, "a.log*"), w)
			if err != nil {
				t.Fatal(err)
			}
			want(t, rec, metricViews, observation.Day, "2026-11-20", 2)
			want(t, rec, metricVisitors, observation.Day, "2026-11-20", 1)
			wantCover(t, rec, "2026-11-20", observation.OK, "")
		})
	}
}

func TestTwoPatternsOneFile(t *testing.T) {
	dir := put(t, map[string]string{"a.log": threeDays()})
	if err := os.Symlink("a.log", filepath.Join(dir, "link.log")); err != nil {
		t.Fatal(err)
	}
	rec, err := collect(t, newSource(dir, "a.log", "*.log", filepath.Join(dir, "?.log")), theDay(t))
	if err != nil || rec.Counts["files_read"] != 1 || rec.Counts["lines_read"] != 4 {
		t.Errorf("error %v, counts %v", err, rec.Counts)
	}
}

func TestAlmostTheSame(t *testing.T) {
	whole := threeDays()
	other := strings.Replace(whole, "21/Nov/2026:00:00:00", "21/Nov/2026:00:00:01", 1)
	rec, err := collect(t, newSource(put(t, map[string]string{"a.log": whole, "b.log": other}), "*.log"), theDay(t))
	if err != nil {
		t.Fatal(err)
	}
	want(t, rec, metricViews, observation.Day, "2026-11-20", 4) // two servers may well log alike for a while
}

// bulk is lines of about n bytes together, few and long: enough for a report of progress.
func bulk(n int) []string {
	long := hit("198.51.100.1", "20/Nov/2026:10:00:00 +0200", "GET /tyyli.css?"+strings.Repeat("x", 50_000)+" HTTP/1.1", "200", firefox)
	var out []string
	for ; n > 0; n -= len(long) {
		out = append(out, long)
	}
	return out
}

func TestRotationInTheMiddleOfARun(t *testing.T) {
	lines := append([]string{read("19/Nov/2026:23:50:00 +0200")}, bulk(2*tellEvery)...)
	lines = append(lines, read("20/Nov/2026:12:00:00 +0200"), read("21/Nov/2026:00:00:00 +0200"))
	for _, limit := range []int{largestTable, 1} { // one pass, and several
		dir := put(t, map[string]string{"a.log": logOf(lines...), "a.log.1": logOf(read("18/Nov/2026:10:00:00 +0200"), read("19/Nov/2026:10:00:00 +0200"))})
		reports := 0
		r := collectortest.Recorder{OnProgress: func(int64, int64) {
			if reports++; reports == 1 {
				rotate(t, dir)
			}
		}}
		s := newSource(dir, "a.log*")
		s.limit = limit
		err := s.Collect(context.Background(), theDay(t), &r)
		rec := r.Recording()
		if err != nil || rec.Counts["lines_read"] != int64(len(lines))+2 || reports < 2 {
			t.Fatalf("limit %d: error %v, counts %v, %d reports", limit, err, rec.Counts, reports)
		}
		want(t, rec, metricViews, observation.Day, "2026-11-20", 1)
	}
}

// rotate does what logrotate does, with the server writing on into the renamed file first.
func rotate(t testing.TB, dir string) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(dir, "a.log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString(logOf(read("20/Nov/2026:13:00:00 +0200")))
	err = errors.Join(err, file.Close(),
		os.Remove(filepath.Join(dir, "a.log.1")),
		os.Rename(filepath.Join(dir, "a.log"), filepath.Join(dir, "a.log.1")),
		os.WriteFile(filepath.Join(dir, "a.log"), []byte(logOf(read("20/Nov/2026:14:00:00 +0200"))), 0o600))
	if err != nil {
		t.Fatal(err)
	}
}

func TestFileThatIsStillWritten(t *testing.T) {
	whole := threeDays()
	dir := put(t, map[string]string{"a.log": whole + `192.0.2.7 - - [20/Nov/2026:10:00:00 +0200] "GET /x HTTP/1.1" 200 51`})
	w := theDay(t)
	w.Now = time.Date(2026, 11, 21, 4, 15, 0, 0, w.Zone)
	touch(t, filepath.Join(dir, "a.log"), w.Now.Add(-time.Second))
	rec, err := collect(t, newSource(dir, "a.log"), w)
	if err != nil || rec.Counts["lines_read"] != 4 {
		t.Errorf("the line that is being written was read: error %v, %v", err, rec.Counts)
	}
	touch(t, filepath.Join(dir, "a.log"), w.Now.Add(-2*time.Hour))
	rec, err = collect(t, newSource(dir, "a.log"), w)
	if err != nil || rec.Counts["lines_read"] != 5 {
		t.Errorf("the last line of a log that nobody writes to was not read: error %v, %v", err, rec.Counts)
	}
}

// TestTruncated cuts a log while it is being read, as logrotate's copytruncate does.
func TestTruncated(t *testing.T) {
	long := logOf(bulk(2 * tellEvery)...)
	for name, now := range map[string]string{"cut": "", "written anew": logOf(read("20/Nov/2026:11:00:00 +0200")) + long} {
		t.Run(name, func(t *testing.T) {
			dir := put(t, map[string]string{"a.log": long + logOf(read("21/Nov/2026:00:00:00 +0200")), "b.log": threeDays()})
			w := theDay(t)
			first := true
			r := collectortest.Recorder{OnProgress: func(int64, int64) {
				if first {
					if err := os.WriteFile(filepath.Join(dir, "a.log"), []byte(now), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				first = false
			}}
			err := newSource(dir, "*.log").Collect(context.Background(), w, &r)
			if !errors.Is(err, collector.ErrPartial) || !strings.Contains(err.Error(), "a.log") || !strings.Contains(err.Error(), "run again") {
				t.Errorf("error %v", err)
			}
			rec := r.Recording()
			wantCover(t, rec, "2026-11-20", observation.Partial, collector.ReasonLogDamaged)
			if len(rec.Complete) > 0 {
				t.Errorf("told as complete: %v", rec.Complete)
			}
		})
	}
}

// TestChangedBetweenPasses lets the passes see different lines: then nothing at all is told.
func TestChangedBetweenPasses(t *testing.T) {
	lines := append(bulk(tellEvery), threeDays())
	for i := range 64 { // at the end, so that a pass that is too full for its table halves its share: eleven passes or more
		lines = append(lines, hit("198.51.100."+strconv.Itoa(i), "20/Nov/2026:10:00:00 +0200", "GET / HTTP/1.1", "200", firefox))
	}
	content := logOf(lines...)
	dir := put(t, map[string]string{"a.log": content})
	r := collectortest.Recorder{OnProgress: func(done, total int64) {
		if done > 7*int64(len(content)) { // the pass that tells of the lines is over: it is the fourth, give or take one
			joined := strings.Replace(content, "\n", " ", 1) // two lines become one, the size stays
			if err := os.WriteFile(filepath.Join(dir, "a.log"), []byte(joined), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}}
	s := newSource(dir, "*.log")
	s.limit = 16
	err := s.Collect(context.Background(), theDay(t), &r)
	if rec := r.Recording(); !errors.Is(err, errRewrote) || len(rec.Observations)+len(rec.Coverage)+len(rec.Complete) > 0 {
		t.Errorf("error %v, told %v", err, rec)
	}
}

func TestCutPackedLog(t *testing.T) {
	var lines []string
	for i := range 3000 {
		at := time.Date(2026, 11, 19, 12, 0, 0, 0, helsinki(t)).Add(time.Duration(i) * time.Minute / 2)
		lines = append(lines, hit("192.0.2.1", at.Format(stampForm), "GET /sivu-"+at.Format("150405")+"/ HTTP/1.1", "301", firefox))
	}
	whole := packed(t, logOf(lines...)) // to 13:00 on 20 November
	dir := put(t, map[string]string{"a.log.1.gz": whole[:len(whole)/2], "b.log": logOf(read("18/Nov/2026:10:00:00 +0200"), read("19/Nov/2026:10:00:00 +0200"), read("20/Nov/2026:09:00:00 +0200"), read("21/Nov/2026:01:00:00 +0200"), read("22/Nov/2026:01:00:00 +0200"))})
	touch(t, filepath.Join(dir, "a.log.1.gz"), time.Date(2026, 11, 20, 13, 0, 0, 0, helsinki(t)))
	w := window(t, "2026-11-19", "2026-11-21")
	rec, err := collect(t, newSource(dir, "*.log*"), w)
	if !errors.Is(err, collector.ErrPartial) || !strings.Contains(err.Error(), "a.log.1.gz") || !strings.Contains(err.Error(), "unexpected EOF") {
		t.Errorf("error %v", err)
	}
	if n := rec.Counts["filtered_status"]; n < 500 || n > 2500 {
		t.Errorf("%d lines of the cut log were read", n)
	}
	c := cover(t, rec, metricViews, observation.Day, "2026-11-20")
	if c.Result != observation.Partial || c.Reason != collector.ReasonLogDamaged || !strings.Contains(c.Detail, "a.log.1.gz") || len(c.Gaps) != 1 || !c.Gaps[0].To.Equal(time.Date(2026, 11, 20, 13, 0, 0, 0, helsinki(t))) {
		t.Errorf("20 November: %+v", c)
	}
	if o, ok := value(rec, metricViews, observation.Day, day(t, "2026-11-20")); !ok || o.Complete {
		t.Errorf("20 November: %+v", o)
	}
	want(t, rec, metricVisitors, observation.Day, "2026-11-20", -1)
	wantCover(t, rec, "2026-11-21", observation.OK, "") // the cut log did not reach it
}

func TestNotReallyPacked(t *testing.T) {
	dir := put(t, map[string]string{"a.log.gz": "\x1f\x8bnonsense", "b.log": threeDays()})
	rec, err := collect(t, newSource(dir, "*.log*"), theDay(t))
	if !errors.Is(err, collector.ErrPartial) || !strings.Contains(err.Error(), "a.log.gz") {
		t.Errorf("error %v", err)
	}
	wantCover(t, rec, "2026-11-20", observation.Partial, collector.ReasonLogDamaged)
}

// TestOldTroubleIsForgotten: a log that can not be read but was last written long ago is none of this run's business.
func TestOldTroubleIsForgotten(t *testing.T) {
	dir := put(t, map[string]string{"b.log": threeDays()})
	loop := filepath.Join(dir, "a.log")
	if err := syscall.Mkfifo(loop, 0o600); err != nil {
		t.Fatal(err)
	}
	touch(t, loop, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	rec, err := collect(t, newSource(dir, "*.log"), theDay(t))
	if err != nil {
		t.Error(err)
	}
	wantCover(t, rec, "2026-11-20", observation.OK, "")
	touch(t, loop, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	rec, err = collect(t, newSource(dir, "*.log"), theDay(t))
	if !errors.Is(err, collector.ErrPartial) || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("error %v", err)
	}
	wantCover(t, rec, "2026-11-20", observation.Partial, collector.ReasonLogDamaged)
}

func TestNothingThere(t *testing.T) {
	dir := put(t, map[string]string{"b.log": threeDays()})
	if err := os.Symlink("nowhere", filepath.Join(dir, "dangling.log")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "c.log.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	for pattern, advice := range map[string]string{
		"absent.log":   "no file matches",
		"absent*":      "no file matches",
		"c.log.d":      "no file matches", // a folder is no log
		"none/a.log*":  "no such file or directory",
		"b.log/x":      "not a directory",
		"dangling.log": "no such file or directory",
	} {
		rec, err := collect(t, newSource(dir, pattern), theDay(t))
		if err == nil || errors.Is(err, collector.ErrPartial) || !strings.Contains(err.Error(), advice) || !strings.Contains(err.Error(), filepath.Join(dir, pattern)) {
			t.Errorf("%s: error %v", pattern, err)
		}
		wantCover(t, rec, "2026-11-20", observation.Failed, collector.ReasonLogMissing)
		if len(rec.Observations) > 0 || len(rec.Complete) > 0 {
			t.Errorf("%s: told %v", pattern, rec)
		}
		rec, err = collect(t, newSource(dir, "b.log", pattern), theDay(t))
		if !errors.Is(err, collector.ErrPartial) {
			t.Errorf("b.log and %s: error %v", pattern, err)
		}
		wantCover(t, rec, "2026-11-20", observation.Partial, collector.ReasonLogMissing)
	}
}

// TestNoPermission reads as a user who may not: this thread gives its rights away and ends with the test.
func TestNoPermission(t *testing.T) {
	t.Setenv("TMPDIR", "/tmp") // which others can reach
	dir := put(t, map[string]string{"a.log": threeDays(), "b.log": threeDays()})
	if err := errors.Join(os.Chmod(filepath.Join(dir, "a.log"), 0), os.Chmod(filepath.Join(dir, "b.log"), 0o644)); err != nil {
		t.Fatal(err)
	}
	own := filepath.Dir(dir) // what t.TempDir made is dir and its parent
	if err := errors.Join(os.Chmod(dir, 0o755), os.Chmod(own, 0o755)); err != nil {
		t.Fatal(err)
	}
	for at := filepath.Dir(own); at != "/"; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err != nil || info.Mode()&0o001 == 0 {
			t.Fatal("others can not reach", at)
		}
	}
	if os.Geteuid() == 0 && runtime.GOOS != "linux" {
		t.Skip("root may read everything, and only on Linux one thread can be made an exception")
	}
	var (
		rec collectortest.Recording
		err error
	)
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread is of no use to others any more
		if os.Geteuid() == 0 {
			becomeNobody()
		}
		rec, err = collect(t, newSource(dir, "*.log"), theDay(t))
	}()
	<-done
	if !errors.Is(err, collector.ErrPartial) || !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), filepath.Join(dir, "a.log")+": permission denied; let the user") {
		t.Errorf("error %v", err)
	}
	wantCover(t, rec, "2026-11-20", observation.Partial, collector.ReasonLogDamaged)
}

func TestOtherFormats(t *testing.T) {
	wrong := strings.Repeat(`{"remote":"192.0.2.1","time":"2026-11-20T10:00:00+02:00"}`+"\n", 5)
	rec, err := collect(t, newSource(put(t, map[string]string{"a.json": wrong, "b.log": threeDays()}), "*"), theDay(t))
	if !errors.Is(err, collector.ErrPartial) || !strings.Contains(err.Error(), "a.json") || !errors.Is(err, errFormat) || rec.Counts["rejected_malformed"] != 5 {
		t.Errorf("error %v, %v", err, rec.Counts)
	}
	wantCover(t, rec, "2026-11-20", observation.Partial, collector.ReasonLogDamaged)
}

func TestCancelled(t *testing.T) {
	dir := put(t, map[string]string{"a.log": logOf(bulk(3 * tellEvery)...), "b.log": threeDays()})
	ctx, cancel := context.WithCancel(context.Background())
	r := collectortest.Recorder{OnProgress: func(int64, int64) { cancel() }}
	err := newSource(dir, "*.log").Collect(ctx, theDay(t), &r)
	if rec := r.Recording(); !errors.Is(err, context.Canceled) || len(rec.Coverage)+len(rec.Observations) > 0 {
		t.Errorf("error %v, told %v", err, rec)
	}
	if collector.ReasonOf(err) != collector.ReasonStopped || err.Error() != "accesslog: stopped before the end; run it again" {
		t.Errorf("reason %s, error %q", collector.ReasonOf(err), err)
	}
	late, done := context.WithTimeout(context.Background(), 0)
	defer done()
	err = newSource(dir, "*.log").Collect(late, theDay(t), &r)
	if collector.ReasonOf(err) != collector.ReasonDeadline || strings.Contains(err.Error(), "context") {
		t.Errorf("reason %s, error %q", collector.ReasonOf(err), err)
	}
	if said, err := newSource(dir, "*.log").Check(late, theDay(t).Now); said != "" || !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "context") {
		t.Errorf("check said %q, error %v", said, err)
	}
}
