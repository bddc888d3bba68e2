package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"seuranta/collectors"
	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/observation"
)

// sourceEver returns the source of a name, be it of the configuration or one that it no longer names.
func (d *desk) sourceEver(ctx context.Context, id string) (config.Source, error) {
	s, unknown := d.sourceNamed(id)
	if unknown == nil {
		return s, nil
	}
	gone, err := d.former(ctx, func(r observation.Run) bool { return r.Source == id })
	switch {
	case err != nil:
		return s, err
	case len(gone) > 1:
		return s, usage("several organisations had a source %s that the configuration no longer names: put back the one that is meant", id)
	case len(gone) == 1:
		return gone[0], nil
	}
	return s, unknown
}

// gone returns the sources that the configuration no longer names and whose platforms have terms: these go on.
func (d *desk) gone(ctx context.Context) ([]config.Source, error) {
	return d.former(ctx, func(r observation.Run) bool {
		return slices.ContainsFunc(collectors.Kinds(), func(k collector.Kind) bool { return k.Name == r.Kind && len(k.Retention) > 0 })
	})
}

// former returns sources that told something once and that the configuration no longer names, as they were configured when they
// told last: their rules may hang on that. Those of which that cannot be read are told of in the error, beside the others.
func (d *desk) former(ctx context.Context, wanted func(observation.Run) bool) (out []config.Source, err error) {
	last, err := d.store.LastRuns(ctx)
	if err != nil {
		return nil, err
	}
	here := map[observation.SourceKey]bool{}
	for _, s := range d.Sources {
		here[s.Key()] = true
	}
	var faults []error
	for _, r := range last {
		if here[observation.SourceKey{Organisation: r.Organisation, Source: r.Source}] || !wanted(r) {
			continue
		}
		s, err := d.asItWas(ctx, r)
		if err != nil {
			faults = append(faults, fmt.Errorf("the source %s is no longer in the configuration, and how it was there cannot be read, so nothing of it is forgotten; put it back: %w", r.Source, err))
			continue
		}
		out = append(out, s)
	}
	return out, errors.Join(faults...)
}

// asItWas returns the source of a run as it was configured then.
func (d *desk) asItWas(ctx context.Context, r observation.Run) (config.Source, error) {
	text, err := d.store.ConfigText(ctx, r.Config)
	if err != nil {
		return config.Source{}, err
	}
	old, err := config.ParseStored(d.Path, text, collectors.Kinds(), d.app.env)
	if err != nil {
		return config.Source{}, err
	}
	at := slices.IndexFunc(old.Sources, func(s config.Source) bool {
		return s.ID == r.Source && s.Organisation == r.Organisation && s.Kind == r.Kind
	})
	if at < 0 {
		return config.Source{}, fmt.Errorf("the configuration of %s does not name it", r.StartedAt.Format(time.DateOnly))
	}
	return old.Sources[at], nil
}
