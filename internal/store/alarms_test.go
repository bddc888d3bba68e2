package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

func alarms(t testing.TB, s *store.Store, asOf time.Time) []observation.Alarm {
	t.Helper()
	got, err := s.Alarms(context.Background(), asOf)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Version = 0
	}
	return got
}

func note(t testing.TB, s *store.Store, rows ...observation.Alarm) {
	t.Helper()
	if err := s.NoteAlarms(context.Background(), rows); err != nil {
		t.Fatal(err)
	}
}

func testAlarmsAreKept(t *testing.T, e storetest.Engine) {
	clock := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	s, open := e.Open(t, func(o *store.Options) { o.Now = func() time.Time { return clock } })
	first := observation.Alarm{AlarmKey: observation.AlarmKey{Organisation: "koske", Source: "loki's\n\\", Fault: "source_failed"}, State: "stands", Step: 2, Since: clock.Add(-time.Hour), Detail: "log_missing"}
	way := observation.Alarm{AlarmKey: observation.AlarmKey{Way: "mail"}, State: "failing", Since: clock, Until: clock.Add(time.Minute), Tries: 3, Detail: "421 später"}
	note(t, s, first, way)
	begun := clock
	clock = clock.Add(-24 * time.Hour) // a clock that goes back must not keep the end from being the newest
	over := first
	over.State, over.Step = "over", 0
	note(t, s, over)
	over.NotedAt, way.NotedAt, first.NotedAt = clock, begun, begun
	if diff := cmp.Diff([]observation.Alarm{way, over}, alarms(t, open(), time.Time{})); diff != "" {
		t.Error(diff)
	}
	clock = clock.Add(48 * time.Hour)
	note(t, s, first)
	first.NotedAt = clock
	if diff := cmp.Diff([]observation.Alarm{way, first}, alarms(t, s, time.Time{})); diff != "" {
		t.Error(diff)
	}
	if got := alarms(t, s, begun.Add(-time.Hour)); len(got) != 1 || got[0].State != "over" {
		t.Errorf("as known before: %+v", got)
	}
	note(t, s)
}

func testOnlyOneClaims(t *testing.T, e storetest.Engine) {
	ctx := context.Background()
	clock := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	s, open := e.Open(t, func(o *store.Options) { o.Now = func() time.Time { return clock } })
	other := open(func(o *store.Options) { o.Now = func() time.Time { return clock } })
	release, got, err := s.Claim(ctx, "tell", time.Minute)
	if !got || err != nil {
		t.Fatal(got, err)
	}
	if _, got, err := other.Claim(ctx, "tell", time.Minute); got || err != nil {
		t.Errorf("two have it: %v", err)
	}
	if _, got, err := other.Claim(ctx, "another thing", time.Minute); !got || err != nil {
		t.Errorf("another thing: %v %v", got, err)
	}
	if err := release(ctx); err != nil {
		t.Fatal(err)
	}
	if _, got, err = other.Claim(ctx, "tell", time.Minute); !got || err != nil {
		t.Errorf("after it was given back: %v %v", got, err)
	}
	clock = clock.Add(time.Minute) // and the other was killed
	if _, got, err = s.Claim(ctx, "tell", time.Minute); !got || err != nil {
		t.Errorf("after it ran out: %v %v", got, err)
	}
	clock = clock.Add(-30 * time.Second) // clocks of two machines differ, and that one was killed, too
	if _, got, err = other.Claim(ctx, "tell", time.Minute); got || err != nil {
		t.Errorf("with a clock that is a little behind: %v %v", got, err)
	}
	clock = clock.Add(-time.Hour)
	if _, got, err = other.Claim(ctx, "tell", time.Minute); !got || err != nil {
		t.Errorf("after the clock was set back: %v %v", got, err)
	}
}

