package api

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
)

// Allowance is how often a platform lets itself be asked: so many calls in so long. What was spent stays in the memory of the
// source, so that starting the program anew gives nothing back. The zero value and nil allow everything.
type Allowance struct {
	Calls int           // in every stretch of …
	Per   time.Duration // … this length
	State collector.State
	Now   func() time.Time
	// Told reads out of the head of an answer how many calls the platform says are left, and until when none more; ok is false
	// where it says nothing of it. It may be nil. A moment that is over, or more than a week ahead, is not believed.
	Told func(header func(name string) string) (left int, until time.Time, ok bool)

	barred time.Time // the platform says that nothing is left until then
}

// stateCalls is what the calls are remembered under: the seconds in which they were made, oldest first.
const (
	stateCalls  = "calls"
	stateBarred = "calls_barred"
)

// Clock returns a clock that shows the moment of a visit at its beginning and goes on from there.
func Clock(now time.Time) func() time.Time {
	began := time.Now()
	return func() time.Time { return now.Add(time.Since(began)) }
}

// take spends a call, or says until when there is none.
func (a *Allowance) take() error {
	if a == nil || a.Calls <= 0 || a.State == nil {
		return nil
	}
	now := a.Now()
	if until := a.barredUntil(); until.After(now) {
		return &collector.WaitError{Until: until}
	}
	spent := a.spent(now)
	if len(spent) >= a.Calls {
		return &collector.WaitError{Until: time.Unix(spent[len(spent)-a.Calls], 0).Add(a.Per)}
	}
	a.keep(append(spent, now.Unix()))
	return nil
}

// spent returns when the calls were made that still count. The clock of a visit may begin anew where the one before it began, as
// in the stretches of one command, so calls shortly ahead count; those further ahead are of a clock that was wrong.
func (a *Allowance) spent(now time.Time) []int64 {
	text, _ := a.State.Get(stateCalls)
	var out []int64
	for word := range strings.SplitSeq(text, " ") {
		at, err := strconv.ParseInt(word, 10, 64)
		if err == nil && at > now.Add(-a.Per).Unix() && at <= now.Add(a.Per).Unix() {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return out
}

func (a *Allowance) keep(spent []int64) {
	words := make([]string, len(spent))
	for i, at := range spent {
		words[i] = strconv.FormatInt(at, 10)
	}
	a.State.Set(stateCalls, strings.Join(words, " "))
}

// heed takes in how often a question had to be put, and what the platform says of the calls that are left: somebody else may
// use the same key.
func (a *Allowance) heed(header map[string][]string, tries int) {
	if a == nil || a.Calls <= 0 || a.State == nil {
		return
	}
	now := a.Now()
	if spent := a.spent(now); tries > 1 {
		a.keep(append(spent, slices.Repeat([]int64{now.Unix()}, tries-1)...))
	}
	if until, told := a.told(header); told {
		a.barred = until
		a.State.Set(stateBarred, strconv.FormatInt(until.Unix(), 10))
	}
}

// longestBar is the furthest that the end of a bar is believed to be away. What is said to lie behind it is told in another unit, as
// milliseconds, or by a clock that is wrong.
const longestBar = 7 * 24 * time.Hour

// told reads out of the head of an answer until when the platform says that nothing is left.
func (a *Allowance) told(header map[string][]string) (until time.Time, told bool) {
	if a.Told == nil || header == nil {
		return time.Time{}, false
	}
	left, until, ok := a.Told(func(name string) string { return first(header, name) })
	now := a.Now()
	return until, ok && left <= 0 && until.After(now) && !until.After(now.Add(longestBar))
}

// rest reads out of an answer of a busy platform until when it says that nothing is left.
func (a *Allowance) rest(status int, header map[string][]string) (until time.Time, told bool) {
	if a == nil || status != 429 {
		return time.Time{}, false
	}
	return a.told(header)
}

// bar returns until when this process was told that no calls are left; zero when it was not, or when that moment is over.
func (a *Allowance) bar() time.Time {
	if a == nil || a.barred.IsZero() || !a.barred.After(a.Now()) {
		return time.Time{}
	}
	return a.barred
}

// barredUntil returns until when the platform said that nothing is left.
func (a *Allowance) barredUntil() time.Time {
	if !a.barred.IsZero() {
		return a.barred
	}
	text, _ := a.State.Get(stateBarred)
	at, err := strconv.ParseInt(text, 10, 64)
	if until := time.Unix(at, 0); err == nil && until.Before(a.Now().Add(2*a.Per)) {
		return until
	}
	return time.Time{}
}

// Left returns how many calls are left at a moment, for check; -1 where nothing bounds them.
func (a *Allowance) Left() int {
	if a == nil || a.Calls <= 0 || a.State == nil {
		return -1
	}
	return max(0, a.Calls-len(a.spent(a.Now())))
}

// first returns the first value of a header, whatever the case of its name.
func first(header map[string][]string, name string) string {
	for have, values := range header {
		if strings.EqualFold(have, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
