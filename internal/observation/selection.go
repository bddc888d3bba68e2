package observation

import (
	"cmp"
	"time"
)

// Selection asks a store for what it knows of some metrics of some channels. Empty lists select nothing.
type Selection struct {
	Organisations []string
	Channels      []string
	Metrics       []string
	Grains        []Grain
	Period                  // periods that begin in it
	AsOf          time.Time // what was committed before this moment; zero: what is known now
}

// Empty tells whether nothing can be selected.
func (s Selection) Empty() bool {
	return len(s.Organisations) == 0 || len(s.Channels) == 0 || len(s.Metrics) == 0 || len(s.Grains) == 0 || s.Period.Empty()
}

// LookSelection asks a store for what was seen of single items when their source was looked at: the answers of lifetime counters
// told for some days and, of each item, counter, source and definition, the newest one of the days from Since to Until.
type LookSelection struct {
	Organisations []string
	Channels      []string
	Metrics       []string
	Days          []Date
	Since, Until  Date
	AsOf          time.Time // what was committed before this moment; zero: what is known now
}

// Empty tells whether nothing can be selected.
func (s LookSelection) Empty() bool {
	return len(s.Organisations) == 0 || len(s.Channels) == 0 || len(s.Metrics) == 0
}

// CompareLooks orders what was seen of items: by item, then counter and source, then in the order of time.
func CompareLooks(a, b Observation) int {
	return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Source, b.Source), a.ObservedAt.Compare(b.ObservedAt),
		a.Key.Compare(b.Key))
}
