package collector

import (
	"context"
	"errors"
	"fmt"
	"time"

	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// Error classes: what a collector's error means for the run. Wrap one with %w; an error without a class is a failure.
var (
	ErrPartial    = errors.New("answered in part")
	ErrAuth       = errors.New("credential refused")
	ErrBudget     = errors.New("budget of calls is spent")
	ErrGone       = errors.New("no longer there")
	ErrNotOffered = errors.New("not offered")
	ErrRetired    = errors.New("metric withdrawn by the source")
	ErrColumns    = errors.New("the columns are not those of this source")
)

// WaitError says that the source asked to be left alone until a moment.
type WaitError struct{ Until time.Time }

// Error names the moment.
func (e *WaitError) Error() string {
	return fmt.Sprintf("asked to wait until %s", e.Until.UTC().Format(time.RFC3339))
}

// ResultOf gives the run result of a collector's error.
func ResultOf(err error) observation.Result {
	var wait *WaitError
	var fetched *fetch.Error
	switch {
	case err == nil:
		return observation.OK
	case errors.As(err, &wait):
		return observation.Waiting
	case errors.Is(err, ErrPartial):
		return observation.Partial
	case errors.Is(err, ErrAuth):
		return observation.Auth
	case errors.Is(err, ErrBudget):
		return observation.Budget
	case errors.Is(err, ErrGone):
		return observation.Gone
	case errors.Is(err, ErrNotOffered):
		return observation.NotOffered
	case errors.Is(err, ErrRetired):
		return observation.Retired
	case errors.As(err, &fetched):
		return resultOfFetch(fetched.Class)
	}
	return observation.Failed
}

// resultOfFetch gives the run result of what the HTTP client could not get. That an address is not found is a failure: a
// dead feed measures nothing, which is not the same as that there was nothing to be measured.
func resultOfFetch(c fetch.Class) observation.Result {
	switch c {
	case fetch.Wait:
		return observation.Waiting
	case fetch.Unauthorized:
		return observation.Auth
	case fetch.Payment:
		return observation.Budget
	case fetch.Gone:
		return observation.Gone
	}
	return observation.Failed
}

// ReasonOf gives the reason code that goes with an error, for figures to translate. An error of a kind may tell its own, one
// of those below, by a method Reason() string.
func ReasonOf(err error) string {
	var fetched *fetch.Error
	var own interface{ Reason() string }
	result := ResultOf(err)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &own):
		return own.Reason()
	case result != observation.Failed && result != observation.Partial:
		return string(result) // the kind knows what it means; how it came to know does not matter
	case errors.As(err, &fetched) && reasonOfFetch(fetched.Class) != "":
		return reasonOfFetch(fetched.Class)
	case errors.Is(err, context.DeadlineExceeded):
		return ReasonDeadline
	case errors.Is(err, context.Canceled):
		return ReasonStopped
	}
	return string(result)
}

// reasonOfFetch names what tells more than its result.
func reasonOfFetch(c fetch.Class) string {
	switch c {
	case fetch.Deadline:
		return ReasonDeadline
	case fetch.NotFound:
		return ReasonNotFound
	case fetch.TooLarge:
		return ReasonTooLarge
	case fetch.Refused:
		return ReasonRefused
	}
	return ""
}

// Reasons that are told beside the plain results. Every language has words for each.
const (
	ReasonDeadline   = "deadline"    // it took longer than it may
	ReasonStopped    = "stopped"     // somebody stopped the run
	ReasonNotFound   = "not_found"   // there is nothing at the address
	ReasonTooLarge   = "too_large"   // the answer is larger than it may be
	ReasonRefused    = "refused"     // the address leads to where the source may not go
	ReasonNotAFeed   = "not_a_feed"  // a page, an error message or something else came where a feed was due
	ReasonBadFeed    = "bad_feed"    // the feed is cut off or malformed
	ReasonFeedEmpty  = "feed_empty"  // a feed that had news has none of them any more
	ReasonFeedSilent = "feed_silent" // no news for far longer than ever
	ReasonRolledOver = "rolled_over" // more news came between two visits than the feed holds
	ReasonFeedShort  = "feed_short"  // the feed does not reach back so far
	ReasonNotTyped   = "not_typed"   // nobody has typed or imported a number yet
	ReasonReminder   = "reminder"    // the typed number no longer holds: it is time for a new one
	ReasonLogSilent  = "log_silent"  // the log holds no lines for a stretch of the period
	ReasonLogMissing = "log_missing" // no log file reaches the period
	ReasonLogDamaged = "log_damaged" // a log file could not be read to its end

	ReasonBadAnswer   = "bad_answer"   // an answer came that is not what the platform is known to answer
	ReasonBeforeStart = "before_start" // the platform did not count yet, or no longer tells of so long ago
	ReasonWithheld    = "withheld"     // the platform holds small numbers back
	ReasonPlan        = "plan"         // the plan that is paid for does not have it
	ReasonNoNumber    = "no_number"    // the platform answered, and has told no number of it yet: that is no zero
)
