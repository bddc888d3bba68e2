package threads

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestDescribed holds what is asked, answered and read against Meta's documentation.
func TestDescribed(t *testing.T) {
	collectortest.Described(t, "testdata/described.yaml", map[string]any{
		"GET /v1.0/me/threads": struct {
			Data []thread `json:"data"`
		}{},
	})
}
