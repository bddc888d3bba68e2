package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

func testHistory(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	ctx := context.Background()
	key := observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: observation.NewDate(2026, 11, 20)}
	first := d.tell(observation.Commit{Observations: []observation.Observation{views("2026-11-20", 1)}, Items: []observation.Item{article("a"), article("b")}, Coverage: []observation.Coverage{{CoverageKey: key, Result: observation.OK}}})
	gone := article("a")
	gone.State = observation.Withdrawn
	second := d.tell(observation.Commit{Observations: []observation.Observation{views("2026-11-20", 2)}, Items: []observation.Item{gone}})
	d.clock = d.clock.Add(time.Minute)
	third, err := d.store.Retract(ctx, run("loki"), observation.Day.Holding(key.From), "wrong log", nil)
	if err != nil {
		t.Fatal(err)
	}
	killed := d.reopen(d.options, stopAt("commit:states"))
	if !stopped(func() {
		commit(t, killed, observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-20", 666)}, Items: []observation.Item{article("b")}})
	}) {
		t.Fatal("it did not stop")
	}
	d.history(time.Time{}, "1 "+first.ID, "2 "+second.ID, "-2 "+third.ID)
	d.history(third.CommittedAt, "1 "+first.ID, "2 "+second.ID)
	coverage, err := d.store.CoverageHistory(ctx, all())
	if err != nil || len(coverage) != 2 || coverage[0].Withdrawn || coverage[0].What.Run != first.ID || !coverage[1].Withdrawn || !coverage[1].CommittedAt.Equal(third.CommittedAt) {
		t.Errorf("coverage was %+v, %v", coverage, err)
	}
	its, err := d.store.ItemHistory(ctx, observation.Shared, []string{"b", "a", "none"}, time.Time{})
	if err != nil || len(its) != 3 || its[0].What.ID != "a" || its[0].Withdrawn || !its[1].Withdrawn || !its[1].CommittedAt.Equal(second.CommittedAt) || its[2].What.ID != "b" {
		t.Errorf("items were %+v, %v", its, err)
	}
	if its, err := d.store.ItemHistory(ctx, observation.Shared, []string{"a"}, second.CommittedAt); err != nil || len(its) != 1 {
		t.Errorf("before the withdrawal items were %+v, %v", its, err)
	}
}

// history compares the versions of the views, as value and run, with what they should be; what was taken back has a minus.
func (d *desk) history(asOf time.Time, want ...string) {
	d.Helper()
	sel := all()
	sel.AsOf = asOf
	past, err := d.store.History(context.Background(), sel)
	if err != nil {
		d.Fatal(err)
	}
	var got []string
	for _, p := range past {
		value := p.What.Value
		if p.Withdrawn {
			value = -value
		}
		got = append(got, fmt.Sprint(value, " ", p.What.Run))
		if p.CommittedAt.IsZero() {
			d.Errorf("%+v was committed at no moment", p)
		}
	}
	if !slices.Equal(got, want) {
		d.Errorf("the history is %q, want %q", got, want)
	}
}

func testRunsByID(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	var ids []string
	for range 3 {
		ids = append(ids, d.told(views("2026-11-20", 1)).ID)
	}
	runs, err := d.store.RunsByID(context.Background(), []string{ids[2], "no-such", ids[0], ids[0]})
	if err != nil || len(runs) != 2 || runs[0].ID != ids[0] || runs[1].ID != ids[2] || runs[0].Kind != "accesslog" {
		t.Errorf("got %+v, %v", runs, err)
	}
	if runs, err := d.store.RunsByID(context.Background(), nil); err != nil || len(runs) != 0 {
		t.Errorf("of no ids there are %+v, %v", runs, err)
	}
}

func testConfigAt(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	ctx := context.Background()
	at := func(asOf time.Time, want, text string) {
		t.Helper()
		if hash, got, err := d.store.ConfigAt(ctx, asOf); err != nil || hash != want || string(got) != text {
			t.Errorf("at %s there was %q %q, %v; want %q", asOf, hash, got, err, want)
		}
	}
	begin := d.clock
	at(time.Time{}, "", "")
	for _, c := range []string{"a", "b", "a"} { // the third is known by its run only
		d.clock = d.clock.Add(time.Hour)
		if err := d.store.RememberConfig(ctx, c, []byte("text "+c)); err != nil {
			t.Fatal(err)
		}
		r := run("loki")
		r.Config = c
		d.tell(observation.Commit{Run: r})
	}
	at(time.Time{}, "a", "text a")
	at(begin.Add(time.Hour), "", "")
	at(begin.Add(time.Hour+time.Second), "a", "text a")
	at(begin.Add(150*time.Minute), "b", "text b")
	r := run("loki")
	r.Config = "lost"
	d.tell(observation.Commit{Run: r})
	at(time.Time{}, "lost", "")
}

func testRetractable(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	key := observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: observation.NewDate(2026, 11, 20)}
	it := article("a")
	it.PublishedAt = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	d.tell(observation.Commit{Observations: []observation.Observation{views("2026-11-20", 1), snapshot("2026-11-20T08:00:00Z", 1), views("2026-11-21", 1)},
		Items: []observation.Item{it}, Coverage: []observation.Coverage{{CoverageKey: key, Result: observation.OK}}})
	d.told(snapshot("2026-11-20T10:00:00Z", 2))
	days := observation.Day.Holding(key.From)
	for range 2 { // it changes nothing
		if n, err := d.store.Retractable(context.Background(), run("loki"), days); err != nil || n != (store.Retractable{Observations: 2, Items: 1, Periods: 1}) {
			t.Errorf("it would take back %+v, %v", n, err)
		}
	}
	r := run("loki")
	d.counts(d.tell(observation.Commit{Run: r, Retract: &days}), 0, 0, 0, 3)
}
