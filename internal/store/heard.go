package store

import (
	"context"
	"fmt"
	"time"

	"seuranta/internal/observation"
)

// Heard returns when each part of sources was first spoken of and when it answered last, as it was known at asOf (now, when it
// is zero); sorted by organisation, source and part.
func (s *Store) Heard(ctx context.Context, sources []observation.Source, asOf time.Time) ([]observation.Heard, error) {
	var organisations, ids []string
	wanted := map[observation.SourceKey]bool{}
	for _, source := range sources {
		wanted[source.Key()] = true
		organisations, ids = append(organisations, source.Organisation), append(ids, source.ID)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var out []observation.Heard
	err := s.query(ctx, "store.heard", func(scan func(...any) error) error {
		var h observation.Heard
		var first, answered int64
		err := scan(&h.Organisation, &h.Source, &h.Part, &first, &answered)
		h.First = time.UnixMilli(first).UTC()
		if answered > 0 {
			h.Answered = time.UnixMilli(answered).UTC()
		}
		if wanted[observation.SourceKey{Organisation: h.Organisation, Source: h.Source}] {
			out = append(out, h)
		}
		return err
	}, set(organisations), set(ids), set(organisations), before(asOf))
	if err != nil {
		return nil, fmt.Errorf("read when parts of sources were heard: %w", err)
	}
	return out, nil
}
