package schedule_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

// TestStretches checks that stretches are the days asked for, newest first, each day once, and that none but the first and the
// last cuts a week.
func TestStretches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := observation.Date(rapid.IntRange(10000, 21000).Draw(t, "from"))
		p := observation.Period{From: from, To: from + observation.Date(rapid.IntRange(1, 800).Draw(t, "days"))}
		all := schedule.Stretches(p, rapid.IntRange(0, 60).Draw(t, "at once"))
		at := p.To
		for i, s := range all {
			if s.To != at || s.Empty() {
				t.Fatalf("%v follows %v", s, at)
			}
			if at = s.From; i < len(all)-1 && observation.Week.Start(at) != at {
				t.Fatalf("%v cuts a week", s)
			}
		}
		if at != p.From {
			t.Fatalf("the last ends at %v, want %v", at, p.From)
		}
	})
	if got := schedule.Stretches(observation.Period{From: 1000, To: 2000}, -1); len(got) != 1 || got[0].Days() != 1000 {
		t.Errorf("all at once: %v", got)
	}
}

func TestTold(t *testing.T) {
	monday := observation.Week.Start(20000)
	s := observation.Source{ID: "s", Metrics: []string{"views", "visitors"}, Grains: []observation.Grain{observation.Day, observation.Week}}
	metrics := observation.StandardMetrics()
	var all []observation.Coverage
	say := func(metric string, g observation.Grain, from observation.Date, r observation.Result, reason string) {
		all = append(all, observation.Coverage{CoverageKey: observation.CoverageKey{Source: "s", Metric: metric, Grain: g, From: from}, Result: r, Reason: reason})
	}
	for d := monday; d < monday+7; d++ {
		say("views", observation.Day, d, observation.OK, "")
		say("visitors", observation.Day, d, observation.NoData, "")
	}
	week := observation.Period{From: monday, To: monday + 7}
	if schedule.Told(s, metrics, all, week) {
		t.Error("the visitors of the week were never asked for")
	}
	say("visitors", observation.Week, monday, observation.NotOffered, collector.ReasonBeforeStart)
	if !schedule.Told(s, metrics, all, week) {
		t.Error("all was told")
	}
	failed := slices.Clone(all)
	failed[3].Result = observation.Failed
	if schedule.Told(s, metrics, failed, week) {
		t.Error("a day failed")
	}
	if schedule.BeforeItsTime(all) || !schedule.BeforeItsTime(all[14:]) || schedule.BeforeItsTime(nil) {
		t.Error("only what is told of the last period lies before the time of the source")
	}
}
