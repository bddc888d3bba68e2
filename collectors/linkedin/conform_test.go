package linkedin

import (
	"os"
	"testing"

	"seuranta/internal/collectortest"
)

const bySource = "LinkedIn puts what happened into days of UTC; the kind takes them as they come."

// TestConform: the API of LinkedIn.
func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Halves: "halves", Skip: map[string]string{"clocks": bySource}})
}

// TestConformHandedOver: a workbook of content that somebody hands over.
func TestConformHandedOver(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "handed-content", Skip: map[string]string{"clocks": bySource}, Files: map[string]func(string) error{
		"half of a workbook": func(path string) error { return os.Truncate(path, 9000) },
		"a byte turned":      turned,
	}})
}

// TestConformScheduled: workbooks that are read on schedule.
func TestConformScheduled(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "scheduled", Skip: map[string]string{"clocks": bySource}})
}

// turned has the list of sectors of a workbook begin elsewhere.
func turned(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[76] ^= 0xff
	return os.WriteFile(path, b, 0o600)
}
