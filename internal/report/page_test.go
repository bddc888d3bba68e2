package report

import (
	"slices"
	"strings"
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// atPlace is a series of two weeks in a channel.
func atPlace(t testing.TB, channel, kind, metric string) indicator.Series {
	s := loggedSeries(metric)
	s.Channel = observation.Channel{ID: channel, Kind: kind, Name: observation.Text{"": channel}}
	return weekly(t, s, isoWeek(t, 2026, 47), 2, wave(600, 100))
}

// order lists channel and metric as they come on the page.
func order(r *WeeklyReview) []string {
	var out []string
	for _, c := range r.view.Channels {
		for _, m := range c.Metrics {
			out = append(out, c.ID+" "+m.ID)
		}
	}
	return out
}

func TestThePageKeepsTheOrderOfItsDescription(t *testing.T) {
	in := WeeklyInput{Organisation: centre(), Week: isoWeek(t, 2026, 47), Lang: "fi", Series: []indicator.Series{
		atPlace(t, "torvi", "pigeon", "members"), atPlace(t, "b", "website", "visitors"), atPlace(t, "b", "website", "views"),
		atPlace(t, "fb", "facebook", "followers"), atPlace(t, "a", "website", "views"), atPlace(t, "b", "website", "bounces"),
	}}
	want := []string{"a views", "b views", "b visitors", "b bounces", "fb followers", "torvi members"}
	if got := order(review(t, in)); !slices.Equal(got, want) {
		t.Errorf("without an order: %q, want %q", got, want)
	}
	in.Order = []string{"b", "a"}
	want = []string{"b views", "b visitors", "b bounces", "a views", "fb followers", "torvi members"}
	if got := order(review(t, in)); !slices.Equal(got, want) {
		t.Errorf("with an order: %q, want %q", got, want)
	}
}

func TestOnlyWeeksAreShown(t *testing.T) {
	monthly := atPlace(t, "a", "website", "views")
	monthly.Grain = observation.Month
	in := WeeklyInput{Organisation: centre(), Week: isoWeek(t, 2026, 47), Lang: "fi", Series: []indicator.Series{monthly}}
	if got := order(review(t, in)); len(got) != 0 {
		t.Errorf("a monthly series is on the weekly page: %q", got)
	}
}

func TestCards(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	cards := one(t, "fi", viewsSeries(t, week), week).Cards
	want := []cardView{
		{Main: true, Label: "Viikko 47", Value: "825", Figure: "esimerkkikeskus/kotisivut/views/2026-W47", State: "ok", Lines: []string{"mitattu 7/7 päivää", "luku voi vielä tarkentua"}},
		{Label: "Edellinen viikko (46)", Value: "788", Figure: "esimerkkikeskus/kotisivut/views/2026-W46", State: "ok", Lines: []string{"muutos +37, +4,7\u00a0%"}},
		{Label: "Sama viikko 2025", Value: "545", Figure: "esimerkkikeskus/kotisivut/views/2025-W47", State: "ok", Lines: []string{"muutos +280, +51,4\u00a0%"}},
		{Label: "Viikkotavoite", Value: "750", State: "ok", Lines: []string{"tavoite täyttyi, 110\u00a0%"}},
	}
	for i := range want {
		g, w := cards[i], want[i]
		if g.Main != w.Main || g.Label != w.Label || g.Value != w.Value || g.Figure != w.Figure || g.State != w.State || !slices.Equal(g.Lines, w.Lines) {
			t.Errorf("card %d:\n%+v\nwant\n%+v", i+1, g, w)
		}
	}
}

func TestTheCardOfAWeekSaysHowFarToTrustIt(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	f := figure(loggedSeries("views"), week, 100)
	m := maker{words: finnish(t)}
	for _, c := range []struct {
		f    indicator.Figure
		want string
	}{
		{f, "mitattu 7/7 päivää"},
		{partly(f, 5, "deadline"), "mitattu 5/7 päivää|21.–22.11.2026: haku kesti liian kauan"},
		{without(f, indicator.Missing, "budget"), "sallittu hakujen määrä tuli täyteen"},
		{without(f, indicator.NotApplicable, "not_offered"), "ei mitattavissa|lähde ei tarjoa tätä lukua"},
		{between(f, 1, 2), "tiedossa vain vaihteluväli|mitattu 7/7 päivää"},
		{indicator.Figure{State: indicator.Missing}, "syytä ei ole kirjattu"},
	} {
		if got := strings.Join(m.weekLines(c.f), "|"); got != c.want {
			t.Errorf("%s: %q, want %q", c.f.State, got, c.want)
		}
	}
}

func TestTheKeyNamesWhatIsDrawnAndNoMore(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	for _, c := range []struct {
		s    indicator.Series
		want string
	}{
		{viewsSeries(t, week), "now before partial gap target event"},
		{visitorsSeries(t, week), "now before range"},
		{downloadsSeries(t, week), "now none"},
		{reachSeries(t, week), "now before break"},
	} {
		var got []string
		for _, k := range one(t, "fi", c.s, week).Key {
			got = append(got, k.Symbol)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.s.Metric.ID, got, c.want)
		}
	}
}

