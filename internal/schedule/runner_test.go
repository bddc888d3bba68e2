package schedule

import (
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/observation"
)

// TestWhatTheDeskRefuses: half a follower, and a region that nobody configured.
func TestWhatTheDeskRefuses(t *testing.T) {
	cfg := &config.Config{}
	refuses := func() func(observation.Observation) string { return (&Runner{Config: cfg}).refuses() }
	mordor := observation.Observation{Key: observation.Key{Metric: "followers", Dims: "device=phone,region=mordor"}, Value: 5}
	if why := refuses()(mordor); why != "" {
		t.Errorf("without regions in the configuration any will do: %s", why)
	}
	cfg.Desk.Regions = []observation.Region{{ID: "keski-suomi"}}
	for _, c := range []struct {
		metric, dims string
		value        float64
		want         string
	}{
		{"followers", "", 5, ""}, {"followers", "", 5.5, "whole"}, {"hours", "", 5.5, ""},
		{"followers", "region=keski-suomi", 5, ""}, {"followers", "device=phone,region=keski-suomi", 5, ""}, {"followers", "region=mordor", 5, `"mordor"`},
	} {
		o := observation.Observation{Key: observation.Key{Metric: c.metric, Dims: c.dims}, Value: c.value}
		if why := refuses()(o); (why == "") != (c.want == "") || !strings.Contains(why, c.want) {
			t.Errorf("%s %s %v: %q, want %q", c.metric, c.dims, c.value, why, c.want)
		}
	}
}

// secretive are settings with a secret.
type secretive struct {
	Token collector.Secret `yaml:"token" secret:"true"`
}

func (*secretive) Validate() []collector.Fault            { return nil }
func (*secretive) New(collector.Deps) collector.Collector { return nil }

// TestARefusedCredentialIsNotShownAgain by itself, until the configuration is another.
func TestARefusedCredentialIsNotShownAgain(t *testing.T) {
	r := &Runner{Config: &config.Config{Hash: "now"}}
	s := config.Source{Source: observation.Source{ID: "kavijat", Schedule: "*/15 * * * *", Zone: time.UTC}, Settings: &secretive{collector.NewSecret("refused-token")}}
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, after := range []time.Duration{20 * time.Minute, 25 * time.Hour, 90 * 24 * time.Hour} {
		for config, want := range map[string]bool{"now": false, "before": true} {
			due, err := r.Due(s, observation.SourceStatus{Started: at, Result: observation.Auth, Config: config}, at.Add(after))
			if err != nil || due != want {
				t.Errorf("%s later, refused under the configuration of %s: due %t, %v", after, config, due, err)
			}
		}
	}
}

// TestARefusedCredentialIsLeftAlone for a day where none was shown, or until the configuration is another.
func TestARefusedCredentialIsLeftAlone(t *testing.T) {
	r := &Runner{Config: &config.Config{Hash: "now"}}
	s := config.Source{Source: observation.Source{ID: "loki", Schedule: "*/15 * * * *", Zone: time.UTC}}
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		result observation.Result
		config string
		after  time.Duration
		want   bool
	}{
		{observation.OK, "now", 20 * time.Minute, true}, {observation.OK, "now", 5 * time.Minute, false},
		{observation.Auth, "now", 20 * time.Minute, false}, {observation.Auth, "now", 23 * time.Hour, false},
		{observation.Auth, "now", 25 * time.Hour, true}, {observation.Auth, "before", 20 * time.Minute, true},
		{observation.Auth, "now", -time.Hour, true}, // the clock was wrong then
	} {
		due, err := r.Due(s, observation.SourceStatus{Started: at, Result: c.result, Config: c.config}, at.Add(c.after))
		if err != nil || due != c.want {
			t.Errorf("%s with the configuration of %s, %s later: %t, %v", c.result, c.config, c.after, due, err)
		}
	}
}

