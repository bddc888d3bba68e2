package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"seuranta/collectors"
	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/config/configtest"
	"seuranta/internal/observation"
)

var update = flag.Bool("update", false, "write the generated pages of docs anew")

// TestGeneratedDocs compares the generated pages of docs with what they are made of; `make generate` writes them.
func TestGeneratedDocs(t *testing.T) {
	schema, err := config.Schema(collectors.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	pages := kindPages(t)
	pages["seuranta.schema.json"], pages["definitions.md"] = schema, definitionsPage(t)
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		path, want := filepath.Join("../../docs", name), pages[name]
		if *update {
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, want, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != string(want) {
			t.Errorf("docs/%s is out of date (%v): run `make generate`, look at what changed, and commit it", name, err)
		}
	}
}

// written is an entry of a kind's definitions.yaml, with what only people read.
type written struct {
	ID, Metric, What, Why, Replaces, Way string
	From, Until                          *observation.Date
	Text                                 observation.Text
	Limits                               []string
}

// definitionsPage is the reviewable list of all definitions, made of the files that the program has them from.
func definitionsPage(t *testing.T) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Definitions\n\nWhat each figure means: the wording that readers see in each language, how it is counted, why, and what it cannot tell. First what\n" +
		"is counted from publications, articles and events, whoever told these, then by kind of source. Made of\n" +
		"`internal/indicator/definitions.yaml` and `collectors/*/definitions.yaml` by `make generate`: change those files, not this page.\n")
	b.WriteString(changedDefinitions(t))
	section := func(head, summary, path string) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", head, summary)
		for _, w := range definitionsIn(t, path) {
			b.WriteString(w.page())
		}
	}
	section("counted", "What is counted when a figure is shown, and stored as no number.", "internal/indicator/definitions.yaml")
	for _, k := range collectors.Kinds() {
		section(k.Name, k.Summary(), filepath.Join("collectors", k.Name, "definitions.yaml"))
	}
	return []byte(b.String())
}

// definitionsIn reads a file of definitions.
func definitionsIn(t *testing.T, path string) []written {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	var all []written
	if err := yaml.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// changedDefinitions lists, kind by kind, what came to be counted otherwise: from when, and in which words before and after. A metric
// that ended is among them, with the one that came in its place.
func changedDefinitions(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\n## Definitions that changed\n\nFrom these days on something else is counted, under the same name, or as another metric in place of the one that ended. A series breaks\n" +
		"there by itself: figures from before and after are never joined and never compared.\n")
	for _, k := range collectors.Kinds() {
		before := map[string]written{} // by metric and way
		all := definitionsIn(t, filepath.Join("collectors", k.Name, "definitions.yaml"))
		slices.SortStableFunc(all, func(a, b written) int { return cmp.Compare(since(a), since(b)) })
		for _, w := range all {
			if old, had := before[w.Metric+" "+w.Way]; had && w.From != nil {
				b.WriteString(changedDefinition(k.Name+": "+w.Metric, old, w))
			}
			before[w.Metric+" "+w.Way] = w
		}
		for _, w := range all {
			b.WriteString(endedDefinition(k.Name, w, all))
		}
	}
	return b.String()
}

