package schedule

import (
	"context"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// TestNumbersOfAnotherWay are stored by the definition that the collector names, with the zone of the days as all others have it.
func TestNumbersOfAnotherWay(t *testing.T) {
	var s shelf
	_, err := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		out.(collector.ZoneSink).DaysOf(zone(t, "America/Los_Angeles"))
		o := views(w.From, 12)
		o.Definition = "other-1"
		out.Complete(observation.Completion{Metric: "views", Grain: observation.Day, From: w.From, Definition: "other-1"})
		tellAll(w, out)
		return out.Observe(o)
	}))
	if err != nil {
		t.Fatal(err)
	}
	c := s.commits[0]
	if got := c.Observations[len(c.Observations)-1].Definition; got != "other-1@America/Los_Angeles" || c.Observations[0].Definition != "log-1@America/Los_Angeles" {
		t.Errorf("stored by %s, and in the usual way by %s", got, c.Observations[0].Definition)
	}
	if got := c.Complete[0].Definition; got != "other-1@America/Los_Angeles" {
		t.Errorf("told whole by %s", got)
	}
}
