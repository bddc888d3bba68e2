package facebook

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestNoPerson: whoever is named in any field of the answers is told, remembered, logged and shown nowhere.
func TestNoPerson(t *testing.T) {
	collectortest.NoPerson(t, Kind(), collectortest.Nobody{Own: []string{"id", "permalink_url", "after"}, Texts: []string{"message"}})
}
