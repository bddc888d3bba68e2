package store_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store/storetest"
)

// testTypedFor: a level is of its day, a period that was told whole of the day after it, one that still runs of its first, and
// a log of events of the newest day that it is known of. What was taken back is of no day.
func testTypedFor(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	level := snapshot("2026-10-20T10:00:00Z", 9)
	month, running := views("2026-10-01", 5), incomplete(views("2026-11-01", 2))
	month.Grain, running.Grain = observation.Month, observation.Month
	elsewhere := views("2026-12-24", 1)
	event := observation.CoverageKey{Channel: "kotisivut", Metric: "appearances", Grain: observation.Day, From: observation.NewDate(2026, 11, 18)}
	read := event
	read.Metric, read.From = "views", event.From+1
	failed := event
	failed.From += 2
	none := event
	none.From++
	says := func(k observation.CoverageKey, r observation.Result) observation.Commit {
		return observation.Commit{Coverage: []observation.Coverage{{CoverageKey: k, Result: r}}}
	}
	d.tell(observation.Commit{Run: run("muu"), Observations: []observation.Observation{elsewhere}})
	for _, step := range []struct {
		c    observation.Commit
		want string
	}{
		{observation.Commit{Observations: []observation.Observation{level}}, "2026-10-20"},
		{observation.Commit{Observations: []observation.Observation{month}}, "2026-11-01"},
		{observation.Commit{Observations: []observation.Observation{running}}, "2026-11-01"},
		{says(event, observation.OK), "2026-11-18"},
		{says(none, observation.NoData), "2026-11-19"},
		{says(read, observation.OK), "2026-11-19"},
		{says(failed, observation.Failed), "2026-11-19"},
		{observation.Commit{Uncover: []observation.CoverageKey{none}}, "2026-11-18"},
		{observation.Commit{Uncover: []observation.CoverageKey{event, failed}}, "2026-11-01"},
		{observation.Commit{Complete: []observation.Completion{completes(month), completes(running)}}, "2026-10-20"},
		{observation.Commit{Complete: []observation.Completion{completes(level)}}, ""},
	} {
		r := d.tell(step.c)
		for at, want := range map[time.Time]string{{}: step.want, r.CommittedAt.Add(time.Millisecond): step.want} {
			if got := d.typedFor(at); got != want {
				t.Errorf("after %+v, as of %v: %s, want %s", step.c, at, got, want)
			}
		}
	}
	if got := d.typedFor(d.moments[5]); got != "2026-11-18" {
		t.Errorf("as known before the word that there was none: %s", got)
	}
}

// typedFor is the newest day that the source loki was told for, "" for none; the organisation iso has none of that name.
func (d *desk) typedFor(asOf time.Time) string {
	d.Helper()
	got, err := d.store.TypedFor(context.Background(), []observation.Source{{ID: "loki", Organisation: "koske"}}, asOf)
	if err != nil {
		d.Fatal(err)
	}
	other, err := d.store.TypedFor(context.Background(), []observation.Source{{ID: "loki", Organisation: "iso"}, {ID: "muu", Organisation: "koske"}}, asOf)
	if want := map[string]observation.Date{"muu": observation.NewDate(2026, 12, 25)}; err != nil || !maps.Equal(other, want) {
		d.Errorf("of others: %v, %v; want %v", other, err, want)
	}
	if day, there := got["loki"]; there {
		return day.String()
	}
	return ""
}

// testUncovered: what was said of periods can be taken back without their answers, and said again.
func testUncovered(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	key := observation.CoverageKey{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: observation.NewDate(2026, 11, 20)}
	next := key
	next.From++
	says := []observation.Coverage{{CoverageKey: key, Result: observation.NoData}, {CoverageKey: next, Result: observation.OK}}
	d.tell(observation.Commit{Observations: []observation.Observation{views("2026-11-20", 1)}, Coverage: says})
	d.counts(d.tell(observation.Commit{Uncover: []observation.CoverageKey{key}}), 0, 0, 0, 0)
	sel := all()
	if got, err := d.store.Coverage(context.Background(), sel); err != nil || len(got) != 1 || got[0].From != next.From || len(d.values()) != 1 {
		t.Errorf("read %+v, %v; want the day after alone, and the answer", got, err)
	}
	d.tell(observation.Commit{Run: run("kasin"), Uncover: []observation.CoverageKey{next}}) // another source's
	d.tell(observation.Commit{Coverage: []observation.Coverage{{CoverageKey: key, Result: observation.Failed}}})
	if got, err := d.store.Coverage(context.Background(), sel); err != nil || len(got) != 2 || got[0].Result != observation.Failed {
		t.Errorf("read %+v, %v; want what was said after it was taken back", got, err)
	}
}
