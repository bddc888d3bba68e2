package indicator

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Store is what a judge reads.
type Store interface {
	Observations(context.Context, observation.Selection) ([]observation.Observation, error)
	Coverage(context.Context, observation.Selection) ([]observation.Coverage, error)
}

// Judge makes figures of what a store holds, as seen at one moment.
type Judge struct {
	desk  observation.Desk
	store Store
	now   time.Time
	asOf  time.Time
}

// New returns a judge. now decides which periods are over; asOf, when it is not zero, hides what was committed later.
func New(desk observation.Desk, store Store, now, asOf time.Time) *Judge {
	return &Judge{desk: desk, store: store, now: now, asOf: asOf}
}

// Ask says which figures are wanted. Empty lists mean all.
type Ask struct {
	Organisations []string
	Channels      []string
	Metrics       []string
	Period        observation.Period
}

// Figures returns the figures of every channel and metric asked for, in the order of the desk.
func (j *Judge) Figures(ctx context.Context, ask Ask) ([]Figure, error) {
	return j.FiguresOf(ctx, ask, []observation.Period{ask.Period})
}

// FiguresOf returns the figures of every channel and metric asked for, for each of the periods; ask.Period does not matter.
// The store is read once for all of them.
func (j *Judge) FiguresOf(ctx context.Context, ask Ask, periods []observation.Period) ([]Figure, error) {
	if len(periods) == 0 {
		return nil, nil
	}
	days := periods[0]
	for _, p := range periods {
		days = observation.Period{From: min(days.From, p.From), To: max(days.To, p.To)}
	}
	questions := j.questions(ask)
	shelves, err := j.load(ctx, questions, days)
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, 0, len(questions)*len(periods))
	for _, q := range questions {
		for _, p := range periods {
			figures = append(figures, j.judge(q, shelves, p))
		}
	}
	return figures, nil
}

// question is one metric of one channel, with all that the desk says of it.
type question struct {
	organisation observation.Organisation
	chain        []string // the organisation and those it succeeds, newest first
	channel      observation.Channel
	metric       observation.Metric
	sources      []observation.Source // that tell it
}

// questions lists what ask wants and the desk has.
func (j *Judge) questions(ask Ask) []question {
	var out []question
	for _, channel := range j.desk.Channels {
		if !wanted(ask.Organisations, channel.Organisation) || !wanted(ask.Channels, channel.ID) {
			continue
		}
		for _, id := range j.metricsOf(channel) {
			if wanted(ask.Metrics, id) {
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
		if s.Channel != channel.ID {
			continue
		}
		for _, id := range s.Metrics {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func (j *Judge) question(channel observation.Channel, metric string) question {
	q := question{channel: channel, metric: j.desk.Metrics[metric]}
	for id := channel.Organisation; id != ""; {
		i := slices.IndexFunc(j.desk.Organisations, func(o observation.Organisation) bool { return o.ID == id })
		if i < 0 || slices.Contains(q.chain, id) {
			break
		}
		if len(q.chain) == 0 {
			q.organisation = j.desk.Organisations[i]
		}
		q.chain = append(q.chain, id)
		id = j.desk.Organisations[i].Succeeds
	}
	for _, s := range j.desk.Sources {
		if s.Channel == channel.ID && slices.Contains(s.Metrics, metric) {
			q.sources = append(q.sources, s)
		}
	}
	return q
}

// life returns the days of p in which the channel was there: in its own life and in that of an organisation of the chain.
func (j *Judge) life(q question, p observation.Period) observation.Period {
	p = q.channel.Life.Within(p)
	oldest := q.organisation
	for _, o := range j.desk.Organisations {
		if len(q.chain) > 0 && o.ID == q.chain[len(q.chain)-1] {
			oldest = o
		}
	}
	return observation.Life{From: oldest.Life.From, To: q.organisation.Life.To}.Within(p)
}

// candidates returns the sources that may answer for a day, the preferred first.
func (q question) candidates(d observation.Date) []observation.Source {
	var alive []observation.Source
	for _, s := range q.sources {
		if !s.Life.Within(observation.Day.Holding(d)).Empty() {
			alive = append(alive, s)
		}
	}
	prefer := func(id string) int {
		for i, p := range q.channel.Primary[q.metric.ID] {
			if p.Source == id && p.From <= d {
				return i
			}
		}
		return len(q.channel.Primary[q.metric.ID])
	}
	slices.SortStableFunc(alive, func(a, b observation.Source) int { return prefer(a.ID) - prefer(b.ID) })
	return alive
}

// shelves hold what was read, by channel and metric.
type shelves map[shelfKey]*shelf

type shelfKey struct{ channel, metric string }

// shelf holds the answers of the sources to one question.
type shelf struct {
	answers  map[slot]observation.Observation
	coverage map[slot]observation.Coverage // of several parts the least answered
}

type slot struct {
	source string
	grain  observation.Grain
	from   observation.Date
}

// load reads what the questions need of the days, once for all of them.
func (j *Judge) load(ctx context.Context, questions []question, days observation.Period) (shelves, error) {
	sel := observation.Selection{Grains: observation.Grains(), AsOf: j.asOf,
		Period: observation.Period{From: observation.Week.Start(days.From), To: days.To}}
	all := shelves{}
	sources := map[string]observation.Source{}
	for _, q := range questions {
		all[shelfKey{q.channel.ID, q.metric.ID}] = &shelf{answers: map[slot]observation.Observation{}, coverage: map[slot]observation.Coverage{}}
		sel.Organisations = union(sel.Organisations, q.chain)
		sel.Channels = union(sel.Channels, []string{q.channel.ID})
		sel.Metrics = union(sel.Metrics, []string{q.metric.ID})
		for _, s := range q.sources {
			sources[s.ID] = s
		}
	}
	observations, err := j.store.Observations(ctx, sel)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", days.Label(), err)
	}
	coverage, err := j.store.Coverage(ctx, sel)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", days.Label(), err)
	}
	for _, o := range observations {
		all.shelve(o, sources)
	}
	for _, c := range coverage {
		all.shelveCoverage(c)
	}
	return all, nil
}

func union(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// shelve keeps the answer that the definition in force gave. Where only days of another zone are known, those are kept.
func (all shelves) shelve(o observation.Observation, sources map[string]observation.Source) {
	s, ok := all[shelfKey{o.Channel, o.Metric}]
	source, known := sources[o.Source]
	if !ok || !known || o.Subject != "" || o.Dims != "" {
		return
	}
	now := source.DefinitionID(o.Metric, o.From)
	if rule, _, _ := strings.Cut(now, "@"); o.Definition != now && !strings.HasPrefix(o.Definition, rule+"@") {
		return
	}
	at := slot{o.Source, o.Grain, o.From}
	if have, taken := s.answers[at]; !taken || have.Definition != now {
		s.answers[at] = o
	}
}

// shelveCoverage keeps the least answered of the parts: a period is whole when all its parts are.
func (all shelves) shelveCoverage(c observation.Coverage) {
	s, ok := all[shelfKey{c.Channel, c.Metric}]
	if !ok {
		return
	}
	at := slot{c.Source, c.Grain, c.From}
	if have, taken := s.coverage[at]; !taken || worse(c.Result, have.Result) {
		s.coverage[at] = c
	}
}

func worse(a, b observation.Result) bool {
	order := func(r observation.Result) int {
		switch {
		case r.Answered():
			return 3
		case r == observation.Partial:
			return 2
		case r.NotApplicable():
			return 1
		}
		return 0
	}
	return order(a) < order(b)
}
