package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// How much of an allowance is spent, in percent, from where on a source goes slow, and from where on it asks no more.
const (
	slowAt = 75
	stopAt = 95
)

const (
	slowPause    = 2 * time.Second
	throttlePass = time.Hour     // how long calls take to be forgotten where Meta does not tell
	blockPass    = 6 * time.Hour // how long a block lasts where Meta does not tell
	// longestRegain is the longest that Meta keeps a source silent.
	longestRegain = 7 * 24 * time.Hour
)

// stateWait is what is remembered: until when Meta wants to be left alone.
const stateWait = "meta_wait"

// usage is how much of what Meta allows is spent. Calls that are made while it is all spent count, too, so none are.
type usage struct {
	state collector.State
	now   func() time.Time
	pause func(context.Context, time.Duration) error

	percent float64
	regain  time.Duration // until there is something again, as Meta told
	until   time.Time     // nothing is asked before
}

// spent is what Meta says of one allowance.
type spent struct {
	Calls  float64 `json:"call_count"`
	CPU    float64 `json:"total_cputime"`
	Time   float64 `json:"total_time"`
	Regain float64 `json:"estimated_time_to_regain_access"` // in minutes
}

// spare waits a little where much is spent, and is an error where all is.
func (u *usage) spare(ctx context.Context) error {
	if until := u.barred(); until.After(u.now()) {
		return &collector.WaitError{Until: until}
	}
	if u.percent < slowAt {
		return nil
	}
	if u.pause != nil {
		return u.pause(ctx, slowPause)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(slowPause):
		return nil
	}
}

// barred is until when nothing is asked, also as a visit before was told.
func (u *usage) barred() time.Time {
	if !u.until.IsZero() || u.state == nil {
		return u.until
	}
	text, _ := u.state.Get(stateWait)
	until, err := time.Parse(time.RFC3339, text)
	if err != nil || until.After(u.now().Add(longestRegain+time.Hour)) { // of a clock that was wrong
		return time.Time{}
	}
	return until
}

// bar has nothing asked for so long.
func (u *usage) bar(pass time.Duration) {
	u.until = u.now().Add(pass).Truncate(time.Second)
	if u.state != nil {
		u.state.Set(stateWait, u.until.UTC().Format(time.RFC3339))
	}
}

// heed reads what Meta says of its allowances in the head of an answer.
func (u *usage) heed(header map[string][]string) {
	u.percent, u.regain = most(header)
	if u.percent >= stopAt {
		u.bar(orElse(u.regain, throttlePass))
	}
}

// most reads out of the head of an answer how much of an allowance is spent, in percent, and how long it takes until there is
// something again: of the one of which it is most.
func most(header map[string][]string) (percent float64, regain time.Duration) {
	for name, values := range header {
		for _, value := range values {
			for _, s := range allowances(name, value) {
				percent = max(percent, s.Calls, s.CPU, s.Time)
				regain = max(regain, time.Duration(min(s.Regain, longestRegain.Minutes())*float64(time.Minute)))
			}
		}
	}
	return percent, regain
}

// rest reads out of a refusal until when Meta wants to be left alone: calls that are made until then count, too.
func (u *usage) rest(status int, header map[string][]string, body []byte) (until time.Time, ok bool) {
	percent, regain := most(header)
	pass := orElse(regain, throttlePass)
	switch err := refusal(status, body); {
	case means(err, blocked):
		pass = max(regain, blockPass)
	case means(err, throttled), regain > 0, percent >= stopAt:
	default:
		return time.Time{}, false
	}
	return u.now().Add(pass).Truncate(time.Second), true
}

// allowances reads one line of a head. What cannot be read says nothing.
func allowances(name, value string) []spent {
	switch {
	case strings.EqualFold(name, "X-App-Usage"), strings.EqualFold(name, "X-Page-Usage"):
		var one spent
		if json.Unmarshal([]byte(value), &one) == nil {
			return []spent{one}
		}
	case strings.EqualFold(name, "X-Business-Use-Case-Usage"):
		var all map[string][]spent
		if json.Unmarshal([]byte(value), &all) != nil {
			return nil
		}
		var out []spent
		for _, some := range all {
			out = append(out, some...)
		}
		return out
	}
	return nil
}

// waiting gives a refusal that asks to be left alone the moment until when.
func (u *usage) waiting(err error) error {
	var pass time.Duration
	switch busy := collector.ResultOf(err) == observation.Waiting; {
	case means(err, throttled), busy && u.regain > 0:
		pass = orElse(u.regain, throttlePass)
	case means(err, blocked):
		pass = max(u.regain, blockPass)
	case busy && u.until.After(u.now()):
		pass = u.until.Sub(u.now())
	default:
		return err
	}
	if failed := (*fetch.Error)(nil); errors.As(err, &failed) {
		pass = max(pass, failed.Until.Sub(u.now())) // Retry-After may say more
	}
	u.bar(pass)
	return fmt.Errorf("%w (%w)", &collector.WaitError{Until: u.until}, err)
}

func orElse(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}
