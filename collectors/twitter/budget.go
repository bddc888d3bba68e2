package twitter

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// stateReads is what the reads of the month are remembered under. Keys that begin with calls are kept at once, also of a visit
// that is killed.
const stateReads = "calls_reads"

// reads is the budget of a month: X charges for each account and each post that it gives, once a day for the same, by UTC.
type reads struct {
	most  int
	state collector.State
	now   func() time.Time
	spent spent
	made  int // in this visit
}

// spent is what of the budget is gone.
type spent struct {
	Month string   `json:"month"`         // 2026-11
	N     int      `json:"n"`             // objects that were read in it
	Day   string   `json:"day"`           // 2026-11-22
	Known []string `json:"ids,omitempty"` // that were read on it: these cost nothing more
}

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

// turn begins a new month and a new day when they have begun. A clock that is set back brings nothing back.
func (r *reads) turn() {
	now := r.now().UTC()
	if month := now.Format("2006-01"); month > r.spent.Month {
		r.spent.Month, r.spent.N = month, 0
	}
	if day := now.Format(time.DateOnly); day != r.spent.Day {
		r.spent.Day, r.spent.Known = day, nil
	}
}

// left is how many objects may still be read in the month.
func (r *reads) left() int { return max(0, r.most-r.spent.N) }

// ends is when the month ends.
func (r *reads) ends() time.Time {
	month, err := time.Parse("2006-01", r.spent.Month)
	if err != nil {
		month = r.now().UTC()
	}
	return time.Date(month.Year(), month.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}

// knows tells whether an object was read today, and costs nothing more.
func (r *reads) knows(id string) bool { return slices.Contains(r.spent.Known, id) }

// used says how much is gone, for people.
func (r *reads) used() string {
	return fmt.Sprintf("%d of the %d reads of this month are spent, which ends on %s (UTC)", r.spent.N, r.most, r.ends().Add(-time.Second).Format(time.DateOnly))
}

// over is the error that a question would go beyond the budget.
func (r *reads) over() error {
	return fmt.Errorf("%s; what is left of them is kept for the followers of the days to come, and posts are read again when the next month begins, or sooner with more reads in the source: %w", r.used(), collector.ErrBudget)
}

// reserve spends as much as a question can cost at most, before it is put: a visit that is killed has spent it. settle takes back
// what it did not cost.
func (r *reads) reserve(n int) error {
	r.turn()
	if n > r.left() {
		return r.over()
	}
	r.spent.N += n
	r.keep()
	return nil
}

// settle takes in what a question that reserved n brought.
func (r *reads) settle(n int, ids ...string) {
	r.spent.N -= n
	for _, id := range ids {
		if !r.knows(id) {
			r.spent.Known = append(r.spent.Known, id)
			r.spent.N++
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
	return r.left() - (r.ends().Add(-time.Second).Day() - r.now().UTC().Day())
}
