package sheet

import (
	"context"
	"fmt"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

var _ collector.Checker = (*source)(nil)

// Check reads the files of the paths as a visit would, and stores nothing: "2 files, 40 numbers, newest day 2026-11-20". Its
// error names every pattern without a file, and of each file that cannot be read line, cell and what is wrong.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	if len(s.config.Paths) == 0 {
		return "nothing to try: files are handed over with `seuranta import`", nil
	}
	files, faults := s.files()
	w := collector.Window{Now: now, Zone: now.Location()}
	numbers, newest := 0, observation.Date(0)
	for _, path := range files {
		r, err := s.read(ctx, path, w, nil)
		switch {
		case ctx.Err() != nil:
			return "", fmt.Errorf("sheet: check: %w", ctx.Err())
		case err != nil:
			faults = append(faults, err)
		case len(r.faults) > 0:
			faults = append(faults, fmt.Errorf("nothing of %s can be stored: %s", r.table.Name, r.listed()))
		default:
			numbers, newest = numbers+r.count(), max(newest, r.span.To-1)
		}
	}
	if len(faults) > 0 {
		return "", fmt.Errorf("sheet: %w", faults)
	}
	said := fmt.Sprintf("%d files, %d numbers", len(files), numbers)
	if len(files) == 1 {
		said = fmt.Sprintf("1 file, %d numbers", numbers)
	}
	if numbers > 0 {
		said += ", newest day " + newest.String()
	}
	return said, nil
}
