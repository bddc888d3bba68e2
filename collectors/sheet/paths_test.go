package sheet

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

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
