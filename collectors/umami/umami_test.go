package umami

import (
	"testing"

	"seuranta/internal/collectortest"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case: "good", Halves: "halves",
		Skip: map[string]string{"clocks": "Umami puts what happened into the span that it is asked for; TestSpans looks at the ends of days."},
	})
}
