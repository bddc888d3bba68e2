package api_test

import (
	"maps"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// TestWhatIsToldInAnotherWay carries its definition, with what is said of being told whole; other metrics and what was told before do not.
func TestWhatIsToldInAnotherWay(t *testing.T) {
	var out collectortest.Recorder
	ways := api.NewWays(&out)
	day := observation.NewDate(2026, 11, 20)
	w := collector.Window{Period: observation.Period{From: day, To: day + 1}, Grains: []observation.Grain{observation.Day}, Now: day.UTC().AddDate(0, 0, 2), Zone: time.UTC}
	zone := time.FixedZone("Pacific", -8*3600)
	tell := api.NewTeller(ways, w, zone)
	number := func(metric string) {
		if err := tell.Number("days", metric, observation.Day, observation.Day.Holding(day), 3); err != nil {
			t.Fatal(err)
		}
	}
	number("gained")
	ways.By("gained", "other-1")
	number("gained")
	number("lost")
	ways.By("gained", "")
	number("gained")
	r := out.Recording()
	told := map[string]int{}
	for i, o := range r.Observations {
		told[o.Metric+" "+o.Definition]++
		told["complete "+r.Complete[i].Metric+" "+r.Complete[i].Definition]++
	}
	if want := map[string]int{"gained ": 2, "gained other-1": 1, "lost ": 1, "complete gained ": 2, "complete gained other-1": 1, "complete lost ": 1}; !maps.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	if r.Zone != zone.String() || len(r.Coverage) != 4 {
		t.Errorf("zone %q, %d periods", r.Zone, len(r.Coverage))
	}
}
