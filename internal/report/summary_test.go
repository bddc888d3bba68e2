package report

import (
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// one is a review of one series.
func one(t testing.TB, lang string, s indicator.Series, week observation.Period) metricView {
	t.Helper()
	in := WeeklyInput{Organisation: centre(), Week: week, Now: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), Lang: lang, Series: []indicator.Series{s}}
	return review(t, in).view.Channels[0].Metrics[0]
}

func TestSummaryInEveryLanguage(t *testing.T) {
	for lang, want := range map[string]string{
		"fi": "Kotisivut, näyttökerrat, viikot 22–47/2026. Viikolla 47 oli 825 näyttökertaa. Edellisellä viikolla määrä oli 788 (muutos +37, +4,7\u00a0%). " +
			"Samalla viikolla vuonna 2025 määrä oli 545 (muutos +280, +51,4\u00a0%). Viikkotavoite on 750: tavoite täyttyi, 110\u00a0%. " +
			"Viikon 47 luku voi vielä tarkentua. Viikko 36 on mitattu vain osittain: lokissa ei ole rivejä tältä ajalta. " +
			"Viikoilta 41 ja 43–44 tieto puuttuu: lokitiedostoa ei saatu.",
		"sv": "Webbplatsen, sidvisningar, veckorna 22–47/2026. Vecka 47 noterades 825 sidvisningar. Veckan före var antalet 788 (förändring +37, +4,7\u00a0%). " +
			"Samma vecka 2025 var antalet 545 (förändring +280, +51,4\u00a0%). Veckomålet är 750: målet nåddes, 110\u00a0%. " +
			"Siffran för vecka 47 kan ännu ändras något. Vecka 36 är bara delvis uppmätt: loggen har inga rader för den här tiden. " +
			"För veckorna 41 och 43–44 saknas uppgifterna: loggfilen var inte tillgänglig.",
		"en": "Website, page views, weeks 22 to 47/2026. In week 47 there were 825 page views. The week before the number was 788 (change +37, +4.7%). " +
			"In the same week of 2025 the number was 545 (change +280, +51.4%). The weekly target is 750: target met, 110%. " +
			"The figure of week 47 may still be revised. Week 36 was measured only in part: the log holds no lines for this time. " +
			"For weeks 41 and 43–44 the figures are missing: the log file was not available.",
	} {
		v := one(t, lang, viewsSeries(t, isoWeek(t, 2026, 47)), isoWeek(t, 2026, 47))
		if got := strings.Join(v.Summary, " "); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", lang, got, want)
		}
	}
}

