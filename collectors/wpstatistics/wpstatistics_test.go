package wpstatistics

import (
	"testing"

	"seuranta/internal/collectortest"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case: "good", Halves: "halves",
		Skip: map[string]string{"clocks": "WP Statistics puts views into days; the kind takes them as they come."},
	})
}
