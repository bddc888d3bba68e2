package twitter

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestNoPerson: whoever is named in any field of the answers is told, remembered, logged and shown nowhere.
func TestNoPerson(t *testing.T) {
	collectortest.NoPerson(t, Kind(), collectortest.Nobody{Own: []string{"id", "username", "edit_history_tweet_ids", "next_token"}, Texts: []string{"text"}})
}
