package collectortest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/collector"
)

// Nobody says what of a platform's answers is the account's own and may be told as it stands.
type Nobody struct {
	Own   []string // fields with ids, addresses and names of the account itself, and marks of pages of lists
	Texts []string // fields with what the account wrote, which is told without those whom it mentions
	// Tagged puts somebody's plain name into the text of an object that has one, and marks it as the platform marks whom a text
	// calls; nil where no platform does so.
	Tagged func(object map[string]any, name string)
}

// somebody is who is planted. Nobody of the name has any business in what is told.
const somebody = "Kanaria Lintu"

// mentioned is a text of ours that mentions somebody in every way that there is.
const mentioned = "Kiitos @kanaria_lintu ja .@kanaria@social.example sekä @kanaria.bsky.social!\nKysy: kanaria.lintu@example.org"

// NoPerson plants somebody in the recorded answers of the cases of a kind that asks a platform: beside all that stands there, and, in
// the case good and in those of errors, in the place of one field after the other. Whatever the platform says of people, none of it
// may be in what the source tells, remembers or logs, nor in how it fails.
func NoPerson(t *testing.T, kind collector.Kind, n Nobody) {
	t.Helper()
	folders, err := filepath.Glob("testcases/*")
	if err != nil {
		t.Fatal(err)
	}
	planted, seen := 0, false
	for _, folder := range folders {
		p := planting{kind: kind, folder: folder}
		if !p.prepare(t) {
			continue
		}
		p.nowhere(t, "beside all fields", somebodyBeside)
		if n.Tagged != nil {
			p.nowhere(t, "a text, marked as a person", inTags(n.Tagged))
		}
		planted++
		name := filepath.Base(folder)
		if name != "good" && !strings.HasPrefix(name, "error-") {
			continue
		}
		for _, field := range p.fields(t) {
			switch {
			case slices.Contains(n.Own, field):
				continue
			case slices.Contains(n.Texts, field):
				p.nowhere(t, field, inField(field, mentioned))
				seen = seen || strings.Contains(p.play(t, inField(field, "Kanariasaarille")), "kanaria")
			default:
				p.nowhere(t, field, inField(field, somebody))
			}
			planted++
		}
	}
	if planted < 10 {
		t.Errorf("somebody was planted %d times only", planted)
	}
	if !seen {
		t.Error("the search does not find what the account wrote, either: it proves nothing")
	}
}

// planting is a case in which somebody is planted.
type planting struct {
	kind   collector.Kind
	folder string
	visits []visit
	server *server
}

// prepare reads the case; ok is false where it asks no server.
func (p *planting) prepare(t *testing.T) (ok bool) {
	p.visits = readVisits(t, p.folder)
	if len(answersOf(t, p.folder, p.visits[0])) == 0 {
		return false
	}
	p.server = startServer(t, nil)
	return true
}

// fields are the names of all fields of the answers that hold a text.
func (p *planting) fields(t *testing.T) []string {
	found := map[string]bool{}
	for _, v := range p.visits {
		for _, a := range answersOf(t, p.folder, v) {
			if body, ok := decoded(a.body); ok {
				eachText(body, "", func(field, text string) string { found[field] = true; return text })
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// nowhere checks that somebody who is planted comes out nowhere.
func (p *planting) nowhere(t *testing.T, where string, plant func(body any) any) {
	t.Helper()
	all := p.play(t, plant)
	if at := strings.Index(all, "kanaria"); at >= 0 {
		t.Errorf("%s: who stands in %s comes out: …%s…", filepath.Base(p.folder), where, all[max(0, at-120):min(len(all), at+60)])
	}
}

// play visits the source with answers that are changed, and returns in small letters all that came of it: what was told and
// remembered, the errors and the log.
func (p *planting) play(t *testing.T, plant func(body any) any) string {
	t.Helper()
	dir := t.TempDir()
	var m Memory
	var log notes
	var out strings.Builder
	for _, v := range p.visits {
		p.server.reset(changedBy(plant, answersOf(t, p.folder, v)), false)
		setFiles(t, dir, p.folder, v)
		sc := loadScene(t, p.kind, p.folder, dir, "koske", p.server)
		sc.log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		rec, err := sc.read(context.Background(), &m, v, sc.window(v))
		rec.States = m.States()
		told, failed := json.Marshal(rec)
		if failed != nil {
			t.Fatal(failed)
		}
		fmt.Fprintln(&out, string(told), err)
	}
	return strings.ToLower(out.String() + log.String())
}

// changedBy changes the bodies of answers. What is no JSON has somebody at its end.
func changedBy(plant func(body any) any, answers []*answer) []*answer {
	out := make([]*answer, len(answers))
	for i, a := range answers {
		one := *a
		if body, ok := decoded(a.body); ok {
			one.body, _ = json.Marshal(plant(body)) // it was JSON a moment ago
		} else if len(a.body) > 0 {
			one.body = append(bytes.Clone(a.body), somebody...)
		}
		out[i] = &one
	}
	return out
}

// decoded reads a body with its numbers as they are written.
func decoded(b []byte) (body any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err := d.Decode(&body)
	return body, err == nil
}

// inField puts a text in the place of every text of a field.
func inField(field, text string) func(any) any {
	return func(body any) any {
		return eachText(body, "", func(name, old string) string {
			if name == field {
				return text
			}
			return old
		})
	}
}

// inTags does something with every object of a body.
func inTags(do func(object map[string]any, name string)) func(any) any {
	var each func(any) any
	each = func(v any) any {
		switch v := v.(type) {
		case []any:
			for i := range v {
				each(v[i])
			}
		case map[string]any:
			for _, inner := range v {
				each(inner)
			}
			do(v, somebody)
		}
		return v
	}
	return each
}

// eachText replaces each text of a body by what do makes of it; those of a list have the name of the list.
func eachText(v any, field string, do func(field, text string) string) any {
	switch v := v.(type) {
	case string:
		return do(field, v)
	case []any:
		for i := range v {
			v[i] = eachText(v[i], field, do)
		}
	case map[string]any:
		for name := range v {
			v[name] = eachText(v[name], name, do)
		}
	}
	return v
}

// somebodyBeside adds to every object of an answer that has fields of several sorts what platforms add of people. Objects that
// count by names are left alone: there a further name is a count.
func somebodyBeside(v any) any {
	person := map[string]any{"id": "424242", "name": somebody, "username": "kanaria", "avatar": "https://pictures.example/kanaria.jpg"}
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = somebodyBeside(v[i])
		}
	case map[string]any:
		mixed := false
		for name := range v {
			_, number := v[name].(json.Number)
			mixed = mixed || !number
			v[name] = somebodyBeside(v[name])
		}
		for name, value := range map[string]any{"byline": somebody, "commenters": []any{person}, "mentioned_by": person, "avatar_url": person["avatar"]} {
			if _, there := v[name]; mixed && !there {
				v[name] = value
			}
		}
	}
	return v
}
