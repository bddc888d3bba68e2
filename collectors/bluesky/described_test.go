package bluesky

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestDescribed holds what is asked, answered and read against the lexicons of Bluesky.
func TestDescribed(t *testing.T) {
	collectortest.Described(t, "testdata/described.yaml", map[string]any{
		"GET /xrpc/app.bsky.actor.getProfile": profile{}, "GET /xrpc/app.bsky.feed.getAuthorFeed": page{},
		collectortest.Beside: []any{struct {
			Error   string `json:"error"`
			Message string `json:"message"`
		}{}},
	})
}
