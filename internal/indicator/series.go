package indicator

import (
	"cmp"
	"context"
	"slices"

	"seuranta/internal/observation"
)

// Weekly returns, for every target and metric asked for that is told by the week or finer, the closed weeks up to and with
// the one that begins at last, weeks of them, each with the same week of the year before. Slow returns the others.
func (j *Judge) Weekly(ctx context.Context, ask Ask, last observation.Date, weeks int) ([]Series, error) {
	last = observation.Week.Start(last)
	first := last - observation.Date(7*(weeks-1))
	before, _ := observation.YearBefore(first)
	// A longer period that a goal speaks of begins with the year of the week's Thursday at the earliest.
	days := observation.Period{From: min(before.From, observation.Year.Start(last+3)), To: last + 7}
	shelves, err := j.shelvesIf(ctx, ask, days, ask.notOfItems, observation.Week.Split(days)...)
	if err != nil {
		return nil, err
	}
	out := make([]Series, 0, len(shelves))
	for _, s := range shelves {
		if s.slow() == "" {
			out = append(out, j.series(s, observation.Week, observation.Period{From: first, To: last + 7}, last))
		}
	}
	return out, nil
}

// Slow returns, for every target and metric asked for that is told by nothing finer than months, quarters or years, the
// periods of its own grain that were over with the week that begins at last, the newest of them, each with the same period of
// the year before.
func (j *Judge) Slow(ctx context.Context, ask Ask, last observation.Date, periods int) ([]Series, error) {
	last = observation.Week.Start(last)
	days := observation.Period{From: back(observation.Year, last+7, periods+1), To: last + 7}
	shelves, err := j.shelvesIf(ctx, ask, days, func(q *question) bool { return !q.ofItems() && q.maybeSlow() })
	if err != nil {
		return nil, err
	}
	var out []Series
	for _, s := range shelves {
		if g := s.slow(); g != "" {
			out = append(out, j.series(s, g, observation.Period{From: back(g, last+7, periods), To: g.Start(last + 7)}, last))
		}
	}
	return out, nil
}

// back returns where the n newest periods of a grain begin that are over by a day.
func back(g observation.Grain, end observation.Date, n int) observation.Date {
	from := g.Start(end)
	for range n {
		from = g.Start(from - 1)
	}
	return from
}

// slow returns the finest grain of what is told by nothing finer than months, "" for all else. Of what people may type for
// any period that is decided by what they typed.
func (s *shelf) slow() observation.Grain {
	var grains []observation.Grain
	if s.question.counts != nil {
		return ""
	}
	for _, t := range s.question.tellers {
		if t.Typed && len(s.told) > 0 {
			grains = union(grains, s.told)
		} else {
			grains = union(grains, t.grains)
		}
	}
	for _, g := range observation.Grains() {
		if slices.Contains(grains, g) {
			if g == observation.Month || g == observation.Quarter || g == observation.Year {
				return g
			}
			return ""
		}
	}
	return ""
}

// maybeSlow tells whether what is told may be told by nothing finer than months: only then it is worth reading years.
func (q *question) maybeSlow() bool {
	fast := func(t *teller) bool {
		open := t.Typed && q.metric.Shape != observation.Level
		return !open && slices.ContainsFunc(t.grains, func(g observation.Grain) bool {
			return g != observation.Month && g != observation.Quarter && g != observation.Year
		})
	}
	return q.counts == nil && !slices.ContainsFunc(q.tellers, fast)
}

// yearBefore returns the period to hold beside the one of a grain that begins at from; same is false where it is not quite
// the same one of the year before.
func yearBefore(g observation.Grain, from observation.Date) (p observation.Period, same bool) {
	if g == observation.Week {
		return observation.YearBefore(from)
	}
	d := from.UTC()
	return g.Holding(observation.NewDate(d.Year()-1, d.Month(), 1)), true
}

// series judges all periods from the year before on: a break between the periods shown keeps them from being compared,
// whether its own is shown or not. last begins the week up to which goals are told.
func (j *Judge) series(shelf *shelf, g observation.Grain, span observation.Period, last observation.Date) Series {
	q := shelf.question
	s := Series{Organisation: q.organisation, Channel: q.channel, Topic: q.topic, Project: q.project, Dims: q.dims, Metric: q.metric, Grain: g}
	before, _ := yearBefore(g, span.From)
	all := observation.Period{From: before.From, To: span.To}
	var stretches []stretch
	judged := map[observation.Date]Figure{}
	for _, p := range g.Split(all) {
		f := j.judge(shelf, p)
		judged[p.From] = f.Figure
		stretches = append(stretches, f.stretches...)
	}
	for _, p := range g.Split(span) {
		earlier, same := yearBefore(g, p.From)
		s.Points = append(s.Points, judged[p.From])
		s.YearBefore = append(s.YearBefore, judged[earlier.From])
		s.Exact = append(s.Exact, same)
	}
	s.Events = j.events(q, span)
	s.Breaks = q.breaks(stretches, all)
	s.Definitions = q.definitions(span, stretches)
	if t, ok := q.target(g.Holding(g.Start(span.To - 1))); ok {
		s.Target = &t.Value
	}
	s.Goals = q.goals(shelf, j, last)
	return s
}

