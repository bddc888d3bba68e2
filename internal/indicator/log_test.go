package indicator

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

// kept is a newsroom without projects, whose diary of events is due again as remind says, years later.
func kept(remind string, years int) *centre {
	site := newsroom()
	site.now, site.source(3).Remind, site.desk.Projects = site.now.AddDate(years, 0, 0), remind, nil
	return site
}

// diaryOf returns the appearances of the centre itself in some days.
func (c *centre) diaryOf(t testing.TB, p observation.Period) Figure {
	t.Helper()
	got, err := c.judge().Figures(context.Background(), Ask{Channels: []string{Itself}, Metrics: []string{appearances}, Period: p})
	if err != nil || len(got) != 1 {
		t.Fatal(len(got), err)
	}
	return got[0]
}

// TestALogOfEventsHoldsAsALevelDoes: the days after an event are known up to and with the day on which the source is due.
func TestALogOfEventsHoldsAsALevelDoes(t *testing.T) {
	for name, c := range map[string]struct{ remind, on, last string }{
		"monthly":                     {"month", "2026-11-03", "2026-12-01"},
		"weekly, on a Monday":         {"week", "2026-11-09", "2026-11-16"},
		"a plan, on its day":          {"0 9 15 * *", "2026-11-15", "2026-12-15"},
		"without a reminder 13 weeks": {"", "2026-11-03", "2027-02-02"},
	} {
		t.Run(name, func(t *testing.T) {
			for said, value := range map[string]string{"ok": "ok 1", "nodata": "zero 0"} {
				site := kept(c.remind, 1)
				if said == "ok" {
					site.see("paivakirja", "koske", "", c.on+"T10:00 appearance Esittely")
				}
				site.covered("paivakirja", appearances, c.on, said)
				last := date(c.last)
				for days, want := range map[observation.Period]string{
					observation.Day.Holding(date(c.on) - 1):    "missing 0/1 not_typed",
					observation.Day.Holding(date(c.on)):        value + " 1/1",
					observation.Day.Holding(last):              "zero 0 1/1",
					observation.Day.Holding(last + 1):          "missing 0/1 reminder",
					{From: date(c.on) - 2, To: date(c.on) + 1}: "partial " + value[len(value)-1:] + " 1/3 not_typed",
					{From: date(c.on), To: last + 1}:           fmt.Sprintf("%s %d/%[2]d", value, last+1-date(c.on)),
					{From: last - 1, To: last + 4}:             "partial 0 2/5 reminder",
				} {
					f := site.diaryOf(t, days)
					got := words(Figure{State: f.State, Value: f.Value, Coverage: f.Coverage})
					if len(f.Gaps) > 0 {
						got += " " + f.Gaps[0].Reason
					}
					if got != want {
						t.Errorf("%s, %s: got %s, want %s", said, days.Label(), got, want)
					}
					if f.Value != nil && f.Basis != observation.Entered {
						t.Errorf("%s: %s", days.Label(), f.Basis)
					}
				}
			}
		})
	}
}

// TestAQuarterWithEventsIsWhole: three events that follow each other before the source is due make a whole quarter, and the
// days that are not over are not judged.
func TestAQuarterWithEventsIsWhole(t *testing.T) {
	site := kept("", 0)
	site.see("paivakirja", "koske", "", "2026-06-10T10:00 appearance a", "2026-08-03T10:00 appearance b", "2026-09-29T10:00 appearance c")
	for _, day := range []string{"2026-06-10", "2026-08-03", "2026-09-29"} {
		site.covered("paivakirja", appearances, day, "ok")
	}
	for label, want := range map[string]string{"2026-Q3": "ok 2 92/92", "2026-10": "zero 0 31/31", "2026-Q4": "zero 0 53/53", "2026-Q2": "partial 1 21/91 [1.4.–9.6. not_typed]", "2026-12": "not_applicable 0/0 [1.12.–31.12. not_yet]"} {
		if f := site.diaryOf(t, period(label)); words(f) != want || f.Open != (label == "2026-Q4" || label == "2026-12") {
			t.Errorf("%s: %s, open %v; want %s", label, words(f), f.Open, want)
		}
	}
}

// TestWhatHoldsInALog: a visit that failed undoes nothing, what was taken back holds no longer, and the past is as it was known.
func TestWhatHoldsInALog(t *testing.T) {
	site := kept("month", 1)
	site.covered("paivakirja", appearances, "2026-11-03", "ok")
	site.covered("paivakirja", appearances, "2026-11-10", "failed")
	if got := words(site.diaryOf(t, period("2026-11-10"))); got != "zero 0 1/1" {
		t.Error(got)
	}
	asOf := site.clock
	site.clock = site.clock.Add(time.Hour)
	key := observation.CoverageKey{Part: "log", Metric: appearances, Grain: observation.Day, From: date("2026-11-03")}
	site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "paivakirja"}, Uncover: []observation.CoverageKey{key}})
	if got := words(site.diaryOf(t, period("2026-11-09"))); got != "missing 0/1 [9.11. not_typed]" {
		t.Error("taken back:", got)
	}
	then, err := New(site.desk, &site.kept, asOf.AddDate(1, 0, 0), asOf).Figures(context.Background(), Ask{Channels: []string{Itself}, Metrics: []string{appearances}, Period: period("2026-W46")})
	if err != nil || words(then[0]) != "zero 0 7/7" {
		t.Errorf("as known before: %s, %v", words(then[0]), err)
	}
}

// TestALogIsTraced tells what makes its days known: those that were spoken of at once together, and what held before.
func TestALogIsTraced(t *testing.T) {
	site := kept("month", 1)
	tell := func(run, from, said string) {
		site.tellAs(observation.Commit{Run: observation.Run{ID: run, Organisation: "koske", Source: "paivakirja"}}, appearances, observation.Day, from, said)
	}
	tell("r1", "2026-10-02", "nodata")
	tell("r2", "2026-10-20", "nodata nodata nodata")
	tell("r3", "2026-11-17", "ok")
	tell("r4", "2026-11-20", "nodata nodata")
	got, err := site.judge().Trace(context.Background(), "koske/-/appearances/2026-10-30..2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) observation.Date { return date(s) }
	want := []TracedLog{
		{"paivakirja", day("2026-10-22"), day("2026-10-23"), true, day("2026-11-01"), ""},
		{"paivakirja", day("2026-11-17"), day("2026-11-18"), false, day("2026-12-01"), ""},
		{"paivakirja", day("2026-11-20"), day("2026-11-22"), true, day("2026-12-01"), ""},
	}
	if d := cmp.Diff(want, got.Log); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if got := words(got.Figure); got != "partial 0 8/23 [2.11.–16.11. reminder]" {
		t.Error(got)
	}
}
