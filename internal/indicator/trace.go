package indicator

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Trace is a figure with all that it was made of, for whoever has to defend it. Lists are never nil.
type Trace struct {
	Figure       Figure                    `json:"figure"`
	Definitions  []TracedDefinition        `json:"definitions"` // in force in the days, oldest first
	Observations []observation.Observation `json:"observations"`
	Items        []TracedItem              `json:"items"`
	Coverage     []observation.Coverage    `json:"coverage"` // what was said of the days that are gaps
	Log          []TracedLog               `json:"log"`      // what makes days of a log of events known, oldest first
	Targets      []TracedTarget            `json:"targets"`
	Rules        []TracedRule              `json:"rules"` // of the topics that items had to match
}

// TracedDefinition is a definition that was in force.
type TracedDefinition struct {
	ID    string            `json:"id"`
	From  *observation.Date `json:"from"`            // nil: from the beginning
	Until *observation.Date `json:"until,omitempty"` // half-open; nil: it goes on
	Text  observation.Text  `json:"text"`
}

// TracedItem is an item that was counted.
type TracedItem struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Channel string    `json:"channel"`
	Outlet  string    `json:"outlet"`
	URL     string    `json:"url"`
	At      time.Time `json:"at"`
	// FirstSeen is true when nothing tells when it was published, and At is when it was first seen.
	FirstSeen bool                `json:"first_seen"`
	Source    string              `json:"source"`
	Version   observation.Version `json:"version"`
	Run       string              `json:"run"`
	Kind      string              `json:"kind"` // appearance, training, article …
}

// TracedLog is a run of days of which people said at once what happened, or that nothing did. The log counts as kept after
// them, too, up to and with the day on which it is next due.
type TracedLog struct {
	Source string           `json:"source"`
	From   observation.Date `json:"from"`
	To     observation.Date `json:"to"`   // half-open
	None   bool             `json:"none"` // nothing happened; else something did
	Due    observation.Date `json:"due"`
	Run    string           `json:"run"`
}

// TracedTarget is what the metric is to reach: in every period of a grain, or by a day as a plan says.
type TracedTarget struct {
	Value float64           `json:"value"`
	Per   observation.Grain `json:"per"` // "" of a plan's
	From  *observation.Date `json:"from"`
	To    *observation.Date `json:"to"` // half-open
	By    *observation.Date `json:"by"`
	ID    string            `json:"id"` // of the plan's line
}

// TracedRule is the rule of a topic, as it stands now.
type TracedRule struct {
	Topic string `json:"topic"`
	Rule  string `json:"rule"`
}

// Trace tells what the figure of an id is made of. An id without a moment is seen as the judge sees.
func (j *Judge) Trace(ctx context.Context, id string) (Trace, error) {
	asked, err := ParseID(id)
	if err != nil {
		return Trace{}, err
	}
	then := *j
	if !asked.AsOf.IsZero() {
		then.see(j.now, asked.AsOf)
	}
	s, err := then.shelfOf(ctx, asked)
	if err != nil {
		return Trace{}, fmt.Errorf("trace %s: %w", id, err)
	}
	s.tracing = true
	return then.trace(s, asked.Period), nil
}

// ask is the question for the figures among which the one asked for is.
func (a Asked) ask() Ask {
	ask := Ask{Organisations: []string{a.Organisation}, Metrics: []string{a.Metric}, Period: a.Period, Beside: a.Source != ""}
	switch {
	case a.Channel != "":
		ask.Channels = []string{a.Channel}
	case a.Topic != "":
		ask.Topics = []string{a.Topic}
	case a.Project != "":
		ask.Projects = []string{a.Project}
	default:
		ask.Channels = []string{Itself}
	}
	return ask
}

// shelfOf reads what one figure needs; the target and the metric have to be there, numbers need not.
func (j *Judge) shelfOf(ctx context.Context, a Asked) (*shelf, error) {
	questions, err := j.questions(a.ask())
	if err != nil {
		return nil, err
	}
	questions = slices.DeleteFunc(questions, func(q *question) bool { return q.beside != a.Source })
	if len(questions) == 0 && a.Source != "" {
		return nil, fmt.Errorf("%s is not one of several sources that tell %s of %s", a.Source, a.Metric, a.target())
	}
	if len(questions) == 0 {
		return nil, fmt.Errorf("no source of the configuration tells %s of %s", a.Metric, a.target())
	}
	l, err := j.load(ctx, questions, a.Period, a.Period)
	if err != nil {
		return nil, err
	}
	s := l.shelves[0]
	if a.Dims == "" {
		return s, nil
	}
	for _, s := range s.variants {
		if s.question.dims == a.Dims {
			return s, nil
		}
	}
	return s.variant(a.Dims), nil // nothing is stored in these days: the figure is missing, as a page of other days shows it
}