// endedDefinition tells that a metric ended, and which came in its place; "" of one that goes on.
func endedDefinition(kind string, old written, all []written) string {
	if old.Until == nil {
		return ""
	}
	for _, w := range all {
		if w.Replaces == old.Metric {
			return changedDefinition(kind+": "+w.Metric+" in place of "+old.Metric, old, w)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s: %s ended on %s\n\n", kind, old.Metric, old.Until)
	for _, lang := range []string{"fi", "sv", "en"} {
		fmt.Fprintf(&b, "- **%s, before** (%s): %s\n", lang, old.ID, old.Text[lang])
	}
	return b.String()
}

func changedDefinition(what string, before, after written) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s from %s\n\n", what, after.From)
	for _, lang := range []string{"fi", "sv", "en"} {
		fmt.Fprintf(&b, "- **%s, before** (%s): %s\n- **%s, since then** (%s): %s\n", lang, before.ID, before.Text[lang], lang, after.ID, after.Text[lang])
	}
	return b.String()
}

// since is the first day of a definition, 0 of one that was always in force.
func since(w written) observation.Date {
	if w.From == nil {
		return 0
	}
	return *w.From
}

func (w written) page() string {
	var b strings.Builder
	since := "from the beginning"
	if w.From != nil {
		since = "from " + w.From.String()
	}
	if w.Replaces != "" {
		since += ", in place of " + w.Replaces
	}
	if w.Until != nil {
		since += " until " + w.Until.String() + ", when it ended"
	}
	way := ""
	if w.Way != "" {
		way = " Of the way " + w.Way + "."
	}
	fmt.Fprintf(&b, "\n### %s: %s\n\nIn force %s.%s\n\n", w.Metric, w.ID, since, way)
	for _, lang := range []string{"fi", "sv", "en"} {
		fmt.Fprintf(&b, "- **%s:** %s\n", lang, w.Text[lang])
	}
	for _, part := range []struct{ head, text string }{{"Counted", w.What}, {"Why", w.Why}} {
		if part.text != "" {
			fmt.Fprintf(&b, "\n%s: %s\n", part.head, part.text)
		}
	}
	if len(w.Limits) > 0 {
		fmt.Fprintf(&b, "\nLimits:\n\n- %s\n", strings.Join(w.Limits, "\n- "))
	}
	return b.String()
}

// TestSchemaDescribesEveryKey checks that an editor can say of every key of every kind what it is for.
func TestSchemaDescribesEveryKey(t *testing.T) {
	text, err := config.Schema(collectors.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		m, _ := v.(map[string]any)
		properties, _ := m["properties"].(map[string]any)
		for key, p := range properties {
			if p, ok := p.(map[string]any); ok && p["description"] == nil && p["const"] == nil && !wording(at) {
				t.Errorf("%s.%s: it is not said what it is for; give the field a doc tag", at, key)
			}
		}
		for key, inner := range m {
			walk(at+"/"+key, inner)
		}
		if list, ok := v.([]any); ok {
			for _, inner := range list {
				walk(at, inner)
			}
		}
	}
	walk("", root)
}

// wording tells whether a place of the schema is a text in several languages, or the name of a region.
func wording(at string) bool {
	return strings.HasPrefix(at, "/$defs/text") || strings.HasPrefix(at, "/$defs/region")
}

// TestSamplesLoad loads the sample of every kind as somebody would who pastes it, and holds it against the schema.
func TestSamplesLoad(t *testing.T) {
	schemaText, err := config.Schema(collectors.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	schema := configtest.Compile(t, schemaText)
	set := func(name string) (string, bool) { return "what-" + name + "-holds-us21", true } // as the sample says, in the environment
	for _, k := range collectors.Kinds() {
		text := "organisations: [{id: koske}]\n" + channelsOf(t, k) + "sources:\n" + k.Sample
		if err, readable := schema.Check([]byte(text)); err != nil || !readable {
			t.Errorf("%s: the schema refuses the sample: %v", k.Name, err)
		}
		if _, err := config.Parse(filepath.Join(t.TempDir(), configName), []byte(text), collectors.Kinds(), set); err != nil {
			t.Errorf("%s: the sample does not load:\n%v", k.Name, err)
		}
		if s := k.Summary(); len(s) < 20 || len(s) > 120 || !strings.HasPrefix(k.Sample, "# ") {
			t.Errorf("%s: the sample begins with %q, want a sentence that says what the kind reads", k.Name, s)
		}
	}
}

// channelsOf returns the channels that a kind's sample names, each of the first kind that fits.
func channelsOf(t *testing.T, k collector.Kind) string {
	t.Helper()
	var entries []struct{ Channel string }
	if err := yaml.Unmarshal([]byte(k.Sample), &entries); err != nil {
		t.Fatal(err)
	}
	lines := map[string]bool{}
	for _, e := range entries {
		if e.Channel != "" {
			lines["  - {id: "+e.Channel+", kind: "+cmp.Or(append(k.Channels, "other")...)+"}\n"] = true
		}
	}
	return "channels:\n" + strings.Join(slices.Sorted(maps.Keys(lines)), "")
}
