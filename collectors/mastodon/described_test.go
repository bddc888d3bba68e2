package mastodon

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestDescribed holds what is asked, answered and read against what people wrote down of Mastodon's API.
func TestDescribed(t *testing.T) {
	collectortest.Described(t, "testdata/described.yaml", map[string]any{
		"GET /api/v1/accounts/lookup": account{}, "GET /api/v1/accounts/[0-9]+/statuses": []status{},
		collectortest.Beside: []any{struct {
			Error string `json:"error"`
		}{}},
	})
}
