package indicator

import (
	"context"
	"errors"
	"fmt"

	"seuranta/internal/observation"
)

// library holds what was read of some days, a shelf a question.
type library struct {
	days    observation.Period
	shelves map[shelfKey]*shelf
	last    *shelf // rows come sorted: the next is mostly of the same question
	lastKey shelfKey
}

type shelfKey struct{ channel, metric string }

// shelf holds the answers of the sources to one question.
type shelf struct {
	question *question
	days     observation.Period
	rows     [][]cell // a row for each source and grain, a cell for each day from the first of days; nil where nothing was told
}

// cell is what one source says of one period.
type cell struct {
	answer   *observation.Observation
	coverage *observation.Coverage
	parts    []*observation.Coverage // of a source that is read in several parts, the further ones
	other    bool                    // an answer by another rule than the one in force was told
}

// load reads what the questions need of the days, once for all of them.
func (j *Judge) load(ctx context.Context, questions []*question, days observation.Period) (*library, error) {
	findLeftOut(questions, days)
	sel := observation.Selection{AsOf: j.asOf, Period: days}
	all := &library{days: days, shelves: map[shelfKey]*shelf{}}
	for _, q := range questions {
		all.shelves[shelfKey{q.channel.ID, q.metric.ID}] = newShelf(q, days)
		sel.Channels = union(sel.Channels, []string{q.channel.ID})
		sel.Metrics = union(sel.Metrics, []string{q.metric.ID})
		for _, o := range q.chain {
			sel.Organisations = union(sel.Organisations, []string{o.ID})
		}
		for _, t := range q.tellers {
			sel.Grains = union(sel.Grains, t.grains)
		}
	}
	observations, coverage, err := j.read(ctx, sel)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", days.Label(), err)
	}
	for i := range observations {
		all.put(&observations[i])
	}
	for i := range coverage {
		all.cover(&coverage[i])
	}
	return all, nil
}

// read asks the store for both at once.
func (j *Judge) read(ctx context.Context, sel observation.Selection) (observations []observation.Observation, coverage []observation.Coverage, err error) {
	covered := make(chan error, 1)
	go func() {
		var err error
		coverage, err = j.store.Coverage(ctx, sel)
		covered <- err
	}()
	observations, err = j.store.Observations(ctx, sel)
	return observations, coverage, errors.Join(err, <-covered)
}

func newShelf(q *question, days observation.Period) *shelf {
	n := 0
	for _, t := range q.tellers {
		n += len(t.grains)
	}
	return &shelf{question: q, days: days, rows: make([][]cell, n)}
}

// shelf returns the shelf of a question.
func (l *library) shelf(q *question) *shelf { return l.shelves[shelfKey{q.channel.ID, q.metric.ID}] }

func (l *library) find(channel, metric string) *shelf {
	if k := (shelfKey{channel, metric}); l.last == nil || k != l.lastKey {
		l.last, l.lastKey = l.shelves[k], k
	}
	return l.last
}

// put keeps the answer that the rule in force gave. Where only days of another zone are known, those are kept.
func (l *library) put(o *observation.Observation) {
	if o.Subject != "" || o.Dims != "" {
		return
	}
	t, c := l.find(o.Channel, o.Metric).reach(o.Source, o.Grain, o.From)
	if c == nil {
		return
	}
	now := t.rule(o.From).id
	switch {
	case o.Definition != now && !sameRule(o.Definition, now):
		c.other = true
	case c.answer == nil, counts(o, c.answer, now, t):
		c.answer = o
	}
}

// counts tells whether o is to be taken rather than have: days of the zone of today rather than those of another, then the
// answer that beats the other, whichever organisation of the chain had it.
func counts(o, have *observation.Observation, now string, t *teller) bool {
	if (o.Definition == now) != (have.Definition == now) {
		return o.Definition == now
	}
	return o.Beats(*have, t.Zone)
}

// cover keeps what a source said of a period, part by part.
func (l *library) cover(v *observation.Coverage) {
	_, c := l.find(v.Channel, v.Metric).reach(v.Source, v.Grain, v.From)
	if c == nil {
		return
	}
	if c.coverage == nil {
		c.coverage = v
		return
	}
	for _, have := range append([]**observation.Coverage{&c.coverage}, pointers(c.parts)...) {
		if (*have).Part == v.Part {
			if v.Beats(**have) {
				*have = v
			}
			return
		}
	}
	c.parts = append(c.parts, v)
}

func pointers(parts []*observation.Coverage) []**observation.Coverage {
	out := make([]**observation.Coverage, len(parts))
	for i := range parts {
		out[i] = &parts[i]
	}
	return out
}

// reach returns the cell of a source's period, made when it is not there; nil when the question does not want it.
func (s *shelf) reach(source string, g observation.Grain, from observation.Date) (*teller, *cell) {
	if s == nil || !s.days.Contains(from) {
		return nil, nil
	}
	for _, t := range s.question.tellers {
		at := t.row(g)
		if t.ID != source || at < 0 {
			continue
		}
		row := &s.rows[at]
		if *row == nil {
			*row = make([]cell, s.days.Days())
		}
		return t, &(*row)[from-s.days.From]
	}
	return nil, nil
}

// cell returns what a source said of a period; nil when it said nothing.
func (s *shelf) cell(t *teller, g observation.Grain, from observation.Date) *cell {
	row := s.rows[t.row(g)]
	if row == nil || !s.days.Contains(from) {
		return nil
	}
	if c := &row[from-s.days.From]; c.answer != nil || c.coverage != nil || c.other {
		return c
	}
	return nil
}

// said sums up the parts of a period: answered when all that could be measured was, not measurable only when no part was;
// else the gravest of what is wrong. ok is false when nobody said anything.
func (c *cell) said() (sum observation.Coverage, ok bool) {
	if c == nil || c.coverage == nil {
		return sum, false
	}
	sum = *c.coverage
	for _, p := range c.parts {
		sum = together(sum, *p)
	}
	return sum, true
}

// together sums up two parts: what could not be measured does not count, and nothing at all is graver than a part.
func together(a, b observation.Coverage) observation.Coverage {
	bad := func(c observation.Coverage) bool { return !c.Result.Answered() }
	switch {
	case a.Result.NotApplicable():
		return b
	case b.Result.NotApplicable():
		return a
	case bad(b) && (!bad(a) || a.Result == observation.Partial):
		return b
	case !bad(b) && a.Result == observation.NoData:
		return b
	}
	return a
}

func reasonOf(c observation.Coverage) string {
	if c.Reason != "" {
		return c.Reason
	}
	return string(c.Result)
}
