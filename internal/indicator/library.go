package indicator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// library holds what was read of some days, a shelf a question.
type library struct {
	days     observation.Period
	shelves  []*shelf // in the order of the questions
	pubs     []*shelf // of the publications that questions of items need
	base     map[rowName][]*shelf
	answers  map[rowName][]*shelf // with the dimensions that were found; nil for those that nobody asks for
	coverage map[rowName][]*shelf
	last     []*shelf // rows come sorted: the next is mostly of the same question
	lastKey  rowName
}

// rowName is what rows name a question by.
type rowName struct{ channel, metric, dims string }

// load reads what the questions need of the days, once for all of them.
func (j *Judge) load(ctx context.Context, questions []*question, days observation.Period, periods ...observation.Period) (*library, error) {
	l := &library{days: days, base: map[rowName][]*shelf{}, answers: map[rowName][]*shelf{}, coverage: map[rowName][]*shelf{}}
	for _, q := range questions {
		l.shelves = append(l.shelves, j.shelfFor(l, q))
	}
	all := l.questions()
	findLeftOut(all, days)
	w := j.want(all, days)
	for _, q := range questions {
		if q.ofItems() {
			w.wantBounds(q.midnights(append(periods, days)))
		}
	}
	r, err := j.read(ctx, w)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", days.Label(), err)
	}
	findFaults(all, r.standing)
	for i := range r.observations {
		l.put(&r.observations[i])
	}
	for i := range r.early {
		l.putEarly(&r.early[i])
	}
	l.lastKey, l.last = rowName{}, nil
	for i := range r.coverage {
		l.cover(&r.coverage[i])
	}
	for i := range r.looked {
		l.cover(&r.looked[i])
	}
	slices.SortFunc(r.items, observation.CompareItems)
	sights := newSights(r.looks, r.sighted, len(r.items), j.now)
	for _, s := range l.shelves {
		s.sights = sights
	}
	for i := range r.items {
		for _, s := range slices.Concat(l.shelves, l.pubs) {
			s.place(i, &r.items[i])
		}
	}
	for i := range r.noted {
		l.putNoted(&r.noted[i])
	}
	l.hold()
	return l, nil
}

// shelfFor makes the shelf of a question; one of items has that of the publications beside it.
func (j *Judge) shelfFor(l *library, q *question) *shelf {
	if !q.ofItems() {
		return l.open(newShelf(q, l.days))
	}
	s := l.open(newShelf(q, observation.Period{From: lookedFrom(l.days), To: max(l.days.To, q.today) + 1}))
	i := slices.IndexFunc(l.pubs, func(p *shelf) bool { return p.question == q.pubs })
	if i < 0 {
		i, l.pubs = len(l.pubs), append(l.pubs, l.open(newShelf(q.pubs, l.days)))
	}
	s.pubs = l.pubs[i]
	return s
}

// questions lists what the shelves are for, those of publications that others need, too.
func (l *library) questions() []*question {
	var out []*question
	for _, s := range slices.Concat(l.shelves, l.pubs) {
		out = append(out, s.question)
	}
	return out
}

// open makes a shelf known by what rows will name it by.
func (l *library) open(s *shelf) *shelf {
	q := s.question
	key := rowName{channel: q.channel.ID, metric: q.told()}
	if !q.ofItems() {
		l.base[key] = append(l.base[key], s)
	}
	if q.counts == nil && !q.ofItems() {
		l.coverage[key] = append(l.coverage[key], s)
		return s
	}
	for _, t := range q.tellers { // what items are counted is covered where their source stands
		if key.channel = t.Channel; !slices.Contains(l.coverage[key], s) {
			l.coverage[key] = append(l.coverage[key], s)
		}
	}
	return s
}

// want is what has to be read.
type want struct {
	rows   observation.Selection
	early  observation.Selection
	noted  observation.Selection // days of logs of events
	items  observation.ItemSelection
	looks  observation.LookSelection // at single items
	looked observation.Selection     // how those who looked were answered
	owner  []string                  // organisations of sources that people feed and that are read on schedule
}

// want says what the questions need of the days. What people typed is also looked for before them: a level or a log of events
// may still hold, and a quarter may have begun earlier.
func (j *Judge) want(questions []*question, days observation.Period) want {
	w := want{rows: observation.Selection{AsOf: j.asOf, Period: days}}
	w.early = observation.Selection{AsOf: j.asOf, Period: observation.Period{From: observation.FirstDay, To: days.From}}
	w.noted = w.early
	w.looks.AsOf, w.looked.AsOf = j.asOf, j.asOf
	for _, q := range questions {
		owners := q.owners()
		if q.ofItems() {
			w.wantLooks(q, days, q.today)
			continue
		}
		w.rows.Organisations = union(w.rows.Organisations, owners)
		w.rows.Metrics = union(w.rows.Metrics, []string{q.metric.ID})
		if q.counts != nil {
			w.items.Organisations = union(w.items.Organisations, owners)
		} else {
			w.rows.Channels = union(w.rows.Channels, []string{q.channel.ID})
		}
		for _, t := range q.tellers {
			w.rows.Channels = union(w.rows.Channels, []string{t.Channel})
			w.rows.Grains = union(w.rows.Grains, t.grains)
			if t.Typed {
				early := &w.early
				if q.counts != nil {
					early = &w.noted
				}
				if t.Schedule != "" {
					w.owner = union(w.owner, []string{t.Organisation})
				}
				early.Organisations = union(early.Organisations, owners)
				early.Channels = union(early.Channels, []string{t.Channel})
				early.Metrics = union(early.Metrics, []string{q.metric.ID})
				early.Grains = union(early.Grains, t.grains)
			}
		}
	}
	w.early.Grains = slices.DeleteFunc(w.early.Grains, func(g observation.Grain) bool { return g == observation.Day })
	w.items.AsOf = j.asOf
	// No zone is further than a day from UTC.
	w.items.Span = observation.Span{From: (days.From - 1).UTC(), To: (days.To + 1).UTC()}
	return w
}

