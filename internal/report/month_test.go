package report

import (
	"regexp"
	"strings"
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// october is the month's figure of a website's views: partial, for two days are not known.
func october() indicator.Figure {
	p := observation.Month.Holding(observation.NewDate(2026, 10, 1))
	f := partly(figure(loggedSeries("views"), p, 3512), 29, "log_missing")
	f.Coverage.Expected = 31
	return f
}

// The plan speaks of views a month: the newest whole month stands with the metric, in the table at the top and among the figures.
func TestMonthIsTold(t *testing.T) {
	in := example(t, "fi")
	in.Months = []indicator.Figure{october()}
	r, err := Weekly(in)
	if err != nil {
		t.Fatal(err)
	}
	var page, twin, set strings.Builder
	for _, err := range []error{r.HTML(&page), r.Text(&twin), r.JSON(&set)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := "\nLokakuu 2026: 3 512; mitattu 29/31 päivää; 30.–31.10.2026: lokitiedostoa ei saatu\n"; !strings.Contains(plainSpaces(twin.String()), want) {
		t.Errorf("the text has no %q:\n%s", want, plainSpaces(twin.String())[:2000])
	}
	top := plainSpaces(regexp.MustCompile(`(?s)<section class="glance">.*?</section>`).FindString(page.String()))
	if want := `data-figure="esimerkkikeskus/kotisivut/views/2026-10">lokakuu 2026: 3 512, mitattu osittain</span>`; strings.Count(top, want) != 1 {
		t.Errorf("the table at the top has no %q:\n%s", want, top)
	}
	if n := strings.Count(set.String(), `"esimerkkikeskus/kotisivut/views/2026-10"`); n != 1 {
		t.Errorf("the month is %d figures, want 1", n)
	}
}

func TestMonthThatAGoalShowsIsToldOnce(t *testing.T) {
	in := example(t, "fi")
	f := october()
	f.Target = num(3500)
	in.Series[0].Goals = []indicator.Figure{f}
	in.Months = []indicator.Figure{october()}
	r, err := Weekly(in)
	if err != nil {
		t.Fatal(err)
	}
	var twin strings.Builder
	if err := r.Text(&twin); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(plainSpaces(twin.String()), ": 3 512"); n != 1 {
		t.Errorf("October stands %d times:\n%.1500s", n, twin.String())
	}
}

// Who reads a level once a week misses nothing: the page does not speak of the days before the reading, but of those after it.
func TestALevelThatWasReadIsWhole(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	for name, c := range map[string]struct {
		on   observation.Date
		gaps []indicator.Gap
		want string
	}{
		"on its last day": {week.To - 1, []indicator.Gap{{From: week.From, To: week.To - 1, Reason: "no_run"}}, ""},
		"before its end": {week.From + 2, []indicator.Gap{{From: week.From, To: week.From + 2, Reason: "no_run"}, {From: week.From + 3, To: week.To, Reason: "no_run"}},
			"19.–22.11.2026: tietoa ei ole haettu"},
	} {
		f := figure(socialSeries("followers"), week, 1003)
		f.Shape, f.On, f.Gaps, f.Coverage.Measured = observation.Level, &c.on, c.gaps, 1
		m := finnish(t)
		if got := m.note(f); got != c.want {
			t.Errorf("%s: the note is %q, want %q", name, got, c.want)
		}
		if lines := strings.Join((maker{words: m}).weekLines(f), "; "); strings.Contains(lines, "1/7") {
			t.Errorf("%s: a level is told as a part: %s", name, lines)
		}
	}
}

// plainSpaces writes numbers with the spaces that a keyboard has.
func plainSpaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
