package linkedin

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestDescribed holds what is asked, answered and read against LinkedIn's documentation.
func TestDescribed(t *testing.T) {
	collectortest.Described(t, "testdata/described.yaml", map[string]any{
		"GET /rest/networkSizes/urn:li:organization:[0-9]+": networkSize{},
		"GET /rest/organizationalEntityFollowerStatistics":  gainsByDay{},
		"GET /rest/organizationalEntityShareStatistics":     []any{statisticsByDay{}, statisticsOfPosts{}},
		"GET /rest/posts":    postList{},
		collectortest.Beside: []any{failure{}},
	})
}
