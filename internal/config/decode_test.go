package config

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"seuranta/internal/observation"
)

// decodeInto decodes a text into a struct, and returns the faults.
func decodeInto(t *testing.T, text string, into any) string {
	t.Helper()
	r := newReporter("f")
	root := parse(r, []byte(text))
	if root == nil || !survey(r, root) {
		t.Fatalf("%q: %v", text, r.err())
	}
	d := &decoder{reporter: r, surroundings: surroundings{dir: t.TempDir(), env: fakeEnv}}
	d.value("", root, reflect.ValueOf(into).Elem())
	if err := r.err(); err != nil {
		return err.Error()
	}
	return ""
}

// shelf has keys of the shapes that are combined of others.
type shelf struct {
	Nested struct {
		Inner struct {
			A int `yaml:"a" need:"a number"`
		} `yaml:"inner"`
	} `yaml:"nested"`
	Lists  [][]int                    `yaml:"lists"`
	Maps   map[string]map[string]bool `yaml:"maps"`
	Shorts []preferenceKeys           `yaml:"shorts"`
	Texts  []observation.Text         `yaml:"texts"`
	Token  string                     `yaml:"token"`
	Hidden Secret                     `yaml:"-"`
	common `yaml:",inline"`
}

func TestDecodeCombined(t *testing.T) {
	var got shelf
	text := `nested: {inner: {a: 5}}
lists: [[1, 2], [], [3]]
maps: {x: {y: true}, z: {}}
shorts: [loki, {source: some, from: 2022-01-01}]
texts: [Yksi, {fi: Kaksi, sv: Två}]
token: "${CANARY}"
limit: 9
`
	if faults := decodeInto(t, text, &got); faults != "" {
		t.Fatal(faults)
	}
	var want shelf
	want.Nested.Inner.A = 5
	want.Lists = [][]int{{1, 2}, {}, {3}}
	want.Maps = map[string]map[string]bool{"x": {"y": true}, "z": {}}
	want.Shorts = []preferenceKeys{{Source: "loki"}, {Source: "some", From: day(t, "2022-01-01")}}
	want.Texts = []observation.Text{{"": "Yksi"}, {"fi": "Kaksi", "sv": "Två"}}
	want.Token, want.Limit = canary, 9
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(shelf{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecodeFaults(t *testing.T) {
	for text, want := range map[string]string{
		"nested: {inner: {}}":                 `f:1:10: inner: "a" is missing; give a number`,
		"nested: {inner: [a]}":                "f:1:10: inner: here stands a list; wanted is a mapping, as {key: value}",
		"lists: [[1, x]]":                     `f:1:13: entry 2 of lists: "x" is no whole number that fits here; write digits only, as 1000`,
		"lists: [1]":                          "f:1:9: entry 1 of lists: here stands a single value; wanted is a list, as [one, two] or a line with “- ” for each entry",
		"lists: [~]":                          "f:1:9: entry 1 of lists: this entry of the list is empty; fill it in, or take it out",
		"maps: {x: {y: 1}}":                   `f:1:12: y: "1" is neither true nor false; write true or false`,
		"maps: {x: {y: }}":                    "f:1:12: y: this key has no value; wanted is true or false; or take the key out",
		"maps: {x: ~}":                        "",
		"shorts: [[loki]]":                    "f:1:10: entry 1 of shorts: here stands a list; wanted is a mapping, as {key: value}",
		"shorts: [{sauce: a, source: b}]":     `f:1:11: sauce: this key is not known here; did you mean "source"? the keys are source, from`,
		"texts: [{fi: [a]}]":                  "f:1:10: fi: here stands a list; wanted is a text",
		"texts: [{fi: }]":                     "f:1:10: fi: this key has no value; wanted is a text; or take the key out",
		"texts: ['']":                         "f:1:9: entry 1 of texts: this text is empty; write it, or take the key out",
		"Hidden: a":                           `f:1:1: Hidden: this key is not known here; the keys are nested, lists, maps, shorts, texts, token, token_file, limit`,
		"common: {limit: 1}":                  `f:1:1: common: this key is not known here; the keys are nested, lists, maps, shorts, texts, token, token_file, limit`,
		"token: \"${CANARY}\"\ntoken_file: x": "f:2:1: token_file: token says the same; keep one of them",
		"token_file: [a]":                     "f:1:1: token_file: here stands a list; wanted is a text",
	} {
		if got := decodeInto(t, text, &shelf{}); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestFaultLeavesTheRest checks that one bad key does not keep the others from being read, so that all faults are found.
func TestFaultLeavesTheRest(t *testing.T) {
	var got shelf
	faults := decodeInto(t, "limit: x\nlists: [[1], [y], [3]]\nnested: {inner: {a: z}}\nmaps: {a: {b: true, c: d}}\n", &got)
	if n := strings.Count(faults, "\n") + 1; n != 4 {
		t.Errorf("%d faults, want 4:\n%s", n, faults)
	}
	if len(got.Lists) != 3 || got.Lists[2][0] != 3 || !got.Maps["a"]["b"] {
		t.Errorf("got %+v", got)
	}
}

// TestGoodFileShowsEveryKey keeps testdata/good.yaml complete: a key that is added to keys.go must be used there.
func TestGoodFileShowsEveryKey(t *testing.T) {
	text, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	var collect func(n *yaml.Node)
	collect = func(n *yaml.Node) {
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				used[child.Value] = true
			}
			collect(child)
		}
	}
	collect(&root)
	for _, keys := range []any{
		fileKeys{}, storageKeys{}, serverKeys{}, organisationKeys{}, channelKeys{}, preferenceKeys{}, targetKeys{}, sourceKeys{}, eventKeys{}, alertKeys{}, mailKeys{}, smtpKeys{}, webhookKeys{}, retentionKeys{}, weblog{},
	} {
		v := reflect.New(reflect.TypeOf(keys)).Elem()
		for _, f := range fieldsOf(v) {
			if f.out.Type() != reflect.TypeFor[later]() && !used[f.key] && f.key != "dsn" { // path stands there instead
				t.Errorf("%T: the key %s is not shown", keys, f.key)
			}
		}
	}
}

func TestSurveyNotesEveryPlace(t *testing.T) {
	r := newReporter("f")
	root := parse(r, []byte("a: 1\nb:\n  - c: 2\n    d: [x, y]\n  - é: {f: g, h: i}\n"))
	survey(r, root)
	for at, want := range map[string]place{
		"a": {1, 1}, "b": {2, 1}, "b[0]": {3, 5}, "b[0].c": {3, 5}, "b[0].d": {4, 5}, "b[0].d[1]": {4, 12}, "b[1].é.h": {5, 15},
	} {
		if got := r.places[at]; got != want {
			t.Errorf("%s stands at %v, want %v", at, got, want)
		}
	}
}

func TestDepthIsBounded(t *testing.T) {
	for _, test := range []struct {
		depth int
		deep  bool
	}{{maxDepth - 1, false}, {maxDepth, true}, {5000, true}} {
		r := newReporter("f")
		root := parse(r, []byte("a: "+strings.Repeat("[", test.depth+1)+strings.Repeat("]", test.depth+1)))
		if ok := survey(r, root); ok == test.deep {
			t.Errorf("a list of depth %d: %v, want too deep: %v", test.depth, r.err(), test.deep)
		}
	}
}
