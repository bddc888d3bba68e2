package linkedin

import (
	"testing"

	"seuranta/internal/collectortest"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }
