// Package sheet reads the tables that people keep and that platforms let an admin download: CSV, XLSX and XLS, one metric a
// column or one number a row. README.md tells what it takes and how.
//
// A file is read as a whole or not at all: one with a fault stores nothing, and every fault names its cell.
package sheet

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// Kind describes sheets as a kind of source.
func Kind() collector.Kind {
	metrics := slices.Sorted(maps.Keys(storable(observation.StandardMetrics())))
	ofPosts := append(counters(), publications)
	grains := grainsOf(metrics, "")
	for _, m := range counters() {
		grains[m] = []observation.Grain{observation.Snapshot}
	}
	grains[publications] = []observation.Grain{observation.Day}
	metrics = union(metrics, ofPosts)
	return collector.Kind{
		Name:            "sheet",
		New:             func() collector.Config { return &Config{} },
		Metrics:         metrics,
		Grains:          observation.Grains(),
		MetricGrains:    grains,
		Channels:        collector.ChannelKinds(),
		ChannelOptional: true,
		Typed:           true,
		Definitions:     definitionsOf(metrics),
		Sample:          sample,
	}
}

// definitionsOf are the rules of this kind: a number is what the file says, and what a post came to is of the day of the file.
func definitionsOf(metrics []string) []observation.Definition {
	rules := collector.MustDefinitions(definitions)
	out := make([]observation.Definition, len(metrics))
	for i, m := range metrics {
		out[i] = rules[0]
		if observation.StandardMetrics()[m].Lifetime || m == publications {
			out[i] = rules[1]
		}
		out[i].Metric = m
	}
	return out
}

// storable returns the metrics that a sheet can tell: not those that are counted or formed, and not the counters of single
// publications, which a sheet has no names for.
func storable(all observation.Metrics) observation.Metrics {
	out := observation.Metrics{}
	for id, m := range all {
		if m.Shape != observation.Counted && m.Shape != observation.Rate && !m.Lifetime {
			out[id] = m
		}
	}
	return out
}

// source is one configured sheet.
type source struct {
	config    Config
	dir       string
	metrics   observation.Metrics
	channel   string // its kind
	channelID string
	projects  []string
	refuses   func(observation.Observation) string
}

var _ collector.Importer = (*source)(nil)

// Collect reads the files of the paths, all of them each time: a corrected file corrects. Where two speak of the same, the one
// whose name comes last counts, and only that is told: of two numbers told each would change the other at every visit. A file with
// a fault is not told, and holds back what earlier ones say of its days: it may have corrected that before. Neither it nor a
// pattern without a file holds back the others.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if w.From > observation.DateOf(w.Now.In(w.Zone)) {
		return nil
	}
	files, faults := s.files()
	readers, unread := s.readAll(ctx, files, w, out)
	faults = append(faults, unread...)
	whole, good := len(faults) == 0, 0
	slices.SortStableFunc(readers, byMoment)
	for i, r := range readers {
		if len(r.faults) > 0 {
			continue
		}
		if err := r.tell(ctx, out, readers[i+1:]); err != nil {
			faults = append(faults, err)
		} else {
			good++
		}
	}
	if whole { // else the file that has the fault, or is gone, may have what is missing in the others
		for _, r := range readers {
			r.complete(out)
		}
	}
	switch {
	case len(faults) == 0:
		return nil
	case good > 0:
		return fmt.Errorf("sheet: %w: %w", collector.ErrPartial, faults)
	}
	return fmt.Errorf("sheet: %w", faults)
}

