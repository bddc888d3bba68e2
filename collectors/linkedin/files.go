package linkedin

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// Preview says how a file would be read.
func (s *source) Preview(ctx context.Context, path string, w collector.Window, progress func(done, total int64)) (collector.Preview, error) {
	e, err := s.export(ctx, path, w, progress)
	if err != nil {
		return collector.Preview{}, fmt.Errorf("linkedin: %w", err)
	}
	p := collector.Preview{Format: e.format, SHA256: e.sha256, Rows: e.rows, Columns: e.shown(), Period: e.days(), Numbers: len(e.numbers), Faults: e.faults, More: e.more,
		Sample: e.numbers[:min(3, len(e.numbers))]}
	for _, post := range e.posts {
		p.Numbers += len(post.Counts)
	}
	return p, nil
}

// Import emits what a file tells. LinkedIn's numbers grow on for days, and exports overlap: of a day that a newer file told already an
// older one says nothing.
func (s *source) Import(ctx context.Context, path string, w collector.Window, out collector.Sink) error {
	e, err := s.whole(ctx, path, w, out.Progress)
	if err == nil {
		known := api.KnownExports(s.deps.State)
		if older := e.leaveOlder(known); older > 0 && len(e.numbers)+len(e.posts) == 0 {
			err = fmt.Errorf("nothing of %s was stored: each of its days was told by a newer export already, which LinkedIn had counted on for; import the newest one", e.name)
		} else {
			e.keep(known)
			err = s.tell(ctx, out, e, nil)
		}
	}
	if err != nil {
		return fmt.Errorf("linkedin: %w", err)
	}
	return nil
}

// whole reads a file. One with faults comes with an error that tells them.
func (s *source) whole(ctx context.Context, path string, w collector.Window, progress func(done, total int64)) (*export, error) {
	e, err := s.export(ctx, path, w, progress)
	if err == nil && len(e.faults) > 0 {
		err = fmt.Errorf("nothing of %s was stored: %s", e.name, e.listed())
	}
	return e, err
}

// listed writes the faults of a file in a row.
func (e *export) listed() string {
	lines := make([]string, len(e.faults))
	for i, f := range e.faults {
		lines[i] = f.Key + ": " + f.Message
	}
	if e.more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.more))
	}
	return strings.Join(lines, "; ")
}

// collectFiles reads the files of the paths, all of them each time. Where two speak of the same day, the one that reaches further
// counts, then the one that was downloaded later, then the one whose name comes last; and none counts before a newer one that was
// handed over. A file with a fault is not told, and nothing is taken back while there is one; neither it nor a pattern without a file
// holds back the others.
func (s *source) collectFiles(ctx context.Context, w collector.Window, out collector.Sink) error {
	if len(s.config.Paths) == 0 || w.From > observation.DateOf(w.Now.In(w.Zone)) {
		return nil
	}
	files, faults := s.files()
	var exports []*export
	for _, path := range files {
		e, err := s.whole(ctx, path, w, out.Progress)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		exports = append(exports, e)
	}
	slices.SortStableFunc(exports, func(a, b *export) int { return a.export(formUnknown).Compare(b.export(formUnknown)) })
	known := api.KnownExports(s.deps.State)
	for _, e := range exports {
		e.keep(known)
	}
	for i, e := range exports {
		if e.leaveOlder(known); len(faults) > 0 {
			e.told = nil
		}
		if err := s.tell(ctx, out, e, exports[i+1:]); err != nil {
			return fmt.Errorf("linkedin: %w", err)
		}
	}
	switch {
	case len(faults) == 0:
		return nil
	case len(exports) > 0:
		return fmt.Errorf("linkedin: %w: %w", collector.ErrPartial, failures(faults))
	}
	return fmt.Errorf("linkedin: %w", failures(faults))
}

