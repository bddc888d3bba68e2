package report

import (
	"slices"
	"strconv"

	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// headline is the message of a chart: the number, and what became of it.
func (m maker) headline(t track) string {
	w := t.newest()
	_, week := w.now.Period.From.ISOWeek()
	v, ok := measured(w.now)
	switch {
	case !ok && boundedInPart(w.now):
		return m.l.Text("headline.partial", "value", m.unit(t.noun(), m.between(*w.now.Range), w.now.Range.High), "coverage", m.coverage(w.now.Coverage))
	case !ok && w.now.State == indicator.Bounded && w.now.Range != nil:
		return m.l.Text("headline.plain", "value", m.unit(t.noun(), m.between(*w.now.Range), w.now.Range.High), "week", week)
	case !ok:
		return m.l.Text("headline.state", "metric", locale.Sentence(m.metric(t.noun())), "state", m.state(w.now), "week", week)
	case w.now.State == indicator.Partial:
		return m.l.Text("headline.partial", "value", m.counted(t.noun(), v), "coverage", m.coverage(w.now.Coverage))
	}
	c := m.compare(w.now, w.before, t.Breaks, "no.before.missing")
	key := headlineKey(c)
	if key == "headline.plain" && t.Metric.Shape == observation.Level {
		key += ".level"
	}
	return m.l.Text(key, "value", m.counted(t.noun(), v), "n", max(c.Delta, -c.Delta), "week", week)
}

func headlineKey(c comparison) string {
	switch {
	case !c.ok():
		return "headline.plain"
	case c.Delta > 0:
		return "headline.more"
	case c.Delta < 0:
		return "headline.fewer"
	}
	return "headline.same"
}

// subtitle says what is drawn, of what, over which weeks.
func (m maker) subtitle(t track) string {
	key := "subtitle"
	if t.Metric.Shape == observation.Level {
		key = "subtitle.level"
	}
	return m.l.Text(key, "channel", m.channelName(t.Channel), "metric", m.metric(t.noun()), "span", m.span(t.period()))
}

// summary says in words what the chart shows: what, how much, against last week, last year and the target, and the gaps.
func (m maker) summary(t track) []string {
	out := []string{
		locale.Sentence(m.l.Text("sum.title", "channel", m.channelName(t.Channel), "metric", m.metric(t.noun()), "span", m.span(t.period()))),
		m.sumLevel(t),
	}
	w := t.newest()
	if _, ok := measured(w.now); ok {
		out = append(out, m.sumBefore(t), m.sumLastYear(t))
	} else {
		out = append(out, m.sumKnown(t)...)
	}
	if target := t.target(w.now); target != nil {
		out = append(out, m.l.Text("sum.target", "target", *target, "pace", m.pace(w.now, *target)))
	}
	out = append(out, m.sumGoals(t)...)
	if m.unsettled(w.now) {
		out = append(out, m.l.Text("sum.unsettled", "week", weekNumber(w.now)))
	}
	return append(append(out, m.sumLimits(t)...), m.sumGaps(t)...)
}

// sumLimits tells why the year before is not drawn, or begins late: days on which the source began to tell the metric and that lie before
// the weeks that are drawn. Those in them are marked; and where the newest week has none any more that was said.
func (m maker) sumLimits(t track) []string {
	var out []string
	if stateOf(t.newest().now) == indicator.NotApplicable {
		return nil
	}
	for _, b := range t.Breaks {
		if (b.Kind == indicator.BreakBegan || b.Kind == indicator.BreakEnded) && b.On < t.period().From {
			out = append(out, m.breakNote(b).Text)
		}
	}
	return out
}

func weekNumber(f indicator.Figure) string {
	_, n := f.Period.From.ISOWeek()
	return strconv.Itoa(n)
}

// sumLevel tells the number of the newest week, or why there is none.
func (m maker) sumLevel(t track) string {
	f := t.newest().now
	n := weekNumber(f)
	if v, ok := measured(f); ok {
		key := "sum.flow"
		if t.Metric.Shape == observation.Level {
			key = "sum.level"
		}
		text := m.l.Text(key, "n", v, "week", n, "value", m.counted(t.noun(), v))
		if f.State == indicator.Partial {
			text += " " + m.l.Text("sum.partial", "coverage", m.coverage(f.Coverage))
		}
		return text
	}
	switch stateOf(f) {
	case indicator.Missing:
		return m.l.Text("sum.missing", "week", n, "reason", m.reasons(f))
	case indicator.Bounded:
		if f.Range != nil {
			key := "sum.bounded"
			if boundedInPart(f) {
				key = "sum.bounded.partial"
			}
			return m.l.Text(key, "week", n, "range", m.unit(t.noun(), m.between(*f.Range), f.Range.High), "coverage", m.coverage(f.Coverage))
		}
	}
	if len(f.Gaps) > 0 {
		return m.l.Text("sum.state.reason", "week", n, "state", m.state(f), "reason", m.reasons(f))
	}
	return m.l.Text("sum.state", "week", n, "state", m.state(f))
}

func (m maker) sumBefore(t track) string {
	w := t.newest()
	c := m.compare(w.now, w.before, t.Breaks, "no.before.missing")
	if !c.ok() {
		return m.l.Text("sum.before.no", "why", c.Why)
	}
	return m.l.Text("sum.before", "value", c.Than, "change", c.Change)
}

// sumKnown tells the newest number that there is, where the newest week has none.
func (m maker) sumKnown(t track) []string {
	for _, w := range slices.Backward(t.weeks) {
		if v, ok := measured(w.now); ok {
			return []string{m.l.Text("sum.known", "value", m.counted(t.noun(), v), "week", weekOfYear(w.now))}
		}
	}
	return nil
}

func (m maker) sumLastYear(t track) string {
	w := t.newest()
	c := m.compare(w.now, w.last, t.Breaks, "no.lastyear.missing")
	year := yearBefore(w.now)
	switch {
	case !c.ok():
		return m.l.Text("sum.lastyear.no", "year", year, "why", c.Why)
	case !w.exact:
		return m.l.Text("sum.lastyear.near", "near", weekOfYear(*w.last), "value", c.Than, "change", c.Change, "why", m.near(w.now, *w.last))
	}
	return m.l.Text("sum.lastyear", "year", year, "value", c.Than, "change", c.Change)
}

// yearBefore returns the ISO year before that of a figure.
func yearBefore(f indicator.Figure) string {
	y, _ := f.Period.From.ISOWeek()
	return strconv.Itoa(y - 1)
}

// weekOfYear writes a week with its year: 47/2026.
func weekOfYear(f indicator.Figure) string {
	y, w := f.Period.From.ISOWeek()
	return strconv.Itoa(w) + "/" + strconv.Itoa(y)
}

// sumGaps names the weeks that have no whole number, those with one reason together. What is wrong with the newest was
// already told when it stands alone.
func (m maker) sumGaps(t track) []string {
	type group struct{ key, reason string }
	found := map[group][]indicator.Figure{}
	var order []group
	for _, w := range t.weeks {
		key := gapKey(stateOf(w.now))
		if key == "" {
			continue
		}
		g := group{key, m.gapReason(w.now)}
		if found[g] == nil {
			order = append(order, g)
		}
		found[g] = append(found[g], w.now)
	}
	if len(order) == 0 {
		return []string{m.l.Text("sum.gaps.no")}
	}
	var out []string
	for _, g := range order {
		if figs := found[g]; len(figs) > 1 || figs[0].Period != t.newest().now.Period || g.key == gapKey(indicator.Partial) {
			out = append(out, m.l.Text(g.key, "n", len(figs), "weeks", m.l.List(weekRuns(figs)), "reason", g.reason))
		}
	}
	return out
}

// gapKey is the key of the sentence about weeks in a state, "" when they have a whole number.
func gapKey(s indicator.State) string {
	switch s {
	case indicator.OK, indicator.Zero:
		return ""
	case indicator.Missing:
		return "sum.gap"
	case indicator.Partial:
		return "sum.gap.partial"
	case indicator.NotApplicable:
		return "sum.gap.none"
	case indicator.Bounded:
		return "sum.gap.bounded"
	}
	return "sum.gap.other"
}

// gapReason is why a week has no whole number: the reasons of its gaps, or its state where that says it all.
func (m maker) gapReason(f indicator.Figure) string {
	switch gapKey(stateOf(f)) {
	case "sum.gap.bounded":
		return ""
	case "sum.gap.other":
		return m.state(f)
	}
	return m.reasons(f)
}

// weekRuns writes week numbers, runs of them with a dash: 41 and 43–44.
func weekRuns(figs []indicator.Figure) []string {
	var out []string
	for i := 0; i < len(figs); {
		j := i
		for j+1 < len(figs) && figs[j+1].Period.From == figs[j].Period.To {
			j++
		}
		text := weekNumber(figs[i])
		if j > i {
			text += "–" + weekNumber(figs[j])
		}
		out = append(out, text)
		i = j + 1
	}
	return out
}
