package collector

import (
	"context"
	"errors"
	"fmt"
	"time"

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
	}
	return observation.Failed
}

// ReasonOf gives the reason code that goes with an error, for figures to translate.
func ReasonOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return ReasonDeadline
	case errors.Is(err, context.Canceled):
		return ReasonStopped
	}
	return string(ResultOf(err))
}

// Reasons that are told beside the plain results. Every language has words for each.
const (
	ReasonDeadline   = "deadline"    // it took longer than it may
	ReasonStopped    = "stopped"     // somebody stopped the run
	ReasonLogSilent  = "log_silent"  // the log holds no lines for a stretch of the period
	ReasonLogMissing = "log_missing" // no log file reaches the period
	ReasonLogDamaged = "log_damaged" // a log file could not be read to its end
)
