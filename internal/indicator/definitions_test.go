package indicator

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// TestEveryCountedMetricIsDefined: there is a definition of each metric that is counted from items, in force from the
// beginning, and it goes by the name that figures give it.
func TestEveryCountedMetricIsDefined(t *testing.T) {
	var defined []string
	for _, d := range Definitions() {
		defined = append(defined, d.Metric)
		ofItems := d.Metric == "earned" || d.Metric == "reached" // whatever their counter
		if !ofItems && !isCounted(observation.Metric{ID: d.Metric}) || d.ID != countedRule(d.Metric) || d.From != 0 {
			t.Errorf("%s of %s, from %s", d.ID, d.Metric, d.From)
		}
	}
	if want := []string{publications, mediaHits, appearances, "earned", "reached"}; !slices.Equal(defined, want) {
		t.Errorf("defined are %v, want %v", defined, want)
	}
}

// TestAppearancesAreExplained: the rule that is named is that of the count and not that of typed numbers, and each event is
// told with its kind.
func TestAppearancesAreExplained(t *testing.T) {
	c := newCentre()
	own := source("kasin", "appearances", "day")
	own.Typed = true
	c.desk.Sources = []observation.Source{own}
	for i, kind := range []string{"network", "appearance", "training", "training"} {
		c.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "kasin"}, Items: []observation.Item{{ID: fmt.Sprint(i), Organisation: "koske", Source: "kasin", Kind: kind, Title: kind,
			FirstSeen: c.clock, PublishedAt: time.Date(2026, 11, 3+i, 9, 0, 0, 0, time.UTC), State: observation.Valid}}})
	}
	got, err := c.judge().Trace(context.Background(), "koske/-/appearances/2026-11")
	if err != nil {
		t.Fatal(err)
	}
	var rules, kinds []string
	for _, d := range got.Definitions {
		rules = append(rules, d.ID)
	}
	for _, i := range got.Items {
		kinds = append(kinds, i.Kind)
	}
	if !slices.Equal(rules, []string{"appearances@1"}) || !slices.Equal(kinds, []string{"network", "appearance", "training", "training"}) || got.Definitions[0].Text["sv"] == "" {
		t.Errorf("rules %v, kinds %v", rules, kinds)
	}
	for _, p := range got.Figure.Parts {
		if p.Definition != rules[0] {
			t.Errorf("a part is counted by %s", p.Definition)
		}
	}
}

// TestPublicationsAreDefinedTwice: by what is counted, and by how the feed finds them.
func TestPublicationsAreDefinedTwice(t *testing.T) {
	c := newCentre()
	typed := source("kasin", "publications", "day")
	typed.Typed = true
	c.desk.Sources = []observation.Source{source("syote", "publications", "day"), typed}
	got, err := c.judge().Trace(context.Background(), "koske/kotisivut/publications/2026-11")
	if err != nil || len(got.Definitions) != 2 || got.Definitions[0].ID != "publications@1" || got.Definitions[1].ID != "publications@syote-1" {
		t.Errorf("%+v, %v", got.Definitions, err)
	}
}
