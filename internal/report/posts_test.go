package report

import (
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// postsOfWeek are two posts of Facebook, one of which was deleted, with what all posts earned beside two weeks before.
func postsOfWeek(t testing.TB) indicator.Posts {
	t.Helper()
	week := isoWeek(t, 2026, 47)
	of := func(id string, p observation.Period, v float64, measured, expected int) indicator.Figure {
		metric := observation.StandardMetrics()[id]
		if metric.ID == "" {
			metric = observation.Earned()[id]
		}
		f := figure(indicator.Series{Organisation: centre(), Channel: facebook(), Metric: metric}, p, v)
		f.Coverage = indicator.Coverage{Expected: expected, Measured: measured, Unit: "items"}
		if measured < expected {
			f.State = indicator.Partial
		}
		return f
	}
	before, last := isoWeek(t, 2026, 46), isoWeek(t, 2025, 47)
	reach := between(of("reach_total", week, 0, 2, 2), 120, 300)
	reach.Coverage, reach.Deleted = indicator.Coverage{Expected: 3, Measured: 2, Unit: "items"}, 1
	views := without(of("views_total", week, 0, 0, 0), indicator.NotApplicable, "withdrawn")
	views.Coverage = indicator.Coverage{Unit: "items"}
	broken := of("views_earned", week, 0, 2, 2)
	broken.State, broken.Value, broken.Parts = indicator.Broken, nil, []indicator.Part{{Value: num(120)}, {Value: num(90)}}
	at := time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)
	return indicator.Posts{
		Organisation: "esimerkkikeskus", Channel: "facebook", Period: indicator.Period{From: week.From, To: week.To, Label: week.Label()},
		Earned: []indicator.Earning{
			{Metric: observation.Earned()["reactions_earned"], Now: of("reactions_earned", week, 23, 3, 4), Before: of("reactions_earned", before, 20, 4, 4), YearBefore: of("reactions_earned", last, 9, 1, 1), Exact: true},
			{Metric: observation.Earned()["views_earned"], Now: broken, Before: of("views_earned", before, 60, 2, 2), YearBefore: of("views_earned", last, 50, 1, 1), Exact: true},
		},
		Reached: []indicator.Figure{views, reach, of("reactions_total", week, 21, 3, 3)},
		Posts: []indicator.Post{
			{ID: "a1", Title: "Retki <luontoon>", URL: "https://facebook.example/1", Kind: "post", At: at, Counts: map[string]float64{"reactions_total": 20, "reach_total": 120}},
			{ID: "a2", URL: "javascript:alert(1)", Kind: "video", At: at, Deleted: true, Counts: map[string]float64{"reactions_total": 0, "views_total": 4}},
		},
		More: 1,
	}
}

func withPosts(t testing.TB, lang string) WeeklyInput {
	in := example(t, lang)
	in.Posts = []indicator.Posts{postsOfWeek(t)}
	return in
}

// The tables of publications say the same on the page, in its twin, and in the sheet; a number that was not told is not a zero.
func TestPublicationsOfTheWeek(t *testing.T) {
	html, text := htmlOf(t, withPosts(t, "en")), textOf(t, withPosts(t, "en"))
	for _, want := range []string{"What publications earned", `<a href="https://facebook.example/1" rel="noreferrer">Retki &lt;luontoon&gt;</a>`, `(no title) <span class="state gone">deleted</span>`,
		"120 / 90", "way of counting changed", "120–300", "3 of 4 publications have a reading at both ends of the period", "Reach: 2 of 3 publications have reach<", "And 1 earlier publication.",
		`data-figure="esimerkkikeskus/facebook/reactions_earned/2026-W47"`, `<td class="n">20</td><td class="n">120</td>`, `<td class="n">0</td><td class="n">–</td>`} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(html, "javascript:alert") || strings.Contains(html, `class="n">Views</th>`) {
		t.Error("the page has an address that is none, or a column of what could not be measured")
	}
	for _, want := range []string{"Facebook: publications of week 47 and what they have come to until now", "17 November 2026  post   20         120      Retki <luontoon> https://facebook.example/1", "(no title) (deleted)", "esimerkkikeskus/facebook/views_earned/2026-W47"} {
		if !strings.Contains(text, want) {
			t.Errorf("the twin does not say %q", want)
		}
	}
	if csv := csvOf(t, withPosts(t, "fi")); !strings.Contains(csv, "reactions_earned,week,2026-11-16,2026-11-22") || !strings.Contains(csv, "niistä 1 on sittemmin poistettu") {
		t.Error("the sheet lacks what the tables show")
	}
}

// Nothing published, nothing measurable and nothing measured are told apart.
func TestAWeekWithoutPublications(t *testing.T) {
	for state, want := range map[indicator.State]string{indicator.Zero: "Nothing was published in the week.", indicator.Missing: "Week 47: missing, the source refused the credentials.", indicator.NotApplicable: "Week 47: not measurable, the source refused the credentials."} {
		in := withPosts(t, "en")
		f := figure(indicator.Series{Organisation: centre(), Channel: facebook(), Metric: observation.StandardMetrics()["reactions_total"]}, in.Week, 0)
		if state != indicator.Zero {
			f = without(f, state, "auth")
		}
		in.Posts[0].Posts, in.Posts[0].More, in.Posts[0].Reached = nil, 0, []indicator.Figure{f}
		if page := htmlOf(t, in); !strings.Contains(page, want) {
			i := strings.Index(page, "Publications of the week")
			t.Errorf("%s: the page does not say %q but %s", state, want, page[i:i+400])
		}
	}
}

// What people earned is refused, with the reason in the page's language.
func TestRefusedInWords(t *testing.T) {
	f := indicator.Figure{Indicator: "reach_earned", State: indicator.Refused, Note: "people who came twice", Coverage: indicator.Coverage{Unit: "items"}}
	for lang, want := range map[string]string{"fi": "sama ihminen lasketaan vain kerran", "sv": "samma människa räknas bara en gång", "en": "people who come again are counted once"} {
		r := review(t, example(t, lang))
		if got := r.words.note(f); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", lang, got)
		}
	}
}
