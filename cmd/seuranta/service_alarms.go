package main

import (
	"context"
	"slices"
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
		err := w.Look(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("faults could not be looked for; it is tried again", "error", err)
		}
		s.sawApart(w, err)
	}
}

// sawApart keeps what a watcher knows without the store, as long as that does not work.
func (s *service) sawApart(w *alarm.Watcher, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apart = alarm.Board{}
	if err != nil {
		s.apart = w.Apart()
	}
}

// alarmed adds the faults that stand, the ways that fail, and the disk, to what the metrics tell. While the store does not
// answer they tell what is known without it, and of the rest nothing.
func (s *service) alarmed(ctx context.Context, d *desk, out *web.Snapshot) {
	if disk := diskOf(d.Storage.Path); disk != nil {
		out.StoreFree, out.StoreSize = int64(disk.Free), int64(disk.Total)
	}
	s.mu.Lock()
	boards, kinds := []alarm.Board{s.apart}, alarm.Kinds()
	s.mu.Unlock()
	if board, err := d.board(ctx, time.Time{}); err != nil {
		s.log.Warn("the store did not answer; the metrics lack the alarms", "error", err)
		kinds = []string{alarm.DiskFull, alarm.StoreUnreachable}
	} else {
		boards = append(boards, board)
	}
	out.Alarms, out.Ways = faultsByKind(boards, kinds), map[string]bool{}
	for _, way := range d.wayNames() {
		out.Ways[way] = slices.ContainsFunc(boards, func(b alarm.Board) bool { return len(b.Troubles([]string{way})) > 0 })
	}
}

// faultsByKind counts the faults that stand on boards, those on several of them once, by kind.
func faultsByKind(boards []alarm.Board, kinds []string) map[string]int {
	n, seen := map[string]int{}, map[string]bool{}
	for _, kind := range kinds {
		n[kind] = 0
	}
	for _, b := range boards {
		for _, f := range b.Standing() {
			if !seen[f.ID()] {
				n[f.Kind]++
			}
			seen[f.ID()] = true
		}
	}
	return n
}
