package report

import (
	"fmt"
	"strings"
	"testing"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// TestGoldenSentences writes every sentence that holds a number with 0, 1, 2, 21, 1000 and a range: a person who knows the
// language reads testdata/sentences.*.txt from top to bottom.
func TestGoldenSentences(t *testing.T) {
	for _, lang := range locale.Languages() {
		var b strings.Builder
		for _, metric := range []string{"views", "followers", "reach"} {
			for _, n := range []float64{0, 1, 2, 21, 1000} {
				fmt.Fprintf(&b, "# %s %v\n%s\n", metric, n, strings.Join(sentencesOf(t, lang, metric, n), "\n"))
			}
			fmt.Fprintf(&b, "# %s, a range\n%s\n", metric, strings.Join(rangeOf(t, lang, metric, 7), "\n"))
			fmt.Fprintf(&b, "# %s, a range of a part\n%s\n", metric, strings.Join(rangeOf(t, lang, metric, 5), "\n"))
		}
		for _, n := range []int{0, 1, 2, 21, 1000} {
			fmt.Fprintf(&b, "# %d missing\n%s\n", n, strings.Join(countsOf(t, lang, n), "\n"))
		}
		golden(t, "sentences."+lang+".txt", b.String())
	}
}

// sentencesOf is a week of n after one of none, beside a year before of 2, towards 21 a week and 1000 a year.
func sentencesOf(t *testing.T, lang, metric string, n float64) []string {
	week := isoWeek(t, 2026, 47)
	s := weekly(t, loggedSeries(metric), week, 2, func(year, i int) float64 { return float64(2*year) + n*float64(i*(1-year)) })
	s.Target = num(21)
	pace := indicator.Behind
	if n >= 1000 {
		pace = indicator.Met
	}
	s.Goals = []indicator.Figure{towards(s, observation.NewDate(2026, 1, 1), week.To, n, 1000, pace)}
	v := one(t, lang, s, week)
	out := append([]string{v.Headline}, v.Summary[1:]...)
	for _, c := range v.Cards[1:] {
		out = append(out, c.Label+": "+c.Value+"; "+strings.Join(c.Lines, "; "))
	}
	return out
}

// rangeOf is a week of which some days were measured, and of them only a range is known.
func rangeOf(t *testing.T, lang, metric string, days int) []string {
	week := isoWeek(t, 2026, 47)
	s := weekly(t, loggedSeries(metric), week, 3, wave(600, 100))
	for i := range s.Points {
		s.Points[i] = between(s.Points[i], 1, 1000)
	}
	if days < 7 {
		s.Points[2] = between(partly(s.Points[2], days, "log_silent"), 1, 1000)
	}
	v := one(t, lang, s, week)
	return append(append([]string{v.Headline}, v.Summary[1:]...), v.Rows[0].Note)
}

// countsOf are the sentences that count days, sources and ages.
func countsOf(t *testing.T, lang string, n int) []string {
	l, err := locale.For(lang)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, key := range []string{"goal.missing", "goal.missing.partly", "goal.sum.missing", "goal.sum.missing.partly", "health.trouble", "health.well", "days", "hours", "minutes"} {
		out = append(out, l.Text(key, "n", n))
	}
	w := words{l: l, base: 30}
	return append(out, l.Text("card.measured", "coverage", w.coverage(indicator.Coverage{Expected: max(1, n), Measured: n, Unit: "days"})))
}

// TestGoldenHeadlines writes the headline, and the change beside it, of a week in every state after a week in every state.
func TestGoldenHeadlines(t *testing.T) {
	week := isoWeek(t, 2026, 47)
	for _, lang := range locale.Languages() {
		var b strings.Builder
		for _, metric := range []string{"views", "subscribers"} {
			for _, now := range weekStates() {
				for _, before := range append(weekStates(), weekState{name: "first week"}) {
					s := weekly(t, loggedSeries(metric), week, 2, func(int, int) float64 { return 812 })
					s.Points[1] = now.make(s.Points[1])
					if before.make == nil {
						s.Points, s.YearBefore, s.Exact = s.Points[1:], s.YearBefore[1:], s.Exact[1:]
					} else {
						s.Points[0] = before.make(s.Points[0])
					}
					v := one(t, lang, s, week)
					fmt.Fprintf(&b, "%s, %s after %s: %s | %s\n", metric, now.name, before.name, v.Headline, strings.Join(v.Cards[1].Lines, "; "))
				}
			}
		}
		golden(t, "headlines."+lang+".txt", b.String())
	}
}

type weekState struct {
	name string
	make func(indicator.Figure) indicator.Figure
}

func weekStates() []weekState {
	return []weekState{
		{"812", func(f indicator.Figure) indicator.Figure { return f }},
		{"800", func(f indicator.Figure) indicator.Figure { f.Value = num(800); return f }},
		{"zero", func(f indicator.Figure) indicator.Figure { f.Value, f.State = num(0), indicator.Zero; return f }},
		{"missing", func(f indicator.Figure) indicator.Figure { return without(f, indicator.Missing, "log_missing") }},
		{"partial", func(f indicator.Figure) indicator.Figure { return partly(f, 5, "log_silent") }},
		{"bounded", func(f indicator.Figure) indicator.Figure { return between(f, 120, 300) }},
		{"bounded in part", func(f indicator.Figure) indicator.Figure { return between(partly(f, 5, "log_silent"), 120, 300) }},
		{"not applicable", func(f indicator.Figure) indicator.Figure { return without(f, indicator.NotApplicable, "not_alive") }},
		{"broken", func(f indicator.Figure) indicator.Figure {
			f.Value, f.State, f.Parts = nil, indicator.Broken, []indicator.Part{{Value: num(300)}, {Value: num(512)}}
			return f
		}},
	}
}
