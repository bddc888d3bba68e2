package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// gather is the sink of one run.
type gather struct {
	source       observation.Source
	metrics      observation.Metrics
	progress     func(done, total int64)
	observations []observation.Observation
	items        []observation.Item
	coverage     []observation.Coverage
	complete     []observation.Completion
	dims         []string // that the completions speak of; nil: of all
	answers      []observation.Answer
	told         []observation.Count
	rejected     []error
	refused      map[slot]error // the first fault of each period of a metric that had a number refused
	failed       []observation.Failing
	state        *memory
	zone         *time.Location // by which the source cuts its days, nil where that is the zone of its entry
}

// slot names a period of a metric of a channel, of whatever part.
type slot struct {
	channel, metric string
	grain           observation.Grain
	from            observation.Date
}

func newGather(job Job, state *memory) *gather {
	progress := job.Progress
	if progress == nil {
		progress = func(int64, int64) {}
	}
	return &gather{source: job.Source, metrics: job.Metrics, progress: progress, refused: map[slot]error{}, state: state}
}

// Observe fills in what the source's entry in the configuration says, and refuses what can never be stored.
func (g *gather) Observe(o observation.Observation) error {
	o.Organisation, o.Source = g.source.Organisation, g.source.ID
	if o.Channel == "" {
		o.Channel = g.source.Channel
	}
	o.Definition = g.named(o.Definition, o.Metric, o.From)
	o.ObservedAt = o.ObservedAt.Truncate(time.Second)
	if err := o.Validate(g.metrics); err != nil {
		g.rejected = append(g.rejected, err)
		if at := (slot{o.Channel, o.Metric, o.Grain, o.From}); g.refused[at] == nil {
			g.refused[at] = err
		}
		return err
	}
	g.observations = append(g.observations, o)
	return nil
}

// Item takes an item. What stood in nobody else's outlet stood in the channel of the source.
func (g *gather) Item(it observation.Item) error {
	if it.Organisation == "" {
		it.Organisation = g.source.Organisation
	}
	if it.Source == "" {
		it.Source = g.source.ID
	}
	if it.Channel == "" && it.Outlet == "" {
		it.Channel = g.source.Channel
	}
	if it.ID == "" {
		err := fmt.Errorf("item %q has no id", it.Title)
		g.rejected = append(g.rejected, err)
		return err
	}
	g.items = append(g.items, it)
	return nil
}

// Cover takes what was said of a period. What can never be stored is counted and left out, or it would take all the rest
// with it.
func (g *gather) Cover(c observation.Coverage) {
	c.Organisation, c.Source = g.source.Organisation, g.source.ID
	if c.Channel == "" {
		c.Channel = g.source.Channel
	}
	if err := c.Validate(); err != nil {
		g.rejected = append(g.rejected, err)
		return
	}
	c.Gaps = slices.Clone(c.Gaps)
	for i, s := range c.Gaps {
		c.Gaps[i] = observation.Span{From: s.From.UTC().Truncate(time.Second), To: s.To.UTC().Truncate(time.Second)}
	}
	g.coverage = append(g.coverage, c)
}

// Complete takes a claim to have told everything, of the definition in force.
func (g *gather) Complete(c observation.Completion) {
	if c.Channel == "" {
		c.Channel = g.source.Channel
	}
	c.Definition = g.named(c.Definition, c.Metric, c.From)
	g.complete = append(g.complete, c)
}

// DaysOf takes in by which zone the source cuts its days.
func (g *gather) DaysOf(zone *time.Location) { g.zone = zone }

// definition names the rule that a metric of a day was counted by.
func (g *gather) definition(metric string, day observation.Date) string {
	s := g.source
	s.Zone = g.days()
	return s.DefinitionID(metric, day)
}

// named is how the definition that a collector tells is stored: with the zone of the days; the one in force where it tells none, another
// one where it has a number in another way than usually.
func (g *gather) named(definition, metric string, day observation.Date) string {
	switch {
	case definition == "":
		return g.definition(metric, day)
	case !strings.Contains(definition, "@"):
		return definition + "@" + g.days().String()
	}
	return definition
}

// days is the zone by which the source cuts its days.
func (g *gather) days() *time.Location {
	if g.zone != nil {
		return g.zone
	}
	return g.source.Zone
}

// Speaks takes in of which dimensions the completions speak.
func (g *gather) Speaks(dims string) {
	if !slices.Contains(g.dims, dims) {
		g.dims = append(g.dims, dims)
	}
}

// Failed takes in a part that was not read.
func (g *gather) Failed(part string, err error) {
	g.failed = append(g.failed, observation.Failing{Part: part, Reason: reasonOf(err)})
}

// Answered takes the record of one answer.
func (g *gather) Answered(a observation.Answer) { g.answers = append(g.answers, a) }

// Tell takes a count.
func (g *gather) Tell(name string, n int64) {
	g.told = append(g.told, observation.Count{Name: name, N: n})
}

// Progress passes on how far the work is.
func (g *gather) Progress(done, total int64) { g.progress(done, total) }

// dropRejected takes back what the collector says of periods that had a number refused: such a period was not answered
// whole, so it is no zero, and what was known of it is not gone.
func (g *gather) dropRejected() {
	if len(g.refused) == 0 {
		return
	}
	told := map[slot]bool{}
	for _, o := range g.observations {
		told[slot{o.Channel, o.Metric, o.Grain, o.From}] = true
	}
	for i := range g.coverage {
		c := &g.coverage[i]
		at := slot{c.Channel, c.Metric, c.Grain, c.From}
		fault := g.refused[at]
		if fault == nil || !c.Result.Answered() {
			continue
		}
		c.Result, c.Reason, c.Detail = observation.Failed, ReasonRejected, fault.Error()
		if told[at] {
			c.Result = observation.Partial
		}
	}
	g.complete = slices.DeleteFunc(g.complete, func(c observation.Completion) bool {
		return g.refused[slot{c.Channel, c.Metric, c.Grain, c.From}] != nil
	})
}