// events returns what happened in the days and concerns the channel.
func (j *Judge) events(q *question, span observation.Period) []observation.Event {
	var out []observation.Event
	for _, e := range j.desk.Events {
		ours := e.Organisation == "" || slices.ContainsFunc(q.chain, func(o observation.Organisation) bool { return o.ID == e.Organisation })
		if ours && q.concerned(e) && span.Contains(e.On) {
			out = append(out, e)
		}
	}
	return out
}

// concerned tells whether an event that names channels or projects is about the target: one that names none is about all,
// and one of projects stands on every channel.
func (q *question) concerned(e observation.Event) bool {
	switch {
	case q.channel.ID != "":
		return wanted(e.Channels, q.channel.ID)
	case q.project != nil && slices.Contains(e.Projects, q.project.ID):
		return true
	}
	return len(e.Channels) == 0 && (len(e.Projects) == 0 || q.project == nil)
}

// breaks returns the days on which the definition, the source or the organisation changed, oldest first.
func (q *question) breaks(stretches []stretch, span observation.Period) []Break {
	var out []Break
	for _, heir := range q.chain[:max(0, len(q.chain)-1)] {
		if span.Contains(heir.Life.From) {
			out = append(out, Break{On: heir.Life.From, Kind: BreakSuccession, Before: heir.Succeeds, After: heir.ID, Text: heir.Name})
		}
	}
	out = append(out, q.limits(span)...)
	for i, now := range stretches {
		if i > 0 && !stretches[i-1].goesOn(now) {
			out = append(out, q.breakBetween(stretches[i-1], now))
		}
	}
	slices.SortStableFunc(out, func(a, b Break) int { return cmp.Compare(a.On, b.On) })
	return out
}

// limits returns the days on which sources began or ended to tell the metric, each once however many do.
func (q *question) limits(span observation.Period) []Break {
	var out []Break
	add := func(b Break) {
		same := func(o Break) bool {
			return o.On == b.On && o.Kind == b.Kind && o.Before == b.Before && o.After == b.After
		}
		if span.Contains(b.On) && !slices.ContainsFunc(out, same) {
			out = append(out, b)
		}
	}
	for _, t := range q.tellers {
		if len(t.rules) == 0 || q.counts != nil {
			continue
		}
		if first := t.rules[0]; first.From != 0 {
			add(Break{On: first.From, Kind: BreakBegan, Before: first.Replaces, After: q.metric.ID})
		}
		if last := t.rules[len(t.rules)-1]; last.Until != 0 {
			add(Break{On: last.Until, Kind: BreakEnded, Before: q.metric.ID, After: last.ReplacedBy})
		}
	}
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
		for _, r := range append([]rule{t.rule(now.from)}, t.others...) {
			if t.ID != now.source || !sameRule(r.id, now.definition) {
				continue
			}
			b.Text = r.Text
			if r.From != 0 && before.to <= r.From && r.From <= now.from {
				b.On = r.From
			}
		}
	}
	return b
}

// definitions returns the definitions that were in force in the days, oldest first, each once. What is counted is defined by
// what counts, and then by how its sources find it; the rule of typed numbers says nothing of it. Of other ways than the usual one
// those are listed that something was told by. One that another took the place of says until when it held.
func (q *question) definitions(span observation.Period, told []stretch) []observation.Definition {
	var out []observation.Definition
	switch {
	case q.counts != nil:
		out = append(out, countedBy(q.metric.ID))
	case q.ofItems() && q.earned():
		out = append(out, countedBy("earned"))
	case q.ofItems():
		out = append(out, countedBy("reached"))
	}
	for _, t := range q.tellers {
		if q.counts != nil && t.Typed {
			continue
		}
		alive := t.Life.Within(span)
		known := func(r rule) bool {
			return slices.ContainsFunc(out, func(d observation.Definition) bool { return d.ID == r.ID })
		}
		for i, r := range t.rules {
			ended := i+1 < len(t.rules) && t.rules[i+1].From <= alive.From
			if i+1 < len(t.rules) {
				r.Until = t.rules[i+1].From
			}
			if !alive.Empty() && r.From < alive.To && !ended && !known(r) {
				out = append(out, r.Definition)
			}
		}
		for _, r := range t.others {
			if !known(r) && slices.ContainsFunc(told, func(s stretch) bool { return s.source == t.ID && sameRule(s.definition, r.id) }) {
				out = append(out, r.Definition)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b observation.Definition) int { return cmp.Compare(a.From, b.From) })
	return out
}
