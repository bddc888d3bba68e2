package collectortest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// officialFiles name the official description that a trimmed one is held against.
type officialFiles struct {
	Google     string   `yaml:"google"`     // a discovery document in google.golang.org/api, at the version of go.mod
	Lexicons   string   `yaml:"lexicons"`   // a module of JavaScript with all lexicons
	TypeScript []string `yaml:"typescript"` // declarations that a platform generates from its own description
	Meta       []string `yaml:"meta"`       // classes that Meta generates from its own description of its Graph API
}

// fetchedDocuments is where .tools/setup puts what npm packages describe.
var fetchedDocuments = filepath.Join(".tools", "described", "files")

// none tells whether there is no official description.
func (o officialFiles) none() bool {
	return o.Google == "" && o.Lexicons == "" && len(o.TypeScript)+len(o.Meta) == 0
}

// read reads the official description.
func (o officialFiles) read(t *testing.T) manual {
	t.Helper()
	root := projectRoot(t)
	m := manual{}
	readers := map[string]func(manual, []byte) error{}
	var paths []string
	add := func(read func(manual, []byte) error, folder string, names ...string) {
		for _, name := range names {
			path := filepath.Join(folder, filepath.FromSlash(name))
			paths, readers[path] = append(paths, path), read
		}
	}
	if o.Google != "" {
		add(manual.readGoogle, googleFolder(t), o.Google)
	}
	if o.Lexicons != "" {
		add(manual.readLexicons, filepath.Join(root, fetchedDocuments), o.Lexicons)
	}
	add(manual.readTypeScript, filepath.Join(root, fetchedDocuments), o.TypeScript...)
	add(manual.readMeta, filepath.Join(root, fetchedDocuments), o.Meta...)
	for _, path := range paths {
		if err := readers[path](m, document(t, path)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return m
}

// document reads a file of an official description. One that nobody fetched skips the test, but not where all has to be there.
func document(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skipf("the official description is not there, make setup-test fetches it: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// projectRoot walks up from the working directory to the folder with go.mod.
func projectRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	t.Fatalf("no go.mod above the working directory (%v)", err)
	return ""
}

// googleFolder is where Google's own module lies, which the product takes its client from.
func googleFolder(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/api").Output()
	if dir := strings.TrimSpace(string(out)); err == nil && dir != "" {
		return dir
	}
	t.Fatalf("where google.golang.org/api lies: %v", err)
	return ""
}

// discovery is the part of a discovery document that is looked at.
type discovery struct {
	Schemas    map[string]*jsonShape          `json:"schemas"`
	Parameters map[string]*jsonShape          `json:"parameters"`
	Resources  map[string]*discoveryResources `json:"resources"`
}

type discoveryResources struct {
	Methods map[string]struct {
		ID         string                `json:"id"`
		Parameters map[string]*jsonShape `json:"parameters"`
	} `json:"methods"`
	Resources map[string]*discoveryResources `json:"resources"`
}

// readGoogle names schemas as they are, and the parameters of methods by their ids.
func (m manual) readGoogle(text []byte) error {
	var d discovery
	if err := json.Unmarshal(text, &d); err != nil {
		return err
	}
	for name, s := range d.Schemas {
		m[name] = s.shape()
	}
	m.methods(d, d.Resources)
	return nil
}

func (m manual) methods(d discovery, resources map[string]*discoveryResources) {
	for _, r := range resources {
		for _, method := range r.Methods {
			s := &shape{kind: "object", fields: map[string]*shape{}}
			for _, some := range []map[string]*jsonShape{d.Parameters, method.Parameters} {
				for name, p := range some {
					s.fields[name] = p.shape()
				}
			}
			m[method.ID] = s
		}
		m.methods(d, r.Resources)
	}
}

// jsonShape is a value as discovery documents and lexicons describe it.
type jsonShape struct {
	Type       string                `json:"type"`
	Ref        string                `json:"$ref"`
	Lexicon    string                `json:"ref"`
	Lexicons   []string              `json:"refs"`
	Properties map[string]*jsonShape `json:"properties"`
	Items      *jsonShape            `json:"items"`
	Enum       []string              `json:"enum"`
	Known      []string              `json:"knownValues"`
	Minimum    json.Number           `json:"minimum"` // a text in discovery documents
	Maximum    json.Number           `json:"maximum"`
	Record     *jsonShape            `json:"record"`
	Parameters *jsonShape            `json:"parameters"`
	Output     *struct {
		Schema *jsonShape `json:"schema"`
	} `json:"output"`
}

func (j *jsonShape) shape() *shape {
	s := &shape{kind: j.Type, words: append(j.Enum, j.Known...), low: whole(j.Minimum), high: whole(j.Maximum)}
	switch {
	case j.Ref != "":
		s.names = []string{j.Ref}
	case j.Lexicon != "":
		s.names = []string{strings.TrimPrefix(j.Lexicon, "lex:")}
	case j.Type == "union":
		for _, ref := range j.Lexicons {
			s.names = append(s.names, strings.TrimPrefix(ref, "lex:"))
		}
	case j.Record != nil:
		return j.Record.shape()
	case j.Type == "unknown":
		s.kind = "any"
	case j.Items != nil:
		s.item = j.Items.shape()
	case j.Properties != nil:
		s.kind, s.fields = "object", map[string]*shape{}
		for name, p := range j.Properties {
			s.fields[name] = p.shape()
		}
	}
	return s
}

func whole(n json.Number) *int64 {
	if i, err := n.Int64(); err == nil {
		return &i
	}
	return nil
}

// lexiconType is what each value of a named shape says of itself.
const lexiconType = "$type"

// readLexicons names shapes as app.bsky.feed.defs#postView, and of requests app.bsky.feed.getAuthorFeed#parameters and #output.
func (m manual) readLexicons(text []byte) error {
	_, rest, found := strings.Cut(string(text), "schemaDict = ")
	if !found {
		return errors.New("it holds no lexicons")
	}
	value, err := literal(rest)
	if err != nil {
		return err
	}
	again, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var all map[string]struct {
		ID   string                `json:"id"`
		Defs map[string]*jsonShape `json:"defs"`
	}
	if err := json.Unmarshal(again, &all); err != nil {
		return err
	}
	for _, lexicon := range all {
		for name, d := range lexicon.Defs {
			m.define(strings.TrimSuffix(lexicon.ID+"#"+name, "#main"), d)
		}
	}
	return nil
}

func (m manual) define(name string, d *jsonShape) {
	m[name] = d.shape()
	if m[name].fields != nil {
		m[name].fields[lexiconType] = &shape{kind: "string"}
	}
	if d.Parameters != nil {
		m[name+"#parameters"] = d.Parameters.shape()
	}
	if d.Output != nil && d.Output.Schema != nil {
		m[name+"#output"] = d.Output.Schema.shape()
	}
}

var (
	metaClass = regexp.MustCompile(`export default class (\w+) `)
	metaWords = regexp.MustCompile(`static get (\w+) \(\)[^{]*\{\s*return Object\.freeze\(\{([^}]*)\}\)`)
	metaWord  = regexp.MustCompile(`: '([^']*)'`)
	metaEdge  = regexp.MustCompile(`this\.getEdge\(\s*(\w+),[^']*'/(\w+)'`)
	metaUpper = regexp.MustCompile(`([a-z])([A-Z])`)
)

// readMeta names what a class has as IGMedia, a list that hangs on it as IGUser/media, and the parameters that have words of their own
// (period) as InsightsResult?.
func (m manual) readMeta(text []byte) error {
	class := metaClass.FindSubmatch(text)
	if class == nil {
		return errors.New("it holds no class")
	}
	name := string(class[1])
	fields, parameters := map[string]*shape{}, map[string]*shape{}
	for _, found := range metaWords.FindAllSubmatch(text, -1) {
		var words []string
		for _, word := range metaWord.FindAllSubmatch(found[2], -1) {
			words = append(words, string(word[1]))
		}
		if string(found[1]) != "Fields" {
			parameters[strings.ToLower(metaUpper.ReplaceAllString(string(found[1]), "${1}_$2"))] = &shape{kind: "string", words: words}
			continue
		}
		for _, word := range words {
			fields[word] = &shape{kind: "any"}
		}
	}
	for _, found := range metaEdge.FindAllSubmatch(text, -1) {
		edge := &shape{kind: "object", fields: map[string]*shape{"data": {kind: "array", item: &shape{names: []string{string(found[1])}}}}}
		m[fmt.Sprintf("%s/%s", name, found[2])], fields[string(found[2])] = edge, edge
	}
	if len(fields) == 0 {
		return errors.New("its class has no fields")
	}
	m[name], m[name+"?"] = &shape{kind: "object", fields: fields}, &shape{kind: "object", fields: parameters}
	return nil
}