// files returns the files of the paths, each once, and an error for each pattern without a file.
func (s *source) files() (all []string, missing []error) {
	for _, pattern := range s.config.Paths {
		full := pattern
		if !filepath.IsAbs(full) {
			full = filepath.Join(s.deps.Dir, full)
		}
		found, err := filepath.Glob(full)
		if err != nil || len(found) == 0 {
			missing = append(missing, fmt.Errorf("there is no file %s", tabular.Show(pattern)))
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	return slices.Compact(all), missing
}

// tell emits what a file tells, but for what one of the later files says as well.
func (s *source) tell(ctx context.Context, out collector.Sink, e *export, later []*export) error {
	tell := api.NewTeller(out, e.window(), time.UTC) // the days are LinkedIn's
	out.Answered(observation.Answer{Part: string(e.tables[0].form), Size: e.size, SHA256: e.sha256})
	var refused []error
	for _, o := range e.numbers {
		said := slices.ContainsFunc(later, func(l *export) bool { _, too := l.where[o.Key]; return too })
		if !said {
			refused = append(refused, out.Observe(o))
		}
	}
	for _, c := range e.told {
		out.Complete(c)
	}
	out.Tell("rows_read", int64(e.rows))
	out.Tell("numbers_read", int64(len(e.numbers)+e.older))
	if e.older > 0 {
		out.Tell(api.CountOlder, int64(e.older))
	}
	if e.has(formPosts) {
		posts := api.Posts{Kind: "linkedin", Channel: s.deps.ChannelID, Part: partPosts, Metrics: counters(false), Since: e.firstPost()}
		newest, old := e.newest(later)
		refused = append(refused, tell.Posts(ctx, posts, newest))
		for _, p := range old {
			refused = append(refused, s.tellCounts(out, tell.Instant(), e.taken, p))
		}
	}
	return errors.Join(refused...)
}

// newest parts the posts of a file into those that no later file has, and the others: a post is told once, as the newest file words
// it, and what it had come to before is told beside.
func (e *export) newest(later []*export) (newest, old []api.Post) {
	for _, p := range e.posts {
		if slices.ContainsFunc(later, func(l *export) bool {
			return slices.ContainsFunc(l.posts, func(x api.Post) bool { return x.ID == p.ID })
		}) {
			old = append(old, p)
		} else {
			newest = append(newest, p)
		}
	}
	return newest, old
}

// tellCounts tells what a post had come to at a moment.
func (s *source) tellCounts(out collector.Sink, day observation.Date, at time.Time, p api.Post) error {
	var refused []error
	for _, metric := range slices.Sorted(maps.Keys(p.Counts)) {
		refused = append(refused, out.Observe(observation.Observation{
			Key:  observation.Key{Metric: metric, Subject: api.ItemID(s.deps.ChannelID + "|linkedin:" + p.ID), Grain: observation.Snapshot, From: day},
			Part: partPosts, ObservedAt: at, Value: p.Counts[metric], Complete: true, Basis: observation.Collected}))
	}
	return errors.Join(refused...)
}

func (e *export) has(f form) bool {
	return slices.ContainsFunc(e.tables, func(t *table) bool { return t.form == f })
}

// window is what a file speaks of, at the moment when it was downloaded.
func (e *export) window() collector.Window {
	w := collector.Window{Period: e.days(), Grains: []observation.Grain{observation.Day}, Now: e.taken, Zone: time.UTC}
	if w.Now.IsZero() {
		w.Now = e.now
	}
	return w
}

// days are those that a file speaks of: those of its tables by the day, else those of its posts.
func (e *export) days() observation.Period {
	if !e.span.Empty() || len(e.posts) == 0 {
		return e.span
	}
	var p observation.Period
	for i, post := range e.posts {
		day := observation.DateOf(post.At)
		if i == 0 {
			p = observation.Period{From: day, To: day + 1}
		}
		p = observation.Period{From: min(p.From, day), To: max(p.To, day+1)}
	}
	return p
}

// firstPost is the first day that the file has a post of, or speaks of.
func (e *export) firstPost() observation.Date {
	first := e.days().From
	for _, p := range e.posts {
		first = min(first, observation.DateOf(p.At))
	}
	return first
}

// checkFiles reads the files of the paths as a visit would.
func (s *source) checkFiles(ctx context.Context, now time.Time) (string, error) {
	if len(s.config.Paths) == 0 {
		return "nothing to try: files are handed over with `seuranta import`", nil
	}
	files, faults := s.files()
	numbers, newest := 0, observation.Date(0)
	for _, path := range files {
		e, err := s.whole(ctx, path, collector.Window{Now: now, Zone: now.Location()}, nil)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		numbers, newest = numbers+len(e.numbers), max(newest, e.days().To-1)
	}
	if len(faults) > 0 {
		return "", fmt.Errorf("linkedin: %w", failures(faults))
	}
	return fmt.Sprintf("files %d, numbers %d, newest day %s", len(files), numbers, newest), nil
}

// failures are what is wrong with several files or patterns, told in one line.
type failures []error

// Error joins them.
func (f failures) Error() string {
	lines := make([]string, len(f))
	for i, err := range f {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "; ")
}

// Unwrap lets errors.Is and errors.As look into each.
func (f failures) Unwrap() []error { return f }
