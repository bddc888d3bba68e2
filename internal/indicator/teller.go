package indicator

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// teller is a source as far as it tells the metric of one question.
type teller struct {
	observation.Source
	index  int                 // among the tellers of the question
	today  observation.Date    // in the zone of its days
	first  int                 // row of its finest grain on the shelf of the question; those of its other grains follow
	grains []observation.Grain // at which it may be asked for the metric, finest first
	rules  []rule              // by which it counts, oldest first
	others []rule              // by which it counts what it has in another way than usually
	due    reminder            // of what is typed: when it is due again
	fault  string              // of what is typed and read on schedule: why the newest visit failed, "" where it did not

	leftOut []observation.Date // the days that never were in the zone of its days, of those that are judged
}

// rule is a definition with the id that numbers counted by it carry today.
type rule struct {
	observation.Definition
	id string
}

func newTeller(s observation.Source, m observation.Metric, first int) (*teller, error) {
	t := &teller{Source: s, first: first, grains: neededOf(s, m)}
	t.Typed = t.Typed || t.Remind != ""
	if t.Typed {
		var err error
		if t.due, err = readReminder(s); err != nil {
			return nil, err
		}
	}
	if t.Zone == nil {
		t.Zone = time.UTC
	}
	for _, d := range s.Definitions {
		switch r := (rule{d, d.ID + "@" + t.Zone.String()}); {
		case d.Metric != m.ID:
		case d.Way == "":
			t.rules = append(t.rules, r)
		default:
			t.others = append(t.others, r)
		}
	}
	slices.SortStableFunc(t.rules, func(a, b rule) int { return cmp.Compare(a.From, b.From) })
	return t, nil
}

// neededOf returns at which grains a source has to be asked for a metric, finest first. Items are counted by the day. People
// type a number of whatever period they have it for, and one of a quarter may have no days.
func neededOf(s observation.Source, m observation.Metric) []observation.Grain {
	told := s.GrainsOf(m.ID)
	needed := m.Shape.Needed(told)
	switch {
	case m.Lifetime:
		return []observation.Grain{observation.Snapshot}
	case isCounted(m):
		return []observation.Grain{observation.Day}
	case m.Shape == observation.Flow && (s.Typed || s.Remind != ""):
		return slices.DeleteFunc(observation.Grains(), func(g observation.Grain) bool { return g == observation.Snapshot || !slices.Contains(told, g) })
	}
	return needed
}

// isCounted tells whether a metric is counted from items.
func isCounted(m observation.Metric) bool {
	return m.ID == publications || m.ID == mediaHits || m.ID == appearances
}

// byTopic tells whether the question counts items that the rule of a topic matches.
func (q *question) byTopic() bool {
	return q.channel.ID == "" && (q.metric.ID == mediaHits || q.metric.ID == publications || q.ofItems())
}

// row returns where the answers of a grain stand on the shelf, -1 when the source is not asked for it.
func (t *teller) row(g observation.Grain) int {
	i := slices.Index(t.grains, g)
	if i < 0 {
		return i
	}
	return t.first + i
}

// rule returns the rule in force on a day, before the first that one; it is empty when nothing defines the metric.
func (t *teller) rule(d observation.Date) rule {
	for _, r := range slices.Backward(t.rules) {
		if r.From <= d {
			return r
		}
	}
	if len(t.rules) > 0 {
		return t.rules[0]
	}
	return rule{}
}

// countedBy tells by which of the rules in force on its day a number was counted: that of the usual way, or another one; ok is false
// where it was none of them.
func (t *teller) countedBy(o *observation.Observation) (r rule, ok bool) {
	if r = t.rule(o.From); r.counted(o) {
		return r, true
	}
	for _, r := range t.others {
		if r.counted(o) && r.From <= o.From && (r.Until == 0 || o.From < r.Until) {
			return r, true
		}
	}
	return rule{}, false
}

// outside tells why a source has no number of a period: it began to tell the metric later, or tells it no longer; "" where it may
// have one. The days and what came in the metric's place are those of the rule.
func (t *teller) outside(p observation.Period) (r rule, reason string) {
	if len(t.rules) == 0 {
		return r, ""
	}
	first, last := t.rules[0], t.rules[len(t.rules)-1]
	switch {
	case last.Until != 0 && p.To > last.Until:
		return last, string(observation.Retired)
	case p.From < first.From:
		return first, ReasonBeforeStart
	}
	return r, ""
}

// limit notes in a gap on which day the source began or ended to tell the metric, and what it tells instead, where that is why.
func (t *teller) limit(g *Gap) {
	switch r, reason := t.outside(observation.Period{From: g.From, To: g.To}); {
	case reason != g.Reason:
	case reason == ReasonBeforeStart:
		g.On, g.Instead = r.From, r.Replaces
	case reason != "":
		g.On, g.Instead = r.Until, r.ReplacedBy
	}
}

// fitting returns the grains whose periods, as far as they touch the life of the source, lie wholly in p, finest first.
func (t *teller) fitting(p observation.Period) []observation.Grain {
	if len(t.grains) == 1 && oneDay(t.grains[0]) {
		return t.grains
	}
	days := t.Life.Within(p)
	var out []observation.Grain
	for _, g := range t.grains {
		if !days.Empty() && g.Start(days.From) >= p.From && lastEnd(g, days) <= p.To {
			out = append(out, g)
		}
	}
	return out
}

// lying returns the grains of a source of which a whole period lies in p, finest first.
func (t *teller) lying(p observation.Period) []observation.Grain {
	days := t.Life.Within(p)
	if days.Empty() {
		return nil
	}
	var out []observation.Grain
	for _, g := range t.grains {
		first := g.Holding(days.From)
		if first.From < p.From {
			first = g.Holding(first.To)
		}
		if first.To <= p.To {
			out = append(out, g)
		}
	}
	return out
}

func oneDay(g observation.Grain) bool { return g == observation.Day || g == observation.Snapshot }

// lastEnd returns where the last of the periods ends that fill the days.
func lastEnd(g observation.Grain, days observation.Period) observation.Date {
	if g == observation.Days28 {
		return days.From + observation.Date((days.Days()+27)/28*28)
	}
	return g.Holding(days.To - 1).To
}

// sameRule tells whether two definitions of numbers differ at most in the zone of the days, which stands last in them.
func sameRule(a, b string) bool { return ruleOf(a) == ruleOf(b) }

func ruleOf(definition string) string {
	if i := strings.LastIndexByte(definition, '@'); i >= 0 {
		return definition[:i]
	}
	return definition
}
