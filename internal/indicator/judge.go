package indicator

import (
	"context"
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

// New returns a judge. now decides which periods are over; asOf, when it is not zero, hides what was committed later, and
// periods that were not over then were not over.
func New(desk observation.Desk, store Store, now, asOf time.Time) *Judge {
	if !asOf.IsZero() && asOf.Before(now) {
		now = asOf
	}
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
	library, err := j.load(ctx, questions, days)
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, 0, len(questions)*len(periods))
	for _, q := range questions {
		s := library.shelf(q)
		for _, p := range periods {
			figures = append(figures, j.judge(q, s, p).Figure)
		}
	}
	return figures, nil
}

// judged is a figure with what it was made of.
type judged struct {
	Figure
	stretches []stretch
}

// judge makes the figure of one question for one period.
func (j *Judge) judge(q *question, s *shelf, p observation.Period) judged {
	f := Figure{ID: figureID(q, p, j.asOf), Organisation: q.channel.Organisation, Channel: q.channel.ID, Indicator: q.metric.ID,
		Shape: q.metric.Shape, Unit: q.metric.Unit, Period: Period{From: p.From, To: p.To, Label: p.Label()}}
	over := q.closed(p)
	v := weigh(q, s, p, over)
	f.Open = over.To < p.To
	f.Coverage = Coverage{Expected: v.expected, Measured: v.measured, Unit: "days"}
	f.Gaps, f.Sources, f.Basis = v.gaps, v.sources, v.basis
	f.Settled = !f.Open && v.settled
	f.conclude(q.metric.Shape, v)
	if t, ok := q.target(p); ok {
		f.aim(t, float64(over.Days())/float64(max(1, p.Days())), f.Open)
	}
	return judged{f, v.stretches}
}

// figureID names a figure by what it was asked for; explain reads it back.
func figureID(q *question, p observation.Period, asOf time.Time) string {
	id := q.channel.Organisation + "/" + q.channel.ID + "/" + q.metric.ID + "/" + p.Label()
	if !asOf.IsZero() {
		id += "@" + asOf.UTC().Format(time.RFC3339)
	}
	return id
}

// Days returns the days of the figure.
func (f *Figure) Days() observation.Period { return f.Period.Days() }
