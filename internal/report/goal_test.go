package report

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// towards is a figure from the beginning of a period on, beside the target of all of it.
func towards(s indicator.Series, from, to observation.Date, value, target float64, pace indicator.Pace) indicator.Figure {
	f := figure(s, observation.Period{From: from, To: to}, value)
	f.Coverage = indicator.Coverage{Expected: int(to - from), Measured: int(to - from), Unit: "days"}
	f.Target, f.Pace = num(target), pace
	return f
}

// aimed is a series with the goals of a year: 37 304 views of 42 000, with 17 days missing.
func aimed(t testing.TB) (indicator.Series, observation.Period) {
	week := isoWeek(t, 2026, 46)
	s := weekly(t, loggedSeries("views"), week, 3, wave(900, 200))
	f := towards(s, observation.NewDate(2026, 1, 1), week.To, 37304, 42000, indicator.Ahead)
	f.State, f.Coverage.Measured = indicator.Partial, f.Coverage.Expected-17
	f.Gaps = []indicator.Gap{{From: observation.NewDate(2026, 9, 8), To: observation.NewDate(2026, 9, 25), Reason: "log_missing"}}
	s.Goals = []indicator.Figure{f}
	s.Channel.Targets = []observation.Target{{Metric: "views", Grain: observation.Year, Value: 42000}}
	return s, week
}

func TestAGoalIsToldInEveryForm(t *testing.T) {
	s, week := aimed(t)
	for lang, want := range map[string][3]string{
		"fi": {"Vuosi 2026: 37\u00a0304 / 42\u00a0000; täynnä 88,8\u00a0%, tavoitetahtia edellä; 17 päivää puuttuu",
			"Vuoden tavoitteesta (42\u00a0000) on täynnä 88,8\u00a0%: tavoitetahtia edellä. Luvusta puuttuu 17 päivää.", "vuosi 2026: 88,8\u00a0%"},
		"sv": {"År 2026: 37\u00a0304 / 42\u00a0000; 88,8\u00a0% nått, före måltakten; uppgifter saknas för 17 dagar",
			"Av årsmålet (42\u00a0000) har 88,8\u00a0% nåtts: före måltakten. Uppgifter saknas för 17 dagar.", "år 2026: 88,8\u00a0%"},
		"en": {"Year 2026: 37,304 / 42,000; 88.8% reached, ahead of the pace; 17 days are missing",
			"Of the target for the year (42,000), 88.8% has been reached: ahead of the pace. The figure lacks 17 days.", "year 2026: 88.8%"},
	} {
		in := WeeklyInput{Organisation: centre(), Week: week, Lang: lang, Series: []indicator.Series{s}}
		text, page := textOf(t, in), htmlOf(t, in)
		if !strings.Contains(text, want[0]) || !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(want[1]), " ")) {
			t.Errorf("%s: the text lacks %q:\n%s", lang, want, text[:1200])
		}
		for _, w := range append(strings.Split(want[0], "; ")[1:], want[2], `data-figure="`+s.Goals[0].ID+`"`) {
			if !strings.Contains(page, w) {
				t.Errorf("%s: the page lacks %q", lang, w)
			}
		}
	}
}

