// Package feed reads news feeds (RSS, Atom, RDF, JSON Feed): an organisation's own publications, or what the media write.
// README.md tells the rules.
//
// Everything that a feed holds is kept as an item. A day counts as measured only when nothing that the feed held in it can
// have been missed between two visits; names of authors are not stored.
package feed

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

// The roles of a source and what it tells in each.
const (
	roleOwn   = "own"
	roleMedia = "media"

	metricOwn   = "publications"
	metricMedia = "media_hits"
)

// channels are the kinds of channel in which things are published that a feed can list.
func channels() []string {
	return []string{"website", "blog", "newsletter", "podcast", "youtube", "mastodon", "bluesky", "events", "mailing_list", "print", "other"}
}

// Kind describes feeds as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name:            "feed",
		New:             func() collector.Config { return &Config{} },
		Metrics:         []string{metricMedia, metricOwn},
		Grains:          []observation.Grain{observation.Day},
		Channels:        channels(),
		ChannelOptional: true, // Tells says more when the role is known
		Fetches:         true,
		BackfillDays:    -1,
		Definitions:     collector.MustDefinitions(definitions),
		Sample:          sample,
	}
}

// source is one configured set of feeds.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// Collect visits every feed once, tells all that they hold, and says of each and each closed day of w whether it can have
// missed anything.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if w.Empty() || w.Start(w.Zone).After(w.Now) {
		return nil
	}
	visits := make([]*visit, 0, len(s.config.Feeds))
	for i, f := range s.config.Feeds {
		v := s.visit(ctx, f, w)
		visits = append(visits, v)
		out.Progress(int64(i+1), int64(len(s.config.Feeds)))
	}
	s.tellItems(ctx, visits, w, out)
	for _, v := range visits {
		v.conclude(w)
		v.save(s.deps.State)
		s.cover(v, w, out)
	}
	tellVisits(visits, out)
	nameFailed(visits, out)
	return failure(ctx, visits)
}

func (s *source) metric() string {
	if s.config.Role == roleOwn {
		return metricOwn
	}
	return metricMedia
}

// tellVisits tells what became of the visits.
func tellVisits(visits []*visit, out collector.Sink) {
	var sum counts
	failed, unchanged := int64(0), int64(0)
	for _, v := range visits {
		sum.add(v.counts)
		if v.err != nil {
			failed++
		}
		if v.unchanged {
			unchanged++
		}
	}
	out.Tell("feeds_failed", failed)
	out.Tell("feeds_unchanged", unchanged)
	out.Tell("items_read", sum.read)
	out.Tell("items_rejected", sum.rejected)
	out.Tell("items_without_date", sum.undated)
}

// nameFailed names the feeds that were not read, where the sink takes that in.
func nameFailed(visits []*visit, out collector.Sink) {
	sink, takes := out.(collector.PartSink)
	for _, v := range visits {
		if takes && v.err != nil {
			sink.Failed(v.part, v.err)
		}
	}
}

// failure sums up what failed: of all feeds, or when the visit was stopped, their own class; of some the class of an answer in
// part.
func failure(ctx context.Context, visits []*visit) error {
	var failed []error
	for _, v := range visits {
		if v.err != nil {
			failed = append(failed, fmt.Errorf("feed: read %s: %w", v.part, v.err))
		}
	}
	all := errors.Join(failed...)
	if len(failed) == 0 || len(failed) == len(visits) || ctx.Err() != nil {
		return all
	}
	return fmt.Errorf("%w: %d of %d feeds were not read: %v", collector.ErrPartial, len(failed), len(visits), all)
}
