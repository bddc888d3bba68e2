package indicator

import (
	"slices"
	"time"

	"seuranta/internal/observation"
)

// counter is a lifetime counter of one item, as one source told it.
type counter struct {
	*teller
	item   *observation.Item
	seen   []*observation.Observation // in the order of time
	latest observation.Date           // the newest day for which the source told the counter of any item
}

// piece is what a counter grew by, or came to, by one rule.
type piece struct {
	stretch
	value float64
	basis observation.Basis
	of    []*observation.Observation
}

// growth tells by how much the counter grew in days, rule by rule: what was counted by two rules is never joined. whole is false
// where something of that is not known.
func (c counter) growth(days observation.Period) (pieces []piece, whole bool) {
	whole = true
	for i, ruled := range c.ruled(days) {
		if c.publishedBy(ruled.To) && !c.goneBy(ruled.From) {
			p, ok := c.between(ruled.Period, ruled.rule, i > 0)
			for _, other := range c.others {
				if !ok {
					p, ok = c.between(ruled.Period, other, i > 0)
				}
			}
			if whole = whole && ok; ok {
				pieces = append(pieces, p)
			}
		}
	}
	return pieces, whole
}

// ruledDays are days in which one rule is in force.
type ruledDays struct {
	observation.Period
	rule rule
}

// ruled cuts days where the rule of counting changes.
func (t *teller) ruled(days observation.Period) []ruledDays {
	out := []ruledDays{{days, t.rule(days.From)}}
	for _, r := range t.rules {
		if last := &out[len(out)-1]; r.From > days.From && r.From < days.To {
			last.To = r.From
			out = append(out, ruledDays{observation.Period{From: r.From, To: days.To}, r})
		}
	}
	return out
}

// between tells by how much the counter grew in days of one rule.
func (c counter) between(days observation.Period, r rule, changed bool) (piece, bool) {
	begin, from, ok := c.begin(days.From, r, changed)
	to := c.end(days.To, r)
	if !ok || to == nil || from != nil && to.ObservedAt.Before(from.ObservedAt) {
		return piece{}, false
	}
	p := piece{stretch{source: c.ID, definition: to.Definition, from: days.From, to: days.To}, observation.Plus(to.Value, -begin), to.Basis, nil}
	if from != nil {
		p.basis, p.of = weaker(p.basis, from.Basis), append(p.of, from)
	}
	p.of = append(p.of, to)
	return p, true
}

// begin returns the number that the counter had at a midnight, and the look that told it, nil of what was not published before:
// when it was, it had nothing. After a change of the rule the first look by the new one stands for it: nobody read it by that
// rule before.
func (c counter) begin(midnight observation.Date, r rule, changed bool) (float64, *observation.Observation, bool) {
	at := midnight.Start(c.Zone)
	o, published := c.at(midnight, r), c.item.PublishedAt
	since := at.Sub(published)
	switch {
	case published.IsZero():
	case since <= 0, since <= near && (o == nil || o.ObservedAt.Sub(at).Abs() > since):
		return 0, nil, true
	}
	if o == nil && changed {
		o = c.first(at.Add(-near), at.Add(near+24*time.Hour), r)
	}
	if o == nil {
		return 0, nil, false
	}
	return o.Value, o, true
}

// end returns the look that tells what the counter had come to at a midnight; of what was deleted before, or is looked at no more,
// the last one.
func (c counter) end(midnight observation.Date, r rule) *observation.Observation {
	o := c.at(midnight, r)
	if o == nil && len(c.seen) > 0 && !c.read() {
		if last := c.seen[len(c.seen)-1]; last.ObservedAt.Before(midnight.Start(c.Zone)) && r.counted(last) {
			return last
		}
	}
	return o
}

// at returns the look by a rule that was nearest to a midnight.
func (c counter) at(midnight observation.Date, r rule) *observation.Observation {
	at := midnight.Start(c.Zone)
	var nearest *observation.Observation
	for _, o := range c.seen {
		away := o.ObservedAt.Sub(at)
		if away >= -near && away < near && r.counted(o) && (nearest == nil || away.Abs() < nearest.ObservedAt.Sub(at).Abs()) {
			nearest = o
		}
	}
	return nearest
}

// first returns the first look by a rule in a span.
func (c counter) first(from, to time.Time, r rule) *observation.Observation {
	i := slices.IndexFunc(c.seen, func(o *observation.Observation) bool {
		return !o.ObservedAt.Before(from) && o.ObservedAt.Before(to) && r.counted(o)
	})
	if i < 0 {
		return nil
	}
	return c.seen[i]
}

// newest returns the newest look that a rule in force on its day counts; nil when there is none.
func (c counter) newest() *observation.Observation {
	for _, o := range slices.Backward(c.seen) {
		if _, ok := c.countedBy(o); ok {
			return o
		}
	}
	return nil
}

// counted tells whether a number was counted by the rule.
func (r rule) counted(o *observation.Observation) bool { return sameRule(o.Definition, r.id) }

// deleted tells whether the item is no longer to be seen where it was published.
func (c counter) deleted() bool { return slices.Contains(c.item.Tags, observation.Deleted) }

// publishedBy tells whether the item was there before a midnight.
func (c counter) publishedBy(midnight observation.Date) bool {
	return c.item.At().Before(midnight.Start(c.Zone))
}

// goneBy tells whether the item was deleted before a midnight, and had been seen for the last time.
func (c counter) goneBy(midnight observation.Date) bool {
	return c.deleted() && len(c.seen) > 0 && c.seen[len(c.seen)-1].ObservedAt.Before(midnight.Start(c.Zone).Add(-near))
}

// followed tells whether the item is one of those whose counters are read in some days: it was published in them, or the source
// still looked at it when they ended, or until it was deleted. Sources stop looking at what is old.
func (c counter) followed(days observation.Period) bool {
	if !c.item.PublishedAt.Before(days.From.Start(c.Zone)) {
		return true
	}
	if len(c.seen) == 0 {
		return false
	}
	needed := days.To
	if c.deleted() {
		needed = days.From
	}
	return c.read() || !c.seen[len(c.seen)-1].ObservedAt.Before(needed.Start(c.Zone).Add(-near))
}

// read tells whether the source still reads the counter: it did when it looked last at anything.
func (c counter) read() bool {
	return len(c.seen) > 0 && !c.deleted() && c.seen[len(c.seen)-1].From == c.latest
}
