package main

import (
	"context"
	"errors"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
)

// How long a command that people wait for waits itself until a source is free, and how often it looks.
const (
	waitForSource = 30 * time.Second
	lookForSource = 100 * time.Millisecond
)

// alone takes a source for this command until release is called. Where the source is being visited, by the daemon or another
// command, it waits for a while.
func (d *desk) alone(ctx context.Context, organisation, source string) (release func(), err error) {
	for begun := time.Now(); ; {
		release, err = d.store.Visit(organisation, source)
		if !errors.Is(err, store.ErrBusy) || time.Since(begun) > waitForSource {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lookForSource):
		}
	}
}

// commit stores what somebody typed of a source, when nobody else works on the source.
func (d *desk) commit(ctx context.Context, c observation.Commit) (observation.Run, error) {
	release, err := d.alone(ctx, c.Run.Organisation, c.Run.Source)
	if err != nil {
		return observation.Run{}, err
	}
	defer release()
	if err := d.refuseForgotten(ctx, c); err != nil {
		return observation.Run{}, err
	}
	return d.store.Commit(ctx, c)
}
