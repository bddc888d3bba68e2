package world

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// thinned returns a log with one line of fifty.
func thinned(l *serverLog) *serverLog {
	thin := *l
	thin.requests = nil
	for i := 0; i < len(l.requests); i += 50 {
		thin.requests = append(thin.requests, l.requests[i])
	}
	return &thin
}

func TestFilesAreNamedAsLogrotateNamesThem(t *testing.T) {
	for _, l := range standard().logs {
		dir := t.TempDir()
		if err := thinned(l).write(context.Background(), dir); err != nil {
			t.Fatal(err)
		}
		files := logFiles(t, dir, l.name)
		slices.Reverse(files)
		if n := len(files); n < 54 || n > 55 {
			t.Errorf("%s has %d files", l.name, n)
		}
		for age, path := range files {
			if got := filepath.Base(path); got != l.rotatedName(age) {
				t.Errorf("file %d is %s, not %s", age, got, l.rotatedName(age))
			}
			wantPacked(t, path, age > 1)
		}
	}
	if got := (&serverLog{name: "access.log"}).rotatedName(2); got != "access.log.2.gz" {
		t.Errorf("the third file is %s", got)
	}
}

func wantPacked(t *testing.T, path string, want bool) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if packed := strings.HasPrefix(string(b), "\x1f\x8b"); packed != want {
		t.Errorf("%s: packed is %v", path, packed)
	}
}

// Files are cut on Sunday mornings, so that weeks straddle them; nothing lies in two files, and nothing is lost at a cut.
func TestFilesAreCutOnSundayMornings(t *testing.T) {
	for _, l := range standard().logs {
		files := l.rotated()
		lines := 0
		for i, f := range files {
			lines += len(f)
			if i == 0 {
				continue
			}
			first, before := f[0].ended.time(l.plan.zone), files[i-1][len(files[i-1])-1].ended.time(l.plan.zone)
			cut := time.Date(first.Year(), first.Month(), first.Day(), 6, 25, 0, 0, l.plan.zone)
			for cut.Weekday() != time.Sunday || cut.After(first) {
				cut = cut.AddDate(0, 0, -1)
			}
			if sunday := !before.After(cut.Add(time.Minute)); !sunday {
				t.Errorf("%s: cut between %s and %s", l.name, before, first)
			}
		}
		if lines != len(l.requests) {
			t.Errorf("%s: %d lines in files, %d in all", l.name, lines, len(l.requests))
		}
	}
}

// While the disk was broken there was nothing to rotate on two Sundays; the file goes on afterwards.
func TestAnEmptyFileIsNotRotated(t *testing.T) {
	l := standard().logs[0]
	shared := standard().logs[1]
	if a, b := len(l.rotated()), len(shared.rotated()); a != b-1 {
		t.Errorf("%d files beside %d of the log that was never silent", a, b)
	}
	empty := &serverLog{name: "access.log", plan: l.plan}
	if files := empty.rotated(); len(files) != 1 || len(files[0]) != 0 {
		t.Errorf("a log without lines has the files %v", files)
	}
	if err := empty.write(context.Background(), t.TempDir()); err != nil {
		t.Error(err)
	}
}

func TestFilesAreAsOldAsTheirLastLine(t *testing.T) {
	l := thinned(standard().logs[1])
	dir := t.TempDir()
	if err := l.write(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, l.name))
	if err != nil {
		t.Fatal(err)
	}
	if want := l.requests[len(l.requests)-1].ended.time(time.UTC); !info.ModTime().Equal(want) {
		t.Errorf("the newest file is of %s, its last line of %s", info.ModTime(), want)
	}
}

func TestAFileThatCannotBeWrittenIsAnError(t *testing.T) {
	l := thinned(standard().logs[1])
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, l.name+".5.gz"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := l.write(context.Background(), dir); err == nil {
		t.Error("a folder was written over")
	}
}

// The logs begin before the first week and end a few hours into today, before the demo looks.
func TestLogsReachFromBeforeTheFirstWeekIntoToday(t *testing.T) {
	w := standard()
	for _, l := range w.logs {
		first, last := l.requests[0].ended, l.requests[len(l.requests)-1].ended
		if monday := w.plan.whole(w.plan.weeks.From).from; first >= monday || first < monday-24*60*60 {
			t.Errorf("%s begins at %s", l.name, first.time(w.plan.zone))
		}
		if today := w.plan.whole(w.plan.today).from; last < today+5*60*60 || !last.time(w.plan.zone).Before(w.Now()) {
			t.Errorf("%s ends at %s", l.name, last.time(w.plan.zone))
		}
	}
}

// The hour that autumn repeats is in the log twice, with two offsets; the one that spring leaves out is not there.
func TestClocksOfLogsChange(t *testing.T) {
	var autumn, spring strings.Builder
	l := standard().logs[0]
	for _, r := range l.requests {
		switch d := r.at.day(l.plan.zone); {
		case d == day("2026-10-25") && strings.Contains(lineOf(l, r), "/Oct/2026:03:"):
			autumn.WriteString(lineOf(l, r))
		case d == day("2026-03-29") && strings.Contains(lineOf(l, r), "/Mar/2026:03:"):
			spring.WriteString(lineOf(l, r))
		}
	}
	for _, want := range []string{" +0300] \"GET /wp-content/", " +0200] \"GET /wp-content/"} {
		if !strings.Contains(autumn.String(), want) {
			t.Errorf("nobody read between three and four with %s", want)
		}
	}
	if spring.Len() > 0 {
		t.Errorf("in spring there were lines between three and four: %.300s", spring.String())
	}
}
