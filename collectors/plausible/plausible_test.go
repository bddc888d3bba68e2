package plausible

import (
	"testing"

	"seuranta/internal/collectortest"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case: "good", Halves: "halves",
		Skip: map[string]string{"clocks": "Plausible puts what happened into days; the kind takes them as they come."},
	})
}
