package indicator

import (
	"cmp"
	"slices"

	"seuranta/internal/observation"
)

// shelf holds the answers of the sources to one question.
type shelf struct {
	question *question
	days     observation.Period
	rows     [][]cell // a row for each source and grain, a cell for each day from the first of days; nil where nothing was told
	items    [][]*observation.Item
	variants []*shelf // of the same question, each of other dimensions

	// early are answers of periods that begin before days and concern them: of a typed level the newest one, of what else
	// was typed those that reach into days; by source.
	early [][]*observation.Observation
	// noted is what was said of the newest day before days that a log of events was kept on; by source.
	noted []*observation.Coverage
	// told are the grains at which people typed something; the shelf of a quiet question is shown when there is any, or an
	// item.
	told []observation.Grain

	pubs   *shelf  // of a question of items: the publications
	sights *sights // what was seen of single items

	tracing bool // keep what figures are made of, for explaining
}

// cell is what one source says of one period.
type cell struct {
	answer   *observation.Observation
	coverage *observation.Coverage
	parts    []*observation.Coverage // of a source that is read in several parts, the further ones
	other    bool                    // an answer by another rule than the one in force was told
	held     bool                    // the answer is that of an earlier day, and still holds
	lapsed   bool                    // an earlier answer held, and no longer does
	since    *observation.Coverage   // of a log of events that still holds: what was said of the earlier day
	filled   bool                    // anything is said here
}

func newShelf(q *question, days observation.Period) *shelf {
	n := 0
	for _, t := range q.tellers {
		n += len(t.grains)
	}
	return &shelf{question: q, days: days, rows: make([][]cell, n)}
}

// variant returns the shelf of the same question for dimensions, made when it is not there.
func (s *shelf) variant(dims string) *shelf {
	i, found := slices.BinarySearchFunc(s.variants, dims, func(v *shelf, dims string) int { return cmp.Compare(v.question.dims, dims) })
	if !found {
		q := *s.question
		q.dims, q.quiet = dims, true
		s.variants = slices.Insert(s.variants, i, newShelf(&q, s.days))
	}
	return s.variants[i]
}

// empty tells whether nothing is stored that the shelf could show.
func (s *shelf) empty() bool {
	return len(s.told) == 0 && !slices.ContainsFunc(s.items, func(day []*observation.Item) bool { return len(day) > 0 }) &&
		!slices.ContainsFunc(s.rows, func(row []cell) bool { return slices.ContainsFunc(row, func(c cell) bool { return c.answer != nil }) })
}

// put keeps the answer that a rule in force gave. Where only days of another zone are known, those are kept, and where the usual way
// told nothing what was told by another.
func (s *shelf) put(o *observation.Observation) {
	t, c := s.reach(o.Source, o.Grain, o.From)
	if c == nil {
		return
	}
	switch _, ok := t.countedBy(o); {
	case !ok:
		c.other = true
	case c.answer == nil, counts(o, c.answer, t):
		c.answer = o
	}
	if t.Typed {
		s.told = union(s.told, []observation.Grain{o.Grain})
	}
}

// counts tells whether o is to be taken rather than have: what was told by the usual way, then days of the zone of today rather than
// those of another, then the answer that beats the other, whichever organisation of the chain had it.
func counts(o, have *observation.Observation, t *teller) bool {
	now := t.rule(o.From)
	if usual := now.counted(o); usual != now.counted(have) {
		return usual
	}
	if (o.Definition == now.id) != (have.Definition == now.id) {
		return o.Definition == now.id
	}
	return o.Beats(*have, t.Zone)
}

// cover keeps what a source said of a period, part by part, in the order of the parts.
func (s *shelf) cover(v *observation.Coverage) {
	_, c := s.reach(v.Source, v.Grain, v.From)
	switch {
	case c == nil:
	case c.coverage == nil:
		c.coverage = v
	case c.coverage.Part == v.Part:
		c.coverage = better(c.coverage, v)
	case c.coverage.Part > v.Part:
		c.parts, c.coverage = slices.Insert(c.parts, 0, c.coverage), v
	default:
		i, found := slices.BinarySearchFunc(c.parts, v.Part, func(p *observation.Coverage, part string) int { return cmp.Compare(p.Part, part) })
		if found {
			c.parts[i] = better(c.parts[i], v)
		} else {
			c.parts = slices.Insert(c.parts, i, v)
		}
	}
}

func better(have, v *observation.Coverage) *observation.Coverage {
	if v.Beats(*have) {
		return v
	}
	return have
}

// reach returns the cell of a source's period, made when it is not there; nil when the question does not want it.
func (s *shelf) reach(source string, g observation.Grain, from observation.Date) (*teller, *cell) {
	if !s.days.Contains(from) {
		return nil, nil
	}
	for _, t := range s.question.tellers {
		at := t.row(g)
		if t.ID != source || at < 0 {
			continue
		}
		c := &s.row(at)[from-s.days.From]
		c.filled = true
		return t, c
	}
	return nil, nil
}

// row returns a row, made when it is not there.
func (s *shelf) row(at int) []cell {
	if s.rows[at] == nil {
		s.rows[at] = make([]cell, s.days.Days())
	}
	return s.rows[at]
}

// cell returns what a source said of a period; nil when it said nothing.
func (s *shelf) cell(t *teller, g observation.Grain, from observation.Date) *cell {
	at := t.row(g)
	if at < 0 || s.rows[at] == nil || !s.days.Contains(from) {
		return nil
	}
	row := s.rows[at]
	if c := &row[from-s.days.From]; c.filled {
		return c
	}
	return nil
}

// said sums up the parts of a period: answered when all that could be measured was, not measurable only when no part was;
// else the gravest of what is wrong. ok is false when nobody said anything.
func (c *cell) said() (sum observation.Coverage, ok bool) {
	if c == nil || c.coverage == nil {
		return sum, false
	}
	sum = *c.coverage
	for _, p := range c.parts {
		sum = together(sum, *p)
	}
	return sum, true
}

// inPart tells whether some part was answered, be it in part.
func (c *cell) inPart() bool {
	heard := func(p *observation.Coverage) bool { return p.Result.Answered() || p.Result == observation.Partial }
	return heard(c.coverage) || slices.ContainsFunc(c.parts, heard)
}

// together sums up two parts: what could not be measured does not count, and nothing at all is graver than a part.
func together(a, b observation.Coverage) observation.Coverage {
	bad := func(c observation.Coverage) bool { return !c.Result.Answered() }
	switch {
	case a.Result.NotApplicable():
		return b
	case b.Result.NotApplicable():
		return a
	case bad(b) && (!bad(a) || a.Result == observation.Partial):
		return b
	case !bad(b) && a.Result == observation.NoData:
		return b
	}
	return a
}

func reasonOf(c observation.Coverage) string {
	if _, _, ok := c.Forgotten(); ok {
		return c.Reason + " " + c.Detail // by which rule and when; see verdict.gap
	}
	if c.Reason != "" {
		return c.Reason
	}
	return string(c.Result)
}
