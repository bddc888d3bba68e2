package indicator

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// near is how far from the midnight at which a period begins or ends a counter may have been read to stand for it. One that was
// read just between two midnights stands for the earlier of them.
const near = 12 * time.Hour

// sights is what was seen of single items, for all questions of one reading.
type sights struct {
	seen  map[sightName][]*observation.Observation // in the order of time
	looks map[lookName][]look                      // when a source told a counter of any item, in the order of time
	ids   map[rowName][]string                     // items of which a counter was told, by channel and counter, sorted
	items map[string]sightedItem                   // by id
	zones map[string]string                        // of the days that a source told looks for
}

type sightName struct{ source, metric, item string }

type lookName struct{ source, metric string }

// look is a day for which a source told what it had seen, and when it saw it first.
type look struct {
	day observation.Date
	at  time.Time
}

// sightedItem is an item with its place among all that were read.
type sightedItem struct {
	n int
	*observation.Item
}

// wantLooks adds what a question of items needs to what has to be read.
func (w *want) wantLooks(q *question, days observation.Period, until observation.Date) {
	l, c := &w.looks, &w.looked
	l.Organisations = union(l.Organisations, q.owners())
	for _, t := range q.tellers {
		l.Channels = union(l.Channels, []string{t.Channel})
	}
	if q.earned() { // what was seen later says nothing of what was earned before
		until = min(until, days.To)
	}
	if len(l.Metrics) == 0 || l.Until < until {
		l.Until = until
	}
	l.Metrics = union(l.Metrics, []string{q.told()})
	l.Since = lookedFrom(days)
	c.Organisations, c.Channels, c.Metrics = l.Organisations, l.Channels, l.Metrics
	c.Grains, c.Period = []observation.Grain{observation.Snapshot}, observation.Period{From: l.Since, To: l.Until + 1}
}

// lookedFrom is the first day that a look may be told for which stands for the beginning of days: no zone is further than a day
// from another.
func lookedFrom(days observation.Period) observation.Date { return days.From - 2 }

// wantBounds adds the days for which looks are told that stand for a midnight, in whatever zone the source cuts its days.
func (w *want) wantBounds(midnights []observation.Date) {
	for _, d := range midnights {
		w.looks.Days = union(w.looks.Days, []observation.Date{d - 2, d - 1, d})
	}
	slices.Sort(w.looks.Days)
}

// midnights lists when the periods begin and end that a question is asked about, as far as they are over, and when what it is of
// began, ended or came to be counted otherwise.
func (q *question) midnights(periods []observation.Period) []observation.Date {
	var out []observation.Date
	for _, p := range periods {
		over := q.closed(p)
		inside := []observation.Date{over.From, over.To}
		for _, life := range q.alive {
			inside = append(inside, life.From, life.To)
		}
		for _, t := range q.tellers {
			for _, r := range t.rules {
				inside = append(inside, r.From, r.From+1)
			}
		}
		out = union(out, slices.DeleteFunc(inside, func(d observation.Date) bool { return d < p.From || d > p.To }))
	}
	return out
}

// readSights reads what was seen of items, and the items.
func (j *Judge) readSights(ctx context.Context, w want) (looks []observation.Observation, items []observation.Item, err error) {
	if w.looks.Empty() {
		return nil, nil, nil
	}
	looks, err = j.store.Looks(ctx, w.looks)
	ids := map[string][]string{} // by organisation
	for i := range looks {
		if o := &looks[i]; i == 0 || looks[i-1].Subject != o.Subject || looks[i-1].Organisation != o.Organisation {
			ids[o.Organisation] = append(ids[o.Organisation], o.Subject)
		}
	}
	for _, organisation := range w.looks.Organisations {
		if err == nil {
			var some []observation.Item
			some, err = j.store.ItemsByID(ctx, organisation, ids[organisation], j.asOf)
			items = append(items, some...)
		}
	}
	return looks, items, err
}

// newSights sorts what was read. What was seen after now is not known yet.
func newSights(looks []observation.Observation, items []observation.Item, after int, now time.Time) *sights {
	s := &sights{seen: map[sightName][]*observation.Observation{}, looks: map[lookName][]look{}, ids: map[rowName][]string{}, items: map[string]sightedItem{}, zones: map[string]string{}}
	days := map[lookName]map[observation.Date]bool{}
	for i := range looks {
		o := &looks[i]
		if o.ObservedAt.After(now) {
			continue
		}
		name, among, row := sightName{o.Source, o.Metric, o.Subject}, lookName{o.Source, o.Metric}, rowName{channel: o.Channel, metric: o.Metric}
		s.seen[name] = append(s.seen[name], o)
		s.zones[o.Source] = strings.TrimPrefix(o.Definition, ruleOf(o.Definition))
		if days[among] == nil {
			days[among] = map[observation.Date]bool{}
		}
		if !days[among][o.From] {
			days[among][o.From], s.looks[among] = true, append(s.looks[among], look{o.From, o.ObservedAt})
		}
		if ids := s.ids[row]; len(ids) == 0 || ids[len(ids)-1] != o.Subject { // looks come sorted by their items
			s.ids[row] = append(ids, o.Subject)
		}
	}
	for _, looks := range s.looks {
		slices.SortFunc(looks, func(a, b look) int { return a.at.Compare(b.at) })
	}
	for i := range items {
		if _, known := s.items[items[i].ID]; !known { // a series goes on from one organisation to the next: the newest comes first
			s.items[items[i].ID] = sightedItem{after + i, &items[i]}
		}
	}
	return s
}

// abroad tells whether a platform cuts its days by another midnight than its source does.
func (s *sights) abroad(t *teller) bool {
	zone, known := s.zones[t.ID]
	return known && zone != "@"+t.Zone.String()
}

// lookedAt returns what a source said of its counters at a midnight: that of the looks which may stand for it that was answered,
// else of the last day before it.
func (s *shelf) lookedAt(t *teller, midnight observation.Date) (said observation.Coverage, seen bool) {
	days := []observation.Date{midnight - 1, midnight, midnight - 2}
	if !s.sights.abroad(t) {
		days = days[:1]
	}
	for _, d := range days {
		c, ok := s.cell(t, observation.Snapshot, d).said()
		if ok && (!seen || heard(c.Result) && !heard(said.Result)) {
			said, seen = c, true
		}
	}
	return said, seen
}

// lookedLast returns what a source said of its counters when it was last asked, since a day.
func (s *shelf) lookedLast(t *teller, since observation.Date) (said observation.Coverage, seen bool) {
	for d := s.days.To - 1; d >= since; d-- {
		if said, seen = s.cell(t, observation.Snapshot, d).said(); seen {
			return said, true
		}
	}
	return said, false
}

// heard tells whether a source answered, be it in part.
func heard(r observation.Result) bool { return r.Answered() || r == observation.Partial }

// latest returns the day of the newest look of a source before a moment.
func (s *sights) latest(name lookName, before time.Time) observation.Date {
	for _, l := range slices.Backward(s.looks[name]) {
		if l.at.Before(before) {
			return l.day
		}
	}
	return never
}

// byMoment orders items by when they count.
func byMoment(a, b sightedItem) int { return cmp.Or(a.At().Compare(b.At()), cmp.Compare(a.ID, b.ID)) }
