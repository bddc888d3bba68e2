package indicator

import (
	"cmp"
	"math"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// The ends of time, for stretches that are open.
const (
	never   observation.Date = math.MinInt32
	forever observation.Date = math.MaxInt32
)

// question is one metric of one target, with all that the desk says of it. The target is a channel, a topic, a project, or
// the organisation itself.
type question struct {
	organisation observation.Organisation
	today        observation.Date           // where the organisation is
	chain        []observation.Organisation // the organisation and those it succeeds, newest first
	channel      observation.Channel        // without an id where the target is another
	channels     []observation.Channel      // that items may stand in, where they are counted over several: each prefers sources of its own
	topic        *observation.Topic
	project      *observation.Project
	dims         string // that the numbers are told for, beyond the project
	metric       observation.Metric
	pubs         *question                         // of what items earned or reached: the publications of the target
	counts       func(int, *observation.Item) bool // of a metric counted from items: whether one counts, by its place and itself
	tellers      []*teller
	alive        []observation.Period // when the target and an organisation of the chain were there, oldest first
	turns        []turn               // oldest first
	beside       string               // the source that is asked alone; "" is all, as the desk ranks them
	quiet        bool                 // nobody promised it: shown only where something of it is stored
}

// turn is a stretch of days in which the same sources may answer, in the same order; it lasts until the next.
type turn struct {
	from       observation.Date
	candidates []*teller
}

func wanted(list []string, id string) bool { return len(list) == 0 || slices.Contains(list, id) }

func union[T comparable](list, more []T) []T {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// organised begins a question of an organisation.
func (j *Judge) organised(organisation, metric string) *question {
	q := &question{metric: j.indicator(metric), chain: j.chain(organisation)}
	q.channel.Organisation = organisation
	if len(q.chain) > 0 {
		q.organisation = q.chain[0]
	}
	q.today = today(j.now, q.organisation.Zone)
	return q
}

// hear has those sources answer that feed says do, if they tell the metric, while life lasts.
func (j *Judge) hear(q *question, life observation.Life, feeds func(observation.Source) bool) (*question, error) {
	rows := 0
	for _, s := range j.desk.Sources {
		if !slices.Contains(s.Metrics, q.told()) || !feeds(s) {
			continue
		}
		t, err := newTeller(s, j.indicator(q.told()), rows)
		if err != nil {
			return nil, err
		}
		t.index, t.today = len(q.tellers), today(j.now, s.Zone)
		q.tellers, rows = append(q.tellers, t), rows+len(t.grains)
	}
	q.alive = lives(life, q.chain)
	q.turns = q.takeTurns()
	return q, nil
}

// owns tells whether a source is of the organisation or of one that it succeeds.
func (q *question) owns(s observation.Source) bool {
	return slices.ContainsFunc(q.chain, func(o observation.Organisation) bool { return o.ID == s.Organisation })
}

// asked tells what the question asks of a period.
func (q *question) asked(p observation.Period, asOf time.Time) Asked {
	a := Asked{Organisation: q.channel.Organisation, Channel: q.channel.ID, Metric: q.metric.ID, Source: q.beside, Dims: q.dims, Period: p, AsOf: asOf}
	switch {
	case q.topic != nil:
		a.Topic = q.topic.ID
	case q.project != nil:
		a.Project = q.project.ID
	}
	return a
}

// shape is how the days of the question add up: what is counted day by day adds as a flow does.
func (q *question) shape() observation.Shape {
	if q.counts != nil {
		return observation.Flow
	}
	return q.metric.Shape
}

// closed returns the days of p that are over where the organisation is.
func (q *question) closed(p observation.Period) observation.Period {
	p.To = max(p.From, min(p.To, q.today))
	return p
}

// settled tells whether no source that may answer for the end of p may still revise it.
func (q *question) settled(p observation.Period) bool {
	for i, turn := range q.turns {
		if turn.from >= p.To || i+1 < len(q.turns) && q.turns[i+1].from <= p.From {
			continue
		}
		for _, t := range turn.candidates {
			if p.To+observation.Date(t.SettleDays) > t.today {
				return false
			}
		}
	}
	return true
}

// chain returns an organisation and those whose series it carries on, newest first.
func (j *Judge) chain(id string) []observation.Organisation {
	var chain []observation.Organisation
	named := func(o observation.Organisation) bool { return o.ID == id }
	for id != "" && !slices.ContainsFunc(chain, named) {
		i := slices.IndexFunc(j.desk.Organisations, named)
		if i < 0 {
			break
		}
		chain = append(chain, j.desk.Organisations[i])
		id = j.desk.Organisations[i].Succeeds
	}
	return chain
}

// days returns the days of a life, open ends as far as days go.
func days(l observation.Life) observation.Period {
	return l.Within(observation.Period{From: never, To: forever})
}

// lives returns when what lives so and one of the organisations were there.
func lives(life observation.Life, chain []observation.Organisation) []observation.Period {
	var out []observation.Period
	for _, o := range slices.Backward(chain) {
		if p := days(life).Intersect(days(o.Life)); !p.Empty() {
			out = append(out, p)
		}
	}
	if len(chain) == 0 {
		out = append(out, days(life))
	}
	return out
}

// lives tells whether the target was there on a day.
func (q *question) lives(d observation.Date) bool {
	return slices.ContainsFunc(q.alive, func(p observation.Period) bool { return p.Contains(d) })
}

// takeTurns finds the days on which the candidates, or their order, change.
func (q *question) takeTurns() []turn {
	starts := []observation.Date{never}
	for _, t := range q.tellers {
		life := days(t.Life)
		starts = append(starts, life.From, life.To)
	}
	for _, c := range q.ruling() {
		for _, p := range c.Primary[q.told()] {
			starts = append(starts, p.From)
		}
	}
	slices.Sort(starts)
	var out []turn
	for _, d := range slices.Compact(starts) {
		out = append(out, turn{d, q.ranked(d)})
	}
	return out
}

// ranked returns the sources that may answer for a day, the preferred first. While a preference is in force, only preferred
// sources count; the others are shown beside them on request.
func (q *question) ranked(d observation.Date) []*teller {
	place, chosen := map[string]int{}, map[string]bool{}
	for _, c := range q.ruling() {
		for i, p := range c.Primary[q.told()] {
			if _, named := place[p.Source]; !named && (p.From == 0 || p.From <= d) {
				place[p.Source], chosen[c.ID] = i, true
			}
		}
	}
	var out []*teller
	for _, t := range q.tellers {
		if _, named := place[t.ID]; (named || !chosen[t.Channel]) && days(t.Life).Contains(d) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *teller) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return out
}

// ruling returns the channels whose preferences rule the question.
func (q *question) ruling() []observation.Channel {
	if q.channel.ID != "" {
		return []observation.Channel{q.channel}
	}
	return q.channels
}

// candidates returns what ranked does, found beforehand.
func (q *question) candidates(d observation.Date) []*teller {
	i := len(q.turns) - 1
	for q.turns[i].from > d {
		i--
	}
	return q.turns[i].candidates
}