func TestHeadline(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	for _, c := range []struct {
		last   indicator.Figure
		before float64
		want   string
	}{
		{figure(loggedSeries("views"), week, 812), 790, "812 näyttökertaa, 22 enemmän kuin edellisellä viikolla"},
		{figure(loggedSeries("views"), week, 790), 812, "790 näyttökertaa, 22 vähemmän kuin edellisellä viikolla"},
		{figure(loggedSeries("views"), week, 1), 1, "1 näyttökerta, yhtä paljon kuin edellisellä viikolla"},
		{figure(loggedSeries("views"), week, 0), 3, "0 näyttökertaa, 3 vähemmän kuin edellisellä viikolla"},
		{partly(figure(loggedSeries("views"), week, 300), 5, "auth"), 3, "300 näyttökertaa, viikosta mitattu 5/7 päivää"},
		{between(figure(loggedSeries("views"), week, 0), 120, 300), 3, "120–300 näyttökertaa viikolla 47"},
		{without(figure(loggedSeries("views"), week, 0), indicator.Missing, "auth"), 3, "Näyttökerrat, viikko 47: puuttuu"},
		{without(figure(loggedSeries("views"), week, 0), indicator.NotApplicable, "gone"), 3, "Näyttökerrat, viikko 47: ei mitattavissa"},
	} {
		s := weekly(t, loggedSeries("views"), week, 2, func(int, int) float64 { return c.before })
		s.Points[1] = c.last
		if got := one(t, "fi", s, week).Headline; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestLevelsAreToldOfTheWeeksEnd(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	v := one(t, "fi", weekly(t, loggedSeries("subscribers"), week, 3, func(_, i int) float64 { return float64(18 + i) }), week)
	if got := v.Summary[1]; got != "Viikon 47 lopussa oli 20 tilaajaa." {
		t.Errorf("%q", got)
	}
	if got := v.Summary[2]; got != "Edellisellä viikolla määrä oli 19 (muutos +1)." {
		t.Errorf("%q", got)
	}
	if !strings.Contains(v.Subtitle, "tilaajat viikon lopussa") {
		t.Errorf("%q", v.Subtitle)
	}
	if got := v.Summary[len(v.Summary)-1]; got != "Luvuissa ei ole aukkoja." {
		t.Errorf("%q", got)
	}
}

// TestWeek53 holds the 53rd week of 2026 against the nearest week that there is, and says so everywhere.
func TestWeek53(t *testing.T) {
	week := isoWeek(t, 2026, 53)
	s := weekly(t, loggedSeries("views"), week, 2, func(year, i int) float64 { return float64(100 + 10*i - 50*year) })
	v := one(t, "fi", s, week)
	if s.Exact[1] || s.YearBefore[1].Period.Label != "2026-W01" {
		t.Fatalf("the week to hold beside is %s", s.YearBefore[1].Period.Label)
	}
	why := "vuodessa 2025 ei ollut viikkoa 53, vertailussa viikko 1/2026"
	if got := v.Summary[3]; got != "Vertailuviikolla 1/2026 määrä oli 60 (muutos +50, +83,3\u00a0%); "+why+"." {
		t.Errorf("summary: %q", got)
	}
	if c := v.Cards[2]; c.Label != "Vertailuviikko 1/2026" || c.Value != "60" || c.Lines[1] != why {
		t.Errorf("card: %+v", c)
	}
	if got := v.Rows[0].LastYear; got != "60, vk 1/2026" {
		t.Errorf("row: %q", got)
	}
	s.YearBefore, s.Exact = nil, nil
	if c := one(t, "fi", s, week).Cards[2]; c.Label != "Sama viikko 2025" || c.Lines[0] != "ei verrata (vuoden takainen luku puuttuu)" {
		t.Errorf("card without a comparison: %+v", c)
	}
}

func TestBrokenWeeksAreNoGapUnsaid(t *testing.T) {
	v := one(t, "fi", reachSeries(t, isoWeek(t, 2026, 47)), isoWeek(t, 2026, 47))
	if got := v.Summary[len(v.Summary)-1]; got != "Viikolta 26 ei ole yhtä lukua: laskutapa muuttui." {
		t.Errorf("%q", got)
	}
	if len(v.Breaks) != 1 || v.Breaks[0].Text != "31.8.2026: Laskutapa muuttui. Meta laskee nyt vain näytöllä käyneet julkaisut. Muutosta edeltäviä ja sitä seuraavia lukuja ei verrata toisiinsa." {
		t.Errorf("breaks: %+v", v.Breaks)
	}
}

func TestASuccessionNamesTheHeir(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	s := reachSeries(t, week)
	s.Breaks = []indicator.Break{{On: week.From - 21, Kind: indicator.BreakSuccession, Before: "vanha", After: "uusi", Text: observation.Text{"": "Uusikeskus"}}}
	if v := one(t, "fi", s, week); len(v.Breaks) != 1 || v.Breaks[0].Text != "26.10.2026: Toiminta siirtyi organisaatiolle Uusikeskus. Muutosta edeltäviä ja sitä seuraavia lukuja ei verrata toisiinsa." {
		t.Errorf("breaks: %+v", v.Breaks)
	}
}

func TestUnknownReasonsHaveWordsToo(t *testing.T) {
	w := finnish(t)
	for _, code := range []string{"", "sunspots"} {
		if got := w.reason(code); got != "syytä ei ole kirjattu" {
			t.Errorf("reason(%q) = %q", code, got)
		}
	}
}

func TestWrap(t *testing.T) {
	got := wrap("yksi kaksi kolme neljäviisikuusi", 9)
	if want := "yksi|kaksi|kolme|neljäviis|ikuusi"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", strings.Join(got, "|"), want)
	}
	if got := wrap("", 9); len(got) != 0 {
		t.Errorf("nothing wraps to %q", got)
	}
}

func TestEventLetters(t *testing.T) {
	for n, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA"} {
		if got := letter(n); got != want {
			t.Errorf("letter(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestEventsOfOneWeekShareAMark(t *testing.T) {
	s := newTrack(viewsSeries(t, isoWeek(t, 2026, 47)), isoWeek(t, 2026, 47), 26)
	m := maker{words: finnish(t)}
	found := marks(s, m.events(s))
	if len(found) != 2 || found[0].Label != "A" || found[1].Label != "B C" {
		t.Errorf("marks: %+v", found)
	}
	if at := found[0].At; at < 16.3 || at > 16.4 { // Wednesday noon of the 17th week
		t.Errorf("the seminar stands at %v", at)
	}
}
