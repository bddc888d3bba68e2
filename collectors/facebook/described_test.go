package facebook

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestDescribed holds what is asked, answered and read against Meta's own description; what all kinds of Meta read alike is held there in internal/collector/graph.
func TestDescribed(t *testing.T) {
	collectortest.Described(t, "testdata/described.yaml", map[string]any{
		"GET /v26.0/104/published_posts": struct {
			Data []post `json:"data"`
		}{},
	})
}
