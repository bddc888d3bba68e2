package sheet

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// collected writes files into a folder and says what a visit to all of them tells.
func collected(t *testing.T, files map[string]string) ([]string, collectortest.Recording, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, w := &collectortest.Recorder{}, window(t)
	w.Period = observation.Day.Holding(observation.NewDate(2026, 11, 21))
	err := configured(t, "paths: ['*.csv']\n"+twoMetrics).New(collector.Deps{Dir: dir}).Collect(context.Background(), w, kept)
	rec := kept.Recording()
	return lines(rec), rec, err
}

// TestExportsThatOverlap: of two files that speak of the same the later counts, also while it cannot be read: what it told
// before is neither overwritten by the earlier one nor taken back.
func TestExportsThatOverlap(t *testing.T) {
	head := "Päivä;Seuraajat;Näytöt\n"
	first := head + "1.11.2026;5;\n2.11.2026;6;1\n3.11.2026;7;2\n"
	got, rec, err := collected(t, map[string]string{"1.csv": first, "2.csv": head + "2.11.2026;60;\n4.11.2026;80;\n"})
	want := []string{"followers snapshot 2026-11-01 5", "followers snapshot 2026-11-02 60", "followers snapshot 2026-11-03 7", "followers snapshot 2026-11-04 80",
		"impressions day 2026-11-02 1", "impressions day 2026-11-03 2"}
	if d := cmp.Diff(want, got); d != "" || err != nil || len(rec.Complete) == 0 {
		t.Errorf("%d completions, %v (-want +got):\n%s", len(rec.Complete), err, d)
	}
	for name, bad := range map[string]string{"a number": "2.11.2026;NaN;\n4.11.2026;80;\n", "a day": "31.2.2026;60;\n2.11.2026;1;\n4.11.2026;80;\n"} {
		got, rec, err := collected(t, map[string]string{"1.csv": first, "2.csv": head + bad})
		if d := cmp.Diff([]string{"followers snapshot 2026-11-01 5"}, got); d != "" || !errors.Is(err, collector.ErrPartial) || len(rec.Complete) > 0 {
			t.Errorf("with a fault in %s: %d completions, %v (-want +got):\n%s", name, len(rec.Complete), err, d)
		}
	}
	got, rec, err = collected(t, map[string]string{"1.csv": head + "2.11.2026;NaN;\n", "2.csv": first})
	if len(got) != 5 || !errors.Is(err, collector.ErrPartial) || len(rec.Complete) > 0 {
		t.Errorf("with a fault in the earlier: %v, %d completions, %v", got, len(rec.Complete), err)
	}
}

// visited writes files into a folder and returns what visits them, with the folder.
func visited(t *testing.T, config string, files map[string]string) *source {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return configured(t, config).New(collector.Deps{Dir: dir}).(*source)
}

const twoPatterns = "paths: ['*.csv', '*.xlsx', 'old/*.csv']\n" + twoMetrics

// TestAPatternWithoutAFile holds back neither the good files of the others nor their faults, and takes nothing back.
func TestAPatternWithoutAFile(t *testing.T) {
	head := "Päivä;Seuraajat;Näytöt\n"
	good, bad := head+"1.11.2026;5;\n", head+"2.11.2026;4x;\n31.2.2026;1;\n"
	for name, c := range map[string]struct {
		files  map[string]string
		result observation.Result
		stored int
		wants  []string
	}{
		"a good file":         {map[string]string{"a.csv": good}, observation.Partial, 1, []string{"there is no file *.xlsx", "there is no file old/*.csv"}},
		"a good and a bad":    {map[string]string{"a.csv": good, "b.csv": bad}, observation.Partial, 1, []string{"there is no file *.xlsx", `b.csv:2:B: B2 holds "4x"`, `b.csv:3:A: A3 holds "31.2.2026"`}},
		"a bad file":          {map[string]string{"b.csv": bad}, observation.Failed, 0, []string{"there is no file *.xlsx", `b.csv:2:B: B2 holds "4x"`}},
		"no file":             {nil, observation.Failed, 0, []string{"there is no file *.csv", "there is no file *.xlsx"}},
		"all that is awaited": {map[string]string{"a.csv": good, "c.xlsx": bookOf(table(head + "3.11.2026;7;"))}, observation.Partial, 2, []string{"there is no file old/*.csv"}},
	} {
		kept, w := &collectortest.Recorder{}, window(t)
		w.Period = observation.Day.Holding(observation.NewDate(2026, 11, 21))
		err := visited(t, twoPatterns, c.files).Collect(t.Context(), w, kept)
		rec := kept.Recording()
		if len(rec.Observations) != c.stored || len(rec.Complete) > 0 || collector.ResultOf(err) != c.result {
			t.Errorf("%s: told %v and %d completions, %v; want %s", name, lines(rec), len(rec.Complete), err, c.result)
		}
		for _, want := range c.wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %q", name, err, want)
			}
		}
	}
}

// TestCheckReadsWithoutStoring: a check says of the files what a visit would.
func TestCheckReadsWithoutStoring(t *testing.T) {
	head := "Päivä;Seuraajat;Näytöt\n"
	good := head + "1.11.2026;5;7\n18.11.2026;6;\n"
	now := window(t).Now.In(helsinki(t))
	for name, c := range map[string]struct {
		config string
		files  map[string]string
		said   string
		faults []string
	}{
		"all is well":    {"paths: ['*.csv']\n" + twoMetrics, map[string]string{"a.csv": good, "b.csv": head + "20.11.2026;8;\n"}, "2 files, 4 numbers, newest day 2026-11-20", nil},
		"one file":       {"paths: ['*.csv']\n" + twoMetrics, map[string]string{"a.csv": good}, "1 file, 3 numbers, newest day 2026-11-18", nil},
		"faults":         {twoPatterns, map[string]string{"a.csv": good, "b.csv": head + "2.11.2026;4x;\n31.2.2026;1;\n", "c.csv": "Muu;Pylväs\n"}, "", []string{"there is no file *.xlsx", `nothing of b.csv can be stored: b.csv:2:B: B2 holds "4x"`, `b.csv:3:A: A3 holds "31.2.2026"`, `c.csv:1: there is no column`}},
		"no file at all": {"paths: ['*.csv']\n" + twoMetrics, nil, "", []string{"there is no file *.csv"}},
		"handed over":    {twoMetrics, nil, "nothing to try: files are handed over with `seuranta import`", nil},
	} {
		said, err := visited(t, c.config, c.files).Check(t.Context(), now)
		if said != c.said || (err == nil) != (c.faults == nil) {
			t.Errorf("%s: %q, %v", name, said, err)
		}
		for _, want := range c.faults {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %q", name, err, want)
			}
		}
	}
}

// TestCheckKnowsTheDayOfTheSource: a number of today is no number of the future where the day has begun already.
func TestCheckKnowsTheDayOfTheSource(t *testing.T) {
	s := visited(t, "paths: ['*.csv']\n"+twoMetrics, map[string]string{"a.csv": "Päivä;Seuraajat;Näytöt\n23.11.2026;5;7\n"})
	now := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)
	if said, err := s.Check(t.Context(), now.In(helsinki(t))); err != nil {
		t.Errorf("%q, %v", said, err)
	}
	if _, err := s.Check(t.Context(), now); err == nil {
		t.Error("in UTC that day has not begun")
	}
}

func TestCheckStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := visited(t, "paths: ['*.csv']\n"+twoMetrics, map[string]string{"a.csv": "Päivä;Seuraajat;Näytöt\n2.11.2026;5;7\n"})
	if _, err := s.Check(ctx, window(t).Now); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