// files returns the files of the paths, each once, in order, and an error for each pattern without a file: a folder that
// somebody moved must not look like no news.
func (s *source) files() (all []string, missing failures) {
	for _, pattern := range s.config.Paths {
		full := pattern
		if !filepath.IsAbs(full) {
			full = filepath.Join(s.dir, full)
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

// Preview says how a file would be read.
func (s *source) Preview(ctx context.Context, path string, w collector.Window, progress func(done, total int64)) (collector.Preview, error) {
	r, err := s.read(ctx, path, w, progress)
	if err != nil {
		return collector.Preview{}, fmt.Errorf("sheet: %w", err)
	}
	p := collector.Preview{Format: r.table.Format, SHA256: r.table.SHA256, Rows: r.rows, Columns: r.shown(), Period: r.span, Numbers: r.count(), Guessed: r.guessed,
		Faults: r.faults, More: r.more}
	if r.table.Sheet != "" {
		p.Format += ", sheet " + tabular.Show(r.table.Sheet)
	}
	for i := range r.numbers[:min(3, len(r.numbers))] {
		p.Sample = append(p.Sample, r.observation(i))
	}
	return p, nil
}

// Import emits what a file tells.
func (s *source) Import(ctx context.Context, path string, w collector.Window, out collector.Sink) error {
	r, err := s.whole(ctx, path, w, out.Progress)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	err = r.tell(ctx, out, nil)
	r.complete(out)
	return err
}

// readAll reads files, as far as they can be, and says what is wrong with the others.
func (s *source) readAll(ctx context.Context, files []string, w collector.Window, out collector.Sink) (readers []*reader, unread failures) {
	for _, path := range files {
		r, err := s.whole(ctx, path, w, out.Progress)
		if err != nil {
			unread = append(unread, err)
		}
		if r != nil {
			r.table.Rows = nil // the numbers are taken: many files are read before the first is told
			readers = append(readers, r)
		}
	}
	return readers, unread
}

// whole reads a file. One with faults comes with an error that tells them.
func (s *source) whole(ctx context.Context, path string, w collector.Window, progress func(done, total int64)) (*reader, error) {
	r, err := s.read(ctx, path, w, progress)
	if err == nil && len(r.faults) > 0 {
		err = r.refusal()
	}
	return r, err
}

// claims tells whether a file has the say on a number that an earlier one tells as well: of one with faults it is not known
// of which days exactly.
func (r *reader) claims(k key) bool {
	if len(r.faults) > 0 {
		return !r.span.Intersect(observation.Key{Grain: k.grain, From: k.from}.Period()).Empty()
	}
	_, too := r.known[k]
	return too
}

// tell emits what a file tells, but for what one of the later files has the say on.
func (r *reader) tell(ctx context.Context, out collector.Sink, later []*reader) error {
	if r.config.lists() {
		return r.tellPosts(ctx, out, later)
	}
	out.Answered(observation.Answer{Part: r.config.part(), Size: r.table.Size, SHA256: r.table.SHA256})
	var refused []error
	for i, n := range r.numbers {
		if slices.ContainsFunc(later, func(l *reader) bool { return l.claims(n.key) }) {
			continue
		}
		if err := out.Observe(r.observation(i)); err != nil {
			refused = append(refused, err)
		}
	}
	out.Tell("rows_read", int64(r.rows))
	out.Tell("rows_of_totals_left_out", int64(r.totals))
	out.Tell("numbers_read", int64(len(r.numbers)))
	return errors.Join(refused...)
}

// complete says that the file told all there is of its days, for the dimensions of its rows: of other regions and projects a
// file says nothing, and they stay.
func (r *reader) complete(out collector.Sink) {
	if r.config.lists() { // a file may be of some of the posts alone
		return
	}
	if sink, ok := out.(collector.DimsSink); ok {
		for _, dims := range slices.Sorted(maps.Keys(r.spoken)) {
			sink.Speaks(dims)
		}
	}
	for _, c := range r.completions() {
		out.Complete(c)
	}
}

// read reads a file and takes it apart.
func (s *source) read(ctx context.Context, path string, w collector.Window, progress func(done, total int64)) (*reader, error) {
	table, err := tabular.Read(ctx, path, tabular.Options{Sheet: s.config.Sheet, Progress: progress})
	if err != nil {
		return nil, err
	}
	l, err := s.layout(table)
	if err != nil {
		return nil, err
	}
	r := newReader(s, l, w)
	if err := r.read(ctx); err != nil {
		return nil, fmt.Errorf("read %s: %w", table.Name, err)
	}
	return r, nil
}

// refusal tells the faults of a file in one error.
func (r *reader) refusal() error {
	return fmt.Errorf("nothing of %s was stored: %s", r.table.Name, r.listed())
}

// listed writes the faults of a file in a row.
func (r *reader) listed() string {
	lines := make([]string, len(r.faults))
	for i, f := range r.faults {
		lines[i] = f.Key + ": " + f.Message
	}
	if r.more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", r.more))
	}
	return strings.Join(lines, "; ")
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
