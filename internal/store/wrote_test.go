package store_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store/storetest"
)

// testWrote: what a run changed is told of it: its numbers, what it said of periods, its items; nothing of what was known before.
func testWrote(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	ok := observation.Coverage{CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: observation.NewDate(2026, 11, 20)}, Result: observation.OK}
	item := func(id, alias string) observation.Item {
		return observation.Item{ID: id, Kind: "article", Title: id, FirstSeen: d.clock, Aliases: []string{"url:" + alias}}
	}
	shared := item("s", "https://yle.fi/1")
	shared.Organisation = observation.Shared
	first := d.tell(observation.Commit{Observations: []observation.Observation{views("2026-11-20", 1), views("2026-11-19", 2)}, Coverage: []observation.Coverage{ok}, Items: []observation.Item{item("a", "x"), shared}})
	second := d.tell(observation.Commit{Observations: []observation.Observation{views("2026-11-20", 1)}, Coverage: []observation.Coverage{ok}, Items: []observation.Item{item("a", "y")},
		Complete: []observation.Completion{completes(views("2026-11-19", 0))}})
	got, err := d.store.Wrote(context.Background(), first)
	if err != nil || len(got.Observations) != 2 || len(got.Coverage) != 1 || !slices.Equal(got.Items["koske"], []string{"a"}) || !slices.Equal(got.Items[observation.Shared], []string{"s"}) {
		t.Errorf("the first run wrote %+v, %v", got, err)
	}
	got, err = d.store.Wrote(context.Background(), second)
	if err != nil || len(got.Observations) != 1 || got.Observations[0].State != observation.Withdrawn || len(got.Coverage) != 0 {
		t.Errorf("the second run wrote %+v, %v; want what it took back", got, err)
	}
	for at, want := range map[time.Time][]string{{}: {"url:x", "url:y"}, second.CommittedAt: {"url:x"}, first.CommittedAt: nil} {
		if got, err := d.store.AliasesOf(context.Background(), "koske", "a", at); err != nil || !slices.Equal(got, want) {
			t.Errorf("as of %v the item has the addresses %q, %v; want %q", at, got, err, want)
		}
	}
}

// testConfigs: every configuration with its first and last moment, those that no run was made with and those whose text is not
// kept, too.
func testConfigs(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	with := func(config string) time.Time {
		r := run("loki")
		r.Config = config
		return d.tell(observation.Commit{Run: r}).CommittedAt
	}
	seen := d.clock
	if err := d.store.RememberConfig(context.Background(), "a", []byte("x\n")); err != nil {
		t.Fatal(err)
	}
	a, b, again := with("a"), with("b"), with("a")
	got, err := d.store.Configs(context.Background(), time.Time{})
	if err != nil || len(got) != 2 || got[0].Hash != "a" || !got[0].First.Equal(seen) || !got[0].Last.Equal(again) || got[0].Runs != 2 ||
		got[1].Hash != "b" || !got[1].First.Equal(b) || !got[1].Last.Equal(b) || got[1].Runs != 1 {
		t.Errorf("there are %+v, %v", got, err)
	}
	if got, err := d.store.Configs(context.Background(), a); err != nil || len(got) != 1 || got[0].Runs != 0 || !got[0].Last.IsZero() {
		t.Errorf("before the first run there were %+v, %v", got, err)
	}
	for hash, want := range map[string][]byte{"a": []byte("x\n"), "b": nil} {
		if got, err := d.store.ConfigText(context.Background(), hash); err != nil || !bytes.Equal(got, want) {
			t.Errorf("the text of %s is %q, %v", hash, got, err)
		}
	}
}