func TestAGoalIsARowAndAFigure(t *testing.T) {
	s, week := aimed(t)
	in := WeeklyInput{Organisation: centre(), Week: week, Lang: "fi", Series: []indicator.Series{s}}
	rows, err := csv.NewReader(strings.NewReader(csvOf(t, in))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	row := rows[slices.IndexFunc(rows, func(r []string) bool { return r[6] == "goal_year" })]
	got := strings.Join(slices.Concat(row[7:9], row[10:11], row[14:17], row[19:20], row[22:]), " ")
	if want := "2026-01-01 2026-11-15 37304 partial 319 302 42000 8.–24.9.2026: lokitiedostoa ei saatu " + s.Goals[0].ID; got != want {
		t.Errorf("row %q, want %q", got, want)
	}
	var set FigureSet
	if err := json.Unmarshal([]byte(jsonOf(t, in)), &set); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(set.Figures, func(f indicator.Figure) bool { return f.ID == s.Goals[0].ID })
	if i < 0 || set.Figures[i].Pace != indicator.Ahead || *set.Figures[i].Target != 42000 {
		t.Errorf("figure %d of %d", i, len(set.Figures))
	}
}

func TestGoalsAreNamedByTheirGrain(t *testing.T) {
	week := isoWeek(t, 2026, 2)
	s := weekly(t, loggedSeries("views"), week, 2, wave(600, 100))
	january := observation.NewDate(2026, 1, 1)
	for _, g := range []struct {
		grain  observation.Grain
		target float64
	}{{observation.Year, 9000}, {observation.Month, 900}, {observation.Quarter, 3000}} {
		s.Channel.Targets = append(s.Channel.Targets, observation.Target{Metric: "views", Grain: g.grain, Value: g.target})
		s.Goals = append(s.Goals, towards(s, january, week.To, 400, g.target, indicator.Ahead))
	}
	labels := func() string {
		var out []string
		for _, c := range one(t, "fi", s, week).Cards[4:] {
			out = append(out, c.Label+" "+c.Value)
		}
		return strings.ReplaceAll(strings.Join(out, ", "), "\u00a0", " ")
	}
	if got, want := labels(), "Tammikuu 2026 400 / 900, 1. neljännes 2026 400 / 3 000, Vuosi 2026 400 / 9 000"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Channel.Targets = nil // only the dates tell: the longest first
	if got, want := labels(), "Tammikuu 2026 400 / 3 000, 1. neljännes 2026 400 / 900, Vuosi 2026 400 / 9 000"; got != want {
		t.Errorf("without targets: %q, want %q", got, want)
	}
	s.Goals = []indicator.Figure{towards(s, week.To-28, week.To, 400, 500, indicator.Behind), towards(s, week.To-30, week.To, 1, 50, indicator.Behind)}
	if got, want := labels(), "13.12.2025–11.1.2026 1 / 50, 15.12.2025–11.1.2026 400 / 500"; got != want {
		t.Errorf("odd periods: %q, want %q", got, want)
	}
}

func TestHowAGoalStands(t *testing.T) {
	week := isoWeek(t, 2026, 46)
	year := observation.NewDate(2026, 1, 1)
	flow, level := loggedSeries("views"), loggedSeries("followers")
	partial := partly(towards(flow, year, week.To, 300, 1000, indicator.Behind), 300, "auth")
	partial.Gaps[0].Partly = true
	for _, c := range []struct {
		name string
		s    indicator.Series
		f    indicator.Figure
		card string
		sum  string
	}{
		{"behind", flow, towards(flow, year, week.To, 300, 1000, indicator.Behind), "täynnä 30 %, tavoitetahdista jäljessä", "Vuoden tavoitteesta (1 000) on täynnä 30 %: tavoitetahdista jäljessä."},
		{"met", flow, towards(flow, year, week.To, 1050, 1000, indicator.Met), "täynnä 105 %, tavoite täyttyi", "Vuoden tavoitteesta (1 000) on täynnä 105 %: tavoite täyttyi."},
		{"small", flow, towards(flow, year, week.To, 8, 10, indicator.Behind), "tavoitetahdista jäljessä", "Vuoden tavoitteesta (10) on koossa 8: tavoitetahdista jäljessä."},
		{"a level has no pace", level, towards(level, year, week.To, 900, 1000, indicator.Behind), "täynnä 90 %, tavoitteesta puuttuu 100", "Vuoden tavoitteesta (1 000) on täynnä 90 %: tavoitteesta puuttuu 100."},
		{"behind, not all known", flow, partial, "täynnä 30 %, tavoitetahdista jäljessä, kun puuttuvia päiviä ei lasketa mukaan|19 päivää puuttuu kokonaan tai osittain",
			"Vuoden tavoitteesta (1 000) on täynnä 30 %: tavoitetahdista jäljessä, kun puuttuvia päiviä ei lasketa mukaan. Luvusta puuttuu 19 päivää kokonaan tai osittain."},
		{"unknown", flow, without(towards(flow, year, week.To, 1, 1000, indicator.NoPace), indicator.Missing, "auth"), "tavoitteeseen ei voi verrata|lähde ei hyväksynyt tunnuksia",
			"Vuoden tavoitteesta (1 000) ei tiedetä, paljonko on täynnä: puuttuu."},
		{"over", flow, towards(flow, observation.NewDate(2026, 10, 1), observation.NewDate(2026, 11, 1), 300, 1000, indicator.Behind), "täynnä 30 %, tavoite ei täyttynyt|laskettu 31.10.2026 asti",
			"Kuukauden tavoitteesta (1 000) on täynnä 30 %: tavoite ei täyttynyt."},
	} {
		s := weekly(t, c.s, week, 2, wave(600, 100))
		s.Goals, s.Channel.Targets = []indicator.Figure{c.f}, []observation.Target{{Metric: s.Metric.ID, Grain: observation.Month, Value: 1000}}
		v := one(t, "fi", s, week)
		if got := strings.ReplaceAll(strings.Join(v.Cards[4].Lines, "|"), "\u00a0", " "); got != c.card {
			t.Errorf("%s: card %q, want %q", c.name, got, c.card)
		}
		if got := strings.ReplaceAll(strings.Join(v.Summary, " "), "\u00a0", " "); !strings.Contains(got, c.sum) {
			t.Errorf("%s: summary %q lacks %q", c.name, got, c.sum)
		}
	}
}

func TestTheBarOfAGoal(t *testing.T) {
	week := isoWeek(t, 2026, 46)
	s := weekly(t, loggedSeries("views"), week, 2, wave(600, 100))
	for _, c := range []struct {
		value, target float64
		want          *barView
	}{{500, 1000, &barView{500, 873}}, {3000, 1000, &barView{1000, 873}}, {-5, 1000, &barView{0, 873}}, {5, 0, nil}} {
		s.Goals = []indicator.Figure{towards(s, observation.NewDate(2026, 1, 1), week.To, c.value, c.target, indicator.Behind)}
		got := one(t, "fi", s, week).Cards[4].Bar
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%v of %v: %+v, want %+v", c.value, c.target, got, c.want)
		}
	}
}

func TestGoalsOfLaterWeeksAreNotTold(t *testing.T) {
	s, week := aimed(t)
	in := WeeklyInput{Organisation: centre(), Week: observation.Week.Holding(week.From - 7), Lang: "fi", Series: []indicator.Series{s}, Now: time.Time{}}
	for _, lang := range locale.Languages() {
		in.Lang = lang
		if text := textOf(t, in); strings.Contains(text, "/ 42") {
			t.Errorf("%s: a page of an earlier week tells a goal of a later one", lang)
		}
	}
}
