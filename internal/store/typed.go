package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// TypedFor returns, by source, the newest day that people typed something for, as it was known at asOf (now, when it is zero):
// the day of a level, of an event or of the word that there was none, and the day after a period that was told whole, which is
// the first on which it could be. Sources that hold nothing are left out.
func (s *Store) TypedFor(ctx context.Context, sources []observation.Source, asOf time.Time) (map[string]observation.Date, error) {
	out := map[string]observation.Date{}
	owner := map[string]string{}
	var organisations, ids []string
	for _, source := range sources {
		owner[source.ID] = source.Organisation
		organisations, ids = append(organisations, source.Organisation), append(ids, source.ID)
	}
	if len(ids) == 0 {
		return out, nil
	}
	err := s.query(ctx, "store.typed_for", func(scan func(...any) error) error {
		var organisation, source, grain string
		var whole uint8
		var from time.Time
		err := scan(&organisation, &source, &grain, &whole, &from)
		if day := typedDay(observation.Grain(grain), observation.DateOf(from), whole != 0); owner[source] == organisation && day > out[source] {
			out[source] = day
		}
		return err
	}, set(organisations), set(ids), before(asOf), set(organisations), set(ids), set(s.counted()), before(asOf))
	if err != nil {
		return nil, fmt.Errorf("read the days that were typed for: %w", err)
	}
	return out, nil
}

// typedDay is the day that a number of a period counts as typed for.
func typedDay(g observation.Grain, from observation.Date, whole bool) observation.Date {
	if g == observation.Snapshot || !whole {
		return from
	}
	return g.Next(from)
}

// counted lists the metrics that are counted from items.
func (s *Store) counted() (ids []string) {
	for id, m := range s.opt.Metrics {
		if m.Shape == observation.Counted {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
