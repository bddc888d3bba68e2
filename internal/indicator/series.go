package indicator

import (
	"context"

	"seuranta/internal/observation"
)

// Weekly returns, for every channel and metric asked for, the closed weeks up to and with the one that begins at last,
// weeks of them, each with the same week of the year before.
func (j *Judge) Weekly(ctx context.Context, ask Ask, last observation.Date, weeks int) ([]Series, error) {
	last = observation.Week.Start(last)
	first := last - observation.Date(7*(weeks-1))
	before, _ := observation.YearBefore(first)
	days := observation.Period{From: min(before.From, observation.Year.Start(last)), To: last + 7}
	questions := j.questions(ask)
	all, err := j.load(ctx, questions, days)
	if err != nil {
		return nil, err
	}
	out := make([]Series, len(questions))
	for i, q := range questions {
		out[i] = j.series(q, all, observation.Period{From: first, To: last + 7})
	}
	return out, nil
}

func (j *Judge) series(q question, all shelves, span observation.Period) Series {
	s := Series{Organisation: q.organisation, Channel: q.channel, Metric: q.metric, Grain: observation.Week}
	judged := map[observation.Date]Figure{}
	week := func(p observation.Period) Figure {
		f, done := judged[p.From]
		if !done {
			f = j.judge(q, all, p)
			judged[p.From] = f
		}
		return f
	}
	for _, p := range observation.Week.Split(span) {
		before, same := observation.YearBefore(p.From)
		s.Points = append(s.Points, week(p))
		s.YearBefore = append(s.YearBefore, week(before))
		s.Exact = append(s.Exact, same)
	}
	s.Events = j.events(q, span)
	s.Breaks = j.breaks(q, s.Points, span)
	s.Definitions = definitions(q, span)
	s.Target, s.Goals = j.goals(q, all, span.To-7)
	return s
}

// goals returns the weekly target, and the running figures of longer periods that have one.
func (j *Judge) goals(q question, all shelves, last observation.Date) (*float64, []Figure) {
	var weekly *float64
	var out []Figure
	for _, t := range q.channel.Targets {
		if t.Metric != q.metric.ID || t.Life.Within(observation.Week.Holding(last)).Empty() {
			continue
		}
		if t.Grain == observation.Week {
			value := t.Value
			weekly = &value
			continue
		}
		out = append(out, j.goal(q, all, t, last))
	}
	return weekly, out
}

// goal judges a longer period from its start to the end of the week that begins at last. The week belongs to the period
// that its Thursday lies in.
func (j *Judge) goal(q question, all shelves, t observation.Target, last observation.Date) Figure {
	whole := t.Grain.Holding(last + 3)
	so := observation.Period{From: whole.From, To: min(whole.To, last+7)}
	f := j.judge(q, all, so)
	value := t.Value
	f.Target = &value
	f.Pace = pace(f.Value, t.Value, t.Value*float64(so.Days())/float64(whole.Days()), so.To < whole.To)
	return f
}

// events returns what happened in the days and concerns the channel.
func (j *Judge) events(q question, span observation.Period) []observation.Event {
	var out []observation.Event
	for _, e := range j.desk.Events {
		ours := e.Organisation == "" || wanted(q.chain, e.Organisation)
		if ours && wanted(e.Channels, q.channel.ID) && span.Contains(e.On) {
			out = append(out, e)
		}
	}
	return out
}

// breaks returns the days on which the definition, the source or the organisation changed.
func (j *Judge) breaks(q question, points []Figure, span observation.Period) []Break {
	var out []Break
	for _, id := range q.chain[:max(0, len(q.chain)-1)] {
		for _, o := range j.desk.Organisations {
			if o.ID == id && span.Contains(o.Life.From) {
				out = append(out, Break{On: o.Life.From, Kind: "succession", Before: o.Succeeds, After: o.ID, Text: o.Name})
			}
		}
	}
	definition, source := "", ""
	for _, f := range points {
		for _, p := range f.Parts {
			if definition != "" && p.Definition != definition {
				out = append(out, Break{On: p.From, Kind: "definition", Before: definition, After: p.Definition})
			}
			definition = p.Definition
		}
		if len(f.Sources) > 0 {
			if source != "" && f.Sources[0] != source && (len(out) == 0 || out[len(out)-1].On != f.Period.From) {
				out = append(out, Break{On: f.Period.From, Kind: "source", Before: source, After: f.Sources[0]})
			}
			source = f.Sources[len(f.Sources)-1]
		}
	}
	return out
}

// definitions returns the definitions that were in force in the days, oldest first.
func definitions(q question, span observation.Period) []observation.Definition {
	var out []observation.Definition
	seen := map[string]bool{}
	for _, s := range q.sources {
		for d := span.From; d < span.To; d++ {
			if def, ok := s.Definition(q.metric.ID, d); ok && !seen[def.ID] {
				seen[def.ID] = true
				out = append(out, def)
			}
		}
	}
	return out
}
