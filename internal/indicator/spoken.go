package indicator

import (
	"context"
	"time"

	"seuranta/internal/observation"
)

// CoverageStore is what Spoken reads.
type CoverageStore interface {
	Coverage(context.Context, observation.Selection) ([]observation.Coverage, error)
	Heard(context.Context, []observation.Source, time.Time) ([]observation.Heard, error)
}

// Spoken returns the coverage of a selection that figures are judged by: without what parts made up for that was said of their
// source as a whole, and without what parts made up for in the place of former ones. The sources are those of the desk: they
// tell which parts there are now.
func Spoken(ctx context.Context, s CoverageStore, sources []observation.Source, sel observation.Selection) ([]observation.Coverage, error) {
	all, err := s.Coverage(ctx, sel)
	if err != nil {
		return nil, err
	}
	all = observation.Spoken(all)
	moved := observation.WithFormer(all, sources)
	if len(moved) == 0 {
		return all, nil
	}
	heard, err := s.Heard(ctx, moved, sel.AsOf)
	if err != nil {
		return nil, err
	}
	return observation.Succeeded(all, sources, heard), nil
}