func TestGapsWithTheSameReasonsAreToldTogether(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	s := weekly(t, loggedSeries("views"), week, 6, wave(600, 100))
	for i, codes := range map[int][2]string{1: {"log_silent", "log_missing"}, 3: {"log_missing", "log_silent"}} {
		f := partly(s.Points[i], 4, codes[0])
		f.Gaps = append(f.Gaps, indicator.Gap{From: f.Period.To - 1, To: f.Period.To, Reason: codes[1]})
		s.Points[i] = f
	}
	sum := one(t, "fi", s, week).Summary
	if got, want := sum[len(sum)-1], "Viikot 43 ja 45 on mitattu vain osittain: lokissa ei ole rivejä tältä ajalta ja lokitiedostoa ei saatu."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheNewestKnownNumberIsTold(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	sum := one(t, "fi", followersSeries(t, week), week).Summary
	if sum[1] != "Viikolta 47 tieto puuttuu: lähde ei hyväksynyt tunnuksia." || sum[2] != "Viimeisin mitattu luku on viikolta 46/2026: 1\u00a0051 seuraajaa." {
		t.Errorf("%q", sum[1:3])
	}
}

func TestDefinitionsAndSource(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	s := viewsSeries(t, week)
	s.Definitions = append(s.Definitions, observation.Definition{ID: "views@accesslog-0", Text: text("Vanha tapa.", "Gamla sättet.", "The old way.")})
	v := one(t, "fi", s, week)
	if len(v.Definitions) != 2 || v.Definitions[0].Since != "Sama määritelmä koko ajan." || v.Definitions[1].Since != "Voimassa 1.1.2025 alkaen." {
		t.Errorf("%+v", v.Definitions)
	}
	if want := "Lähde: verkkoloki. Kerätty tieto. Viikosta 47 on mitattu 7/7 päivää."; v.Source != want {
		t.Errorf("%q, want %q", v.Source, want)
	}
}

func TestAMetricOfAConfigurationKeepsItsName(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	s := loggedSeries("views")
	s.Metric = observation.Metric{ID: "kaveriparit", Shape: observation.Flow, Unit: "paria"}
	v := one(t, "fi", weekly(t, s, week, 2, func(int, int) float64 { return 7 }), week)
	if v.Name != "Kaveriparit" || v.Headline != "7 paria, yhtä paljon kuin edellisellä viikolla" {
		t.Errorf("%q, %q", v.Name, v.Headline)
	}
}

func TestBreaksCutBothLinesWhereTheyLie(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	s := weekly(t, loggedSeries("views"), week, 4, wave(600, 100))
	s.Breaks = []indicator.Break{{On: week.From - 7, Kind: "source"}, {On: isoWeek(t, 2025, 47).From, Kind: "definition"}}
	m := maker{words: finnish(t)}
	tr := newTrack(s, week, 26)
	var now, before []bool
	for _, w := range m.drawing(tr, nil, m.breaks(tr)).Weeks {
		now, before = append(now, w.Now.Cut), append(before, w.Before.Cut)
	}
	if !slices.Equal(now, []bool{false, false, true, false}) || !slices.Equal(before, []bool{false, false, false, true}) {
		t.Errorf("cut before %v, a year before %v", now, before)
	}
}
