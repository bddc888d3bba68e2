package report

import (
	"cmp"
	"fmt"
	"slices"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// goal is a target of a longer period, and how far the figure has come towards it.
type goal struct {
	indicator.Figure
	grain observation.Grain // of the whole period; "" when neither dates nor targets tell
}

// goals are the longer periods that a series has a target for, the shortest first. What reaches past the week that the page
// is about is left out: it was made for another.
func goals(s indicator.Series, about observation.Period) []goal {
	var out []goal
	taken := map[observation.Grain]bool{}
	for _, f := range s.Goals {
		if f.Target == nil || f.Period.To > about.To {
			continue
		}
		g := goal{f, goalGrain(s, f, taken)}
		taken[g.grain] = true
		out = append(out, g)
	}
	slices.SortStableFunc(out, func(a, b goal) int {
		return cmp.Or(cmp.Compare(slices.Index(observation.Grains(), a.grain), slices.Index(observation.Grains(), b.grain)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// goalGrain finds the grain that a figure's dates fit and a target of its value names: in January a month, a quarter and a
// year begin alike. Without such a target it is the longest grain that fits.
func goalGrain(s indicator.Series, f indicator.Figure, taken map[observation.Grain]bool) observation.Grain {
	for _, t := range s.Channel.Targets {
		if t.Metric == s.Metric.ID && t.Value == *f.Target && begins(t.Grain, f) && !taken[t.Grain] {
			return t.Grain
		}
	}
	for _, g := range []observation.Grain{observation.Year, observation.Quarter, observation.Month, observation.Days28} {
		if begins(g, f) && !taken[g] {
			return g
		}
	}
	return ""
}

// begins tells whether f can be the beginning, or all, of a period of a grain longer than a week.
func begins(g observation.Grain, f indicator.Figure) bool {
	switch g {
	case observation.Month, observation.Quarter, observation.Year:
		p := g.Holding(f.Period.From)
		return p.From == f.Period.From && f.Period.To <= p.To
	case observation.Days28:
		return f.Period.To-f.Period.From == 28
	}
	return false
}

// over tells whether all days of the goal's period have passed.
func (g goal) over() bool {
	return g.grain == observation.Days28 || g.grain != "" && g.Period.To == g.grain.Holding(g.Period.From).To
}

// goalName names the period of a goal: 2026 is "vuosi 2026".
func (m maker) goalName(g goal) string {
	switch g.grain {
	case observation.Year:
		return m.l.Text("goal.year", "year", fmt.Sprint(g.Period.From.Year()))
	case observation.Days28, "":
		return m.l.Dates(g.Period.Days())
	}
	return m.l.Period(g.grain.Holding(g.Period.From))
}

// goalCards are the goals below the four numbers.
func (m maker) goalCards(t track) []cardView {
	var out []cardView
	for _, g := range t.goals {
		out = append(out, cardView{
			Goal: true, Label: m.goalLabel(g), Value: m.l.Text("goal.of", "value", m.value(g.Figure), "target", *g.Target), Figure: chart.Plain(g.ID),
			State: string(stateOf(g.Figure)), Lines: m.goalLines(t, g), Bar: barOf(t, g),
		})
	}
	return out
}

func (m maker) goalLabel(g goal) string {
	return locale.Sentence(m.goalName(g))
}

// goalLines say how full a goal is, how that stands against the pace, and what is missing.
func (m maker) goalLines(t track, g goal) []string {
	lines := []string{m.goalStanding(t, g)}
	if share, ok := m.share(g); ok {
		lines = []string{m.l.Text("goal.share", "share", share) + ", " + lines[0]}
	}
	lines = append(lines, m.goalGaps(g)...)
	if g.Period.To != t.newest().now.Period.To {
		lines = append(lines, m.l.Text("goal.until", "date", m.l.Date(g.Period.To-1)))
	}
	return lines
}

// share is the part of a goal that is reached, where a percentage of it means something.
func (m maker) share(g goal) (string, bool) {
	v, ok := measured(g.Figure)
	if !ok || *g.Target < m.base {
		return "", false
	}
	return m.l.Percent(v / *g.Target), true
}

// goalStanding says how a goal stands in the fewest words. Only what adds up has a pace.
func (m maker) goalStanding(t track, g goal) string {
	_, known := measured(g.Figure)
	switch {
	case !known:
		return m.l.Text("target.unknown")
	case g.Pace == indicator.Met:
		return m.l.Text("pace.met")
	case g.over():
		return m.l.Text("goal.unmet")
	case t.Metric.Shape != observation.Flow || g.Pace == indicator.NoPace:
		v, _ := measured(g.Figure)
		return m.l.Text("goal.short", "short", *g.Target-v)
	case g.Pace == indicator.Behind && g.State == indicator.Partial:
		return m.l.Text("goal.behind.partial")
	}
	return m.named("pace.", string(g.Pace))
}

// goalGaps says how much of a goal's days is unknown.
func (m maker) goalGaps(g goal) []string {
	missing := g.Coverage.Expected - g.Coverage.Measured
	switch {
	case stateOf(g.Figure) == indicator.Missing:
		return []string{m.reasons(g.Figure)}
	case missing <= 0 || g.State == indicator.NotApplicable:
		return nil
	case g.Coverage.Unit == "days":
		return []string{m.l.Text(lacking("goal.missing", g), "n", missing)}
	}
	return []string{m.l.Text("card.measured", "coverage", m.coverage(g.Coverage))}
}

// lacking is the key of a text about missing days: another one where something of some of them is known.
func lacking(key string, g goal) string {
	if slices.ContainsFunc(g.Gaps, func(gap indicator.Gap) bool { return gap.Partly }) {
		return key + ".partly"
	}
	return key
}

// sumGoals tells each goal in a sentence or two.
func (m maker) sumGoals(t track) []string {
	var out []string
	for _, g := range t.goals {
		out = append(out, m.sumGoal(t, g))
		if _, known := measured(g.Figure); !known {
			continue
		}
		if n := g.Coverage.Expected - g.Coverage.Measured; n > 0 && g.Coverage.Unit == "days" {
			out = append(out, m.l.Text(lacking("goal.sum.missing", g), "n", n))
		}
	}
	return out
}

func (m maker) sumGoal(t track, g goal) string {
	of := m.l.Text("goal.name." + string(cmp.Or(g.grain, "other")))
	v, known := measured(g.Figure)
	if !known {
		return m.l.Text("goal.sum.unknown", "goal", of, "target", *g.Target, "value", m.value(g.Figure))
	}
	share, ok := m.share(g)
	if !ok {
		return m.l.Text("goal.sum.count", "goal", of, "target", *g.Target, "value", v, "standing", m.goalStanding(t, g))
	}
	return m.l.Text("goal.sum", "goal", of, "target", *g.Target, "share", share, "standing", m.goalStanding(t, g))
}

// barOf draws how full a goal is, from 0 to 1000, and where the pace would be: only for what adds up. What it shows is also
// said in words.
func barOf(t track, g goal) *barView {
	v, known := measured(g.Figure)
	if !known || *g.Target <= 0 {
		return nil
	}
	bar := &barView{Filled: int(1000 * max(0, min(1, v / *g.Target)))}
	if g.grain != "" && g.grain != observation.Days28 && !g.over() && t.Metric.Shape == observation.Flow {
		whole := g.grain.Holding(g.Period.From)
		bar.Due = int(1000 * float64(g.Period.Days().Days()) / float64(whole.Days()))
	}
	return bar
}

// glanceGoal is a goal in the table at the top.
func (m maker) glanceGoal(g goal) string {
	done, ok := m.share(g)
	if !ok {
		done = m.l.Text("goal.of", "value", m.value(g.Figure), "target", *g.Target)
	}
	return m.goalName(g) + ": " + done
}
