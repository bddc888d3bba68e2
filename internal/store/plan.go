package store

import (
	"slices"
	"time"

	"seuranta/internal/observation"
)

// plan is what a commit will write, decided before anything is written.
type plan struct {
	observations []ranked
	coverage     []rankedCoverage
	items        []observation.Item  // as the commit leaves them, without version and run
	aliases      []observation.Alias // the same
	fresh        int
	changed      int
	unchanged    int
	withdrawn    int
}

// planner decides, answer by answer, what would change for a reader; nothing else is written.
type planner struct {
	plan
	current map[observation.Key]*answers
	covered map[observation.CoverageKey]rankedCoverage
	loc     *time.Location
	now     time.Time
	random  uint16
	run     observation.Run
}

// answers are the rows of one key: a snapshot's has one an instant, every other key one.
type answers struct {
	rows []ranked
	told bool // by this commit
}

func newPlanner(run observation.Run, now time.Time, random uint16) *planner {
	loc, err := time.LoadLocation(run.Zone)
	if err != nil {
		loc = time.UTC
	}
	return &planner{current: map[observation.Key]*answers{}, covered: map[observation.CoverageKey]rankedCoverage{},
		loc: loc, now: now, random: random, run: run}
}

// of returns the answers to k; there may be none yet.
func (p *planner) of(k observation.Key) *answers {
	a := p.current[k]
	if a == nil {
		a = &answers{}
		p.current[k] = a
	}
	return a
}

// know takes in a row that counts now.
func (p *planner) know(o ranked) {
	a := p.of(o.Key)
	a.rows = append(a.rows, o)
}

// commit plans the whole of c.
func (p *planner) commit(c observation.Commit) {
	for _, o := range c.Observations {
		p.tell(o)
	}
	p.withdrawUntold(c)
	for _, v := range c.Coverage {
		p.cover(v)
	}
	if len(c.Uncover) > 0 {
		gone := make(map[observation.CoverageKey]bool, len(c.Uncover))
		for _, k := range c.Uncover {
			k.Organisation, k.Source = p.run.Organisation, p.run.Source
			gone[k] = true
		}
		p.uncover(func(k observation.CoverageKey) bool { return gone[k] })
	}
	if c.Retract != nil {
		p.withdraw(func(shown ranked) bool { return c.Retract.Touches(shown.Period()) }, p.run.Note)
		p.uncover(func(k observation.CoverageKey) bool { return c.Retract.Touches(k.Period()) })
	}
}

// tell plans one answer.
func (p *planner) tell(o observation.Observation) {
	o.Organisation, o.Source, o.Run = p.run.Organisation, p.run.Source, p.run.ID
	o.ObservedAt = o.ObservedAt.Truncate(time.Second) // what the database keeps of it
	if o.State == "" {
		o.State = observation.Valid
	}
	a := p.of(o.Key)
	a.told = true
	o.Version = observation.Next(a.newestVersion(), p.now, p.random)
	shown, have := a.shown(p.loc)
	switch {
	case have && (shown.SameAnswer(o) || !o.Beats(shown.Observation, p.loc)):
		p.unchanged++
		return
	case have:
		p.changed++
	default:
		p.fresh++
	}
	p.write(a, o)
}

// write plans a row of o, with a rank above that of every row of its key: only what is to be shown is ever written.
func (p *planner) write(a *answers, o observation.Observation) {
	weight := uint64(flag(o.Complete))
	for _, r := range a.rows {
		weight = max(weight, r.rank>>completeBit)
	}
	row := ranked{Observation: o, rank: weight<<completeBit | uint64(o.Version)}
	if at := slices.IndexFunc(a.rows, func(r ranked) bool { return r.ObservedAt.Equal(o.ObservedAt) }); at >= 0 {
		a.rows[at] = row
	} else {
		a.rows = append(a.rows, row)
	}
	p.observations = append(p.observations, row)
}

// shown returns the row that a reader sees of a key.
func (a *answers) shown(loc *time.Location) (best ranked, have bool) {
	for _, r := range a.rows {
		if r.State == observation.Valid && (!have || r.Beats(best.Observation, loc)) {
			best, have = r, true
		}
	}
	return best, have
}

