package collector

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

func TestParseRetention(t *testing.T) {
	got, err := ParseRetention([]byte(`
- id: linkedin-posts
  metrics: [reactions_total, comments_total]
  subjects: true
  items: true
  days: 180
  text: {fi: Julkaisut puoli vuotta., sv: Inlägg ett halvt år., en: Posts for half a year.}
  source: https://example.org/terms
  read: 2026-11-20
`))
	want := []Retention{{ID: "linkedin-posts", Metrics: []string{"reactions_total", "comments_total"}, Subjects: true, Items: true, Days: 180,
		Text:   observation.Text{"fi": "Julkaisut puoli vuotta.", "sv": "Inlägg ett halvt år.", "en": "Posts for half a year."},
		Source: "https://example.org/terms", Read: observation.NewDate(2026, 11, 20)}}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v; rules (-want +got):\n%s", err, d)
	}
	if none, err := ParseRetention(nil); err != nil || len(none) != 0 {
		t.Errorf("got %v, %v; an empty file forgets nothing", none, err)
	}
}

func TestParseRetentionFaults(t *testing.T) {
	rest := "days: 365, text: {fi: a, sv: b, en: c}, source: https://example.org, read: 2026-11-20}"
	for name, c := range map[string]struct{ in, want string }{
		"unknown key":    {"- {id: a, day: 3}", "day"},
		"no id":          {"- {items: true, " + rest, "id is missing"},
		"a strange id":   {"- {id: A b, items: true, " + rest, "id is missing"},
		"nothing":        {"- {id: a, " + rest, "it forgets nothing"},
		"subjects alone": {"- {id: a, items: true, subjects: true, " + rest, "there are no metrics"},
		"no name":        {`- {id: a, metrics: [""], ` + rest, "a metric without a name"},
		"no days":        {"- {id: a, items: true, text: {fi: a, sv: b, en: c}, source: https://example.org, read: 2026-11-20}", "days is missing"},
		"no terms":       {"- {id: a, items: true, days: 3, text: {fi: a, sv: b, en: c}, source: http://example.org}", "read is missing"},
		"no Finnish":     {"- {id: a, items: true, days: 3, text: {sv: b, en: c}, source: http://example.org}", "text in fi is missing"},
		"twice":          {"- {id: a, items: true, " + rest + "\n- {id: a, items: true, " + rest, "two rules a"},
		"all at once":    {"- {}\n- {id: b}", "entry 2 (b): days is missing"},
		"no list":        {"id: a", "read retention"},
	} {
		got, err := ParseRetention([]byte(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, error %v; want one that tells %q", name, got, err, c.want)
		}
	}
}

func TestMustRetentionPanicsOnABug(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	MustRetention([]byte("- {}"))
}
