package twitter

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// stateReads is what the reads of the month are remembered under. Keys that begin with calls are kept at once, also of a visit
// that is killed; in a store on a server when the visit is stored.
const stateReads = "calls_reads"

// reads is the budget of a month: X charges for each account and each post that it gives, once a day for the same, by UTC.
type reads struct {
	most  int
	state collector.State
	now   func() time.Time
	spent spent
	in    string // the month of the newest question
	made  int    // in this visit
}

// spent is what of the budget is gone. Each month is kept under its name for a while: a clock that was wrong, and is set right,
// neither gives anything back nor takes the budget of another month.
type spent struct {
	Months map[string]int `json:"months"`        // objects that were read, by 2026-11
	Day    string         `json:"day"`           // 2026-11-22
	Known  []string       `json:"ids,omitempty"` // that were read on it: these cost nothing more
}

// mostMonths is how many months are kept.
const mostMonths = 6

// budget returns the budget as it is now.
func (s *source) budget(now time.Time) *reads {
	r := &reads{most: s.config.Reads, state: s.deps.State, now: api.Clock(now)}
	if s.deps.State != nil {
		if text, ok := s.deps.State.Get(stateReads); ok {
			_ = json.Unmarshal([]byte(text), &r.spent) // what cannot be read is begun anew
		}
	}
	r.turn()
	return r
}

// turn forgets what was read on another day, and the oldest months.
func (r *reads) turn() {
	if day := r.now().UTC().Format(time.DateOnly); day != r.spent.Day {
		r.spent.Day, r.spent.Known = day, nil
	}
	if r.spent.Months == nil {
		r.spent.Months = map[string]int{}
	}
	for len(r.spent.Months) > mostMonths {
		delete(r.spent.Months, slices.Min(slices.Collect(maps.Keys(r.spent.Months))))
	}
}

// month is the name of the month that it is.
func (r *reads) month() string { return r.now().UTC().Format("2006-01") }

// gone is how many objects were read in the month.
func (r *reads) gone() int { return r.spent.Months[r.month()] }

// left is how many may still be read in it.
func (r *reads) left() int { return max(0, r.most-r.gone()) }

// last is the last day of the month.
func (r *reads) last() time.Time {
	now := r.now().UTC()
	return time.Date(now.Year(), now.Month()+1, 0, 0, 0, 0, 0, time.UTC)
}

// knows tells whether an object was read today, and costs nothing more.
func (r *reads) knows(id string) bool { return slices.Contains(r.spent.Known, id) }

// used says how much is gone, for people.
func (r *reads) used() string {
	return fmt.Sprintf("%d of the %d reads of this month are spent, which ends on %s (UTC)", r.gone(), r.most, r.last().Format(time.DateOnly))
}

// over is the error that a question would go beyond the budget.
func (r *reads) over() error {
	return fmt.Errorf("%s; what is left of them is kept for the days to come, and the rest is read when the next month begins, or sooner with more reads in the source: %w", r.used(), collector.ErrBudget)
}

// reserve spends as much as a question can cost at most, before it is put: a visit that is killed has spent it. settle takes back
// what it did not cost.
func (r *reads) reserve(n int) error {
	r.turn()
	if n > r.left() {
		return r.over()
	}
	r.in = r.month()
	r.spent.Months[r.in] += n
	r.keep()
	return nil
}

// settle takes in what a question that reserved n brought.
func (r *reads) settle(n int, ids ...string) {
	r.spent.Months[r.in] -= n
	for _, id := range ids {
		if !r.knows(id) {
			r.spent.Known = append(r.spent.Known, id)
			r.spent.Months[r.in]++
			r.made++
		}
	}
	r.keep()
}

// keep writes the budget down.
func (r *reads) keep() {
	if text, err := json.Marshal(r.spent); err == nil && r.state != nil {
		r.state.Set(stateReads, string(text))
	}
}

// forPosts is how many posts may be asked for: of the month's reads one is left for each of its days to come, because followers
// go before posts; visits that look at the past leave half of the budget for those of the present.
func (r *reads) forPosts(present bool) int {
	if !present {
		return r.left() - r.most/2
	}
	return r.left() - (r.last().Day() - r.now().UTC().Day())
}

// page is how large a page of posts may be, and what it can cost at most: of those that are to come anyway the ones that were read
// today cost nothing, and each other one may be new.
func (r *reads) page(present bool, free []string) (size, cost int) {
	r.turn()
	known := 0
	for _, id := range free {
		if r.knows(id) {
			known++
		}
	}
	size = min(mostPage, known+max(0, r.forPosts(present)))
	return size, max(0, size-known)
}
