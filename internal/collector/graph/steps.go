package graph

import (
	"context"
	"errors"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Steps takes the steps of a visit one after the other. What fails of one leaves the others, unless they would fail for the same
// reason.
func Steps(ctx context.Context, steps ...func(context.Context) error) error {
	var failed []error
	for _, step := range steps {
		if err := step(ctx); err != nil {
			failed = append(failed, err)
			if ctx.Err() != nil || ForAll(err) {
				break
			}
		}
	}
	return errors.Join(failed...)
}

// ForAll tells whether an error is one of the token, of the account or of the calls that are left, and not of one question.
func ForAll(err error) bool {
	switch collector.ResultOf(err) {
	case observation.Auth, observation.Waiting, observation.Gone, observation.Budget:
		return true
	}
	return false
}
