package api

import (
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Ways is a sink for a kind that has some metrics in another way than usually, which counts otherwise: where a permission is missing, or
// the platform left the usual number out. What is told after By carries the definition of that way, which definitions.yaml names with
// way, so that it is never joined with what the usual way tells.
type Ways struct {
	collector.Sink
	by map[string]string
}

var (
	_ collector.ZoneSink = (*Ways)(nil)
	_ collector.PartSink = (*Ways)(nil)
)

// NewWays returns a sink that passes on to out.
func NewWays(out collector.Sink) *Ways { return &Ways{out, map[string]string{}} }

// By says by which definition a metric is told from now on; "" is the usual one.
func (w *Ways) By(metric, definition string) { w.by[metric] = definition }

// Observe passes a number on.
func (w *Ways) Observe(o observation.Observation) error {
	if o.Definition == "" {
		o.Definition = w.by[o.Metric]
	}
	return w.Sink.Observe(o)
}

// Complete passes on that all was told: by another way that says nothing of what the usual one told before.
func (w *Ways) Complete(c observation.Completion) {
	if c.Definition == "" {
		c.Definition = w.by[c.Metric]
	}
	w.Sink.Complete(c)
}

// DaysOf passes on by which zone days are cut.
func (w *Ways) DaysOf(zone *time.Location) {
	if sink, takes := w.Sink.(collector.ZoneSink); takes {
		sink.DaysOf(zone)
	}
}

// Failed passes on which part was not read.
func (w *Ways) Failed(part string, err error) {
	if sink, takes := w.Sink.(collector.PartSink); takes {
		sink.Failed(part, err)
	}
}
