package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// onEveryEngine runs a test on each back end.
func onEveryEngine(t *testing.T, f func(t *testing.T, e storetest.Engine)) {
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) { f(t, e) })
	}
}

func run(source string) observation.Run {
	return observation.Run{Organisation: "koske", Source: source, Kind: "accesslog", Zone: "Europe/Helsinki", StartedAt: time.Now(), Result: observation.OK, Program: "test"}
}

func views(day string, value float64) observation.Observation {
	d, err := observation.ParseDate(day)
	if err != nil {
		panic(err)
	}
	return observation.Observation{Key: observation.Key{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: d, Definition: "accesslog-1"},
		Part: "log", Value: value, Complete: true, Basis: observation.Collected}
}

func all() observation.Selection {
	return observation.Selection{Organisations: []string{"koske"}, Channels: []string{"kotisivut", "uutiskirje", "facebook"},
		Metrics: []string{"views", "visitors", "followers"}, Grains: observation.Grains(),
		Period: observation.Period{From: observation.NewDate(2000, 1, 1), To: observation.NewDate(2100, 1, 1)}}
}

func read(t testing.TB, s *store.Store, sel observation.Selection) []observation.Observation {
	t.Helper()
	got, err := s.Observations(context.Background(), sel)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func commit(t testing.TB, s *store.Store, c observation.Commit) observation.Run {
	t.Helper()
	r, err := s.Commit(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCommitAndRead(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, e storetest.Engine) {
		s, _ := e.Open(t)
		first := commit(t, s, observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-20", 12), views("2026-11-21", 0)}})
		if first.New != 2 || first.Changed != 0 || first.Unchanged != 0 {
			t.Errorf("first run: %+v", first)
		}
		again := commit(t, s, observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-20", 12), views("2026-11-21", 3)}})
		if again.New != 0 || again.Changed != 1 || again.Unchanged != 1 {
			t.Errorf("second run: new %d changed %d unchanged %d", again.New, again.Changed, again.Unchanged)
		}
		got := read(t, s, all())
		if len(got) != 2 || got[0].Value != 12 || got[1].Value != 3 || got[0].Run != first.ID || got[1].Run != again.ID {
			t.Errorf("read %+v", got)
		}
	})
}

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}