func (a *answers) newestVersion() (v observation.Version) {
	for _, r := range a.rows {
		v = max(v, r.Version)
	}
	return v
}

// withdrawUntold plans the taking back of what completions speak of and the commit did not tell, in one pass: a table may
// complete thousands of days.
func (p *planner) withdrawUntold(c observation.Commit) {
	if len(c.Complete) == 0 {
		return
	}
	done := make(map[observation.Completion]bool, len(c.Complete))
	for _, one := range c.Complete {
		done[one] = true
	}
	p.withdraw(func(shown ranked) bool {
		return !p.current[shown.Key].told && done[observation.CompletionOf(shown.Observation)] && c.SpeaksOf(shown.Dims)
	}, "")
}

// withdraw plans the taking back of every key of which gone names the answer that is shown, in the order of the keys.
func (p *planner) withdraw(gone func(shown ranked) bool, why string) {
	var keys []observation.Key
	for k, a := range p.current {
		if shown, have := a.shown(p.loc); have && gone(shown) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, observation.Key.Compare)
	for _, k := range keys {
		p.withdrawn++
		a := p.current[k]
		version := observation.Next(a.newestVersion(), p.now, p.random)
		for _, r := range slices.Clone(a.rows) {
			if r.State == observation.Valid {
				r.State, r.Version, r.Run, r.Note = observation.Withdrawn, version, p.run.ID, why
				p.write(a, r.Observation)
			}
		}
	}
}

// cover plans what a run says of a period, when it is news.
func (p *planner) cover(c observation.Coverage) {
	c.Organisation, c.Source, c.Run = p.run.Organisation, p.run.Source, p.run.ID
	c.Gaps = wholeSeconds(c.Gaps)
	old, have := p.covered[c.CoverageKey]
	c.Version = observation.Next(old.Version, p.now, p.random)
	if have && !old.withdrawn && (!c.Beats(old.Coverage) || sameCoverage(c, old.Coverage)) {
		return
	}
	p.writeCoverage(rankedCoverage{Coverage: c, rank: weightOf(c)})
}

func (p *planner) writeCoverage(c rankedCoverage) {
	old := p.covered[c.CoverageKey]
	c.rank = max(c.rank, old.rank>>resultBits)<<resultBits | uint64(c.Version)
	p.covered[c.CoverageKey] = c
	p.coverage = append(p.coverage, c)
}

// weightOf is the upper bits of the rank: the order of observation.Coverage.Beats.
func weightOf(c observation.Coverage) uint64 {
	switch {
	case c.Result.Answered():
		return 2
	case c.Result == observation.Partial:
		return 1
	}
	return 0
}

// wholeSeconds returns the gaps as the database keeps them.
func wholeSeconds(gaps []observation.Span) (out []observation.Span) {
	for _, g := range gaps {
		out = append(out, observation.Span{From: g.From.Truncate(time.Second), To: g.To.Truncate(time.Second)})
	}
	return out
}

func sameCoverage(a, b observation.Coverage) bool {
	return a.Result == b.Result && a.Reason == b.Reason && slices.Equal(a.Subjects, b.Subjects) &&
		slices.EqualFunc(a.Gaps, b.Gaps, func(x, y observation.Span) bool { return x.From.Equal(y.From) && x.To.Equal(y.To) })
}

// uncover plans the taking back of the coverage that gone names.
func (p *planner) uncover(gone func(observation.CoverageKey) bool) {
	var keys []observation.CoverageKey
	for k, c := range p.covered {
		if !c.withdrawn && gone(k) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, observation.CoverageKey.Compare)
	for _, k := range keys {
		c := p.covered[k]
		c.withdrawn, c.Run = true, p.run.ID
		c.Version = observation.Next(c.Version, p.now, p.random)
		p.writeCoverage(rankedCoverage{Coverage: c.Coverage, withdrawn: true, rank: weightOf(c.Coverage)})
	}
}
