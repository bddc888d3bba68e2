package indicator

import (
	"testing"

	"seuranta/internal/observation"
)

// TestAFailureIsMadeUpFor: a visit that failed before it came to the parts of its source said so of the source as a whole.
// When the parts answer, the period is measured; when it fails again afterwards, it stays so.
func TestAFailureIsMadeUpFor(t *testing.T) {
	c := newCentre()
	fail := func() {
		commit := observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki"}}
		for d := date("2026-11-16"); d < date("2026-11-23"); d++ {
			key := observation.CoverageKey{Organisation: "koske", Source: "loki", Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: d}
			commit.Coverage = append(commit.Coverage, observation.Coverage{CoverageKey: key, Result: observation.Auth})
		}
		c.commit(commit)
	}
	fail()
	if f := c.figure(t, "views", "2026-W47"); f.State != Missing {
		t.Errorf("after the failure: %s", words(f))
	}
	c.tell("loki", "views", observation.Day, "2026-11-16", "1 2 3 4 5 6 7")
	if f := c.figure(t, "views", "2026-W47"); words(f) != "ok 28 7/7" {
		t.Errorf("after the answer: %s", words(f))
	}
	fail()
	if f := c.figure(t, "views", "2026-W47"); words(f) != "ok 28 7/7" {
		t.Errorf("after another failure: %s", words(f))
	}
}