func (j *Judge) trace(s *shelf, p observation.Period) Trace {
	q := s.question
	f := j.judge(s, p)
	t := Trace{Figure: f.Figure, Definitions: []TracedDefinition{}, Observations: []observation.Observation{}, Items: []TracedItem{},
		Coverage: said(f.said), Log: q.traceLog(said(f.log)), Targets: q.traceTargets(p), Rules: j.traceRules(q)}
	for _, d := range q.definitions(p, f.stretches) {
		t.Definitions = append(t.Definitions, TracedDefinition{d.ID, dayOrNone(d.From), dayOrNone(d.Until), d.Text})
	}
	for _, o := range f.answers {
		if n := len(t.Observations); n == 0 || t.Observations[n-1] != *o { // a level that holds is one answer
			t.Observations = append(t.Observations, *o)
		}
	}
	for _, i := range f.items {
		t.Items = append(t.Items, TracedItem{i.ID, i.Title, i.Channel, i.Outlet, i.URL, i.At(), i.PublishedAt.IsZero(), i.Source, i.Version, i.Run, i.Kind})
	}
	slices.SortFunc(t.Items, func(a, b TracedItem) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return t
}

// traceLog joins the days of logs that were spoken of at once.
func (q *question) traceLog(days []observation.Coverage) []TracedLog {
	out := []TracedLog{}
	for _, c := range days {
		due, none := q.teller(c.Source).due(c.From), c.Result == observation.NoData
		if n := len(out) - 1; n >= 0 {
			if last := &out[n]; last.Source == c.Source && last.Run == c.Run && last.None == none && last.To == c.From {
				last.To, last.Due = c.From+1, due
				continue
			}
		}
		out = append(out, TracedLog{Source: c.Source, From: c.From, To: c.From + 1, None: none, Due: due, Run: c.Run})
	}
	slices.SortStableFunc(out, func(a, b TracedLog) int { return cmp.Compare(a.From, b.From) })
	return out
}

// said returns coverage each once, in its order.
func said(of []*observation.Coverage) []observation.Coverage {
	out := []observation.Coverage{}
	for _, c := range of {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b observation.Coverage) int { return a.CoverageKey.Compare(b.CoverageKey) })
	return slices.CompactFunc(out, func(a, b observation.Coverage) bool { return a.CoverageKey == b.CoverageKey })
}

// dayOrNone is nil for the zero day, which stands for an open end.
func dayOrNone(d observation.Date) *observation.Date {
	if d == 0 {
		return nil
	}
	return &d
}

// traceTargets lists the targets of a channel's metric that were in force in the days, and those of a project's plan.
func (q *question) traceTargets(p observation.Period) []TracedTarget {
	out := []TracedTarget{}
	for _, t := range q.channel.Targets {
		if t.Metric == q.metric.ID && !t.Life.Within(p).Empty() {
			out = append(out, TracedTarget{Value: t.Value, Per: t.Grain, From: dayOrNone(t.Life.From), To: dayOrNone(t.Life.To)})
		}
	}
	if q.project == nil {
		return out
	}
	for _, g := range q.project.Goals {
		for _, f := range g.FollowUps {
			if f.Indicator == q.metric.ID && f.Target != nil && len(f.Channels) == 0 {
				out = append(out, TracedTarget{Value: *f.Target, By: dayOrNone(f.By), ID: f.ID})
			}
		}
	}
	return out
}

// traceRules lists the rules that the items of a question had to match.
func (j *Judge) traceRules(q *question) []TracedRule {
	out := []TracedRule{}
	for _, t := range j.desk.Topics {
		if q.topic != nil && q.topic.ID == t.ID || q.project != nil && q.byTopic() && slices.Contains(topicsOf(*q.project), t.ID) {
			out = append(out, TracedRule{t.ID, t.Rule})
		}
	}
	return out
}
