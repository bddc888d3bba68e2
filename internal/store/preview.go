package store

import (
	"context"
	"fmt"

	"seuranta/internal/observation"
)

// Planned counts what a commit would do. Forgotten are the numbers and items that it tells and that are not taken in, because they
// are forgotten.
type Planned struct{ New, Changed, Unchanged, Withdrawn, Forgotten int }

// Preview counts what Commit would write and take back now. Nothing is changed.
func (s *Store) Preview(ctx context.Context, c observation.Commit) (Planned, error) {
	if err := s.refuse(c); err != nil {
		return Planned{}, err
	}
	told := len(c.Observations) + len(c.Items)
	c, err := s.strip(ctx, c)
	if err != nil {
		return Planned{}, err
	}
	p, err := s.plan(ctx, c)
	if err != nil {
		return Planned{}, fmt.Errorf("count what %s would tell: %w", c.Run.Source, err)
	}
	return Planned{New: p.fresh, Changed: p.changed, Unchanged: p.unchanged, Withdrawn: p.withdrawn, Forgotten: told - len(c.Observations) - len(c.Items)}, nil
}
