package report

import (
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

func finnish(t testing.TB) words {
	t.Helper()
	l, err := locale.For("fi")
	if err != nil {
		t.Fatal(err)
	}
	return words{l: l, base: 30}
}

func TestChangeTellsPercentOnlyOfEnough(t *testing.T) {
	w := finnish(t)
	for _, c := range []struct {
		delta, base float64
		want        string
	}{
		{2, 18, "+2"}, {2, 29, "+2"}, {3, 30, "+3, +10\u00a0%"}, {-100, 812, "−100, −12,3\u00a0%"}, {0, 500, "0"}, {5, 0, "+5"}, {-18, 18, "−18"},
		{3000, 3500, "+3\u00a0000, +85,7\u00a0%"},
	} {
		if got := w.change(c.delta, c.base); got != c.want {
			t.Errorf("change(%v of %v) = %q, want %q", c.delta, c.base, got, c.want)
		}
	}
}

func TestCompareSaysWhyNot(t *testing.T) {
	w := finnish(t)
	s := loggedSeries("views")
	this, that := figure(s, isoWeek(t, 2026, 47), 100), figure(s, isoWeek(t, 2026, 46), 80)
	broken := that
	broken.State, broken.Value = indicator.Broken, nil
	for _, c := range []struct {
		name      string
		now, then indicator.Figure
		want      string
	}{
		{"both whole", this, that, "+20, +25\u00a0%"},
		{"now missing", without(this, indicator.Missing, "auth"), that, "ei verrata (viikon luku puuttuu)"},
		{"then missing", this, without(that, indicator.Missing, "auth"), "ei verrata (edellisen viikon luku puuttuu)"},
		{"now partial", partly(this, 5, "auth"), that, "ei verrata (viikko on mitattu vain osittain)"},
		{"then partial", this, partly(that, 5, "auth"), "ei verrata (viikko on mitattu vain osittain)"},
		{"now bounded", between(this, 1, 2), that, "ei verrata (tiedossa vain vaihteluväli)"},
		{"then bounded", this, between(that, 1, 2), "ei verrata (tiedossa vain vaihteluväli)"},
		{"then not measurable", this, without(that, indicator.NotApplicable, "gone"), "ei verrata (kanavaa ei mitattu silloin)"},
		{"then broken", this, broken, "ei verrata (laskutapa muuttui)"},
	} {
		if got := w.compare(c.now, &c.then, nil, "no.before.missing").words(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := w.compare(this, nil, nil, "no.before.missing").words(); got != "ei verrata (edellisen viikon luku puuttuu)" {
		t.Errorf("nothing to compare with: %q", got)
	}
}

func TestNothingIsComparedOverABreak(t *testing.T) {
	w := finnish(t)
	s := loggedSeries("views")
	week := isoWeek(t, 2026, 47)
	this, that := figure(s, week, 100), figure(s, isoWeek(t, 2026, 46), 80)
	for on, compared := range map[observation.Date]bool{
		that.Period.From: true, that.Period.From + 1: false, week.From: false, week.From + 6: false, week.To: true,
	} {
		b := []indicator.Break{{On: on, Kind: "source"}}
		c := w.compare(this, &that, b, "no.before.missing")
		if c.ok() != compared {
			t.Errorf("a break on %s: %q", on, c.words())
		}
		if want := "lähde vaihtui " + w.l.Date(on); !compared && c.Why != want {
			t.Errorf("a break on %s: %q, want %q", on, c.Why, want)
		}
	}
}

func TestPace(t *testing.T) {
	w := finnish(t)
	s := loggedSeries("views")
	p := isoWeek(t, 2026, 47)
	for _, c := range []struct {
		f      indicator.Figure
		target float64
		want   string
	}{
		{figure(s, p, 812), 900, "tavoitteesta puuttuu 88, täynnä 90,2\u00a0%"},
		{figure(s, p, 900), 900, "tavoite täyttyi, 100\u00a0%"},
		{figure(s, p, 8), 10, "tavoitteesta puuttuu 2, 8/10"},
		{figure(s, p, 12), 10, "tavoite täyttyi, 12/10"},
		{figure(s, p, 0), 0, "tavoite täyttyi, 0/0"},
		{partly(figure(s, p, 8), 4, "auth"), 10, "tavoitteeseen ei voi verrata"},
		{partly(figure(s, p, 11), 4, "auth"), 10, "tavoite täyttyi, 11/10"},
		{without(figure(s, p, 1), indicator.Missing, "auth"), 10, "tavoitteeseen ei voi verrata"},
		{between(figure(s, p, 1), 5, 20), 10, "tavoitteeseen ei voi verrata"},
	} {
		if got := w.pace(c.f, c.target); got != c.want {
			t.Errorf("pace of %v against %v: %q, want %q", c.f.Value, c.target, got, c.want)
		}
	}
}