// TestAStoppedVisitIsMadeUpFor at once where a file is read; a server is not asked above its interval.
func TestAStoppedVisitIsMadeUpFor(t *testing.T) {
	r, at := &Runner{Config: &config.Config{}}, time.Date(2026, 11, 20, 4, 16, 0, 0, time.UTC)
	for fetches, want := range map[bool]bool{false: true, true: false} {
		s := config.Source{Source: observation.Source{ID: "loki", Schedule: "15 4 * * *", Zone: time.UTC}, Fetches: fetches}
		st := observation.SourceStatus{Started: at, Result: observation.Failed, Reason: collector.ReasonStopped}
		if due, err := r.Due(s, st, at.Add(time.Minute)); err != nil || due != want {
			t.Errorf("fetches %t: due %t, %v", fetches, due, err)
		}
		now := at.Add(time.Minute)
		d := standing(s, at, &now)
		d.standing[s.Key()] = st
		if d.due(s) != want {
			t.Errorf("fetches %t: the daemon thinks otherwise", fetches)
		}
	}
}

// standing is a daemon that knows how its one source stands and what the time is.
func standing(s config.Source, at time.Time, now *time.Time) *Daemon {
	d := &Daemon{Runner: &Runner{Config: &config.Config{Sources: []config.Source{s}}, Now: func() time.Time { return *now }}}
	d.begin()
	d.standing = map[observation.SourceKey]observation.SourceStatus{}
	if !at.IsZero() {
		d.standing[s.Key()] = observation.SourceStatus{Organisation: s.Organisation, Source: s.ID, Started: at, At: at, Result: observation.OK}
	}
	return d
}

// TestTheDaemonAndTheClock: a source begins a little after it is due and never before, at once when it never ran; and a clock
// that is set back makes nothing due again and again.
func TestTheDaemonAndTheClock(t *testing.T) {
	s := config.Source{Source: observation.Source{Organisation: "koske", ID: "uutiset", Schedule: "*/15 * * * *", Zone: time.UTC}}
	last := time.Date(2026, 11, 20, 12, 0, 30, 0, time.UTC)
	now := last
	if d := standing(s, time.Time{}, &now); !d.due(s) {
		t.Error("a source that never ran has to wait")
	}
	d := standing(s, last, &now)
	late := stray(s)
	if late <= 0 || late > 90*time.Second {
		t.Fatalf("it begins %s after it is due, want at most a tenth of a quarter of an hour", late)
	}
	for _, c := range []struct {
		at   time.Time
		want bool
	}{
		{last.Add(time.Second), false}, {last.Add(10 * time.Minute), false}, {time.Date(2026, 11, 20, 12, 15, 0, 0, time.UTC).Add(late - time.Second), false},
		{time.Date(2026, 11, 20, 12, 15, 0, 0, time.UTC).Add(late), true}, {last.AddDate(0, 1, 0), true},
	} {
		if now = c.at; d.due(s) != c.want {
			t.Errorf("at %s: due %t", now, !c.want)
		}
	}
	now = time.Date(2026, 11, 20, 12, 17, 0, 0, time.UTC)
	d.remember(s, nil)
	d.stood(s, observation.Run{StartedAt: now, CommittedAt: now, Result: observation.OK})
	for _, back := range []time.Duration{-time.Minute, -time.Hour, -48 * time.Hour, time.Second} {
		if now = time.Date(2026, 11, 20, 12, 17, 0, 0, time.UTC).Add(back); d.due(s) {
			t.Errorf("after the visit, with the clock moved by %s, it is due again", back)
		}
	}
	tried := d.tried[s.Key()]
	tried.at = time.Now().Add(-15*time.Minute - late)
	d.tried[s.Key()] = tried
	if now = time.Date(2026, 11, 20, 11, 30, 0, 0, time.UTC); !d.due(s) {
		t.Error("a clock that was set back keeps the source from being read for as long")
	}
}

