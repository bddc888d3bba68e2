package graph

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestDescribed holds all that is read of Meta's answers against Meta's own description.
func TestDescribed(t *testing.T) {
	type batched struct {
		Code int    `json:"code"`
		Body string `json:"body"`
	}
	type aboutToken struct {
		Data struct {
			Expires int64    `json:"expires_at"`
			Data    int64    `json:"data_access_expires_at"`
			Scopes  []string `json:"scopes"`
		} `json:"data"`
	}
	collectortest.DescribedTypes(t, "testdata/described.yaml", map[string]any{
		"insights": Told{}, "a Page": Page{}, "a list of Pages": page[Page]{}, "several questions in one": []batched{}, "debug_token": aboutToken{},
		collectortest.Beside: []any{refused{}, spent{}},
	})
}
