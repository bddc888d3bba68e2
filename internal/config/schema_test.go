package config

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/config/configtest"
)

func schemaOf(t *testing.T) configtest.Schema {
	t.Helper()
	text, err := Schema(fakeKinds())
	if err != nil {
		t.Fatal(err)
	}
	return configtest.Compile(t, text)
}

func TestSchemaTakesGoodFiles(t *testing.T) {
	schema := schemaOf(t)
	good, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		string(good), "organisations: [{id: koske}]", base + "sources:\nevents:\nstorage:\nregions:\n", base + `storage: {dsn: "${GOOD_DSN}"}`, cookieFile,
		base + `sources: [{id: loki, kind: weblog, channel: kotisivut, paths: ["${SHORT}"], lines: "${LINES}", bots: "${BOTS}", since: "${DAY}"}]`,
		base + "sources: [{id: loki, kind: weblog, channel: kotisivut, schedule: '@every 1h30m', paths: [a], wait: 90s}]\n",
		"organisations: [{id: a, name: 1918}]\ncontact: https://example.org/yhteys\n",
	} {
		if err, ok := schema.Check([]byte(text)); !ok || err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
}

// TestSchemaKnowsWhatKindsTake checks that an editor offers no key that loading would refuse.
func TestSchemaKnowsWhatKindsTake(t *testing.T) {
	schema := schemaOf(t)
	for source, want := range map[string]bool{
		"{id: a, kind: weblog, channel: kotisivut, paths: [a]}": true, "{id: a, kind: weblog, channel: kotisivut, paths: [a], allow_private: true}": false,
		"{id: a, kind: social, channel: kotisivut, base_url: https://a.example, allow_private: true}": true,
		"{id: a, kind: social, channel: kotisivut, remind: monthly}":                                  false,
		"{id: a, kind: diary, metrics: [followers], remind: monthly}":                                 true,
		"{id: a, kind: diary, metrics: [followers], mood: glum}":                                      false,
		"{id: a, kind: diary, metrics: [followers], paths: [a]}":                                      false,
		"{id: a, kind: diary, metrics: []}":                                                           false,
		"{id: a, kind: weblog, paths: [a]}":                                                           false,
		"{id: a, kind: telepathy}":                                                                    false,
	} {
		if err, _ := schema.Check([]byte(base + "sources: [" + source + "]\n")); (err == nil) != want {
			t.Errorf("%s: taken: %v, want %v (%v)", source, err == nil, want, err)
		}
	}
}

// rightInForm are the bad files in which a schema can see nothing wrong.
func rightInForm() []string {
	return []string{
		// what one entry says of another
		"dangling", "double-id", "events-of-two", "metric-not-told", "no-primary", "settings", "several-organisations", "succession", "target-of-weeks",
		"dsn-and-path", "dsn-and-dsn-file", "alerts-nobody", "alerts-open",
		// what the reader of YAML hides
		"anchors", "bad-number", "carriage-return", "double-anchor", "double-key", "tag",
		// what a pattern is too coarse for, or lies outside of the file
		"dsn-bad-port", "dsn-from-env-wrong", "dsn-to-nowhere", "env-whole-entry", "password-in-address", "secret-file-folder", "secret-file-missing",
	}
}

// TestSchemaRefusesBadFiles checks that an editor marks what is wrong in form, and that the list of what it cannot see is true.
func TestSchemaRefusesBadFiles(t *testing.T) {
	schema := schemaOf(t)
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	refused := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		err, ok := schema.Check(text)
		if !ok {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if taken := err == nil; taken != slices.Contains(rightInForm(), name) {
			t.Errorf("%s: taken: %v", name, taken)
		}
		if err != nil {
			refused++
		}
	}
	if refused < 20 {
		t.Errorf("only %d files are refused", refused)
	}
}

// TestSchemaShowsEveryKey checks that whoever adds a type of value to the keys gives it a form.
func TestSchemaShowsEveryKey(t *testing.T) {
	text, err := Schema(fakeKinds())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"source-weblog"`, `"followUp"`, `"remind"`, `"cookie_file"`, `"token_file"`, `"glad"`, `"Europe/Helsinki"`, `"media_hits"`} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the schema lacks %s", want)
		}
	}
	for _, no := range []string{`"was"`, `"accounts"`, "config."} {
		if bytes.Contains(text, []byte(no)) {
			t.Errorf("the schema has %s", no)
		}
	}
	again, _ := Schema(fakeKinds())
	if !bytes.Equal(text, again) {
		t.Error("two schemas of the same kinds differ")
	}
	s := &schemer{defs: node{}}
	for _, typ := range []reflect.Type{reflect.TypeFor[struct{ A int }](), reflect.TypeFor[[]string](), reflect.TypeFor[map[string]int]()} {
		if s.value(typ) == nil {
			t.Errorf("%v has no schema", typ)
		}
	}
}
