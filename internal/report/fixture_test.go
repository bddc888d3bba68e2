package report

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// The centre of these tests is made up, and so is everything it did.

var helsinki = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		panic(err)
	}
	return loc
}()

func num(v float64) *float64 { return &v }

func text(fi, sv, en string) observation.Text {
	return observation.Text{"fi": fi, "sv": sv, "en": en}
}

func isoWeek(t testing.TB, year, week int) observation.Period {
	t.Helper()
	p, err := observation.ISOWeekPeriod(year, week)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// figure is a whole week's figure; tests change what they are about.
func figure(s indicator.Series, p observation.Period, v float64) indicator.Figure {
	state := indicator.OK
	if v == 0 {
		state = indicator.Zero
	}
	return indicator.Figure{
		ID:           fmt.Sprintf("%s/%s/%s/%s", s.Organisation.ID, s.Channel.ID, s.Metric.ID, p.Label()),
		Organisation: s.Organisation.ID, Channel: s.Channel.ID, Indicator: s.Metric.ID, Shape: s.Metric.Shape, Unit: s.Metric.Unit,
		Period: indicator.Period{From: p.From, To: p.To, Label: p.Label()}, Value: num(v), State: state, Settled: true,
		Basis: observation.Collected, Coverage: indicator.Coverage{Expected: 7, Measured: 7, Unit: "days"}, Sources: []string{"verkkoloki"},
	}
}

func without(f indicator.Figure, state indicator.State, reason string) indicator.Figure {
	f.Value, f.State, f.Coverage.Measured = nil, state, 0
	f.Gaps = []indicator.Gap{{From: f.Period.From, To: f.Period.To, Reason: reason, Source: "verkkoloki"}}
	return f
}

func partly(f indicator.Figure, days int, reason string) indicator.Figure {
	f.State, f.Coverage.Measured = indicator.Partial, days
	f.Gaps = []indicator.Gap{{From: f.Period.From + observation.Date(days), To: f.Period.To, Reason: reason, Source: "verkkoloki"}}
	return f
}

func between(f indicator.Figure, low, high float64) indicator.Figure {
	f.Value, f.State, f.Range = nil, indicator.Bounded, &observation.Range{Low: low, High: high}
	return f
}

// weekly makes a series of n weeks that ends with week last; value gives the numbers of the weeks 0 … n-1 and of the same
// weeks a year before (year 1).
func weekly(t testing.TB, s indicator.Series, last observation.Period, n int, value func(year, i int) float64) indicator.Series {
	t.Helper()
	s.Grain = observation.Week
	for i := range n {
		p := observation.Week.Holding(last.From - observation.Date(7*(n-1-i)))
		before, same := observation.YearBefore(p.From)
		s.Points = append(s.Points, figure(s, p, value(0, i)))
		s.YearBefore = append(s.YearBefore, figure(s, before, value(1, i)))
		s.Exact = append(s.Exact, same)
	}
	return s
}

func wave(base, swing int) func(year, i int) float64 {
	return func(year, i int) float64 { return float64(base - 90*year*base/600 + (i*37+year*53)%swing) }
}

func centre() observation.Organisation {
	return observation.Organisation{ID: "esimerkkikeskus", Name: observation.Text{"": "Esimerkkikeskus"}, Zone: helsinki}
}

func website() observation.Channel {
	return observation.Channel{
		ID: "kotisivut", Kind: "website", Name: text("Kotisivut", "Webbplatsen", "Website"),
		Purpose: text("Artikkelit, blogit ja tapahtumat", "Artiklar, bloggar och evenemang", "Articles, blogs and events"),
	}
}

func facebook() observation.Channel {
	return observation.Channel{ID: "facebook", Kind: "facebook", Name: observation.Text{"": "Facebook"}}
}

// example is a review with every state in it: ok, zero, partial, missing, not applicable, bounded, broken.
func example(t testing.TB, lang string) WeeklyInput {
	t.Helper()
	week := isoWeek(t, 2026, 47)
	return WeeklyInput{
		Organisation: centre(), Week: week, Now: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), Lang: lang, Program: "1.0-test", Config: "0123456789abcdef0123",
		Series: []indicator.Series{viewsSeries(t, week), visitorsSeries(t, week), downloadsSeries(t, week), followersSeries(t, week), reachSeries(t, week), sharesSeries(t, week)},
	}
}

func loggedSeries(metric string) indicator.Series {
	return indicator.Series{
		Organisation: centre(), Channel: website(), Metric: observation.StandardMetrics()[metric],
		Definitions: []observation.Definition{{
			ID: metric + "@accesslog-1", Metric: metric, From: observation.NewDate(2025, 1, 1),
			Text: text("Palvelimen lokista lasketut sivupyynnöt, hakukoneiden robotit poistettuina.", "Sidor som begärts enligt serverns logg, utan sökmotorernas robotar.", "Pages asked for according to the server's log, without the robots of search engines."),
		}},
		Sources: []indicator.SourceHealth{{Source: "verkkoloki", Kind: "accesslog", LastRun: time.Date(2026, 11, 23, 2, 15, 0, 0, time.UTC), LastGood: time.Date(2026, 11, 23, 2, 15, 0, 0, time.UTC), Result: observation.OK}},
	}
}

