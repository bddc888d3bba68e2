package counter_test

import (
	"testing"

	"seuranta/internal/collectortest"
	"seuranta/internal/collectortest/counter"
)

func TestCases(t *testing.T) { collectortest.Cases(t, counter.Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, counter.Kind(), collectortest.Suite{
		Case: "two-pages", Halves: "halves",
		Skip: map[string]string{"clocks": "The platform puts views into days; the kind takes them as they come."},
	})
}
