package twitter

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	//lint:ignore SA1019 its types are those of the API that legacy.go asks
	"github.com/dghubble/go-twitter/twitter"

	"seuranta/internal/collectortest"
)

// counts is what of an account the library of the old API cannot tell from zero.
type counts struct {
	Followers int `json:"followers_count"`
	Posts     int `json:"statuses_count"`
}

// TestDescribed holds what is asked, answered and read against what X generates from its own description, in both spellings.
func TestDescribed(t *testing.T) {
	collectortest.Described(t, "testdata/described.yaml", map[string]any{
		"GET /2/users/(by/username/[A-Za-z0-9_]{1,15}|[0-9]{1,19})": found{},
		"GET /2/users/[0-9]{1,19}/tweets":                           timeline{},
		"GET /1.1/users/show.json":                                  counts{},
		"GET /1.1/statuses/user_timeline.json":                      []entry{},
		collectortest.Beside:                                        []any{spent{}},
	})
}

// TestLegacyIsDescribed holds what is read beside the library of the old API against its types, which are all there is of a description.
func TestLegacyIsDescribed(t *testing.T) {
	for library, own := range map[reflect.Type]any{reflect.TypeFor[twitter.User](): counts{}, reflect.TypeFor[twitter.Tweet](): entry{}} {
		known := names(library)
		for _, name := range names(reflect.TypeOf(own)) {
			if !slices.Contains(known, name) {
				t.Errorf("%s of the library has no %s", library, name)
			}
		}
	}
}

func names(t reflect.Type) (out []string) {
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out = append(out, name)
	}
	return out
}