func socialSeries(metric string) indicator.Series {
	s := loggedSeries(metric)
	s.Channel, s.Definitions = facebook(), nil
	s.Sources = []indicator.SourceHealth{{Source: "meta", Kind: "facebook", LastRun: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC), LastGood: time.Date(2026, 11, 19, 4, 0, 0, 0, time.UTC), Result: observation.Auth, Reason: "auth", Late: true}}
	return s
}

func viewsSeries(t testing.TB, week observation.Period) indicator.Series {
	s := weekly(t, loggedSeries("views"), week, 26, wave(620, 240))
	s.Target = num(750)
	s.Points[19] = without(s.Points[19], indicator.Missing, "log_missing")
	s.Points[21] = without(s.Points[21], indicator.Missing, "log_missing")
	s.Points[22] = without(s.Points[22], indicator.Missing, "log_missing")
	s.Points[14] = partly(s.Points[14], 5, "log_silent")
	s.Points[25].Settled = false
	s.YearBefore[8] = without(s.YearBefore[8], indicator.Missing, "log_damaged")
	s.Events = []observation.Event{
		{On: observation.NewDate(2026, 9, 16), What: text("Syysseminaari Jyväskylässä", "Höstseminarium i Jyväskylä", "Autumn seminar in Jyväskylä")},
		{On: observation.NewDate(2026, 11, 18), What: text("Ylen haastattelu", "Intervju i Yle", "Interview on Yle")},
		{On: observation.NewDate(2026, 11, 20), What: text("Uutiskirje", "Nyhetsbrev", "Newsletter")},
	}
	return s
}

func visitorsSeries(t testing.TB, week observation.Period) indicator.Series {
	s := weekly(t, loggedSeries("visitors"), week, 26, wave(210, 90))
	for i := range 6 {
		s.Points[i] = between(s.Points[i], 90+float64(7*i), 260-float64(9*i))
	}
	s.Points[25] = between(s.Points[25], 120, 300)
	return s
}

func downloadsSeries(t testing.TB, week observation.Period) indicator.Series {
	s := weekly(t, loggedSeries("downloads"), week, 26, func(year, i int) float64 { return float64((i*3 + year) % 5) })
	for i := range 9 {
		s.Points[i] = without(s.Points[i], indicator.NotApplicable, "not_alive")
	}
	for i := range s.YearBefore {
		s.YearBefore[i] = without(s.YearBefore[i], indicator.NotApplicable, "not_alive")
	}
	s.Points[25] = figure(s, week, 0)
	return s
}

func followersSeries(t testing.TB, week observation.Period) indicator.Series {
	s := weekly(t, socialSeries("followers"), week, 26, func(year, i int) float64 { return float64(1003 - 60*year + i*2) })
	s.Points[25] = without(s.Points[25], indicator.Missing, "auth")
	for i := range s.Points {
		s.Points[i].Coverage = indicator.Coverage{Expected: 1, Measured: s.Points[i].Coverage.Measured / 7, Unit: "parts"}
		s.Points[i].Sources = []string{"meta"}
	}
	return s
}

func reachSeries(t testing.TB, week observation.Period) indicator.Series {
	s := weekly(t, socialSeries("reach"), week, 26, wave(400, 200))
	s.Breaks = []indicator.Break{{On: observation.NewDate(2026, 8, 31), Kind: "definition", Before: "reach@meta-1", After: "reach@meta-2", Text: text("Meta laskee nyt vain näytöllä käyneet julkaisut.", "Meta räknar nu bara inlägg som synts på skärmen.", "Meta now counts only posts that entered the screen.")}}
	s.Points[4].Parts = []indicator.Part{{Value: num(120)}, {Value: num(90)}}
	s.Points[4].State, s.Points[4].Value = indicator.Broken, nil
	return s
}

func sharesSeries(t testing.TB, week observation.Period) indicator.Series {
	s := weekly(t, socialSeries("shares"), week, 26, func(year, i int) float64 { return float64(8 + (i*5+year)%14) })
	s.Points[25] = partly(s.Points[25], 4, "auth")
	s.Target = num(20)
	return s
}

func review(t testing.TB, in WeeklyInput) *WeeklyReview {
	t.Helper()
	r, err := Weekly(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t testing.TB, write func(b *bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func htmlOf(t testing.TB, in WeeklyInput) string {
	return written(t, func(b *bytes.Buffer) error { return review(t, in).HTML(b) })
}

func textOf(t testing.TB, in WeeklyInput) string {
	return written(t, func(b *bytes.Buffer) error { return review(t, in).Text(b) })
}

func csvOf(t testing.TB, in WeeklyInput) string {
	return written(t, func(b *bytes.Buffer) error { return review(t, in).CSV(b) })
}

func jsonOf(t testing.TB, in WeeklyInput) string {
	return written(t, func(b *bytes.Buffer) error { return review(t, in).JSON(b) })
}
