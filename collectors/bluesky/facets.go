package bluesky

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"seuranta/internal/collector/api"
)

// facets say of parts of a text what they are. A part that calls somebody reads as its writer's program wrote it: @name as a rule,
// and it may be a plain name. They are read to take those parts out, and are kept nowhere.
type facets struct {
	list   []facet
	broken bool // they came in a form that nobody knows
}

type facet struct {
	Index struct { // in bytes
		Start int `json:"byteStart"`
		End   int `json:"byteEnd"`
	} `json:"index"`
	Features []struct {
		Type string `json:"$type"`
		DID  string `json:"did"` // of whoever is called
	} `json:"features"`
}

// UnmarshalJSON reads facets. What cannot be read costs the text that they are of, and no more than that.
func (f *facets) UnmarshalJSON(b []byte) error {
	f.broken = json.Unmarshal(b, &f.list) != nil
	return nil
}

// text is a text without those whom it calls; nothing is left of one that calls somebody nobody knows where.
func (f facets) text(text string) string {
	if f.broken {
		return ""
	}
	var names []string
	for _, one := range f.list {
		if !one.calls() {
			continue
		}
		name, ok := one.of(text)
		if !ok && text != "" {
			return ""
		}
		names = append(names, name)
	}
	return api.Unnamed(text, names...)
}

// calls tells whether a part of a text calls somebody.
func (f facet) calls() bool {
	for _, feature := range f.Features {
		if feature.Type == "app.bsky.richtext.facet#mention" || feature.DID != "" {
			return true
		}
	}
	return false
}

// of is the part of a text; ok is false where the text has no such part.
func (f facet) of(text string) (part string, ok bool) {
	if f.Index.Start < 0 || f.Index.End > len(text) || f.Index.Start >= f.Index.End {
		return "", false
	}
	part = text[f.Index.Start:f.Index.End]
	return part, utf8.ValidString(part) && strings.TrimSpace(part) != ""
}
