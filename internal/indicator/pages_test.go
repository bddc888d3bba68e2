package indicator

import (
	"fmt"
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// pages tells of a day how often pages were viewed, as "etusivu 5 hanke 2", and how often all of them together.
func (c *centre) pages(source, day string, total float64, words string) {
	at := date(day)
	run := observation.Commit{Run: observation.Run{Organisation: "koske", Source: source}}
	tell := func(subject string, value float64) {
		run.Observations = append(run.Observations, observation.Observation{Key: observation.Key{Channel: "kotisivut", Metric: pageViews, Subject: subject, Grain: observation.Day, From: at,
			Definition: pageViews + "@" + source + "-1@Europe/Helsinki"}, Part: "pages", Value: value, Complete: true, Basis: observation.Collected})
	}
	tell("", total)
	fields := strings.Fields(words)
	for i := 0; i < len(fields); i += 2 {
		var n float64
		_, _ = fmt.Sscan(fields[i+1], &n)
		tell(fields[i], n)
		run.Items = append(run.Items, observation.Item{ID: fields[i], Channel: "kotisivut", Kind: "page", Title: "Sivu " + fields[i], FirstSeen: c.clock, State: observation.Valid})
	}
	run.Coverage = []observation.Coverage{{CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: "pages", Metric: pageViews, Grain: observation.Day, From: at}, Result: observation.OK}}
	c.commit(run)
}

// ranks writes a ranking in a line: pages with their views, > where there may be more, then the others.
func ranks(t *testing.T, c *centre, most int) string {
	t.Helper()
	got, err := c.judge().Pages(t.Context(), Ask{Organisations: []string{"koske"}, Period: period("2026-W47")}, most)
	if err != nil || len(got) != 1 {
		t.Fatalf("%d rankings, %v, want that of the website", len(got), err)
	}
	out := words(got[0].Total)
	for _, p := range got[0].Pages {
		out += fmt.Sprintf(" | %s %v", p.Title, p.Value)
		if p.AtLeast {
			out += ">"
		}
	}
	if got[0].Others != nil {
		out += fmt.Sprintf(" | others %v", *got[0].Others)
	}
	return out
}

func TestPagesAreRanked(t *testing.T) {
	site := newCentre()
	site.desk.Sources = append(site.desk.Sources, source("kavijat", "page_views", "day"), source("toinen", "page_views", "day"))
	site.channel().Primary = map[string][]observation.Preference{pageViews: {{Source: "kavijat"}}}
	site.pages("toinen", "2026-11-16", 500, "etusivu 500")
	site.pages("kavijat", "2026-11-16", 9, "etusivu 5 hanke 4")
	site.pages("kavijat", "2026-11-17", 20, "etusivu 9 yhteys 3") // 8 views of pages that have no name
	if got, want := ranks(t, site, 10), "partial 29 2/7 [18.11.–22.11. no_run] | Sivu etusivu 14 | Sivu hanke 4> | Sivu yhteys 3 | others 8"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := ranks(t, site, 1), "partial 29 2/7 [18.11.–22.11. no_run] | Sivu etusivu 14 | others 15"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, line := range site.figures(t, Ask{Period: period("2026-W47")}) {
		if strings.Contains(line, pageViews) {
			t.Errorf("single pages are no figure of the page: %s", line)
		}
	}
}

func TestPagesOfNothing(t *testing.T) {
	site := newCentre()
	site.desk.Sources = append(site.desk.Sources, source("kavijat", "page_views", "day"))
	if got, want := ranks(t, site, 10), "missing 0/7 [16.11.–22.11. no_run]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
