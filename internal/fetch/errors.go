package fetch

import (
	"fmt"
	"time"
)

// Class says what an error means for whoever asked.
type Class string

// The classes.
const (
	Failed       Class = "failed"       // no answer, or one that cannot be used, after all tries
	Deadline     Class = "deadline"     // it took longer than it may
	Wait         Class = "wait"         // the server wants to be left alone until Error.Until
	Unauthorized Class = "unauthorized" // 401, 403, 407
	Payment      Class = "payment"      // 402
	NotFound     Class = "not_found"    // 404
	Gone         Class = "gone"         // 410
	TooLarge     Class = "too_large"    // larger than it may be, packed or unpacked
	Refused      Class = "refused"      // we do not go there: a private address, a redirect too many, a credential without TLS
)

// Error is why something was not fetched. It shows no secret and no parameters of an address.
type Error struct {
	Class  Class
	Status int       // of the answer, 0 when there was none
	Until  time.Time // for Wait: when the server may be asked again
	URL    string    // without its parameters
	Err    error
}

// Error says what was being done and what went wrong.
func (e *Error) Error() string { return fmt.Sprintf("fetch %s: %v", e.URL, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
