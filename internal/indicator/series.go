package indicator

import (
	"cmp"
	"context"
	"slices"

	"seuranta/internal/observation"
)

// Weekly returns, for every channel and metric asked for, the closed weeks up to and with the one that begins at last,
// weeks of them, each with the same week of the year before.
func (j *Judge) Weekly(ctx context.Context, ask Ask, last observation.Date, weeks int) ([]Series, error) {
	last = observation.Week.Start(last)
	first := last - observation.Date(7*(weeks-1))
	before, _ := observation.YearBefore(first)
	// A longer period that a goal speaks of begins with the year of the week's Thursday at the earliest.
	days := observation.Period{From: min(before.From, observation.Year.Start(last+3)), To: last + 7}
	questions := j.questions(ask)
	library, err := j.load(ctx, questions, days)
	if err != nil {
		return nil, err
	}
	out := make([]Series, len(questions))
	for i, q := range questions {
		out[i] = j.series(q, library.shelf(q), observation.Period{From: first, To: last + 7})
	}
	return out, nil
}

// series judges all weeks from the year before on: a break between the weeks shown keeps them from being compared, whether
// its own week is shown or not.
func (j *Judge) series(q *question, shelf *shelf, span observation.Period) Series {
	s := Series{Organisation: q.organisation, Channel: q.channel, Metric: q.metric, Grain: observation.Week}
	before, _ := observation.YearBefore(span.From)
	var stretches []stretch
	weeks := map[observation.Date]Figure{}
	for _, p := range observation.Week.Split(observation.Period{From: before.From, To: span.To}) {
		week := j.judge(q, shelf, p)
		weeks[p.From] = week.Figure
		stretches = append(stretches, week.stretches...)
	}
	for _, p := range observation.Week.Split(span) {
		earlier, same := observation.YearBefore(p.From)
		s.Points = append(s.Points, weeks[p.From])
		s.YearBefore = append(s.YearBefore, weeks[earlier.From])
		s.Exact = append(s.Exact, same)
	}
	s.Events = j.events(q, span)
	s.Breaks = q.breaks(stretches, observation.Period{From: before.From, To: span.To})
	s.Definitions = q.definitions(span)
	if t, ok := q.target(observation.Week.Holding(span.To - 7)); ok {
		s.Target = &t.Value
	}
	s.Goals = q.goals(shelf, j, span.To-7)
	return s
}

// events returns what happened in the days and concerns the channel.
func (j *Judge) events(q *question, span observation.Period) []observation.Event {
	var out []observation.Event
	for _, e := range j.desk.Events {
		ours := e.Organisation == "" || slices.ContainsFunc(q.chain, func(o observation.Organisation) bool { return o.ID == e.Organisation })
		if ours && wanted(e.Channels, q.channel.ID) && span.Contains(e.On) {
			out = append(out, e)
		}
	}
	return out
}

// breaks returns the days on which the definition, the source or the organisation changed, oldest first.
func (q *question) breaks(stretches []stretch, span observation.Period) []Break {
	var out []Break
	for _, heir := range q.chain[:max(0, len(q.chain)-1)] {
		if span.Contains(heir.Life.From) {
			out = append(out, Break{On: heir.Life.From, Kind: BreakSuccession, Before: heir.Succeeds, After: heir.ID, Text: heir.Name})
		}
	}
	for i, now := range stretches {
		if i > 0 && !stretches[i-1].goesOn(now) {
			out = append(out, q.breakBetween(stretches[i-1], now))
		}
	}
	slices.SortStableFunc(out, func(a, b Break) int { return cmp.Compare(a.On, b.On) })
	return out
}

// breakBetween tells of the break between two neighbouring stretches. A new rule is in force from its own day on, though
// nothing was measured on it.
func (q *question) breakBetween(before, now stretch) Break {
	if before.source != now.source {
		return Break{On: now.from, Kind: BreakSource, Before: before.source, After: now.source}
	}
	b := Break{On: now.from, Kind: BreakDefinition, Before: before.definition, After: now.definition}
	if sameRule(before.definition, now.definition) {
		return b // only the zone of the days is another
	}
	for _, t := range q.tellers {
		if r := t.rule(now.from); t.ID == now.source && sameRule(r.id, now.definition) {
			b.Text = r.Text
			if before.to <= r.From && r.From <= now.from {
				b.On = r.From
			}
		}
	}
	return b
}

// definitions returns the definitions that were in force in the days, oldest first, each once.
func (q *question) definitions(span observation.Period) []observation.Definition {
	var out []observation.Definition
	for _, t := range q.tellers {
		alive := t.Life.Within(span)
		for i, r := range t.rules {
			ended := i+1 < len(t.rules) && t.rules[i+1].From <= alive.From
			known := slices.ContainsFunc(out, func(d observation.Definition) bool { return d.ID == r.ID })
			if !alive.Empty() && r.From < alive.To && !ended && !known {
				out = append(out, r.Definition)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b observation.Definition) int { return cmp.Compare(a.From, b.From) })
	return out
}
