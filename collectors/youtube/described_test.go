package youtube

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestDescribed holds what is asked, answered and read against Google's discovery document.
func TestDescribed(t *testing.T) {
	collectortest.Described(t, "testdata/described.yaml", map[string]any{
		"GET /youtube/v3/channels": channels{}, "GET /youtube/v3/playlistItems": uploads{}, "GET /youtube/v3/videos": clips{},
		collectortest.Beside: []any{failure{}},
	})
}
