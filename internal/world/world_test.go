package world

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/observation"
)

func day(s string) observation.Date {
	d, err := observation.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// made is New where nothing stops it.
func made(o Options) *World {
	w, err := New(context.Background(), o)
	if err != nil {
		panic(err)
	}
	return w
}

// standard is a world as the demo has it. Nothing changes a world once it is made, so that tests may share one.
var standard = sync.OnceValue(func() *World { return made(Options{End: day("2026-11-23"), Seed: 1}) })

// standardTruth is its truth.
var standardTruth = sync.OnceValue(func() []Truth { return standard().Truth() })

// feedsAt is where the configuration says that the feeds are.
const feedsAt = "http://127.0.0.1:4747"

func write(t testing.TB, w *World) string {
	t.Helper()
	dir := t.TempDir()
	if err := w.Write(context.Background(), dir, feedsAt); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEveryFigureCanBeCountedAgainFromTheLogs(t *testing.T) {
	w := standard()
	compare(t, w.loggedTruth(), recountAll(t, w, write(t, w)))
}

// The days on which a demo may be shown: after a year of 53 weeks, in a leap year and in the middle of a week, on the days
// when clocks change. Each has other holidays and another change of clocks in its weeks.
func TestEveryEndMakesAWorldThatCanBeCountedAgain(t *testing.T) {
	weeks := map[string]int{"2027-01-04": 21, "2024-02-29": 21, "2026-10-25": 2, "2026-03-29": 2, "2027-01-03": 1}
	for end, weeks := range weeks {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			w := made(Options{End: day(end), Weeks: weeks, Seed: uint64(weeks)})
			compare(t, w.loggedTruth(), recountAll(t, w, write(t, w)))
			if weeks > 20 {
				wantStates(t, w.Truth())
			}
		})
	}
}

func TestWorldsOfAnyLength(t *testing.T) {
	for _, weeks := range []int{1, 9} {
		w := made(Options{End: day("2026-11-23"), Weeks: weeks})
		compare(t, w.loggedTruth(), recountAll(t, w, write(t, w)))
	}
}

func compare(t *testing.T, truth, recounted []Truth) {
	t.Helper()
	if len(truth) == 0 {
		t.Fatal("there is no truth")
	}
	for i := range truth {
		if !reflect.DeepEqual(truth[i], recounted[i]) {
			t.Errorf("the events say %s\nthe lines say  %s", show(truth[i]), show(recounted[i]))
		}
	}
}

func show(f Truth) string {
	text := fmt.Sprintf("%s %s %s %s: %s", f.Target, f.Metric, f.Grain, f.From, f.State)
	if f.Value != nil {
		text += fmt.Sprintf(" %v", *f.Value)
	}
	if f.Low != nil {
		text += fmt.Sprintf(" %v to %v", *f.Low, *f.High)
	}
	return fmt.Sprintf("%s, %d of %d days", text, f.Measured, f.Expected)
}

func TestAllStatesOccur(t *testing.T) { wantStates(t, standardTruth()) }

// wantStates wants every state among the weeks: those are what people see first.
func wantStates(t *testing.T, truth []Truth) {
	t.Helper()
	seen := map[string]int{}
	for _, f := range truth {
		if f.Grain == observation.Week {
			seen[f.State]++
		}
	}
	for _, state := range []string{"ok", "zero", "partial", "missing", "not_applicable", "bounded"} {
		if seen[state] == 0 {
			t.Errorf("no week is %s: %v", state, seen)
		}
	}
}

func TestEqualOptionsMakeEqualBytes(t *testing.T) {
	o := Options{End: day("2026-11-23"), Weeks: 3, Seed: 7}
	a, b := fingerprint(t, write(t, made(o))), fingerprint(t, write(t, made(o)))
	if a != b {
		t.Errorf("the same options made two worlds:\n%s\n%s", a, b)
	}
	o.Seed++
	if a == fingerprint(t, write(t, made(o))) {
		t.Error("another seed made the same world")
	}
}

