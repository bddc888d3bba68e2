package counter_test

import (
	"testing"

	"seuranta/internal/collectortest"
	"seuranta/internal/collectortest/counter"
)

func TestCases(t *testing.T) { collectortest.Cases(t, counter.Kind()) }
