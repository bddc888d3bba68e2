package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Class says what an error means for whoever asked.
type Class string

// The classes.
const (
	Failed       Class = "failed"       // no answer, or one that cannot be used, after all tries; also when somebody stopped it
	Deadline     Class = "deadline"     // it took longer than it may
	Wait         Class = "wait"         // the server wants to be left alone until Error.Until
	Unauthorized Class = "unauthorized" // 401, 403, 407
	Payment      Class = "payment"      // 402
	NotFound     Class = "not_found"    // 404
	Gone         Class = "gone"         // 410
	TooLarge     Class = "too_large"    // larger than it may be, packed or unpacked
	Refused      Class = "refused"      // we do not go there: a private address, a redirect too many, a credential without TLS
)

// Classes lists every class.
func Classes() []Class {
	return []Class{Failed, Deadline, Wait, Unauthorized, Payment, NotFound, Gone, TooLarge, Refused}
}

// Error is why something was not fetched. It shows no secret and no parameters of an address, and neither does anything that
// it wraps: that is the text of the cause and, where there is one, context.Canceled, context.DeadlineExceeded or
// io.ErrUnexpectedEOF.
type Error struct {
	Class  Class
	Status int       // of the answer, 0 when there was none
	Until  time.Time // for Wait: when the server may be asked again
	URL    string    // without its parameters
	Tries  int       // how often it was asked; 0 when it was not asked at all
	Err    error

	header http.Header
	body   []byte
	again  bool          // another try may help …
	after  time.Duration // … when this time is over
}

// Error says what was being done and what went wrong.
func (e *Error) Error() string {
	text := fmt.Sprintf("fetch %s: %v", e.URL, e.Err)
	if e.Tries > 1 {
		text += fmt.Sprintf(" (asked %d times)", e.Tries)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Header returns the head of the answer, nil when there was none. The policy's secrets are taken out of it.
func (e *Error) Header() http.Header { return e.header }

// Body returns up to 64 KB of the answer, as the server's own words about what was wrong. The policy's secrets are taken out
// of it; it may hold people's data nevertheless, so it is for reading codes, not for showing.
func (e *Error) Body() []byte { return e.body }

// says makes an error of our own words.
func says(class Class, format string, args ...any) *Error {
	return &Error{Class: class, Err: fmt.Errorf(format, args...)}
}

// cause is what stays of an error of the network: its text without secrets, and of its chain only what tells no more.
type cause struct {
	text string
	kind error
}

// Error returns the text.
func (c *cause) Error() string { return c.text }

// Unwrap returns a well-known error or nil.
func (c *cause) Unwrap() error { return c.kind }

// fault turns what went wrong into an error that may be shown.
func (c *call) fault(err error) *Error {
	e := asError(err)
	e.Err = &cause{text: c.sieve.clean(e.Err.Error()), kind: kindOf(err)}
	e.URL, e.Tries = c.sieve.address(c.target), c.tries
	return e
}

// asError returns an error of ours as it is, and describes others.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return describe(err)
}
