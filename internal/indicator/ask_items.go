package indicator

import (
	"slices"
	"strings"

	"seuranta/internal/observation"
)

// usual are the indicators of items that are shown of a channel unless others are named: what a planner looks at first.
var usual = []string{"reactions_earned", "comments_earned", "shares_earned", "views_earned", "impressions_earned"}

// indicator returns a metric of the desk, or one that is formed of another when it is shown.
func (j *Judge) indicator(id string) observation.Metric {
	m, stored := j.desk.Metrics[id]
	if !stored {
		m = observation.Earned()[id]
	}
	m.ID = id
	return m
}

// told is the metric that the answers to a question are of.
func (q *question) told() string {
	if q.metric.Counter != "" {
		return q.metric.Counter
	}
	return q.metric.ID
}

// ofItems tells whether a question is of what single items earned or reached.
func (q *question) ofItems() bool { return q.pubs != nil }

// earned tells whether it is of what they earned in a period, not of what those of a period reached until now.
func (q *question) earned() bool { return q.metric.Counter != "" }

// itemsOf asks, of the publications that pubs counts, what they earned and reached, by the counters that the sources tell that
// feed says feed the target.
func (l *lister) itemsOf(pubs *question, life observation.Life, feeds func(observation.Source) bool) {
	told := l.judge.metrics(feeds)
	wanted := l.wantedOfItems(pubs, told)
	if len(wanted) == 0 || l.err != nil {
		return
	}
	if pubs, l.err = l.judge.hear(pubs, life, feeds); l.err != nil || len(pubs.tellers) == 0 {
		return
	}
	for _, id := range wanted {
		q := *pubs
		q.metric, q.counts, q.tellers, q.pubs = l.judge.indicator(id), nil, nil, pubs
		alone := q
		l.add(&q, life, feeds)
		if l.ask.Beside && q.channel.ID != "" && len(q.tellers) > 1 {
			l.beside(alone, life, q.tellers)
		}
	}
}

// wantedOfItems lists the indicators of items that are wanted, of those that can be formed of what is told: the usual ones of a
// channel, but for what its sources tell per period, and those that were named.
func (l *lister) wantedOfItems(pubs *question, told []string) []string {
	var out []string
	for _, id := range told {
		if !l.judge.desk.Metrics[id].Lifetime {
			continue
		}
		name := strings.TrimSuffix(id, "_total")
		earned := name + "_earned"
		byDefault := len(l.ask.Metrics) == 0 && (pubs.channel.ID != "" && slices.Contains(usual, earned) && !slices.Contains(told, name) || !l.ask.posts && promised(pubs, earned))
		if byDefault || slices.Contains(l.ask.Metrics, earned) {
			out = append(out, earned)
		}
		if l.ask.posts || slices.Contains(l.ask.Metrics, id) {
			out = append(out, id)
		}
	}
	return out
}

// promised tells whether somebody set a target for an indicator of items, or a project's plan follows it up: then it is asked for
// without being named.
func promised(pubs *question, id string) bool {
	if pubs.project != nil {
		return follows(*pubs.project, id)
	}
	return slices.ContainsFunc(pubs.channel.Targets, func(t observation.Target) bool { return t.Metric == id })
}

// notOfItems leaves out, of figures that nobody named, those of items: pages show them in a table of their own.
func (a Ask) notOfItems(q *question) bool { return len(a.Metrics) > 0 || !q.ofItems() }