// fingerprint lists every file with its time and a sum of its bytes.
func fingerprint(t *testing.T, dir string) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		age := info.ModTime()
		if strings.HasSuffix(path, ".yaml") {
			age = time.Time{}
		}
		fmt.Fprintf(&out, "%s %s %x\n", strings.TrimPrefix(path, dir), age.UTC(), sha256.Sum256(b))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWriteDoesNotMixWithOtherLogs(t *testing.T) {
	w := made(Options{End: day("2026-11-23"), Weeks: 1})
	dir := write(t, w)
	if err := w.Write(context.Background(), dir, feedsAt); !os.IsExist(unwrap(err)) {
		t.Errorf("a second time: %v", err)
	}
	file := filepath.Join(dir, "seuranta.yaml")
	if err := w.Write(context.Background(), file, feedsAt); err == nil {
		t.Error("a world was written into a file")
	}
	if err := w.Write(context.Background(), filepath.Join(t.TempDir(), "deep", "down"), feedsAt); err != nil {
		t.Errorf("into a folder that is not there yet: %v", err)
	}
}

// patience is a context that is done after it was asked so many times.
type patience struct {
	context.Context
	left int
}

func (p *patience) Err() error {
	if p.left--; p.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestMakingAndWritingStopAtOnce: whoever ends a demo does not wait for a year of logs.
func TestMakingAndWritingStopAtOnce(t *testing.T) {
	o := Options{End: day("2026-11-23"), Weeks: 20}
	for _, days := range []int{0, 1, 100, 200, 400} {
		ctx := &patience{context.Background(), days}
		if _, err := New(ctx, o); !errors.Is(err, context.Canceled) || ctx.left < -10 {
			t.Errorf("stopped after %d days: %v, and asked %d times more", days, err, -ctx.left)
		}
	}
	w := made(o)
	for _, files := range []int{0, 1, 30} {
		dir := filepath.Join(t.TempDir(), "world")
		err := w.Write(&patience{context.Background(), files}, dir, feedsAt)
		logs, _ := filepath.Glob(filepath.Join(dir, "logs", "*", "*"))
		if !errors.Is(err, context.Canceled) || len(logs) != files {
			t.Errorf("stopped after %d files: %v, and %d files", files, err, len(logs))
		}
	}
}

// unwrap returns the innermost error.
func unwrap(err error) error {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = inner.Unwrap()
	}
}

func TestNowIsTheMorningOfTheLastDay(t *testing.T) {
	for end, want := range map[string]string{
		"2026-11-23": "2026-11-23T06:00:00+02:00",
		"2026-07-06": "2026-07-06T06:00:00+03:00",
		"2026-03-29": "2026-03-29T06:00:00+03:00",
	} {
		w := &World{plan: newPlan(Options{End: day(end)})}
		if got := w.Now().Format(time.RFC3339); got != want {
			t.Errorf("%s: now is %s, not %s", end, got, want)
		}
	}
}

func TestConfigTellsWhatHappened(t *testing.T) {
	text := string(standard().config(feedsAt))
	for _, want := range []string{
		"id: esimerkkikeskus", "timezone: Europe/Helsinki", "languages: [fi, sv, en]", "path: ./data",
		"kind: accesslog", "paths: [logs/www/access.log*]", "vhosts: [hanke.esimerkki.example]",
		"life: 2026-07-06..\n", "    on: 2026-08-10\n", "    on: 2026-08-23\n", "    on: 2026-10-22\n", "    on: 2026-09-15\n", "    on: 2026-10-01\n",
		"targets:\n      - {metric: views, per: week, value: 800}", `schedule: "15 4 * * *"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("seuranta.yaml does not say %q", want)
		}
	}
	if bytes.Contains([]byte(text), []byte("<no value>")) || strings.Contains(text, "\t") {
		t.Error("seuranta.yaml has a hole or a tab")
	}
}
