package indicator

import (
	"context"
	"fmt"
	"slices"

	"seuranta/internal/observation"
)

// WhereCounted returns the ids of the figures of one day that count an item, in the order of the desk: those of the day that
// it counts on, which may be the one before or after in the zone of its source.
func (j *Judge) WhereCounted(ctx context.Context, item observation.Item) ([]string, error) {
	at := observation.DateOf(item.At().UTC())
	days := observation.Period{From: at - 1, To: at + 2}
	shelves, err := j.shelvesIf(ctx, Ask{Period: days}, days, func(q *question) bool { return q.counts != nil })
	if err != nil {
		return nil, fmt.Errorf("look where item %s counts: %w", item.ID, err)
	}
	var out []string
	for _, s := range shelves {
		for d := days.From; d < days.To; d++ {
			counts := slices.ContainsFunc(s.counted(d), func(i *observation.Item) bool { return i.ID == item.ID && i.Organisation == item.Organisation })
			if counts {
				out = append(out, s.question.asked(observation.Day.Holding(d), j.named).String())
			}
		}
	}
	return out, nil
}
