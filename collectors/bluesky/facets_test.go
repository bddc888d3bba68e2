package bluesky

import (
	"encoding/json"
	"testing"
)

const mentioned = `"features":[{"$type":"app.bsky.richtext.facet#mention","did":"did:plc:kanaria"}]`

// Whoever is called in a text is not told, also where a plain name calls somebody.
func TestCalled(t *testing.T) {
	for name, test := range map[string]struct{ text, facets, want string }{
		"nobody":         {"Uusi opas", `[]`, "Uusi opas"},
		"a plain name":   {"Ä: Maija Kanaria!", `[{"index":{"byteStart":4,"byteEnd":17},` + mentioned + `}]`, "Ä: @…!"},
		"twice":          {"Maija Kanaria! Maija Kanarian", `[{"index":{"byteStart":0,"byteEnd":13},` + mentioned + `}]`, "@…! @…n"},
		"a handle":       {"Kiitos @kanaria.bsky.social", `[{"index":{"byteStart":7,"byteEnd":27},` + mentioned + `}]`, "Kiitos @…"},
		"an address":     {"Katso koske.fi", `[{"index":{"byteStart":6,"byteEnd":14},"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://koske.fi"}]}]`, "Katso koske.fi"},
		"behind the end": {"Maija Kanaria", `[{"index":{"byteStart":0,"byteEnd":99},` + mentioned + `}]`, ""},
		"within a sign":  {"Ä Maija Kanaria", `[{"index":{"byteStart":1,"byteEnd":5},` + mentioned + `}]`, ""},
		"backwards":      {"Maija Kanaria", `[{"index":{"byteStart":5,"byteEnd":2},` + mentioned + `}]`, ""},
		"no place":       {"Maija Kanaria", `[{` + mentioned + `}]`, ""},
		"something else": {"Maija Kanaria", `{"mention":"Maija Kanaria"}`, ""},
	} {
		var e entry
		text, _ := json.Marshal(test.text)
		body := `{"post":{"uri":"at://did:plc:a/app.bsky.feed.post/1","indexedAt":"2026-11-18T10:00:01Z","record":{"text":` + string(text) + `,"facets":` + test.facets + `}}}`
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if p, err := e.post(); err != nil || p.Text != test.want {
			t.Errorf("%s: %q, want %q (%v)", name, p.Text, test.want, err)
		}
	}
}

// tagged thanks somebody by a plain name in a post, as programs for Bluesky may.
func tagged(object map[string]any, name string) {
	if object["$type"] == "app.bsky.feed.post" {
		object["text"] = "Kiitos " + name + "!"
		object["facets"] = []any{map[string]any{"index": map[string]any{"byteStart": 7, "byteEnd": 7 + len(name)},
			"features": []any{map[string]any{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:kanaria"}}}}
	}
}
