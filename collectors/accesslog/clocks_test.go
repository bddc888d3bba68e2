package accesslog

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// busyWeek is a hundred views from 2 to 8 November and the lines around them that cover the week.
func busyWeek(t tester) []string {
	lines := []string{read("01/Nov/2026:23:00:00 +0200")}
	for i := range 100 {
		at := time.Date(2026, 11, 2, 0, 30, 0, 0, helsinki(t)).Add(time.Duration(i) * 100 * time.Minute)
		lines = append(lines, hit(fmt.Sprintf("192.0.2.%d", i), at.Format(stampForm), "GET /sivu/ HTTP/1.1", "200", firefox))
	}
	return append(lines, read("09/Nov/2026:00:00:00 +0200"))
}

// TestWrongClockAtTheHead dates the first lines of a log wrongly, as a server does that starts before it knows the time:
// the lines after them are counted all the same, also when there is another log, and they cover what they cover.
func TestWrongClockAtTheHead(t *testing.T) {
	w := window(t, "2026-11-02", "2026-11-08")
	other := logOf(read("01/Nov/2026:22:00:00 +0200"), read("02/Nov/2026:21:00:00 +0200"))
	for _, stamp := range []string{
		"12/Nov/2026:10:00:00 +0200", "20/Nov/2026:10:00:00 +0200", "01/Jan/2030:00:00:00 +0000", "31/Dec/9999:23:59:59 +0000",
		"01/Jan/1970:00:00:07 +0000", "14/Feb/2019:10:12:00 +0000",
	} {
		for _, n := range []int{1, 2, 500} {
			head := strings.Repeat(hit("192.0.2.1", stamp, "GET / HTTP/1.1", "200", firefox)+"\n", n)
			content := head + logOf(busyWeek(t)...)
			for name, files := range map[string]map[string]string{
				"alone":      {"a.log": content},
				"with other": {"a.log": content, "a.log.1": other},
				"packed":     {"a.log": other, "a.log.2.gz": packed(t, content)},
			} {
				dir := put(t, files)
				for path := range files {
					touch(t, filepath.Join(dir, path), time.Date(2026, 11, 9, 0, 0, 1, 0, helsinki(t)))
				}
				rec, err := collect(t, newSource(dir, "a.log*"), w)
				if err != nil {
					t.Fatal(err)
				}
				views := 0.0
				for d := w.From; d < w.To; d++ {
					o, _ := value(rec, metricViews, observation.Day, d)
					views += o.Value
					wantCover(t, rec, d.String(), observation.OK, "")
				}
				if views < 100 || views > 101 {
					t.Errorf("%s, %d lines of %s: %v views, want 100 and perhaps one of the other log", name, n, stamp, views)
				}
			}
		}
	}
}

// TestLoneStampCoversNothing puts a line of a wrong time into a log that ends at noon.
func TestLoneStampCoversNothing(t *testing.T) {
	right := []string{read("19/Nov/2026:23:50:00 +0200"), read("20/Nov/2026:09:00:00 +0200"), read("20/Nov/2026:09:05:00 +0200"), read("20/Nov/2026:12:00:00 +0200")}
	for _, stamp := range []string{"21/Nov/2026:10:30:00 +0200", "21/Nov/2026:10:30:00 +0100", "01/Jan/2030:00:00:00 +0000", "01/Jan/1970:00:00:00 +0000"} {
		for at := range len(right) - 1 { // after the last but one it would be no more than a day before its turn
			lines := slices.Insert(slices.Clone(right), at, hit("192.0.2.1", stamp, "POST / HTTP/1.1", "200", firefox))
			rec, err := collect(t, newSource(put(t, map[string]string{"a.log": logOf(lines...)}), "a.log"), theDay(t))
			if err != nil {
				t.Fatal(err)
			}
			wantCover(t, rec, "2026-11-20", observation.Partial, collector.ReasonLogMissing)
			noon := time.Date(2026, 11, 20, 12, 0, 0, 0, helsinki(t))
			if c := cover(t, rec, metricViews, observation.Day, "2026-11-20"); len(c.Gaps) != 1 || !c.Gaps[0].From.Equal(noon) {
				t.Errorf("%s as line %d: gaps %v", stamp, at+1, c.Gaps)
			}
		}
	}
}

// TestNeverSetClockIsNoOtherEnd: a line of 1970 or 2030 does not make what no log reaches a silence between two lines.
func TestNeverSetClockIsNoOtherEnd(t *testing.T) {
	twice := func(stamp string) string { return logOf(read(stamp), read(stamp)) }
	content := twice("01/Jan/1970:00:00:00 +0000") + threeDays() + twice("01/Jan/2030:00:00:00 +0000")
	rec, err := collect(t, newSource(put(t, map[string]string{"a.log": content}), "a.log"), window(t, "2026-11-18", "2026-11-22"))
	if err != nil {
		t.Fatal(err)
	}
	wantCover(t, rec, "2026-11-18", observation.Failed, collector.ReasonLogMissing)
	wantCover(t, rec, "2026-11-19", observation.Partial, collector.ReasonLogMissing)
	wantCover(t, rec, "2026-11-20", observation.OK, "")
	wantCover(t, rec, "2026-11-22", observation.Failed, collector.ReasonLogMissing)
}

