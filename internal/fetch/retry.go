package fetch

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstBackoff = 500 * time.Millisecond // doubled with each try, and up to as much again by chance
	longestShort = 10 * time.Second       // what a server asks for is waited out up to here
	defaultWait  = 15 * time.Minute       // for a server that is busy and does not say how long
	longestWait  = 7 * 24 * time.Hour     // no server keeps a source silent for longer
)

// refusal turns an answer that is not what was asked for into an error; words say why, "" what its status says.
func (c *call) refusal(r *reply, words string) *Error {
	e := says(classOf(r.status), "%s", words)
	if words == "" {
		e = says(classOf(r.status), "the server answered %s", statusText(r.status))
	}
	e.Status, e.header, e.body = r.status, c.sieve.header(r.header), []byte(c.sieve.strain(string(r.body)))
	switch r.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		e.wait(r.header.Get("Retry-After"), c.session.client.options.Now())
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		e.again = true
	}
	if final := c.request.Final; final != nil && (e.again || e.Class == Wait) {
		e.end(final(r.status, e.header, e.body))
	}
	return e
}

// end takes in what the platform itself says of another try: that there is no use in one, and until when. Where the server said
// until when as well, the later of the two counts.
func (e *Error) end(until time.Time, final bool) {
	if !final {
		return
	}
	e.again = false
	if told := e.after > 0; e.Class == Wait && !until.IsZero() && !(told && e.Until.After(until)) {
		e.leaveAlone(until)
	}
}

func statusText(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

func classOf(status int) Class {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return Unauthorized
	case http.StatusPaymentRequired:
		return Payment
	case http.StatusNotFound:
		return NotFound
	case http.StatusGone:
		return Gone
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return Wait
	}
	return Failed
}

// wait says until when a busy server is left alone, and whether that is so short that this request may wait it out.
func (e *Error) wait(header string, now time.Time) {
	wait, told := retryAfter(header, now)
	if wait == 0 {
		told = false // at once is what it just refused
	}
	e.again, e.after = wait <= longestShort, wait
	if !told {
		wait = defaultWait
	}
	e.leaveAlone(now.Add(wait))
}

func (e *Error) leaveAlone(until time.Time) {
	e.Until = until
	e.Err = says(Wait, "the server answered %s and wants to be left alone until %s", statusText(e.Status), until.UTC().Format(time.RFC3339)).Err
}

// retryAfter reads how long a server wants to be left alone: a number of seconds, or a date as HTTP writes them. A date that
// is past says that it need not wait; what is neither form says nothing.
func retryAfter(header string, now time.Time) (wait time.Duration, ok bool) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, false
	}
	if strings.Trim(header, "0123456789") == "" {
		seconds, err := strconv.ParseInt(header, 10, 64)
		if err != nil || seconds > int64(longestWait/time.Second) {
			return longestWait, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0, false
	}
	return min(max(at.Sub(now), 0), longestWait), true
}

// delay tells how long to wait before another try, and whether there is to be one: it may help, it does no harm, and it fits
// into what is left of the time.
func (c *call) delay(ctx context.Context, e *Error) (time.Duration, bool) {
	if !e.again || c.tries >= c.session.client.options.Tries || !c.repeatable() {
		return 0, false
	}
	backoff := firstBackoff << min(c.tries-1, 5)
	d := e.after + backoff + rand.N(backoff)
	end, limited := ctx.Deadline()
	return d, ctx.Err() == nil && (!limited || time.Until(end) > d)
}

func (c *call) repeatable() bool {
	return c.request.Repeatable || c.request.Method == http.MethodGet || c.request.Method == http.MethodHead
}
