package indicator

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// Status tells how the newest committed run of each source ended.
func (l *ledger) Status(_ context.Context, organisations []string, asOf time.Time) ([]observation.SourceStatus, error) {
	var out []observation.SourceStatus
	for _, c := range slices.Backward(l.commits) {
		st := observation.SourceStatus{Organisation: c.Run.Organisation, Source: c.Run.Source, Result: c.Run.Result, Reason: c.Run.Reason}
		known := slices.ContainsFunc(out, func(o observation.SourceStatus) bool { return o.Key() == st.Key() })
		if slices.Contains(organisations, c.Run.Organisation) && !known && (asOf.IsZero() || c.Run.CommittedAt.Before(asOf)) {
			out = append(out, st)
		}
	}
	return out, nil
}

func (s silent) Status(context.Context, []string, time.Time) ([]observation.SourceStatus, error) {
	s.Error("the store is asked how sources stand")
	return nil, nil
}

// visit commits a visit that told nothing, with what became of it.
func (c *centre) visit(source string, result observation.Result, reason string) {
	c.kept.add(observation.Commit{Run: observation.Run{Organisation: "koske", Source: source, Zone: "Europe/Helsinki", Kind: "made-up", CommittedAt: c.clock, Result: result, Reason: reason}})
	c.clock = c.clock.Add(time.Minute)
}

// TestAFileThatCannotBeReadIsNoSilence: where files that people keep are read on schedule, days without a number give the
// reason of the newest visit as long as that failed.
func TestAFileThatCannotBeReadIsNoSilence(t *testing.T) {
	c := diary("month")
	c.source(0).Schedule = "30 7 * * *"
	c.source(0).Metrics = append(c.source(0).Metrics, "impressions")
	c.source(0).Grains = append(c.source(0).Grains, observation.Day)
	c.source(0).MetricGrains = map[string][]observation.Grain{"followers": {observation.Snapshot}, "impressions": {observation.Day}}
	c.source(0).Definitions = append(c.source(0).Definitions, observation.Definition{ID: "impressions@kasin-1", Metric: "impressions"})
	both := func(impressions, followers string) {
		t.Helper()
		for metric, want := range map[string]string{"impressions": impressions, "followers": followers} {
			if got := words(c.figure(t, metric, "2026-W40")); got != want {
				t.Errorf("%s: %s; want %s", metric, got, want)
			}
		}
	}
	both("missing 0/7 [28.9.–4.10. not_typed]", "missing 0/7 [28.9.–4.10. not_typed]")
	c.visit("kasin", observation.Failed, "failed")
	both("missing 0/7 [28.9.–4.10. failed]", "missing 0/7 [28.9.–4.10. failed]")
	failed := c.clock
	c.typed("kasin", "impressions", "", observation.Day, "2026-09-30", 5)
	c.typed("kasin", "followers", "", observation.Snapshot, "2026-08-30", 7)
	both("partial 5 1/7 [28.9.–29.9. not_typed] [1.10.–4.10. not_typed]", "missing 0/7 [28.9.–4.10. reminder]")
	c.visit("kasin", observation.Partial, "")
	both("partial 5 1/7 [28.9.–29.9. partial] [1.10.–4.10. partial]", "missing 0/7 [28.9.–4.10. partial]")
	then := only(t, New(c.desk, &c.kept, c.now, failed), "impressions", period("2026-W40"))
	if got := words(then); got != "missing 0/7 [28.9.–4.10. failed]" {
		t.Errorf("as known before: %s", got)
	}
	// … of a source that nothing reads by itself a visit that failed, as an import that was stopped, says nothing
	c.visit("paivakirja", observation.Failed, "stopped")
	for _, line := range c.figures(t, Ask{Metrics: []string{"impressions", "volunteers", "signups"}, Period: period("2026-W40")}) {
		if strings.Contains(line, "stopped") {
			t.Error(line)
		}
	}
	c.source(0).Schedule = ""
	both("partial 5 1/7 [28.9.–29.9. not_typed] [1.10.–4.10. not_typed]", "missing 0/7 [28.9.–4.10. reminder]")
}
