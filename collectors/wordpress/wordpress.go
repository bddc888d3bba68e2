// Package wordpress reads what an organisation publishes on a WordPress site of its own, by the REST interface that every such
// site has. README.md tells the rules.
package wordpress

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

const metric = "publications"

// Kind describes WordPress sites as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "wordpress", New: func() collector.Config { return &Config{} }, Metrics: []string{metric}, Grains: []observation.Grain{observation.Day},
		SettleDays: 7, BackfillDays: 182, Channels: []string{"website", "blog", "events", "podcast", "other"}, Fetches: true, BaseURL: true, SelfHosted: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// source is one configured site.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// visit is one visit to a site.
type visit struct {
	*source
	site   *site
	window collector.Window
	out    collector.Sink
	terms  map[string]map[int64]string // names of tags and categories that were asked for, by taxonomy and id
	filter map[string]string           // what the posts are chosen by, as parameters
	counts counts
}

// counts are what a visit counts, over all types.
type counts struct{ listed, rejected, takenBack int }

// Collect lists the posts of the window, type by type, tells each as an item, takes back what the site listed at earlier visits
// and lists no more, and says of every day that all of it was told.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if w.Empty() || !w.Asks(observation.Day) || !w.Start(w.Zone).Before(w.Now) {
		return nil
	}
	v := &visit{source: s, window: w, out: out, terms: map[string]map[int64]string{}}
	if err := v.begin(ctx); err != nil {
		return fmt.Errorf("wordpress: %w", err)
	}
	var failed []error
	types := s.config.types()
	for i, kind := range types {
		if err := v.read(ctx, kind); err != nil {
			failed = append(failed, fmt.Errorf("wordpress: read %s of %s: %w", kind, s.deps.BaseURL, err))
			if sink, takes := out.(collector.PartSink); takes {
				sink.Failed(kind, err)
			}
		}
		out.Progress(int64(i+1), int64(len(types)))
	}
	v.out.Tell("posts_listed", int64(v.counts.listed))
	v.out.Tell("posts_rejected", int64(v.counts.rejected))
	v.out.Tell("posts_taken_back", int64(v.counts.takenBack))
	if len(failed) == 0 || len(failed) == len(types) || ctx.Err() != nil {
		return errors.Join(failed...)
	}
	return fmt.Errorf("%w: %d of %d types were not read: %v", collector.ErrPartial, len(failed), len(types), errors.Join(failed...))
}

// begin finds the site's interface and what the posts are chosen by.
func (v *visit) begin(ctx context.Context) (err error) {
	if v.site, err = v.enter(ctx); err != nil {
		return fmt.Errorf("find the REST interface of %s: %w", v.deps.BaseURL, err)
	}
	if v.filter, err = v.chosen(ctx); err != nil {
		return fmt.Errorf("look up what the posts of %s are chosen by: %w", v.deps.BaseURL, err)
	}
	return nil
}

// read tells the posts of one type.
func (v *visit) read(ctx context.Context, kind string) error {
	l, err := v.list(ctx, kind)
	if err != nil {
		return err
	}
	v.counts.listed, v.counts.rejected = v.counts.listed+len(l.ids), v.counts.rejected+l.rejected
	known := v.recall(kind)
	if len(l.ids) == 0 && known.within(v.window.Period) >= suspicious {
		return &fault{fmt.Sprintf("it lists nothing, and listed %d posts of these days at earlier visits", known.within(v.window.Period))}
	}
	told, err := v.tell(ctx, l)
	if err != nil {
		return err
	}
	if l.certain() {
		err = v.takeBack(ctx, kind, l, known, told)
	}
	if err == nil {
		v.cover(kind, l)
	}
	return err
}

// cover says how the days were answered: whole, unless the site counts more posts than it lists.
func (v *visit) cover(kind string, l *listing) {
	t := api.NewTeller(v.out, v.window, nil)
	if !l.short() {
		t.Covered(kind, metric, 0)
		return
	}
	for _, p := range t.Periods(observation.Day) {
		t.Untold(kind, metric, observation.Day, p, observation.Partial, collector.ReasonBadAnswer)
	}
}
