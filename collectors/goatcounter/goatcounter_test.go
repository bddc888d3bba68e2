package goatcounter

import (
	"testing"

	"seuranta/internal/collectortest"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestDescribed(t *testing.T) { collectortest.Described(t, "testdata/described.yaml") }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case: "good", Halves: "halves",
		Skip: map[string]string{"clocks": "GoatCounter puts visits into days; the kind asks for the hours of a day."},
	})
}
