package facebook

import (
	"encoding/json"
	"strings"
	"testing"
)

// Whoever is tagged stands in a message as a plain name: nothing of it is told, however the tag is written.
func TestTagged(t *testing.T) {
	for name, test := range map[string]struct{ message, tags, want string }{
		"nobody":                    {"Uusi opas on julkaistu", `null`, "Uusi opas on julkaistu"},
		"no tags":                   {"Uusi opas on julkaistu", `[]`, "Uusi opas on julkaistu"},
		"a person":                  {"Kiitos Maija Kanaria!", `[{"id":"4","name":"Maija Kanaria","type":"user","offset":7,"length":13}]`, "Kiitos @…!"},
		"no type":                   {"Kiitos Maija Kanaria!", `[{"name":"Maija Kanaria","offset":7,"length":13}]`, "Kiitos @…!"},
		"a type that is new":        {"Kiitos Maija Kanaria!", `[{"name":"Maija Kanaria","type":"creator","offset":7,"length":13}]`, "Kiitos @…!"},
		"a Page":                    {"Kiitos Koske ry!", `[{"name":"Koske ry","type":"page","offset":7,"length":8}]`, "Kiitos Koske ry!"},
		"named twice":               {"Maija Kanaria puhuu, Maija Kanarian kirja", `[{"name":"Maija Kanaria","type":"user","offset":0,"length":13}]`, "@… puhuu, @…n kirja"},
		"a part of the name":        {"Kiitos Kanaria, ja Maija Kanaria", `[{"name":"Maija Kanaria","type":"user","offset":7,"length":7}]`, "Kiitos @…, ja @…"},
		"another name":              {"Kiitos Maikki Kanaria!", `[{"name":"Maija Mehiläinen","type":"user","offset":7,"length":14}]`, "Kiitos @…!"},
		"by characters":             {"🎉🎉 Äidille: Maija Kanaria", `[{"name":"Maija Kanaria","type":"user","offset":12,"length":13}]`, "🎉🎉 Äidille: @…"},
		"by units of UTF-16":        {"🎉🎉 Äidille: Maija Kanaria", `[{"name":"Maija Kanaria","type":"user","offset":14,"length":13}]`, "🎉🎉 Äidille: @…"},
		"two of them":               {"Maija Kanaria ja Pekka Kanaria", `[{"name":"Maija Kanaria","offset":0,"length":13},{"name":"Pekka Kanaria","type":"user","offset":17,"length":13}]`, "@… ja @…"},
		"no place":                  {"Kiitos Maija Kanaria!", `[{"name":"Maija Kanaria","type":"user"}]`, "Kiitos @…!"},
		"no name":                   {"Kiitos Maija Kanaria!", `[{"type":"user","offset":7,"length":13}]`, "Kiitos @…!"},
		"not there":                 {"Kiitos Maikki Kanaria!", `[{"name":"Maija Kanaria","type":"user"}]`, ""},
		"behind the end":            {"Kiitos Maikki Kanaria!", `[{"name":"Maija Kanaria","type":"user","offset":7,"length":99}]`, ""},
		"before the beginning":      {"Kiitos Maikki Kanaria!", `[{"name":"Maija Kanaria","type":"user","offset":-1,"length":3}]`, ""},
		"so far that it turns over": {"Kiitos Maikki Kanaria!", `[{"name":"Maija Kanaria","type":"user","offset":9223372036854775807,"length":9223372036854775807}]`, ""},
		"unclear":                   {"🎉 Maikki Kanaria", `[{"name":"Maija Mehiläinen","type":"user","offset":2,"length":14}]`, ""},
		"by places, as once":        {"Kiitos Maija Kanaria!", `{"7":[{"name":"Maija Kanaria","type":"user","offset":7,"length":13}]}`, ""},
		"a text":                    {"Kiitos Maija Kanaria!", `"Maija Kanaria"`, ""},
		"a list of texts":           {"Kiitos Maija Kanaria!", `["Maija Kanaria"]`, ""},
		"a place that is a text":    {"Kiitos Maija Kanaria!", `[{"name":"Maija Kanaria","offset":"7","length":13}]`, ""},
		"tags of no text":           {"", `[{"name":"Maija Kanaria","type":"user","offset":7,"length":13}]`, ""},
	} {
		var p post
		line, _ := json.Marshal(test.message)
		if err := json.Unmarshal([]byte(`{"id":"104_1","created_time":"2026-11-17T09:00:01+0000","message":`+string(line)+`,"message_tags":`+test.tags+`}`), &p); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if told, err := p.told(); err != nil || told.Text != test.want {
			t.Errorf("%s: %q, want %q (%v)", name, told.Text, test.want, err)
		}
	}
}

// FuzzTags: whatever Meta says of tags, no visit ends by it, and of a tag that says where it stands nothing stays there.
func FuzzTags(f *testing.F) {
	f.Add("Kiitos Maija Kanaria!", `[{"name":"Maija Kanaria","type":"user","offset":7,"length":13}]`)
	f.Add("🎉 Maija", `[{"name":"Maija Kanaria","offset":3,"length":5}]`)
	f.Add("Maija", `{"0":[]}`)
	f.Add("a\xffb", `[{"offset":1,"length":1},null]`)
	f.Fuzz(func(t *testing.T, message, written string) {
		var got tags
		if err := got.UnmarshalJSON([]byte(written)); err != nil {
			t.Fatal(err)
		}
		text := got.text(message)
		if got.broken && text != "" {
			t.Errorf("tags that nobody can read leave %q", text)
		}
		for _, one := range got.list {
			if words := strings.Fields(one.Name); one.Type == "user" && len(words) > 1 && strings.Contains(text, one.Name) {
				t.Errorf("%q is left of %q by %s", text, message, written)
			}
		}
	})
}
