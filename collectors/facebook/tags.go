package facebook

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"

	"seuranta/internal/collector/api"
)

// tags are who and what is tagged in a text. Whoever is tagged stands in the text as a plain name, and only the tags say that it is
// one. They are read to take the names of people out, and are kept nowhere.
type tags struct {
	list   []tag
	broken bool // they came in a form that nobody knows
}

// tag is one of them: its name, and where in the text it stands.
type tag struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Offset *int   `json:"offset"`
	Length *int   `json:"length"`
}

// UnmarshalJSON reads tags. What cannot be read costs the text that they are of, and no more than that.
func (t *tags) UnmarshalJSON(b []byte) error {
	t.broken = json.Unmarshal(b, &t.list) != nil
	return nil
}

// text is a message without the names of people who are tagged in it; nothing is left of one in which somebody is tagged who is not
// found. Names of Pages, groups and the like stay.
func (t tags) text(message string) string {
	if t.broken {
		return ""
	}
	var names []string
	for _, one := range t.list {
		if slices.Contains([]string{"page", "group", "event", "application"}, one.Type) {
			continue
		}
		found := one.names(message)
		if len(found) == 0 && message != "" {
			return ""
		}
		names = append(names, found...)
	}
	return api.Unnamed(message, names...)
}

// names are what a text calls somebody who is tagged in it: what stands at the place of the tag, which may be a part of the name,
// and the name. Whether Meta counts characters or units of UTF-16 is not documented: where the two differ, that is taken which is of the name.
func (t tag) names(message string) (out []string) {
	var places []string
	if t.Offset != nil && t.Length != nil {
		places = []string{within([]rune(message), *t.Offset, *t.Length, runes), within(utf16.Encode([]rune(message)), *t.Offset, *t.Length, units)}
	}
	for _, place := range places {
		if place != "" && (t.is(place) || places[0] == places[1]) {
			out = append(out, place)
		}
	}
	if len(out) == 0 && len(places) > 0 {
		return nil
	}
	if name := strings.TrimSpace(t.Name); name != "" && api.Unnamed(message, name) != message {
		out = append(out, name)
	}
	return out
}

// is tells whether a text is the name, or some of its words.
func (t tag) is(text string) bool {
	return strings.Contains(" "+strings.ToLower(t.Name)+" ", " "+strings.ToLower(text)+" ")
}

// within is a part of a text; "" where the text has no such part.
func within[T any](text []T, offset, length int, read func([]T) string) string {
	if offset < 0 || length <= 0 || offset > len(text) || length > len(text)-offset {
		return ""
	}
	return strings.TrimSpace(read(text[offset : offset+length]))
}

func runes(text []rune) string { return string(text) }

func units(text []uint16) string { return string(utf16.Decode(text)) }
