package report

import "seuranta/internal/indicator"

// comparison is one figure held against another: a change, or the reason why there is none.
type comparison struct {
	Than   string // the other figure's value
	Change string // +22, +2,8 %
	Why    string // why there is no change, "" when there is one
	None   string // the same, said where a change would stand
	Delta  float64
}

// ok tells whether there is a change.
func (c comparison) ok() bool { return c.Why == "" }

// words of a comparison: the change, or why there is none.
func (c comparison) words() string {
	if c.ok() {
		return c.Change
	}
	return c.None
}

// compare holds now against then. missing is the key of what to say when then has no number. Only whole numbers are
// compared, and never across a break.
func (w words) compare(now indicator.Figure, then *indicator.Figure, breaks []indicator.Break, missing string) comparison {
	if then == nil {
		then = &indicator.Figure{State: indicator.Missing}
	}
	c := comparison{Than: w.value(*then)}
	if why := w.incomparable(now, *then, breaks, missing); why != "" {
		return w.none(why, c.Than)
	}
	v, _ := measured(now)
	other, _ := measured(*then)
	c.Delta = v - other
	c.Change = w.change(c.Delta, other)
	return c
}

func (w words) none(why, than string) comparison {
	return comparison{Than: than, Why: why, None: w.l.Text("no.compare", "why", why)}
}

// incomparable says why two figures must not be held against each other, or nothing.
func (w words) incomparable(now, then indicator.Figure, breaks []indicator.Break, missing string) string {
	a, b := stateOf(now), stateOf(then)
	if a == indicator.Missing {
		return w.l.Text("no.self")
	}
	if _, ok := measured(now); !ok && a != indicator.Bounded {
		return w.state(now)
	}
	switch {
	case a == indicator.Bounded || b == indicator.Bounded:
		return w.l.Text("no.bounded")
	case b == indicator.NotApplicable && len(then.Gaps) > 0 && limitOf(then.Gaps[0]) != "":
		return w.l.Text("no.break", "kind", w.named("break.", limitOf(then.Gaps[0])), "date", w.l.Date(then.Gaps[0].On))
	case b == indicator.NotApplicable:
		return w.l.Text("no.alive")
	case b == indicator.Missing:
		return w.l.Text(missing)
	case b == indicator.Broken || b == indicator.Suppressed || b == indicator.Refused:
		return w.state(then)
	}
	if at := breakBetween(breaks, then.Period, now.Period); at != nil {
		return w.l.Text("no.break", "kind", w.named("break.", at.Kind), "date", w.l.Date(at.On))
	}
	if a == indicator.Partial || b == indicator.Partial {
		return w.l.Text("no.partial")
	}
	return ""
}

// change writes a difference in its unit, and as a percentage where the base is large enough for one to mean something.
func (w words) change(delta, base float64) string {
	if base < w.base || delta == 0 {
		return w.l.Signed(delta)
	}
	return w.l.Text("change.percent", "change", w.l.Signed(delta), "percent", w.l.SignedPercent(delta/base))
}

// pace says how a figure stands against its target.
func (w words) pace(f indicator.Figure, target float64) string {
	v, ok := measured(f)
	if !ok || f.State == indicator.Partial && v < target {
		return w.l.Text("target.unknown")
	}
	key := "target.met"
	if v < target {
		key = "target.short"
	}
	if target < w.base {
		key += ".count"
	}
	share := 0.0
	if target != 0 {
		share = v / target
	}
	return w.l.Text(key, "short", target-v, "share", w.l.Percent(share), "value", v, "target", target)
}

// near explains a comparison with another week than the same one of the year before.
func (w words) near(now, last indicator.Figure) string {
	return w.l.Text("near.week", "year", yearBefore(now), "week", weekNumber(now), "near", weekOfYear(last))
}
