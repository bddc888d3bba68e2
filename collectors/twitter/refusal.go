package twitter

import (
	"fmt"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// problem is what X says of a failure, in each of its forms: a problem of RFC 9457, a list of errors of the old API, or a list of
// problems beside what it could answer.
type problem struct {
	Title  string    `json:"title"`
	Type   string    `json:"type"`
	Detail string    `json:"detail"`
	Period string    `json:"period"`
	Field  string    `json:"field"`
	Code   int       `json:"code"`
	Text   string    `json:"message"`
	Errors []problem `json:"errors"`
}

// is tells whether a problem, or one within it, is of one of the types.
func (p problem) is(types ...string) bool {
	for _, name := range types {
		if strings.HasSuffix(p.Type, "/problems/"+name) {
			return true
		}
	}
	for _, inner := range p.Errors {
		if inner.is(types...) {
			return true
		}
	}
	return false
}

// code tells whether a problem holds one of the numbers of the old API.
func (p problem) code(codes ...int) bool {
	for _, inner := range append(p.Errors, p) {
		for _, code := range codes {
			if inner.Code == code {
				return true
			}
		}
	}
	return false
}

// says tells whether the words of a problem hold a text, however it is spelt. They are never shown: they may name people.
func (p problem) says(text string) bool {
	for _, inner := range append(p.Errors, p) {
		for _, words := range []string{inner.Title, inner.Detail, inner.Text} {
			if strings.Contains(strings.ToLower(words), text) {
				return true
			}
		}
	}
	return false
}

// unknownError is that X does not take a parameter, or a value of one.
type unknownError struct{ parameter, value string }

// Error names it.
func (e *unknownError) Error() string {
	if e.value != "" {
		return "X no longer knows " + e.value
	}
	return "X does not know the parameter " + e.parameter
}

// fieldError is that the credential may not see a field.
type fieldError struct{}

// Error says what it takes.
func (e *fieldError) Error() string { return "clicks are shown to a token of the account's user alone" }

// Unwrap gives the class.
func (e *fieldError) Unwrap() error { return collector.ErrAuth }

// refusal reads X's words for a failure, whatever the status. Of an answer of 200 it is one only when nothing was answered.
func refusal(status int, body []byte) error {
	var p struct {
		problem
		Data any `json:"data"`
	}
	if api.Decode(body, &p) != nil || status < 400 && (p.Data != nil || len(p.Errors) == 0) {
		return nil
	}
	return meaning(status, p.problem)
}

// meaning gives a problem its class.
func meaning(status int, p problem) error {
	switch {
	case status == 402 || p.says("creditsdepleted"):
		return fmt.Errorf("the credits of the app at X are used up; buy more in the developer console (console.x.com): %w", collector.ErrBudget)
	case !strings.EqualFold(p.Period, "daily") && (p.is("usage-capped") || p.says("usagecapexceeded") || strings.EqualFold(p.Period, "monthly")):
		return fmt.Errorf("the app may read no more from X until its next month begins (developer console, Usage): %w", collector.ErrBudget)
	case status == 429 || status >= 500:
		return nil // the client knows when to ask again
	case status == 400:
		return invalid(p)
	case status == 401 || p.code(32, 89, 215):
		return fmt.Errorf("the token is not taken: it was withdrawn, has run out or was not copied whole; make a new one, or run seuranta connect: %w", collector.ErrAuth)
	case p.is("resource-not-found", "user-suspended") && !p.says("used for authentication"), p.code(17, 34, 50, 63), p.says("suspended") && status < 400:
		return fmt.Errorf("there is no such account at X: it was closed or suspended, or its name is written otherwise: %w", collector.ErrGone)
	case p.is("not-authorized-for-field", "field-unauthorized"):
		return &fieldError{}
	case p.is("not-authorized-for-resource", "resource-unavailable"):
		return fmt.Errorf("the account is protected, and the token is not one of its own; run seuranta connect as that account: %w", collector.ErrAuth)
	case p.is("disallowed-resource"):
		return fmt.Errorf("the account is there, but X shows it to nobody by its API; ask X why (developer console, console.x.com): %w", collector.ErrAuth)
	case status == 403 || p.code(453, 87, 179, 220):
		return fmt.Errorf("the app may not ask that: its contract or its project at X does not hold this part of the API (developer console, console.x.com): %w", collector.ErrAuth)
	case status < 400:
		return &api.BadAnswerError{Text: "the answer holds nothing but problems that X is not known to have"}
	}
	return nil
}

// invalid tells what X does not understand: the name of the parameter that holds the fields of posts, or clicks, which it had.
func invalid(p problem) error {
	for _, s := range []spelling{tweetFields, postFields} {
		switch {
		case !p.says(s.parameter()):
		case p.says("value [" + clickField + "]"):
			return &unknownError{s.parameter(), clickField}
		case p.says("[" + s.parameter() + "]"):
			return &unknownError{parameter: s.parameter()}
		}
	}
	return nil
}

// resetOf reads out of the head of an answer how many calls are left, and until when there are none.
func resetOf(header func(name string) string) (left int, until time.Time, ok bool) {
	var at int64
	if _, err := fmt.Sscan(header("x-rate-limit-remaining"), &left); err != nil {
		return 0, time.Time{}, false
	}
	if _, err := fmt.Sscan(header("x-rate-limit-reset"), &at); err != nil || at <= 0 {
		return 0, time.Time{}, false
	}
	return left, time.Unix(at, 0), true
}
