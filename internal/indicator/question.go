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

// question is one metric of one channel, with all that the desk says of it.
type question struct {
	organisation observation.Organisation
	today        observation.Date           // where the organisation is
	chain        []observation.Organisation // the organisation and those it succeeds, newest first
	channel      observation.Channel
	metric       observation.Metric
	tellers      []*teller
	alive        []observation.Period // when the channel and an organisation of the chain were there, oldest first
	turns        []turn               // oldest first
}

// turn is a stretch of days in which the same sources may answer, in the same order; it lasts until the next.
type turn struct {
	from       observation.Date
	candidates []*teller
}

// questions lists what ask wants and the desk has. Lifetime counters are left out: each item has its own, a channel none.
func (j *Judge) questions(ask Ask) []*question {
	var out []*question
	for _, channel := range j.desk.Channels {
		if !wanted(ask.Organisations, channel.Organisation) || !wanted(ask.Channels, channel.ID) {
			continue
		}
		for _, id := range j.metricsOf(channel) {
			if wanted(ask.Metrics, id) && !j.desk.Metrics[id].Lifetime {
				out = append(out, j.question(channel, id))
			}
		}
	}
	return out
}

func wanted(list []string, id string) bool { return len(list) == 0 || slices.Contains(list, id) }

// metricsOf lists the metrics that the sources of a channel tell, each once, in their order.
func (j *Judge) metricsOf(channel observation.Channel) []string {
	var ids []string
	for _, s := range j.desk.Sources {
		if s.Channel == channel.ID {
			ids = union(ids, s.Metrics)
		}
	}
	return ids
}

func union[T comparable](list, more []T) []T {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func (j *Judge) question(channel observation.Channel, metric string) *question {
	q := &question{channel: channel, metric: j.desk.Metrics[metric], chain: j.chain(channel.Organisation)}
	q.metric.ID = metric
	if len(q.chain) > 0 {
		q.organisation = q.chain[0]
	}
	q.today = today(j.now, q.organisation.Zone)
	rows := 0
	for _, s := range j.desk.Sources {
		if s.Channel == channel.ID && slices.Contains(s.Metrics, metric) {
			t := newTeller(s, q.metric, rows)
			t.index, t.today = len(q.tellers), today(j.now, s.Zone)
			q.tellers, rows = append(q.tellers, t), rows+len(t.grains)
		}
	}
	q.alive = lives(channel, q.chain)
	q.turns = q.takeTurns()
	return q
}

// today returns the day that it is in a zone.
func today(now time.Time, zone *time.Location) observation.Date {
	if zone == nil {
		zone = time.UTC
	}
	return observation.DateOf(now.In(zone))
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

// lives returns when the channel and one of the organisations were there.
func lives(channel observation.Channel, chain []observation.Organisation) []observation.Period {
	var out []observation.Period
	for _, o := range slices.Backward(chain) {
		if p := days(channel.Life).Intersect(days(o.Life)); !p.Empty() {
			out = append(out, p)
		}
	}
	if len(chain) == 0 {
		out = append(out, days(channel.Life))
	}
	return out
}

// lives tells whether the channel was there on a day.
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
	for _, p := range q.channel.Primary[q.metric.ID] {
		starts = append(starts, p.From)
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
	place := map[string]int{}
	for i, p := range q.channel.Primary[q.metric.ID] {
		if _, named := place[p.Source]; !named && (p.From == 0 || p.From <= d) {
			place[p.Source] = i
		}
	}
	var out []*teller
	for _, t := range q.tellers {
		if _, named := place[t.ID]; (named || len(place) == 0) && days(t.Life).Contains(d) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *teller) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return out
}

// candidates returns what ranked does, found beforehand.
func (q *question) candidates(d observation.Date) []*teller {
	i := len(q.turns) - 1
	for q.turns[i].from > d {
		i--
	}
	return q.turns[i].candidates
}
