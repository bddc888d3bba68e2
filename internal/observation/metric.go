package observation

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Shape says what may be done with the numbers of a metric. Shape.Fold is the only place where numbers become one number.
type Shape string

// The shapes.
const (
	Flow    Shape = "flow"    // adds over time and over subjects
	Level   Shape = "level"   // the last of a period; over channels only when asked; never over time
	Unique  Shape = "unique"  // distinct people: adds over nothing
	Rate    Shape = "rate"    // formed when shown, from a stored numerator and base
	Counted Shape = "counted" // counted from items, never stored
)

// Axis is the direction in which several numbers would become one.
type Axis string

// The axes.
const (
	OverTime     Axis = "time"
	OverSubjects Axis = "subjects" // items of one channel
	OverChannels Axis = "channels"
)

// Range is what is known of a number that has no answer of its own: it lies in [Low, High].
type Range struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Total is what several numbers make together: a Value, or a Range, or a reason why neither may be formed.
type Total struct {
	Value   float64
	Range   *Range
	Refused error
}

// Fold makes one number of parts, given in the order of time, as far as the shape allows it. A flow adds. Of levels over
// time the last counts. Unique people never add: the total lies between the largest part and the sum of the parts. All
// else is refused, and the reason is fit to be shown to the one who asked for it.
func (s Shape) Fold(axis Axis, parts []float64) Total {
	if len(parts) == 0 {
		return Total{Refused: fmt.Errorf("nothing was measured")}
	}
	if err := s.Allows(axis); err != nil {
		return Total{Refused: err}
	}
	sum, largest := 0.0, parts[0]
	for _, v := range parts {
		sum = Plus(sum, v)
		largest = max(largest, v)
	}
	switch {
	case s == Unique:
		return Total{Range: &Range{Low: largest, High: sum}}
	case s == Level && axis == OverTime:
		return Total{Value: parts[len(parts)-1]}
	}
	return Total{Value: sum}
}

// Plus adds two numbers. What is beyond all numbers is held at the largest there is, which can be written down: an old store may
// hold numbers that are larger than Largest.
func Plus(a, b float64) float64 { return min(max(a+b, -math.MaxFloat64), math.MaxFloat64) }

// Allows returns the reason why numbers of this shape must not become one number along axis, or nil. For unique people
// nil means that Fold gives a range, never a sum.
func (s Shape) Allows(axis Axis) error {
	switch s {
	case Flow, Unique:
		return nil
	case Level:
		if axis == OverSubjects {
			return fmt.Errorf("a level does not add over %s: each has its own", axis)
		}
		return nil
	case Rate:
		return fmt.Errorf("a rate does not add over %s: it is formed from its numerator and its base", axis)
	case Counted:
		return fmt.Errorf("a counted metric is not added: it is counted from its items for the period asked")
	}
	return fmt.Errorf("unknown shape %q", s)
}

// Metric is a thing that is measured. Its id has one shape and one unit for ever.
type Metric struct {
	ID    string
	Shape Shape
	Unit  string // what one of it is: views, visitors, people
	Name  Text   // of a metric that a configuration declares; the languages of the program name the others
	// Lifetime marks a counter that an item carries from its publication on; it is read as snapshots.
	Lifetime bool
	// Counter is the lifetime counter that an indicator is formed of when it is shown; "" of what is stored.
	Counter string
}

// OverItems is what a lifetime counter of several items comes to together: what each was counted adds, but for people, of whom
// one may have met several.
func (m Metric) OverItems(counters []float64) Total {
	switch {
	case m.Shape != Unique:
		return Flow.Fold(OverSubjects, counters)
	case len(counters) == 1:
		return Total{Value: counters[0]}
	}
	return Unique.Fold(OverSubjects, counters)
}

// Metrics is a catalogue of metrics by id.
type Metrics map[string]Metric

// Counts tells whether an item is one of those that a counted metric counts, as far as the item alone tells: publications
// are what stood in a channel of ours, media hits what stood in somebody else's outlet.
func (m Metric) Counts(i Item) bool {
	switch m.ID {
	case "publications":
		return i.Channel != "" && slices.Contains([]string{"post", "article", "video", "issue"}, i.Kind)
	case "media_hits":
		return i.Channel == "" && i.Outlet != "" && slices.Contains([]string{"article", "media"}, i.Kind)
	case "appearances":
		return slices.Contains([]string{"appearance", "training", "network"}, i.Kind)
	}
	return false
}

// StandardMetrics returns the metrics that every installation has; a configuration may add flows of its own.
func StandardMetrics() Metrics {
	m := Metrics{}
	add := func(shape Shape, lifetime bool, ids ...string) {
		for _, id := range ids {
			m[id] = Metric{ID: id, Shape: shape, Unit: unitOf(id), Lifetime: lifetime}
		}
	}
	add(Flow, false, "views", "visits", "impressions", "media_views", "downloads", "sends", "delivered", "bounces", "gained", "lost", "unsubscribes")
	add(Flow, false, "profile_views") // of the page of an account on a platform
	add(Flow, false, "page_views")    // of a page; of a channel: of all pages that its source lists
	add(Flow, false, "reactions", "comments", "shares", "link_clicks", "engagements")
	add(Level, false, "followers", "subscribers", "members")
	add(Unique, false, "visitors", "reach", "unique_opens", "unique_clicks")
	add(Level, true, "views_total", "impressions_total", "reactions_total", "comments_total", "shares_total", "link_clicks_total", "clicks_total")
	add(Level, true, "sends_total", "delivered_total", "bounces_total", "unsubscribes_total", "opens_total")
	add(Unique, true, "reach_total", "unique_opens_total", "unique_clicks_total")
	add(Counted, false, "publications", "media_hits", "stories", "outlets", "appearances")
	return m
}

// earned ends the ids of what the items of a channel earn in a period: reactions_earned is how much their reactions_total grew.
const earned = "_earned"

// Earned returns the indicators that are formed of lifetime counters when a figure is shown, and never stored. That of unique people
// is among them, to be refused with its reason.
func Earned() Metrics {
	out := Metrics{}
	for id, m := range StandardMetrics() {
		name, lifetime := strings.CutSuffix(id, "_total")
		if !m.Lifetime || !lifetime {
			continue
		}
		shape := Flow
		if m.Shape == Unique {
			shape = Unique
		}
		out[name+earned] = Metric{ID: name + earned, Shape: shape, Unit: m.Unit, Counter: id}
	}
	return out
}

// Grows returns the reason why the growth of a counter of this shape says nothing, or nil.
func (s Shape) Grows() error {
	if s == Unique {
		return fmt.Errorf("people who came twice are counted once: by how much a count of them grew is not how many came")
	}
	return nil
}

// unitOf names what one of a metric is, where the id itself does not.
func unitOf(id string) string {
	units := map[string]string{
		"reach": "people", "reach_total": "people", "media_hits": "hits",
		"unique_opens": "people", "unique_opens_total": "people", "unique_clicks": "people", "unique_clicks_total": "people",
		"views_total": "views", "impressions_total": "impressions", "reactions_total": "reactions", "comments_total": "comments",
		"shares_total": "shares", "link_clicks_total": "link_clicks", "clicks_total": "clicks", "page_views": "views",
		"sends_total": "sends", "delivered_total": "delivered", "bounces_total": "bounces", "unsubscribes_total": "unsubscribes", "opens_total": "opens",
	}
	if u, ok := units[id]; ok {
		return u
	}
	return id
}
