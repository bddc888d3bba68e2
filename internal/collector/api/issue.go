package api

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"seuranta/internal/address"
	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// RereadDays is for how long after it was sent a letter is asked for again at every visit: people open and click for weeks.
const RereadDays = 60

// Issue is one letter that was sent to a list.
type Issue struct {
	ID       string // the platform's own
	Title    string
	URL      string // where everybody can read it; "" where nobody can
	Language string
	SentAt   time.Time
	// Counts are what it came to until now, by metric: lifetime counters, as sends_total and unique_clicks_total. What the
	// platform does not tell is not in it; without sends_total nobody knows how many were sent on its day.
	Counts map[string]float64
}

// Counter is a field of an answer that counts for a lifetime counter of a letter.
type Counter struct {
	Metric string
	Field  string // as the platform calls it, for errors
	Value  Number
}

// Counts adds the fields of a letter up by their metrics. A field that is not there is an error.
func Counts(fields []Counter) (map[string]float64, error) {
	out := map[string]float64{}
	for _, f := range fields {
		n, err := f.Value.Need(f.Field)
		if err != nil {
			return nil, err
		}
		out[f.Metric] += n
	}
	return out, nil
}

// rough are the counters that are estimates by their nature: mail programs load pictures that nobody looks at, and others load
// none.
var rough = map[string]bool{"unique_opens_total": true, "opens_total": true}

// Letters is what the issues of a channel are told with.
type Letters struct {
	Kind    string // of the source, which the platform's own ids are one's of
	Channel string
	Part    string
	Metrics []string         // lifetime counters that this platform tells of an issue
	First   observation.Date // the first day that the platform lists issues of; zero is from the beginning
}

// From returns since when issues are to be asked for: those of the window, and for a window that reaches to now those that
// still change.
func (t *Teller) From() observation.Date {
	if !t.Now() {
		return t.window.From
	}
	return min(t.window.From, observation.DateOf(t.window.Now.In(t.window.Zone))-RereadDays)
}

// To is the first day after those whose issues are to be asked for.
func (t *Teller) To() observation.Date { return t.window.To }

// Issues tells letters: each an item with its counters as they are now, and of every day of the window how many letters were
// sent to people. Letters of other days are told as items alone. All that were sent since From were asked for; one that came
// twice, because the list moved on between two pages, is one.
func (t *Teller) Issues(l Letters, issues []Issue) error {
	sends, unknown := map[observation.Date]float64{}, map[observation.Date]bool{}
	for _, i := range inOrder(issues) {
		day := observation.DateOf(i.SentAt.In(t.window.Zone))
		if day < t.From() || !i.SentAt.Before(t.window.End(t.window.Zone)) && !t.Now() || i.SentAt.After(t.window.Now) {
			continue
		}
		sent, known := i.Counts["sends_total"]
		sends[day] += sent
		unknown[day] = unknown[day] || !known
		if err := t.issue(l, i); err != nil {
			return err
		}
	}
	t.Covered(l.Part, "publications", l.First)
	if t.Now() {
		t.coverCounters(l)
	}
	return t.sends(l, sends, unknown)
}

// inOrder sorts letters by when they were sent, and leaves out what is there twice.
func inOrder(issues []Issue) []Issue {
	sorted := slices.SortedFunc(slices.Values(issues), func(a, b Issue) int { return cmp.Or(a.SentAt.Compare(b.SentAt), cmp.Compare(a.ID, b.ID)) })
	return slices.CompactFunc(sorted, func(a, b Issue) bool { return a.ID == b.ID })
}

// sends tells how many letters went out by the day. A day with one of which that is not known has no number.
func (t *Teller) sends(l Letters, sends map[observation.Date]float64, unknown map[observation.Date]bool) error {
	for _, p := range t.Periods(observation.Day) {
		switch {
		case p.From < l.First:
			t.Untold(l.Part, "sends", observation.Day, p, observation.NotOffered, collector.ReasonBeforeStart)
		case unknown[p.From]:
			t.Untold(l.Part, "sends", observation.Day, p, observation.Failed, collector.ReasonBadAnswer)
		default:
			if err := t.Number(l.Part, "sends", observation.Day, p, sends[p.From]); err != nil {
				return err
			}
		}
	}
	return nil
}

// coverCounters says that the counters were looked at, also when there was no letter to count for.
func (t *Teller) coverCounters(l Letters) {
	day := t.Instant()
	for _, metric := range l.Metrics {
		t.cover(l.Part, metric, observation.Snapshot, observation.Period{From: day, To: day + 1}, observation.Coverage{Result: observation.OK})
	}
}

// issue tells one letter.
func (t *Teller) issue(l Letters, i Issue) error {
	alias := l.Channel + "|" + l.Kind + ":" + i.ID
	it := observation.Item{ID: ItemID(alias), Kind: "issue", PublishedAt: i.SentAt, FirstSeen: t.window.Now, Title: clean(i.Title), URL: i.URL, Language: i.Language,
		State: observation.Valid, Aliases: []string{alias}}
	if canonical, err := address.Canonical(i.URL); err == nil {
		it.Aliases = append(it.Aliases, l.Channel+"|url:"+canonical)
	}
	if err := t.out.Item(it); err != nil {
		return err
	}
	for _, metric := range slices.Sorted(maps.Keys(i.Counts)) {
		basis := observation.Collected
		if rough[metric] {
			basis = observation.Estimate
		}
		if err := t.snapshot(l.Part, metric, it.ID, t.Instant(), t.window.Now, i.Counts[metric], basis); err != nil {
			return err
		}
	}
	return nil
}

// ItemID makes the id of an item out of what a platform calls it: the same whenever it is told.
func ItemID(alias string) string {
	sum := sha256.Sum256([]byte(alias))
	return hex.EncodeToString(sum[:])[:24]
}

// Snapshots gives metrics the grain of what is looked at, for the MetricGrains of a kind.
func Snapshots(metrics ...string) map[string][]observation.Grain {
	out := make(map[string][]observation.Grain, len(metrics))
	for _, m := range metrics {
		out[m] = []observation.Grain{observation.Snapshot}
	}
	return out
}
