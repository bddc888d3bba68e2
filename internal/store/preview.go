package store

import (
	"context"
	"fmt"

	"seuranta/internal/observation"
)

// Planned counts what a commit would do.
type Planned struct{ New, Changed, Unchanged, Withdrawn int }

// Preview counts what Commit would write and take back now. Nothing is changed.
func (s *Store) Preview(ctx context.Context, c observation.Commit) (Planned, error) {
	if err := s.refuse(c); err != nil {
		return Planned{}, err
	}
	c, err := s.strip(ctx, c)
	if err != nil {
		return Planned{}, err
	}
	p, err := s.plan(ctx, c)
	if err != nil {
		return Planned{}, fmt.Errorf("count what %s would tell: %w", c.Run.Source, err)
	}
	return Planned{New: p.fresh, Changed: p.changed, Unchanged: p.unchanged, Withdrawn: p.withdrawn}, nil
}
