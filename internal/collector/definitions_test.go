package collector

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

func TestParseDefinitions(t *testing.T) {
	got, err := ParseDefinitions([]byte(`
- id: log-1
  metric: views
  text: {fi: katselut, sv: visningar, en: views}
  what: Pages shown.
  why: To see what is read.
  limits: [Caches hide some.]
- id: log-2
  metric: views
  from: 2026-03-01
  text: {fi: katselut 2, sv: visningar 2, en: views 2}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []observation.Definition{
		{ID: "log-1", Metric: "views", Text: observation.Text{"fi": "katselut", "sv": "visningar", "en": "views"}},
		{ID: "log-2", Metric: "views", From: observation.NewDate(2026, 3, 1), Text: observation.Text{"fi": "katselut 2", "sv": "visningar 2", "en": "views 2"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("definitions (-want +got):\n%s", d)
	}
	source := observation.Source{Definitions: got}
	for day, id := range map[observation.Date]string{observation.NewDate(1999, 1, 1): "log-1", observation.NewDate(2026, 2, 28): "log-1", observation.NewDate(2026, 3, 1): "log-2"} {
		if d, ok := source.Definition("views", day); !ok || d.ID != id {
			t.Errorf("on %s %q is in force, want %q", day, d.ID, id)
		}
	}
}

func TestParseDefinitionsFaults(t *testing.T) {
	text := "text: {fi: a, sv: b, en: c}"
	for name, c := range map[string]struct{ in, want string }{
		"unknown key":      {"- {id: a, metric: m, texts: {fi: a}}", "texts"},
		"no id":            {"- {metric: m, " + text + "}", "entry 1 (): id is missing"},
		"no metric":        {"- {id: a, " + text + "}", "entry 1 (a): metric is missing"},
		"no Swedish":       {"- {id: a, metric: m, text: {fi: a, en: c}}", "entry 1 (a): text in sv is missing"},
		"not a day":        {"- {id: a, metric: m, from: 2026-02-31, " + text + "}", "2026-02-31"},
		"twice":            {"- {id: a, metric: m, " + text + "}\n- {id: a, metric: m, from: 2026-01-01, " + text + "}", "a of m is defined twice"},
		"same day":         {"- {id: a, metric: m, " + text + "}\n- {id: b, metric: m, " + text + "}", "a and b of m come into force on the same day"},
		"all told at once": {"- {}\n- {id: b}", "entry 2 (b): metric is missing"},
		"no list":          {"id: a", "read definitions"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseDefinitions([]byte(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, error %v; want one that tells %q", got, err, c.want)
			}
		})
	}
}

func TestParseDefinitionsOfNothing(t *testing.T) {
	if got, err := ParseDefinitions(nil); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v; an empty file defines nothing", got, err)
	}
}

func TestMustDefinitionsPanicsOnABug(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	MustDefinitions([]byte("- {}"))
}
