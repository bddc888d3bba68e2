package indicator

import (
	"cmp"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// putEarly keeps of what people typed for earlier periods what matters to the days: the newest level of a source, and what
// reaches into the days.
func (l *library) putEarly(o *observation.Observation) {
	level := o.Grain == observation.Snapshot
	if o.Subject != "" || !level && o.Period().To <= l.days.From {
		return
	}
	for _, s := range l.of(o) {
		t := s.question.teller(o.Source)
		if t == nil || !t.Typed || t.row(o.Grain) < 0 || !sameRule(o.Definition, t.rule(o.From).id) {
			continue
		}
		if s.early == nil {
			s.early = make([][]*observation.Observation, len(s.question.tellers))
		}
		have := &s.early[t.index]
		switch {
		case !level || len(*have) == 0:
			*have = append(*have, o)
		case o.From > (*have)[0].From, o.From == (*have)[0].From && counts(o, (*have)[0], t):
			(*have)[0] = o
		}
	}
}

// putNoted keeps of what was said of the days of a log of events, before those that are asked about, the newest.
func (l *library) putNoted(v *observation.Coverage) {
	if !v.Result.Answered() {
		return
	}
	for _, s := range l.coverage[rowName{channel: v.Channel, metric: v.Metric}] {
		t := s.question.teller(v.Source)
		if s.question.counts == nil || t == nil || !t.Typed {
			continue
		}
		if s.noted == nil {
			s.noted = make([]*observation.Coverage, len(s.question.tellers))
		}
		if have := &s.noted[t.index]; *have == nil || (*have).From < v.From {
			*have = v
		}
	}
}

// hold has every typed level, and every log of events, stand until it is due again, and marks the days after that.
func (l *library) hold() {
	for _, s := range l.shelves {
		for _, s := range append([]*shelf{s}, s.variants...) {
			for _, t := range s.question.tellers {
				switch {
				case t.Typed && s.question.counts != nil:
					s.holdLog(t)
				case t.Typed && s.question.metric.Shape == observation.Level && t.row(observation.Snapshot) >= 0:
					s.hold(t)
				}
			}
		}
	}
}

// holdLog has a log of events stand after each day that it is known of: of an event, or of the word that there was none.
func (s *shelf) holdLog(t *teller) {
	var last *observation.Coverage
	if s.noted != nil {
		last = s.noted[t.index]
	}
	if last == nil && s.rows[t.first] == nil {
		return
	}
	due := observation.Date(never)
	if last != nil {
		due = t.due(last.From)
	}
	row := s.row(t.first)
	for i := range row {
		c, d := &row[i], s.days.From+observation.Date(i)
		said, seen := c.said()
		switch {
		case seen && said.Result.Answered():
			last, due = c.coverage, t.due(d)
		case last != nil && d <= due:
			c.since, c.held, c.filled = last, true, true
		case last != nil:
			c.lapsed, c.filled = true, true
		}
	}
}

func (s *shelf) hold(t *teller) {
	var last *observation.Observation
	if s.early != nil && len(s.early[t.index]) > 0 {
		last = s.early[t.index][0]
	}
	at := t.row(observation.Snapshot)
	if last == nil && s.rows[at] == nil {
		return
	}
	row := s.row(at)
	due := observation.Date(never)
	if last != nil {
		due = t.due(last.From)
	}
	for i := range row {
		c, d := &row[i], s.days.From+observation.Date(i)
		switch {
		case c.answer != nil:
			last, due = c.answer, t.due(d)
		case last != nil && d <= due:
			c.answer, c.held, c.filled = last, true, true
		case last != nil:
			c.lapsed, c.filled = true, true
		}
	}
}

// loose tells whether a source's numbers of a question may be of periods of any length: people type what they have.
func (q *question) loose(t *teller) bool {
	return t.Typed && q.shape() == observation.Flow && q.counts == nil
}

// looseTile returns the longest period that d lies in, with no day counted already, that people typed a number of. Without
// one it is the day alone.
func (w *walk) looseTile(t *teller, d observation.Date) (tile, bool) {
	fits := false
	for _, g := range slices.Backward(t.grains) {
		p := g.Holding(d)
		if !w.p.Holds(p) {
			continue
		}
		fits = true
		if c := w.s.cell(t, g, p.From); p.From >= w.used && p.To <= w.over.To && c != nil && (c.answer != nil || w.nothing(tile{p, t, g}, c)) {
			return tile{p, t, g}, true
		}
	}
	return tile{observation.Day.Holding(d), t, observation.Day}, fits
}

// typedExcuse is why nobody typed a number that counts.
func (w *walk) typedExcuse(t tile) excuse {
	e := excuse{teller: t.teller, reason: collector.ReasonNotTyped}
	c := w.s.cell(t.teller, t.grain, t.From)
	switch {
	case t.teller.fault != "": // what somebody typed may stand in a file that could not be read
		e.reason, e.said = t.teller.fault, true
	case c != nil && c.lapsed:
		return excuse{teller: t.teller, reason: collector.ReasonReminder, said: true}
	}
	if w.q.loose(t.teller) {
		if p, reaches := w.s.longer(t.teller, t.From); reaches {
			e.reason, e.said = ReasonNotWhole, true
			if w.p.Holds(p) && p.To > w.over.To {
				e.reason = ReasonNotYet
			}
		}
	}
	return e
}

// longer returns a period longer than the day that holds it and that a number was typed of.
func (s *shelf) longer(t *teller, d observation.Date) (observation.Period, bool) {
	for _, g := range t.grains {
		p := g.Holding(d)
		if c := s.cell(t, g, p.From); c != nil && c.answer != nil {
			return p, true
		}
	}
	if s.early != nil {
		for _, o := range s.early[t.index] {
			if o.Period().Contains(d) {
				return o.Period(), true
			}
		}
	}
	return observation.Period{}, false
}

// findFaults finds out which of the sources that people feed failed at the newest visit, of those that are read on schedule.
func findFaults(questions []*question, standing []observation.SourceStatus) {
	for _, q := range questions {
		for _, t := range q.tellers {
			i := slices.IndexFunc(standing, func(st observation.SourceStatus) bool { return st.Key() == t.Key() })
			if i >= 0 && t.Typed && t.Schedule != "" && !standing[i].Result.Answered() && !standing[i].Result.NotApplicable() {
				t.fault = cmp.Or(standing[i].Reason, string(standing[i].Result))
			}
		}
	}
}
