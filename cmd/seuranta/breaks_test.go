package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"seuranta/collectors"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/report"
	"seuranta/internal/store"
)

// brokenConfig has a channel of videos, whose views came to be counted otherwise on Wednesday 2026-11-18, and a page whose reach did
// on 2026-10-28: both dates are those of the test, the kinds' own rules come from the kinds.
const brokenConfig = `
organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]
channels:
  - {id: kotisivut, kind: website, name: Kotisivut}
  - {id: videot, kind: youtube, name: Videot}
sources:
  - {id: loki, kind: accesslog, channel: kotisivut, paths: [/tmp/x.log], schedule: "15 4 * * *"}
`

// brokenDesk is a desk with two dated definitions of one metric of one kind, twice.
func brokenDesk(t *testing.T) observation.Desk {
	t.Helper()
	cfg, err := config.Parse("/tmp/seuranta.yaml", []byte(brokenConfig), collectors.Kinds(), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	d := cfg.Desk
	words := func(text string) observation.Text {
		return observation.Text{"fi": text + " (fi)", "sv": text + " (sv)", "en": text}
	}
	changed := func(metric, id string, from observation.Date) []observation.Definition {
		return []observation.Definition{{ID: id + "-1", Metric: metric, Text: words("The old way.")}, {ID: id + "-2", Metric: metric, From: from, Text: words("Every start of playing counts.")}}
	}
	loki := &d.Sources[0]
	loki.Metrics, loki.Grains = []string{"views", "visitors"}, []observation.Grain{observation.Day, observation.Week}
	loki.Definitions = append(changed("views", "log", observation.NewDate(2026, 10, 28)), changed("visitors", "people", observation.NewDate(2026, 11, 2))...)
	tube := *loki
	tube.ID, tube.Channel, tube.Kind = "tube", "videot", "youtube"
	tube.Metrics, tube.Grains = []string{"publications", "views_total", "reactions_total", "reach_total"}, []observation.Grain{observation.Day, observation.Snapshot}
	tube.Definitions = append(changed("views_total", "tube-views", observation.NewDate(2026, 11, 18)), observation.Definition{ID: "tube-1", Metric: "reactions_total"},
		observation.Definition{ID: "tube-1", Metric: "reach_total"}, observation.Definition{ID: "tube-1", Metric: "publications"})
	d.Sources = append(d.Sources, tube)
	return d
}

// fillBroken tells a store of eight weeks of page views, and of two videos that were read every night of week 47.
func fillBroken(t *testing.T, s *store.Store, d observation.Desk) {
	t.Helper()
	loki, tube := d.Sources[0], d.Sources[1]
	site := observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki", Kind: "accesslog", Zone: "Europe/Helsinki", Result: observation.OK}}
	tell := func(metric string, g observation.Grain, day observation.Date, n float64) {
		k := observation.Key{Channel: "kotisivut", Metric: metric, Grain: g, From: day, Definition: loki.DefinitionID(metric, day)}
		site.Observations = append(site.Observations, observation.Observation{Key: k, Part: "log", Value: n, Complete: true, Basis: observation.Collected})
		site.Coverage = append(site.Coverage, observation.Coverage{CoverageKey: observation.CoverageKey{Channel: k.Channel, Part: "log", Metric: metric, Grain: g, From: day}, Result: observation.OK})
	}
	for day := observation.NewDate(2026, 9, 28); day < observation.NewDate(2026, 11, 23); day++ {
		n := 100.0
		if day >= observation.NewDate(2026, 10, 28) {
			n = 160
		}
		tell("views", observation.Day, day, n+float64(day%7))
		tell("visitors", observation.Day, day, 40+float64(day%5)) // no week has an answer of its own
	}
	if _, err := s.Commit(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	for night := range 8 {
		if _, err := s.Commit(t.Context(), nightOfVideos(tube, night)); err != nil {
			t.Fatal(err)
		}
	}
}

// nightOfVideos is what is read of two videos at four in a night from Monday 16 November on; the second is deleted on Saturday.
func nightOfVideos(tube observation.Source, night int) observation.Commit {
	at := time.Date(2026, 11, 16+night, 2, 0, 0, 0, time.UTC)
	day := observation.DateOf(at) - 1
	c := observation.Commit{Run: observation.Run{Organisation: "koske", Source: "tube", Kind: "youtube", Zone: "Europe/Helsinki", Result: observation.OK, StartedAt: at}}
	cover := func(metric string, g observation.Grain, day observation.Date) {
		c.Coverage = append(c.Coverage, observation.Coverage{CoverageKey: observation.CoverageKey{Channel: "videot", Part: "list", Metric: metric, Grain: g, From: day}, Result: observation.OK})
	}
	for d := day - 20; d <= day; d++ {
		cover("publications", observation.Day, d)
	}
	for _, m := range []string{"views_total", "reactions_total", "reach_total"} {
		cover(m, observation.Snapshot, day)
	}
	video := func(id, title string, published time.Time, deleted bool, counts map[string]int) {
		it := observation.Item{ID: id, Channel: "videot", Kind: "video", Title: title, URL: "https://videos.example/" + id, PublishedAt: published, FirstSeen: published, State: observation.Valid}
		if deleted {
			it.Tags, counts = []string{observation.Deleted}, nil
		}
		c.Items = append(c.Items, it)
		for metric, n := range counts {
			k := observation.Key{Channel: "videot", Metric: metric, Subject: id, Grain: observation.Snapshot, From: day, Definition: tube.DefinitionID(metric, day)}
			c.Observations = append(c.Observations, observation.Observation{Key: k, Part: "list", ObservedAt: at, Value: float64(n), Complete: true, Basis: observation.Collected})
		}
	}
	video("aaaaaaaaaaaaaaaaaaaaaaa1", "Avajaiset", time.Date(2026, 11, 9, 9, 0, 0, 0, time.UTC), false,
		map[string]int{"views_total": 1000 + 10*night + 500*max(0, night-2), "reactions_total": 20 + night, "reach_total": 300})
	if night > 0 {
		video("aaaaaaaaaaaaaaaaaaaaaaa2", "Retki luontoon", time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC), night > 5,
			map[string]int{"views_total": 30 * night, "reactions_total": 3 * night, "reach_total": 80})
		video("aaaaaaaaaaaaaaaaaaaaaaa3", "Kysymyksiä ja vastauksia", time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC), false, map[string]int{"reactions_total": 0, "reach_total": 120})
	}
	return c
}

