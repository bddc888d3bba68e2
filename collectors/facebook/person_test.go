package facebook

import (
	"testing"

	"seuranta/internal/collectortest"
)

// TestNoPerson: whoever is named in any field of the answers is told, remembered, logged and shown nowhere.
func TestNoPerson(t *testing.T) {
	collectortest.NoPerson(t, Kind(), collectortest.Nobody{Own: []string{"id", "permalink_url", "after"}, Texts: []string{"message"}, Tagged: tagged})
}

// tagged thanks somebody by a plain name in a post, as Meta writes it.
func tagged(object map[string]any, name string) {
	if _, ok := object["message"]; !ok {
		return
	}
	if _, ok := object["created_time"]; ok {
		object["message"] = "Kiitos " + name + "!"
		object["message_tags"] = []any{map[string]any{"id": "7", "name": name, "type": "user", "offset": 7, "length": len(name)}}
	}
}
