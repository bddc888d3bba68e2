package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"time"

	"seuranta/internal/observation"
)

// Alarms returns what was known at asOf (now, when it is zero) of every fault, and of what was told of it; sorted by
// organisation, source, fault and way.
func (s *Store) Alarms(ctx context.Context, asOf time.Time) ([]observation.Alarm, error) {
	var out []observation.Alarm
	err := s.query(ctx, "store.alarms", func(scan func(...any) error) error {
		a, err := scanAlarm(scan)
		out = append(out, a)
		return err
	}, before(asOf))
	if err != nil {
		return nil, fmt.Errorf("read alarms: %w", err)
	}
	return out, nil
}

func scanAlarm(scan func(...any) error) (a observation.Alarm, err error) {
	var step, tries uint32
	var since, until, noted int64
	err = scan(&a.Organisation, &a.Source, &a.Fault, &a.Way, &a.State, &step, &since, &until, &tries, &a.Detail, &noted, (*uint64)(&a.Version))
	a.Step, a.Tries, a.Since, a.Until, a.NotedAt = int(step), int(tries), fromMilli(since), fromMilli(until), fromMilli(noted)
	return a, err
}

// NoteAlarms adds what changed. Who notes something while others may do so claims it before.
func (s *Store) NoteAlarms(ctx context.Context, rows []observation.Alarm) error {
	if len(rows) == 0 {
		return nil
	}
	var newest observation.Version
	err := s.query(ctx, "store.newest_alarm", func(scan func(...any) error) error { return scan((*uint64)(&newest)) })
	if err != nil {
		return fmt.Errorf("note alarms: %w", err)
	}
	now := s.opt.Now()
	version := observation.Next(newest, now, s.random)
	err = s.insert(ctx, "store.insert_alarms", len(rows), func(i int) []any {
		a := rows[i]
		return []any{a.Organisation, a.Source, a.Fault, a.Way, a.State, uint32(a.Step), toMilli(a.Since), toMilli(a.Until), uint32(a.Tries), a.Detail,
			now.UnixMilli(), uint64(version)}
	})
	if err != nil {
		return fmt.Errorf("note alarms: %w", err)
	}
	return nil
}