// TestWrongClockHidesNoDamage: a packed log is cut after lines of 2030. What follows its last line in turn is in doubt.
func TestWrongClockHidesNoDamage(t *testing.T) {
	var lines []string
	for i := range 3000 {
		at := time.Date(2026, 11, 19, 12, 0, 0, 0, helsinki(t)).Add(time.Duration(i) * time.Minute / 2)
		lines = append(lines, hit("192.0.2.1", at.Format(stampForm), "GET /sivu-"+at.Format("150405")+"/ HTTP/1.1", "301", firefox))
	}
	lines = slices.Insert(lines, 10, read("01/Jan/2030:00:00:00 +0000"), read("01/Jan/2030:00:00:01 +0000"))
	whole := packed(t, logOf(lines...))
	for written, end := range map[time.Time]time.Time{
		time.Date(2026, 11, 20, 13, 0, 0, 0, helsinki(t)): time.Date(2026, 11, 20, 13, 0, 0, 0, helsinki(t)),
		time.Unix(1, 0): time.Date(2026, 11, 21, 0, 0, 0, 0, helsinki(t)), // an age that tells nothing
	} {
		dir := put(t, map[string]string{"a.log.1.gz": whole[:len(whole)/2], "b.log": threeDays()})
		touch(t, filepath.Join(dir, "a.log.1.gz"), written)
		rec, err := collect(t, newSource(dir, "*.log*"), theDay(t))
		if !errors.Is(err, collector.ErrPartial) {
			t.Fatal(err)
		}
		c := cover(t, rec, metricViews, observation.Day, "2026-11-20")
		if c.Result != observation.Partial || c.Reason != collector.ReasonLogDamaged || len(c.Gaps) != 1 || !c.Gaps[0].To.Equal(end) {
			t.Errorf("written %s: %+v", written, c)
		}
	}
}

// TestAgeOfAFile: what was last written to before the days needed is left out, unless its lines say otherwise.
func TestAgeOfAFile(t *testing.T) {
	early := logOf(read("01/Nov/2026:10:00:00 +0200"), read("02/Nov/2026:10:00:00 +0200"))
	filler := strings.Repeat(read("01/Nov/2026:10:00:00 +0200")+"\n", 400)
	for name, c := range map[string]struct {
		content string
		written time.Time
		outside int64
	}{
		"well-formed":            {early, time.Date(2026, 11, 2, 10, 0, 1, 0, time.UTC), 1},
		"a line of 2030 in it":   {read("01/Jan/2030:00:00:00 +0000") + "\n" + early, time.Date(2026, 11, 2, 10, 0, 1, 0, time.UTC), 1},
		"an age of 1970":         {early, time.Unix(1, 0), 0},
		"an age of another file": {filler + threeDays(), time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), 0},
		"later":                  {logOf(read("24/Nov/2026:10:00:00 +0200")), time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), 0},
	} {
		dir := put(t, map[string]string{"a.log": threeDays(), "b.log": c.content})
		touch(t, filepath.Join(dir, "b.log"), c.written)
		rec, err := collect(t, newSource(dir, "*.log"), theDay(t))
		if err != nil || rec.Counts["files_outside"] != c.outside {
			t.Errorf("%s: error %v, %d files left out, want %d", name, err, rec.Counts["files_outside"], c.outside)
		}
	}
}

// TestStraysChangeNothing puts lone lines of wrong times into logs that are in order: what is told stays the same.
func TestStraysChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 9))
		dirs := [2]string{rapidDir(t), rapidDir(t)}
		first := time.Date(2026, 11, 16, 0, 0, 0, 0, helsinki(t))
		for _, name := range []string{"a.log", "a.log.1"} {
			plain, strayed := strayLog(r, first)
			putOne(t, filepath.Join(dirs[0], name), logOf(plain...))
			putOne(t, filepath.Join(dirs[1], name), logOf(strayed...))
		}
		w := window(t, "2026-11-16", "2026-11-22")
		var told [2]any
		for i, dir := range dirs {
			s := newSource(dir, "a.log*")
			s.config.Silence = 6 * time.Hour
			rec, err := collect(t, s, w)
			if err != nil {
				t.Fatal(err)
			}
			maps.DeleteFunc(rec.Counts, func(name string, _ int64) bool { return name != "lines_counted" })
			told[i] = rec
		}
		if d := cmp.Diff(told[0], told[1]); d != "" {
			t.Fatalf("lone lines of wrong times make a difference (-without +with):\n%s", d)
		}
	})
}

// strayLog makes a log in order, and the same with lone strays at its head and between lines that stand close.
func strayLog(r *rand.Rand, first time.Time) (plain, strayed []string) {
	at, calm := first, 0
	stray := func(by time.Duration) {
		strayed = append(strayed, hit("192.0.2.9", at.Add(by).Format(stampForm), "POST / HTTP/1.1", "200", firefox))
	}
	far := func() time.Duration { return 49*time.Hour + time.Duration(r.IntN(200))*time.Hour }
	if r.IntN(2) == 0 {
		stray(far())
	}
	for i := range 30 {
		l := read(at.Format(stampForm))
		plain, strayed = append(plain, l), append(strayed, l)
		pause := time.Duration(r.IntN(8*60)) * time.Minute
		if calm++; r.IntN(12) == 0 {
			pause, calm = 30*time.Hour, 0
		}
		if calm > 2 && i < 29 && r.IntN(4) == 0 {
			stray(far() * time.Duration(1-2*r.IntN(2)))
			calm = 0
		}
		at = at.Add(pause)
	}
	return plain, strayed
}
