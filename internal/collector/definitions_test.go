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

// TestParseDefinitionsThatEnd: a metric that came in the place of another is known from both sides, whichever stands first.
func TestParseDefinitionsThatEnd(t *testing.T) {
	got, err := ParseDefinitions([]byte(`
- {id: meta-1, metric: media_views, from: 2025-11-15, replaces: impressions, text: {fi: a, sv: b, en: c}}
- {id: meta-1, metric: impressions, until: 2025-11-15, text: {fi: a, sv: b, en: c}}
`))
	day := observation.NewDate(2025, 11, 15)
	if err != nil || len(got) != 2 || got[0].From != day || got[0].Replaces != "impressions" || got[1].Until != day || got[1].ReplacedBy != "media_views" || got[0].ReplacedBy != "" {
		t.Fatalf("%+v, %v", got, err)
	}
	source := observation.Source{Definitions: got}
	for _, on := range []observation.Date{0, day - 1, day, day + 400} {
		for _, metric := range []string{"media_views", "impressions"} {
			if d, ok := source.Definition(metric, on); !ok || d.ID != "meta-1" || d.Metric != metric {
				t.Errorf("%s on %s goes by %q", metric, on, d.ID)
			}
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
		"ends at once":     {"- {id: a, metric: m, from: 2026-01-01, until: 2026-01-01, " + text + "}", "a of m: until 2026-01-01 is not after from 2026-01-01"},
		"ends twice": {"- {id: a, metric: m, until: 2026-01-01, " + text + "}\n- {id: b, metric: m, from: 2026-01-01, " + text + "}",
			"a of m: until is for the last definition of a metric; this one ends where the next begins"},
		"replaces from the beginning": {"- {id: a, metric: m, replaces: n, " + text + "}", "a of m: replaces needs from, the day on which n ended"},
		"replaces what goes on": {"- {id: a, metric: m, from: 2026-01-01, replaces: n, " + text + "}\n- {id: a, metric: n, until: 2026-01-02, " + text + "}",
			"a of m: it replaces n from 2026-01-01, and no definition of n has until: 2026-01-01"},
		"replaces itself": {"- {id: a, metric: m, from: 2026-01-01, replaces: m, " + text + "}", "a of m: it replaces m from 2026-01-01"},
		"replaces later": {"- {id: a, metric: m, " + text + "}\n- {id: b, metric: m, from: 2026-01-01, replaces: n, " + text + "}\n- {id: a, metric: n, until: 2026-01-01, " + text + "}",
			"b of m: replaces is for the first definition of a metric"},
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