// owners lists whose rows may answer the question.
func (q *question) owners() []string {
	var out []string
	for _, o := range q.chain {
		out = append(out, o.ID)
	}
	if q.metric.ID == mediaHits {
		out = append(out, observation.Shared)
	}
	return out
}

// reading is what the store answered.
type reading struct {
	observations, early []observation.Observation
	coverage, noted     []observation.Coverage
	items               []observation.Item
	looks               []observation.Observation
	looked              []observation.Coverage
	sighted             []observation.Item
	standing            []observation.SourceStatus
}

// read asks the store for everything at once.
func (j *Judge) read(ctx context.Context, w want) (r reading, err error) {
	done := make(chan error, 2)
	go func() {
		var err error
		r.coverage, err = Spoken(ctx, j.store, j.desk.Sources, w.rows)
		if err == nil && !w.noted.Empty() {
			r.noted, err = j.store.Coverage(ctx, w.noted)
		}
		if err == nil && !w.looked.Empty() {
			r.looked, err = Spoken(ctx, j.store, j.desk.Sources, w.looked)
		}
		done <- err
	}()
	go func() {
		var err error
		if len(w.items.Organisations) > 0 {
			r.items, err = j.store.Items(ctx, w.items)
		}
		if err == nil {
			r.looks, r.sighted, err = j.readSights(ctx, w)
		}
		done <- err
	}()
	r.observations, err = j.store.Observations(ctx, w.rows)
	if err == nil && !w.early.Empty() {
		r.early, err = j.store.Observations(ctx, w.early)
	}
	if err == nil && len(w.owner) > 0 {
		r.standing, err = j.store.Status(ctx, w.owner, j.asOf)
	}
	return r, errors.Join(err, <-done, <-done)
}

// of returns the shelves that an answer belongs to. Dimensions that nobody has met yet get shelves of their own beside the
// one without.
func (l *library) of(o *observation.Observation) []*shelf {
	key := rowName{o.Channel, o.Metric, o.Dims}
	if l.last != nil && key == l.lastKey {
		return l.last
	}
	found, known := l.answers[key]
	if !known {
		found = l.findShelves(key)
		l.answers[key] = found
	}
	l.last, l.lastKey = found, key
	return found
}

func (l *library) findShelves(key rowName) []*shelf {
	base := l.base[rowName{channel: key.channel, metric: key.metric}]
	if key.dims == "" {
		return slices.DeleteFunc(slices.Clone(base), func(s *shelf) bool { return s.question.project != nil })
	}
	project, rest := splitDims(key.dims)
	var out []*shelf
	for _, s := range base {
		switch q := s.question; {
		case q.channel.ID != "":
			out = append(out, s.variant(key.dims))
		case (q.project == nil) != (project == ""), q.project != nil && q.project.ID != project:
		case rest == "":
			out = append(out, s)
		default:
			out = append(out, s.variant(rest))
		}
	}
	return out
}

// put puts an answer on its shelves.
func (l *library) put(o *observation.Observation) {
	if o.Subject != "" {
		return
	}
	for _, s := range l.of(o) {
		s.put(o)
	}
}

// cover puts what was said of a period on its shelves: a source says it of a metric, whatever the dimensions.
func (l *library) cover(v *observation.Coverage) {
	key := rowName{channel: v.Channel, metric: v.Metric}
	if l.last == nil || key != l.lastKey {
		l.last, l.lastKey = l.coverage[key], key
	}
	for _, s := range l.last {
		s.cover(v)
		for _, variant := range s.variants {
			variant.cover(v)
		}
	}
}

// shown lists the shelves that are shown: each, then its variants.
func (l *library) shown() []*shelf {
	var out []*shelf
	for _, s := range l.shelves {
		for _, s := range append([]*shelf{s}, s.variants...) {
			if !s.question.quiet || !s.empty() {
				out = append(out, s)
			}
		}
	}
	return out
}

// today returns the day that it is in a zone.
func today(now time.Time, zone *time.Location) observation.Date {
	if zone == nil {
		zone = time.UTC
	}
	return observation.DateOf(now.In(zone))
}
