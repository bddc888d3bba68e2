package main

import (
	"context"
	"time"

	"seuranta/internal/alarm"
	"seuranta/internal/config"
	"seuranta/internal/web"
)

// How often the service looks for faults, and how long a source has to be late while it runs before that is one: after a pause
// of the machine everything is late until it was visited.
const (
	alarmsEvery    = time.Minute
	alarmsPatience = 15 * time.Minute
)

// alarms looks for faults from time to time and tells of them, with the configuration that is in force.
func (s *service) alarms(ctx context.Context) error {
	var w *alarm.Watcher
	var of *config.Config
	speed := time.Duration(max(1, s.app.speed))
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(max(time.Second, alarmsEvery/speed)):
		}
		d := s.now()
		if of != d.Config {
			made, err := d.watcher(s.app.moment)
			if err != nil {
				return err
			}
			made.Patience = alarmsPatience / speed
			w, of = made, d.Config
		}
		if err := w.Look(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("faults could not be looked for; it is tried again", "error", err)
		}
	}
}

// alarmed adds the faults that stand, and the disk, to what the metrics tell.
func (s *service) alarmed(ctx context.Context, d *desk, out *web.Snapshot) {
	if disk := diskOf(d.Storage.Path); disk != nil {
		out.StoreFree, out.StoreSize = int64(disk.Free), int64(disk.Total)
	}
	board, err := d.board(ctx, time.Time{})
	if err != nil {
		s.log.Warn("the store did not answer; the metrics lack the alarms", "error", err)
		return
	}
	out.Alarms = map[string]int{}
	for _, kind := range alarm.Kinds() {
		out.Alarms[kind] = 0
	}
	for _, f := range board.Standing() {
		out.Alarms[f.Kind]++
	}
}
