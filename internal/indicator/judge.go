package indicator

import (
	"context"
	"slices"
	"time"

	"seuranta/internal/match"
	"seuranta/internal/observation"
)

// Store is what a judge reads.
type Store interface {
	Observations(context.Context, observation.Selection) ([]observation.Observation, error)
	CoverageStore
	Items(context.Context, observation.ItemSelection) ([]observation.Item, error)
	ItemsByID(ctx context.Context, organisation string, ids []string, asOf time.Time) ([]observation.Item, error)
	Looks(context.Context, observation.LookSelection) ([]observation.Observation, error)
	Status(ctx context.Context, organisations []string, asOf time.Time) ([]observation.SourceStatus, error)
}

// Judge makes figures of what a store holds, as seen at one moment.
type Judge struct {
	desk  observation.Desk
	store Store
	now   time.Time
	asOf  time.Time
	named time.Time           // the moment that ids name: asOf, unless that hides nothing of what is known at now
	rules map[string]compiled // of topics, by their ids
}

// compiled is a topic's rule, or why it cannot be read.
type compiled struct {
	rule *match.Rule
	err  error
}

// New returns a judge. now decides which periods are over; asOf, when it is not zero, hides what was committed later, and
// periods that were not over then were not over.
func New(desk observation.Desk, store Store, now, asOf time.Time) *Judge {
	j := &Judge{desk: desk, store: store, rules: map[string]compiled{}}
	for _, t := range desk.Topics {
		rule, err := match.Compile(t.Rule)
		j.rules[t.ID] = compiled{rule, err}
	}
	j.see(now, asOf)
	return j
}

// see sets the moment from which the judge looks.
func (j *Judge) see(now, asOf time.Time) {
	j.named = time.Time{}
	if !asOf.IsZero() && asOf.Before(now) {
		now, j.named = asOf, asOf
	}
	j.now, j.asOf = now, asOf
}

// Figures returns the figures of every target and metric asked for, in the order of the desk: channels, topics, projects,
// organisations. What was told for a dimension, as a region, is a figure of its own, after the one without.
func (j *Judge) Figures(ctx context.Context, ask Ask) ([]Figure, error) {
	return j.FiguresOf(ctx, ask, []observation.Period{ask.Period})
}

// FiguresOf returns what Figures does, for each of the periods; ask.Period does not matter. The store is read once for all
// of them.
func (j *Judge) FiguresOf(ctx context.Context, ask Ask, periods []observation.Period) ([]Figure, error) {
	if len(periods) == 0 {
		return nil, nil
	}
	days := periods[0]
	for _, p := range periods {
		days = observation.Period{From: min(days.From, p.From), To: max(days.To, p.To)}
	}
	shelves, err := j.shelves(ctx, ask, days, periods...)
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, 0, len(shelves)*len(periods))
	for _, s := range shelves {
		for _, p := range periods {
			figures = append(figures, j.judge(s, p).Figure)
		}
	}
	return figures, nil
}

// shelves reads what ask needs of the days, and returns what is to be shown.
func (j *Judge) shelves(ctx context.Context, ask Ask, days observation.Period, periods ...observation.Period) ([]*shelf, error) {
	return j.shelvesIf(ctx, ask, days, func(*question) bool { return true }, periods...)
}

// shelvesIf does so for some of the questions only.
func (j *Judge) shelvesIf(ctx context.Context, ask Ask, days observation.Period, some func(*question) bool, periods ...observation.Period) ([]*shelf, error) {
	questions, err := j.questions(ask)
	if err != nil {
		return nil, err
	}
	questions = slices.DeleteFunc(questions, func(q *question) bool { return !some(q) })
	if len(questions) == 0 {
		return nil, nil
	}
	library, err := j.load(ctx, questions, days, periods...)
	if err != nil {
		return nil, err
	}
	return library.shown(), nil
}

// judged is a figure with what it was made of.
type judged struct {
	Figure
	verdict
}

// judge makes the figure of what stands on a shelf for one period.
func (j *Judge) judge(s *shelf, p observation.Period) judged {
	q := s.question
	asked := q.asked(p, j.named)
	f := Figure{ID: asked.String(), Organisation: asked.Organisation, Project: asked.Project, Channel: asked.Channel, Topic: asked.Topic, Dims: asked.Dims, Beside: asked.Source,
		Indicator: q.metric.ID, Shape: q.metric.Shape, Unit: q.metric.Unit, Period: Period{From: p.From, To: p.To, Label: p.Label()}}
	f.alsoOf(q)
	over := q.closed(p)
	f.Open = over.To < p.To
	v := j.conclude(&f, s, p, over)
	f.Gaps, f.Sources, f.Basis = v.gaps, v.sources, v.basis
	f.Settled = !f.Open && v.settled
	if f.Shape == observation.Level && f.Value != nil && !q.ofItems() {
		f.On, f.Basis = v.on, v.newest
	}
	if t, ok := q.target(p); ok {
		f.aim(t, float64(over.Days())/float64(max(1, p.Days())), f.Open)
	}
	return judged{f, v}
}

// conclude gives a figure its state and number, and returns what they follow from.
func (j *Judge) conclude(f *Figure, s *shelf, p, over observation.Period) verdict {
	if s.question.ofItems() {
		t := j.tally(s, p, over)
		f.tell(t)
		return t.verdict
	}
	v := weigh(s.question, s, p, over)
	v.lessWhatIsForgotten()
	f.Coverage = Coverage{Expected: v.expected, Measured: v.measured, Unit: "days"}
	f.conclude(s.question.shape(), v)
	return v
}

// alsoOf names what the target of a figure implies: the only topic of a project, the project that a channel's number was
// told for.
func (f *Figure) alsoOf(q *question) {
	if q.project != nil && q.byTopic() {
		if topics := topicsOf(*q.project); len(topics) == 1 {
			f.Topic = topics[0]
		}
	}
	if q.channel.ID != "" && q.dims != "" {
		f.Project, _ = splitDims(q.dims)
	}
}

// Days returns the days of the figure.
func (f *Figure) Days() observation.Period { return f.Period.Days() }
