package main

import (
	"slices"
	"testing"
	"time"

	"seuranta/collectors"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// aimedConfig wants what posts earn: of the channel by the week, and of a project by its plan.
const aimedConfig = `
organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]
channels: [{id: videot, kind: facebook, name: Videot, targets: [{metric: reactions_earned, per: week, value: 20}, {metric: clicks_earned, per: year, value: 9}]}]
sources: [{id: tube, kind: facebook, channel: videot, page: koske, schedule: "15 4 * * *", client_id: "1", client_secret: "${META}"}]
topics: [{id: retket, organisation: koske, rule: retki}]
projects:
  - id: luonto
    period: 2026-01-01..2026-12-31
    members: [koske]
    topics: [retket]
    plan: [{goal: Retkistä puhutaan, followup: [{id: reaktiot, indicator: reactions_earned, target: 30}]}]
`

// TestWhatPostsEarnIsATarget: a target and a line of a plan may name what posts earned; the figures are there without being named, with
// the target beside them.
func TestWhatPostsEarnIsATarget(t *testing.T) {
	cfg, err := config.Parse("/tmp/seuranta.yaml", []byte(aimedConfig), collectors.Kinds(), func(string) (string, bool) { return "secret", true })
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t)
	for night := range 8 {
		if _, err := s.Commit(t.Context(), nightOfVideos(cfg.Desk.Sources[0], night)); err != nil {
			t.Fatal(err)
		}
	}
	week := observation.Week.Holding(observation.NewDate(2026, 11, 16))
	judge := indicator.New(cfg.Desk, s, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), time.Time{})
	figures, err := judge.Figures(t.Context(), indicator.Ask{Period: week})
	if err != nil {
		t.Fatal(err)
	}
	find := func(id string) indicator.Figure {
		i := slices.IndexFunc(figures, func(f indicator.Figure) bool { return f.ID == id })
		if i < 0 {
			t.Fatalf("there is no figure %s", id)
		}
		return figures[i]
	}
	if f := find("koske/videot/reactions_earned/2026-W47"); f.Value == nil || *f.Value != 22 || f.Target == nil || *f.Target != 20 || f.Pace != indicator.Met {
		t.Errorf("of the channel: %+v", f)
	}
	find("koske/videot/clicks_earned/2026-W47")
	f := find("koske/project:luonto/reactions_earned/2026-W47")
	if f.Value == nil || *f.Value != 15 { // of the one about the subject: 3 a night for five nights, then it was deleted
		t.Errorf("of the project: %+v", f)
	}
	trace, err := judge.Trace(t.Context(), f.ID)
	if err != nil || len(trace.Targets) != 1 || trace.Targets[0].ID != "reaktiot" || trace.Targets[0].Value != 30 {
		t.Errorf("the plan's line is %+v (%v)", trace.Targets, err)
	}
}

// TestTargetsNeedWhatTheyAreFormedOf: what posts earned is formed of a counter, which a source of the channel has to tell.
func TestTargetsNeedWhatTheyAreFormedOf(t *testing.T) {
	_, err := config.Parse("/tmp/seuranta.yaml", []byte(`
organisations: [{id: koske}]
channels: [{id: videot, kind: youtube, targets: [{metric: shares_earned, per: week, value: 20}, {metric: reach_earned, per: week, value: 20}]}]
sources: [{id: tube, kind: youtube, channel: videot, channel_id: "@koske", key: "${KEY}"}]
`), collectors.Kinds(), func(string) (string, bool) { return "secret", true })
	if err == nil {
		t.Fatal("no fault")
	}
	wantAll(t, "the faults", err.Error(), `no source of "videot" tells shares_total`, "there is no number of reach_earned: people who came twice are counted once")
}
