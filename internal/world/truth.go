package world

import (
	"cmp"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// The states that a figure of the world may have; they are the words of the product.
const (
	StateOK            = "ok"
	StateZero          = "zero"
	StatePartial       = "partial"
	StateMissing       = "missing"
	StateNotApplicable = "not_applicable"
	StateBounded       = "bounded"
)

// Truth is one figure as it must be shown.
type Truth struct {
	Target, Metric string // of a channel, topic:ID, project:ID, or - for the centre itself
	Dims           string // what it was told for, as region=keski-suomi
	Grain          observation.Grain
	From           observation.Date // the first day
	AsOf           time.Time        // as it was known at this moment; zero is the moment at which the demo looks
	State          string
	Value          *float64 // nil when nothing was measured, and when Low and High tell more
	Low, High      *float64 // the range of a bounded figure
	// Measured and Expected count days: those that are known whole, and those in the life of the target.
	Measured, Expected int
}

// Truth returns every figure that must be shown: of the websites for every closed week, month and day that is over, of
// sign-ups for every month, of all else for every closed week, and some as they were before they were corrected. They are sorted
// by target, metric, dimensions, grain, first day and the moment as of which they are known.
func (w *World) Truth() []Truth {
	out := slices.Concat(w.loggedTruth(), w.hits(), w.publications(), w.levelTruth(), w.sheetTruth(), w.signupTruth(), w.appearanceTruth(), w.servicesTruth(), w.socialTruth(), w.earlier())
	slices.SortFunc(out, func(a, b Truth) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Dims, b.Dims), cmp.Compare(a.Grain, b.Grain), cmp.Compare(a.From, b.From),
			a.AsOf.Compare(b.AsOf))
	})
	return out
}

// loggedTruth returns views and visitors of the websites that are followed.
func (w *World) loggedTruth() []Truth {
	var out []Truth
	for _, s := range w.sites {
		out = append(out, s.truth()...)
	}
	return out
}

// tally is what is known of a stretch of days: of one, or of the days of a week put together.
type tally struct {
	days     []tally // of a week
	alive    bool
	cover    cover
	views    int
	visitors map[visitor]bool
}

func (s *site) truth() []Truth {
	days := s.count()
	var out []Truth
	first := s.plan.weeks.From
	for i := range days {
		out = append(out, s.name(observation.Day, first+observation.Date(i), together(days[i:i+1]))...)
	}
	for d := s.plan.weeks.From; d < s.plan.weeks.To; d += 7 {
		out = append(out, s.name(observation.Week, d, together(days[d-first:d-first+7]))...)
	}
	for _, d := range s.plan.starts(observation.Month) {
		if month := observation.Month.Holding(d); month.To <= s.plan.today { // of which nobody tells visitors
			out = append(out, s.name(observation.Month, d, together(days[d-first:month.To-first]))[0])
		}
	}
	return out
}

// name makes the figures of a tally.
func (s *site) name(g observation.Grain, from observation.Date, t tally) []Truth {
	views, visitors := t.viewsTruth(), t.visitorsTruth()
	for _, f := range []*Truth{&views, &visitors} {
		f.Target, f.Grain, f.From = s.channel, g, from
		f.Measured, f.Expected = t.measured()
	}
	return []Truth{views, visitors}
}

// count returns a tally of every day from the first week until yesterday: of what people did, as far as the log has it.
func (s *site) count() []tally {
	stretches := covered(s.moments())
	period := observation.Period{From: s.plan.weeks.From, To: s.plan.today}
	days := make([]tally, period.Days())
	for i := range days {
		d := period.From + observation.Date(i)
		days[i] = tally{alive: s.alive(d), cover: covers(stretches, s.plan.whole(d)), visitors: map[visitor]bool{}}
	}
	for _, v := range s.visits {
		for _, st := range v.steps {
			if d := st.at.day(s.plan.zone); st.read && s.noted(st.at) && period.Contains(d) {
				days[d-period.From].views++
				days[d-period.From].visitors[v.who] = true
			}
		}
	}
	return days
}

// moments returns when the log of the site has lines.
func (s *site) moments() []moment {
	var out []moment
	for _, r := range s.log {
		out = append(out, r.at)
	}
	return out
}

// together makes one tally of days: views add, and who came twice is one visitor.
func together(days []tally) tally {
	t := tally{visitors: map[visitor]bool{}}
	for _, d := range days {
		if !d.alive {
			continue
		}
		t.days = append(t.days, d)
		t.views += d.views
		for who := range d.visitors {
			t.visitors[who] = true
		}
	}
	return t
}

// measured returns how many days were covered whole, and how many there were to cover.
func (t tally) measured() (n, of int) {
	for _, d := range t.days {
		if d.cover == whole {
			n++
		}
	}
	return n, len(t.days)
}

// answered tells whether any part of any day was covered.
func (t tally) answered() bool {
	return slices.ContainsFunc(t.days, func(d tally) bool { return d.cover != none })
}

func (t tally) viewsTruth() Truth {
	n, of := t.measured()
	f := Truth{Metric: "views", Value: number(t.views)}
	switch {
	case of == 0:
		f.State, f.Value = StateNotApplicable, nil
	case !t.answered():
		f.State, f.Value = StateMissing, nil
	case n < of:
		f.State = StatePartial
	default:
		f.State = okOrZero(t.views)
	}
	return f
}

func (t tally) visitorsTruth() Truth {
	n, of := t.measured()
	f := Truth{Metric: "visitors"}
	switch {
	case of == 0:
		f.State = StateNotApplicable
	case n == 0:
		f.State = StateMissing
	case n < of:
		f.State = StateBounded
		f.Low, f.High = t.bounds()
	default:
		f.State, f.Value = okOrZero(len(t.visitors)), number(len(t.visitors))
	}
	return f
}

// bounds returns the visitors of the largest of the days covered whole, and of all of them as if nobody had come twice.
func (t tally) bounds() (low, high *float64) {
	largest, sum := 0, 0
	for _, d := range t.days {
		if d.cover == whole {
			largest = max(largest, len(d.visitors))
			sum += len(d.visitors)
		}
	}
	return number(largest), number(sum)
}

func okOrZero(n int) string {
	if n == 0 {
		return StateZero
	}
	return StateOK
}

func number(n int) *float64 {
	v := float64(n)
	return &v
}