// Of many that claim at once at most one has it at any moment, and they come to their turns.
func testManyClaimAtOnce(t *testing.T, e storetest.Engine) {
	s, open := e.Open(t)
	var inside, turns atomic.Int32
	var group sync.WaitGroup
	for _, s := range []*store.Store{s, open(), open(), open()} {
		group.Go(func() {
			for had := 0; had < 3; {
				release, got, err := s.Claim(context.Background(), "tell", time.Minute)
				if err != nil {
					t.Error(err)
					return
				}
				if !got {
					time.Sleep(time.Duration(time.Now().Nanosecond()%20) * time.Millisecond)
					continue
				}
				if inside.Add(1) > 1 {
					t.Error("two have it")
				}
				turns.Add(1)
				had++
				inside.Add(-1)
				if err := release(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if turns.Load() != 12 {
		t.Errorf("%d turns", turns.Load())
	}
}

func testFailuresInARow(t *testing.T, e storetest.Engine) {
	clock := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	s, _ := e.Open(t, func(o *store.Options) { o.Now = func() time.Time { return clock } })
	visit := func(result observation.Result, reason string, backfill bool) {
		clock = clock.Add(time.Hour)
		r := run("loki")
		r.Result, r.Reason, r.Backfill = result, reason, backfill
		commit(t, s, observation.Commit{Run: r})
	}
	loki := []observation.SourceKey{{Organisation: "koske", Source: "loki"}, {Organisation: "iso", Source: "uutiset"}}
	failures := func(asOf time.Time) observation.Failures {
		got, err := s.Failures(context.Background(), loki, asOf)
		if err != nil {
			t.Fatal(err)
		}
		return got[observation.SourceKey{Organisation: "koske", Source: "loki"}]
	}
	for i, c := range []struct {
		result observation.Result
		reason string
		want   int
	}{
		{observation.Failed, "failed", 1}, {observation.Waiting, "waiting", 1}, {observation.Failed, "stopped", 1}, {observation.Auth, "auth", 2},
		{observation.Partial, "partial", 3}, {observation.Partial, "feed_short", 0}, {observation.Gone, "gone", 1}, {observation.NotOffered, "not_offered", 0},
		{observation.Budget, "budget", 1}, {observation.NoData, "", 0}, {observation.Partial, "log_silent", 1}, {observation.OK, "", 0},
	} {
		visit(c.result, c.reason, false)
		if got := failures(time.Time{}); got.Runs != c.want {
			t.Errorf("after visit %d (%s): %d failed in a row, want %d", i, c.result, got.Runs, c.want)
		}
	}
	last := func() (got []string) {
		all, err := s.LastTwo(context.Background(), loki, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all[observation.SourceKey{Organisation: "koske", Source: "loki"}] {
			got = append(got, string(v.Result)+" "+v.Reason+fmt.Sprint(v.Failing))
		}
		return got
	}
	if got := last(); !slices.Equal(got, []string{"ok []", "partial log_silent[]"}) {
		t.Errorf("the last two are %q", got)
	}
	visit(observation.Failed, "failed", true) // somebody reads the past, and sees it fail
	if got := failures(time.Time{}); got.Runs != 0 {
		t.Errorf("reading the past counts: %+v", got)
	}
	visit(observation.Failed, "failed", false)
	first := clock
	visit(observation.Failed, "failed", false)
	if got := failures(time.Time{}); got.Runs != 2 || got.Since.Sub(first).Abs() > time.Second {
		t.Errorf("%+v, want 2 since %v", got, first)
	}
	visit(observation.Waiting, "waiting", false)
	visit(observation.Failed, "stopped", false)
	clock = clock.Add(time.Hour)
	parts := run("loki")
	parts.Result, parts.Reason, parts.Failing = observation.Partial, "partial", []observation.Failing{{Part: "Yle", Reason: "not_found"}}
	commit(t, s, observation.Commit{Run: parts})
	if got := last(); !slices.Equal(got, []string{"partial partial[{Yle not_found}]", "failed failed[]"}) {
		t.Errorf("the last two are %q", got)
	}
	if got := failures(first.Add(time.Second)); got.Runs != 1 {
		t.Errorf("as known before: %+v", got)
	}
}

// testVisitsLately: who waits is among the visits since one that lies long before the newest; who was stopped is not.
func testVisitsLately(t *testing.T, e storetest.Engine) {
	clock := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	s, _ := e.Open(t, func(o *store.Options) { o.Now = func() time.Time { return clock } })
	begins := clock
	for _, c := range []struct {
		hour           int
		source, result string
		reason         string
	}{
		{1, "loki", "ok", ""}, {2, "loki", "waiting", "waiting"}, {3, "loki", "partial", "partial"}, {9, "loki", "failed", "stopped"}, {10, "uutiset", "ok", ""},
		{20, "loki", "failed", "failed"}, {26, "loki", "waiting", "waiting"}, {60, "loki", "failed", "stopped"},
	} {
		clock = begins.Add(time.Duration(c.hour) * time.Hour)
		r := run(c.source)
		if r.Result, r.Reason = observation.Result(c.result), c.reason; c.reason == "partial" {
			r.Failing = []observation.Failing{{Part: "Yle", Reason: "waiting"}}
		}
		commit(t, s, observation.Commit{Run: r})
	}
	loki := observation.SourceKey{Organisation: "koske", Source: "loki"}
	for _, c := range []struct {
		length time.Duration
		asOf   time.Time
		want   string
	}{
		{23 * time.Hour, time.Time{}, "26 waiting[] 20 failed[] 3 partial[{Yle waiting}] "},
		{24 * time.Hour, time.Time{}, "26 waiting[] 20 failed[] 3 partial[{Yle waiting}] 2 waiting[] "},
		{99 * time.Hour, time.Time{}, "26 waiting[] 20 failed[] 3 partial[{Yle waiting}] 2 waiting[] 1 ok[] "},
		{time.Hour, begins.Add(20*time.Hour - time.Second), "3 partial[{Yle waiting}] 2 waiting[] "},
	} {
		visits, err := s.Lately(context.Background(), loki, c.length, c.asOf)
		got := ""
		for _, v := range visits {
			got += fmt.Sprint(int(v.At.Sub(begins).Hours()), " ", v.Result, v.Failing, " ")
		}
		if err != nil || got != c.want {
			t.Errorf("since %s before the newest: %q, %v; want %q", c.length, got, err, c.want)
		}
	}
	if none, err := s.Lately(context.Background(), observation.SourceKey{Source: "nobody"}, time.Hour, time.Time{}); len(none) > 0 || err != nil {
		t.Error(none, err)
	}
	all, err := s.Status(context.Background(), []string{"koske"}, time.Time{})
	if err != nil || len(all) != 2 || !all[0].First.Equal(begins.Add(time.Hour)) {
		t.Errorf("%+v, %v", all, err)
	}
}

func testStatesNamed(t *testing.T, e storetest.Engine) {
	s, open := e.Open(t)
	for _, value := range []string{"2026-12-01T00:00:00Z", "2027-12-01T00:00:00Z"} {
		commit(t, s, observation.Commit{Run: run("loki"), States: []observation.SourceState{{Key: "credential_expires", Value: value}, {Key: "offset", Value: "7"}}})
	}
	stopping := open(stopAt("commit:states"))
	if !stopped(func() {
		commit(t, stopping, observation.Commit{Run: run("loki"), States: []observation.SourceState{{Key: "credential_expires", Value: "never committed"}}})
	}) {
		t.Fatal("it did not stop")
	}
	got, err := s.StatesNamed(context.Background(), []string{"koske"}, "credential_expires")
	want := map[observation.SourceKey]string{{Organisation: "koske", Source: "loki"}: "2027-12-01T00:00:00Z"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := s.StatesNamed(context.Background(), slices.Repeat([]string{"iso"}, 1), "credential_expires"); len(got) != 0 || err != nil {
		t.Error(got, err)
	}
}
