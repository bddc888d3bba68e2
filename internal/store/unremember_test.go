package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store/storetest"
)

// testForgottenPostsAreNotRemembered: a single item that is forgotten is in no version of what its source remembers of its posts, and
// no visit that sees it brings it back. All else that the source remembers stays.
func testForgottenPostsAreNotRemembered(t *testing.T, e storetest.Engine) {
	ctx := context.Background()
	s, _ := e.Open(t)
	visit := func(hour int) {
		c := observation.Commit{Run: run("loki"), States: []observation.SourceState{
			{Key: observation.StatePosts, Value: `{"kotisivut|k:1` + songbird + `":"2026-11-20","kotisivut|k:2":"2026-11-20"}`}, {Key: "calls", Value: "5"}}}
		c.Run.StartedAt = time.Date(2026, 11, 21, hour, 0, 0, 0, time.UTC)
		c.Items = []observation.Item{{ID: "p1", Kind: "post", Channel: "kotisivut", PublishedAt: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), Title: songbird, State: observation.Valid,
			Aliases: []string{"kotisivut|k:1" + songbird}}}
		commit(t, s, c)
	}
	clean := func(when string) {
		t.Helper()
		for _, line := range content(t, s) {
			if strings.Contains(line, songbird) {
				t.Errorf("%s: %s", when, line)
			}
		}
		states, err := s.States(ctx, "koske", "loki")
		if err != nil || states[observation.StatePosts] != `{"kotisivut|k:2":"2026-11-20"}` || states["calls"] != "5" {
			t.Errorf("%s is remembered %q, %v", when, states, err)
		}
	}
	visit(4)
	visit(5)
	grave := observation.Tombstone{Reason: "asked for", Forgetting: observation.Forgetting{Organisation: "koske", Source: "loki", Channel: "kotisivut", Zone: "Europe/Helsinki",
		Days: observation.Period{From: observation.FirstDay, To: observation.LastDay}, Items: true, Only: []string{"p1"}}}
	if done, err := s.Forget(ctx, grave); err != nil || !done.Done {
		t.Fatal(done, err)
	}
	clean("forgotten")
	visit(6)
	clean("seen again")
}