// TestOneVisitWithAClockThatWasSetBack: commits never go back, so what was told with the clock set back lies in the future. The
// daemon that begins then goes by when the visit began: none follows before the next is due, as the clock now tells.
func TestOneVisitWithAClockThatWasSetBack(t *testing.T) {
	s := config.Source{Source: observation.Source{Organisation: "koske", ID: "uutiset", Schedule: "15 4 * * *", Zone: time.UTC}}
	ten := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	now := ten.Add(-time.Hour)
	if d := standing(s, ten, &now); !d.due(s) {
		t.Error("the visit lies in the future, and none follows")
	}
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{15 * time.Minute, false}, {time.Hour, false}, {19 * time.Hour, false}, {19*time.Hour + 25*time.Minute, true}} {
		now = ten.Add(-time.Hour).Add(c.after)
		d := standing(s, ten.Add(-time.Hour), &now)
		st := d.standing[s.Key()]
		st.At = ten.Add(time.Millisecond)
		d.standing[s.Key()] = st
		if due, err := d.Due(s, st, now); due != c.want || d.due(s) != c.want || err != nil {
			t.Errorf("at %s due is %t, and the daemon says %t", now, due, d.due(s))
		}
	}
}

// TestAVisitThatCouldNotBeStored is tried again soon, then more and more rarely.
func TestAVisitThatCouldNotBeStored(t *testing.T) {
	s := config.Source{Source: observation.Source{ID: "uutiset", Schedule: "0 4 * * *", Zone: time.UTC}}
	now := time.Date(2026, 11, 20, 4, 10, 0, 0, time.UTC)
	d := standing(s, now.AddDate(0, 0, -1), &now)
	for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		d.remember(s, ErrGivenUp)
		if got := d.tried[s.Key()].pause; got != want || d.due(s) {
			t.Errorf("it is tried again after %s, want %s", got, want)
		}
	}
	d.remember(s, nil)
	if got := d.tried[s.Key()]; got.failed != 0 || got.pause < 23*time.Hour {
		t.Errorf("after a visit that was stored: %+v", got)
	}
}

// TestAnotherConfiguration: sources are due by their new schedules, but for those that are being visited.
func TestAnotherConfiguration(t *testing.T) {
	s := config.Source{Source: observation.Source{Organisation: "koske", ID: "uutiset", Schedule: "0 4 * * *", Zone: time.UTC}}
	now := time.Date(2026, 11, 20, 4, 10, 0, 0, time.UTC)
	d := standing(s, now, &now)
	d.remember(s, nil)
	now = now.Add(time.Hour)
	often := s
	often.Schedule = "*/15 * * * *"
	next := &Runner{Config: &config.Config{Sources: []config.Source{often}}, Now: d.Now}
	d.Use(next)
	if d.Runner == next || d.due(often) {
		t.Error("it is used before the next look")
	}
	if d.adopt(); d.Runner != next || !d.due(often) || !d.asked.IsZero() {
		t.Error("it is not used")
	}
	d.running[s.Key()] = true
	if d.adopt(); !d.running[s.Key()] {
		t.Error("a visit that runs is forgotten")
	}
}

// TestStray is the same at each start, and spreads sources.
func TestStray(t *testing.T) {
	seen := map[time.Duration]bool{}
	for _, id := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		s := config.Source{Source: observation.Source{ID: id, Schedule: "0 4 * * *", Zone: time.UTC}}
		if d := stray(s); d != stray(s) || d < 0 || d > longestStray {
			t.Errorf("%s begins %s late", id, d)
		} else {
			seen[d] = true
		}
	}
	if len(seen) < 20 {
		t.Errorf("26 sources begin at %d moments", len(seen))
	}
	if d := stray(config.Source{Source: observation.Source{ID: "a", Zone: time.UTC}}); d != 0 {
		t.Errorf("a source without a schedule: %s", d)
	}
}