// toMilli maps the zero time to 0; fromMilli maps it back.
func toMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMilli(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// claimTries is how often a claim is made when others are made at the same moment, and claimPause how long it waits in between
// at most: of two that refuse each other one comes first then.
const (
	claimTries = 5
	claimPause = 200 * time.Millisecond
)

// Claim takes hold of what only one process may do at a time, of all that have this store open: got is false while another
// has it. A claim that is not released, because its process was killed, runs out; one that reaches further ahead than twice the
// length is none: the clock was set back since. Two never have it at once: each writes its
// claim first and looks for others then, and gives way to any.
func (s *Store) Claim(ctx context.Context, name string, length time.Duration) (release func(context.Context) error, got bool, err error) {
	for try := range claimTries {
		if try > 0 {
			select {
			case <-ctx.Done():
				return nil, false, ctx.Err()
			case <-time.After(mathrand.N(claimPause)):
			}
		}
		if release, got, err = s.claim(ctx, name, length); got || err != nil {
			break
		}
	}
	if err != nil {
		return nil, false, fmt.Errorf("claim %s: %w", name, err)
	}
	return release, got, nil
}

// claim makes one try.
func (s *Store) claim(ctx context.Context, name string, length time.Duration) (release func(context.Context) error, got bool, err error) {
	holder, now := rand.Text(), s.opt.Now()
	version := observation.Next(0, now, s.random)
	write := func(ctx context.Context, until int64, version observation.Version) error {
		return s.insert(ctx, "store.insert_claims", 1, func(int) []any { return []any{name, holder, until, uint64(version)} })
	}
	release = func(ctx context.Context) error {
		return write(ctx, 0, observation.Next(version, s.opt.Now(), s.random))
	}
	if others, err := s.claimed(ctx, name, holder, length); err != nil || others {
		return nil, false, err
	}
	err = write(ctx, now.Add(length).UnixMilli(), version)
	others := true
	if err == nil {
		others, err = s.claimed(ctx, name, holder, length)
	}
	if err != nil || others {
		_ = release(context.WithoutCancel(ctx)) // what is not given back runs out
		return nil, false, err
	}
	return release, true, nil
}

// forGood is the length of a claim that does not run out.
const forGood time.Duration = 0

// claimed tells whether anybody but the holder claims now what is claimed for some length.
func (s *Store) claimed(ctx context.Context, name, holder string, length time.Duration) (others bool, err error) {
	now, latest := s.opt.Now(), int64(math.MaxInt64)
	if length != forGood {
		latest = now.Add(2 * length).UnixMilli()
	}
	err = s.query(ctx, "store.live_claims", func(scan func(...any) error) error {
		var h string
		err := scan(&h)
		others = others || h != holder
		return err
	}, name, now.UnixMilli(), latest)
	return others, err
}

// Failures returns, of those of the sources that failed when they were visited last, how often in a row and since when. Who waits, was stopped or reads the past again neither fails nor does well.
func (s *Store) Failures(ctx context.Context, sources []observation.SourceKey, asOf time.Time) (map[observation.SourceKey]observation.Failures, error) {
	out := map[observation.SourceKey]observation.Failures{}
	if len(sources) == 0 {
		return out, nil
	}
	organisations, ids := keysOf(sources)
	err := s.query(ctx, "store.failures", func(scan func(...any) error) error {
		var k observation.SourceKey
		var runs, first int64
		err := scan(&k.Organisation, &k.Source, &runs, &first)
		out[k] = observation.Failures{Runs: int(runs), Since: time.UnixMilli(first).UTC()}
		return err
	}, organisations, ids, before(asOf), organisations, ids, before(asOf))
	if err != nil {
		return nil, fmt.Errorf("read how often sources failed: %w", err)
	}
	return out, nil
}

// keysOf returns the organisations and the ids of sources, as parameters.
func keysOf(sources []observation.SourceKey) (organisations, ids any) {
	var first, second []string
	for _, k := range sources {
		first, second = append(first, k.Organisation), append(second, k.Source)
	}
	return set(first), set(second)
}

// LastTwo returns, of each of the sources, the newest two visits that tell how it does, the newest first. Who
// waits or was stopped tells nothing, and neither does a look at the past that failed.
func (s *Store) LastTwo(ctx context.Context, sources []observation.SourceKey, asOf time.Time) (map[observation.SourceKey][]observation.SourceStatus, error) {
	out := map[observation.SourceKey][]observation.SourceStatus{}
	if len(sources) == 0 {
		return out, nil
	}
	organisations, ids := keysOf(sources)
	err := s.query(ctx, "store.last_two_runs", func(scan func(...any) error) error {
		st, err := scanVisit(scan)
		out[st.Key()] = append(out[st.Key()], st)
		return err
	}, organisations, ids, before(asOf))
	if err != nil {
		return nil, fmt.Errorf("read the last visits: %w", err)
	}
	return out, nil
}

func scanVisit(scan func(...any) error) (st observation.SourceStatus, err error) {
	var at int64
	var result string
	var failing, reasons []string
	err = scan(&st.Organisation, &st.Source, &st.Run, &at, &result, &st.Reason, &failing, &reasons)
	st.Result, st.At, st.Failing = observation.Result(result), time.UnixMilli(at).UTC(), failingOf(failing, reasons)
	return st, err
}

// Lately returns all visits of a source, the newest first, since the newest that lies at least so long before the newest of
// all; all where none does. Who waits is among them; who was stopped, or looked at the past in vain, is not.
func (s *Store) Lately(ctx context.Context, source observation.SourceKey, length time.Duration, asOf time.Time) (out []observation.SourceStatus, err error) {
	o, id, to := source.Organisation, source.Source, before(asOf)
	err = s.query(ctx, "store.visits_lately", func(scan func(...any) error) error {
		st, err := scanVisit(scan)
		out = append(out, st)
		return err
	}, o, id, to, o, id, to, o, id, to, length.Milliseconds())
	if err != nil {
		return nil, fmt.Errorf("read the visits of the last time to %s: %w", id, err)
	}
	return out, nil
}

// ConfigSeen returns when a configuration was first in force, the zero time when it is not known.
func (s *Store) ConfigSeen(ctx context.Context, hash string) (time.Time, error) {
	var ms int64
	err := s.query(ctx, "store.config_seen", func(scan func(...any) error) error { return scan(&ms) }, hash)
	return fromMilli(ms), err
}

// StatesNamed returns what the sources of the organisations remember under one name.
func (s *Store) StatesNamed(ctx context.Context, organisations []string, name string) (map[observation.SourceKey]string, error) {
	out := map[observation.SourceKey]string{}
	err := s.query(ctx, "store.states_named", func(scan func(...any) error) error {
		var k observation.SourceKey
		var value string
		err := scan(&k.Organisation, &k.Source, &value)
		out[k] = value
		return err
	}, set(organisations), name, set(organisations), set(organisations), name)
	if err != nil {
		return nil, fmt.Errorf("read what sources remember as %s: %w", name, err)
	}
	return out, nil
}
