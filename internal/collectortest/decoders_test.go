package collectortest

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// TestDecoders: a struct that reads JSON and was given is known by its fields, one with a field more is not.
func TestDecoders(t *testing.T) {
	folder := t.TempDir()
	source := "package x\n\ntype page struct {\n\tRows []struct {\n\t\tDay string `json:\"day\"`\n\t\tOwn int `json:\"-\"`\n\t} `json:\"rows\"`\n\tnext int\n}\n\nfunc f() {\n\tvar answer struct {\n\t\tDay, Other string `json:\"day,omitempty\"`\n\t\tMore string `json:\"more\"`\n\t}\n\t_ = answer\n}\n"
	if err := os.WriteFile(filepath.Join(folder, "x.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "x_test.go"), []byte("package x\n\ntype y struct {\n\tZ int `json:\"z\"`\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := decodersIn(folder)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	type page struct {
		Rows *[]struct {
			Day string `json:"day"`
		} `json:"rows"`
		Self *page `json:"-"`
	}
	tagsOf(reflect.TypeFor[map[string]page](), map[reflect.Type]bool{}, seen)
	var unseen []string
	for at, tags := range found {
		if !seen[tags] {
			unseen = append(unseen, filepath.Base(at)+" "+tags)
		}
	}
	if want := []string{"x.go:12:13 day, more"}; len(found) != 3 || !slices.Equal(unseen, want) {
		t.Errorf("of %v %q are not given, want %q", found, unseen, want)
	}
}

// TestAskedFields: the fields that a request names, as each platform writes them.
func TestAskedFields(t *testing.T) {
	for text, want := range map[string][]string{
		"id,created_time":                                   {"id", "created_time"},
		"items(id,snippet(title)),kind":                     {"items.id", "items.snippet.title", "kind"},
		"page{id,name},likes.limit(0).summary(total_count)": {"page.id", "page.name", "likes"},
	} {
		if got := askedFields(text); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	r := reading{describedAnswer: describedAnswer{Request: "GET /x", Fields: map[string]string{"data[].id": "string", "data[].page.name": "string"}}}
	for text, want := range map[string]int{"id,page{name}": 0, "id,page": 0, "id,nam": 1, "page{id}": 1, "*": 0} {
		if got := r.unknownFields("a", text); len(got) != want {
			t.Errorf("%s: %q, want %d", text, got, want)
		}
	}
}

// TestAllThatIsAskedIsDescribed: a recorded request that no description is of is a fault.
func TestAllThatIsAskedIsDescribed(t *testing.T) {
	d := described{Answers: []describedAnswer{{Request: "GET /v1/days"}}}
	if got := d.unasked([]*answer{{name: "a", method: "GET", path: "/v1/days"}, {name: "b", method: "GET", path: "/v1/weeks", status: 404}}); !slices.Equal(got, []string{"b: GET /v1/weeks is asked, which is not described"}) {
		t.Errorf("%q", got)
	}
}
