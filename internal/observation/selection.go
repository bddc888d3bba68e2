package observation

import "time"

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
