package schedule

import (
	"errors"
	"fmt"

	"seuranta/internal/fetch"
)

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
	return fetch.HideIn(err, j.Policy.Secrets)
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