// brokenReview makes the page of week 47 in a language from a real store.
func brokenReview(t *testing.T, lang string) *report.WeeklyReview {
	t.Helper()
	d, s := brokenDesk(t), newStore(t)
	fillBroken(t, s, d)
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	judge, week := indicator.New(d, s, now, time.Time{}), observation.Week.Holding(observation.NewDate(2026, 11, 16))
	ask := indicator.Ask{Organisations: []string{"koske"}, Period: week}
	series, err := judge.Weekly(context.Background(), ask, week.From, 8)
	if err != nil {
		t.Fatal(err)
	}
	posts, err := judge.Posts(context.Background(), ask, 10)
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Weekly(report.WeeklyInput{Organisation: d.Organisations[0], Week: week, Series: series, Posts: posts, Now: now, Lang: lang, Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestADefinitionThatChangesBreaksTheSeries: in figures, sentences, tables, twin and JSON, on a real store. SEURANTA_BROKEN_PAGE names
// a file that the page is written to, for looking at it.
func TestADefinitionThatChangesBreaksTheSeries(t *testing.T) {
	r := brokenReview(t, "en")
	forms := map[string]string{}
	for name, write := range map[string]func(io.Writer) error{"html": r.HTML, "text": r.Text, "json": r.JSON, "csv": r.CSV} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		forms[name] = b.String()
	}
	if path := os.Getenv("SEURANTA_BROKEN_PAGE"); path != "" {
		if err := os.WriteFile(path, []byte(forms["html"]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	brokenWeek := "209 / 812" // of the two days before the change, and the five after it
	earned := "80 / 2,100"    // 20 and 60 by the old rule; by the new one 2 040 since its first look, and 60 until the deletion
	for form, wants := range map[string][]string{
		"html": {brokenWeek, earned, "28 October 2026: The way of counting changed. Every start of playing counts. Figures from before and after the change are not compared.",
			"not compared (way of counting changed)", "2 November 2026: The way of counting changed", `The old way. <span class="quiet">In force before 28 October 2026.`, `<tr data-state="broken" data-figure="koske/kotisivut/views/2026-W44">`, `<td class="state">way of counting changed</td>`, `Retki luontoon</a> <span class="state gone">deleted`, "120–200", "209 / 812, way of counting changed"},
		"text": {brokenWeek + "  way of counting changed", earned, "28 October 2026: The way of counting changed", "For week 44 there is no single figure: way of", "18 November 2026 in part: the way of counting changed", "120–200",
			"Reactions  22", "1 of 2 publications have views"},
		"json": {`"state": "broken"`, `"parts": [`, `"definition": "log-2@Europe/Helsinki"`, `"deleted": 1`},
		"csv":  {",broken,"},
	} {
		for _, want := range wants {
			if !strings.Contains(forms[form], want) {
				t.Errorf("%s does not have %q", form, want)
			}
		}
	}
}

// TestAMetricThatTookTheOthersPlaceIsMarked: Meta's end of impressions stands with both metrics, dated, on the page, in its twins and in
// the table of figures, in each language, from the definitions of the kind alone: the source never says so.
func TestAMetricThatTookTheOthersPlaceIsMarked(t *testing.T) {
	cfg, err := config.Parse("/tmp/seuranta.yaml", []byte(`
organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]
channels: [{id: facebook, kind: facebook, name: Facebook}]
sources: [{id: sivu, kind: facebook, channel: facebook, page: koske, schedule: "15 4 * * *", client_id: "1", client_secret: "${META}"}]
`), collectors.Kinds(), func(string) (string, bool) { return "secret", true })
	if err != nil {
		t.Fatal(err)
	}
	s, source := newStore(t), cfg.Desk.Sources[0]
	c := observation.Commit{Run: observation.Run{Organisation: "koske", Source: "sivu", Kind: "facebook", Zone: "Europe/Helsinki", Result: observation.OK}}
	for day := observation.NewDate(2025, 10, 27); day < observation.NewDate(2025, 12, 1); day++ {
		metric, n := "impressions", 100.0
		if day >= observation.NewDate(2025, 11, 15) {
			metric, n = "media_views", 30
		}
		k := observation.Key{Channel: "facebook", Metric: metric, Grain: observation.Day, From: day, Definition: source.DefinitionID(metric, day)}
		c.Observations = append(c.Observations, observation.Observation{Key: k, Part: "views", Value: n, Complete: true, Basis: observation.Collected})
		c.Coverage = append(c.Coverage, observation.Coverage{CoverageKey: observation.CoverageKey{Channel: "facebook", Part: "views", Metric: metric, Grain: observation.Day, From: day}, Result: observation.OK})
	}
	if _, err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2025, 12, 1, 6, 0, 0, 0, time.UTC)
	week := observation.Week.Holding(observation.NewDate(2025, 11, 24))
	ask := indicator.Ask{Organisations: []string{"koske"}, Metrics: []string{"impressions", "media_views"}, Period: observation.Week.Holding(observation.NewDate(2025, 11, 10))}
	judge := indicator.New(cfg.Desk, s, now, time.Time{})
	series, err := judge.Weekly(t.Context(), ask, week.From, 6)
	if err != nil {
		t.Fatal(err)
	}
	figures, err := judge.Figures(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][]string{
		"fi": {"15.11.2025: Lähde lopetti tämän luvun. Sen tilalla on luku ”katselukerrat”.", "15.11.2025: Lähde alkoi kertoa tämän luvun. Sitä ennen se kertoi luvun ”julkaisujen näyttökerrat”.",
			"lähde lopetti tämän luvun 15.11.2025, sen tilalla on luku ”katselukerrat”", "vasta 15.11.2025 alkaen, sitä ennen luvun ”julkaisujen näyttökerrat”", "Lähde lopetti luvun 15.11.2025.", "ei verrata (lähde alkoi kertoa luvun 15.11.2025)"},
		"sv": {"15.11.2025: Källan slutade ge den här siffran. I stället ger den siffran ”visningar”.", "Dessförinnan gav den siffran ”exponeringar”.",
			"källan slutade ge den här siffran 15.11.2025, i stället finns siffran ”visningar”", "dessförinnan siffran ”exponeringar”", "Källan slutade ge siffran 15.11.2025."},
		"en": {"15 November 2025: The source ended this figure. In its place it tells views.", "The source began to tell this figure. Until then it told impressions.",
			"the source ended this figure on 15 November 2025, in its place it tells views", "the source tells this figure only since 15 November 2025, until then it told impressions", "The source ended the figure on 15 November 2025."},
	} {
		r, err := report.Weekly(report.WeeklyInput{Organisation: cfg.Desk.Organisations[0], Week: week, Series: series, Now: now, Lang: lang, Program: "test"})
		if err != nil {
			t.Fatal(err)
		}
		forms := map[string]*bytes.Buffer{"html": {}, "text": {}, "json": {}, "csv": {}, "table": {}}
		for name, write := range map[string]func(io.Writer) error{"html": r.HTML, "text": r.Text, "json": r.JSON, "csv": r.CSV, "table": func(w io.Writer) error {
			return report.Figures(w, "table", report.FigureSet{GeneratedAt: now, Figures: figures, Desk: cfg.Desk}, lang)
		}} {
			if err := write(forms[name]); err != nil {
				t.Fatal(err)
			}
		}
		for _, form := range []string{"html", "text"} {
			wantAll(t, lang+" "+form, forms[form].String(), want...)
		}
		for _, form := range []string{"json", "csv", "table"} { // the table and the JSON of figures say it beside each number
			wantAll(t, lang+" "+form, forms[form].String(), want[2])
		}
		wantAll(t, lang+" json", forms["json"].String(), `"instead": "media_views"`, `"instead": "impressions"`, `"on": "2025-11-15"`, `"reason": "before_start"`)
	}
}

// wantAll wants texts in what was written, however its lines are broken.
func wantAll(t *testing.T, what, got string, wants ...string) {
	t.Helper()
	got = strings.Join(strings.Fields(got), " ")
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("%s does not say %q", what, want)
		}
	}
}

// TestFromFilesToTheAPI: a series that passes from LinkedIn's files to its API breaks there, and the week of both has a number for each.
func TestFromFilesToTheAPI(t *testing.T) {
	cfg, err := config.Parse("/tmp/seuranta.yaml", []byte(`
organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]
channels: [{id: linkedin, kind: linkedin, name: LinkedIn, primary: {`+primaryOfAll("tiedostot", "rajapinta")+`}}]
sources:
  - {id: tiedostot, kind: linkedin, channel: linkedin}
  - {id: rajapinta, kind: linkedin, channel: linkedin, organization: "7", token: "${LINKEDIN}", schedule: "15 4 * * *"}
`), collectors.Kinds(), func(string) (string, bool) { return "secret", true })
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t)
	for i, source := range cfg.Desk.Sources {
		c := observation.Commit{Run: observation.Run{Organisation: "koske", Source: source.ID, Kind: "linkedin", Zone: "UTC", Result: observation.OK}}
		for day := observation.NewDate(2026, 11, 16); day < observation.NewDate(2026, 11, 23); day++ {
			if (day >= observation.NewDate(2026, 11, 18)) != (i == 1) {
				continue
			}
			k := observation.Key{Channel: "linkedin", Metric: "impressions", Grain: observation.Day, From: day, Definition: source.DefinitionID("impressions", day)}
			c.Observations = append(c.Observations, observation.Observation{Key: k, Part: "content", Value: 10, Complete: true, Basis: observation.Collected})
		}
		if _, err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	judge := indicator.New(cfg.Desk, s, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), time.Time{})
	figures, err := judge.Figures(t.Context(), indicator.Ask{Metrics: []string{"impressions"}, Period: observation.Week.Holding(observation.NewDate(2026, 11, 16))})
	if err != nil || len(figures) != 1 {
		t.Fatal(figures, err)
	}
	f := figures[0]
	if f.State != indicator.Broken || len(f.Parts) != 2 || !strings.HasPrefix(f.Parts[0].Definition, "linkedin-export-1@") || *f.Parts[0].Value != 20 ||
		!strings.HasPrefix(f.Parts[1].Definition, "linkedin-api-1@") || *f.Parts[1].Value != 50 {
		t.Errorf("%+v", f)
	}
}

// primaryOfAll prefers one source to another for everything that both of LinkedIn's ways tell.
func primaryOfAll(sources ...string) string {
	var out []string
	for _, m := range []string{"gained", "impressions", "reach", "link_clicks", "reactions", "comments", "shares", "publications", "impressions_total", "clicks_total", "reactions_total",
		"comments_total", "shares_total"} {
		out = append(out, m+": ["+strings.Join(sources, ", ")+"]")
	}
	return strings.Join(out, ", ")
}
