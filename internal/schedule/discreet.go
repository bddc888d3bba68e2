package schedule

import (
	"errors"
	"fmt"

	"seuranta/internal/fetch"
)

// discreetError is a collector's error without the secrets of its source. What it means is that of the error it hides.
type discreetError struct {
	text  string
	cause error
}

// Error tells what went wrong, without secrets.
func (e *discreetError) Error() string { return e.text }

// Unwrap returns what went wrong, for errors.Is and errors.As alone.
func (e *discreetError) Unwrap() error { return e.cause }

// discreet keeps the secrets of the source out of an error that its collector made by itself; those of the HTTP client hold
// none.
func (j Job) discreet(err error) error {
	if err == nil || len(j.Policy.Secrets) == 0 {
		return err
	}
	var broken *PanicError
	if errors.As(err, &broken) {
		return &PanicError{fetch.Hide(fmt.Sprint(broken.Value), j.Policy.Secrets)}
	}
	if text := fetch.Hide(err.Error(), j.Policy.Secrets); text != err.Error() {
		return &discreetError{text, err}
	}
	return err
}

// discreet keeps the secrets of the source out of what the collector said of its periods, and of what was refused.
func (g *gather) discreet(j Job) {
	for i := range g.coverage {
		c := &g.coverage[i]
		c.Detail = fetch.Hide(c.Detail, j.Policy.Secrets)
	}
	for i, err := range g.rejected {
		g.rejected[i] = j.discreet(err)
	}
	for at, err := range g.refused {
		g.refused[at] = j.discreet(err)
	}
}
