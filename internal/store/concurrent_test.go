package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// Many sources commit at once while others read. In the end a reader sees what the ledger shows, and so did every reader
// of the past.
func testConcurrency(t *testing.T, e storetest.Engine) {
	s, reopen := e.Open(t)
	const sources, rounds = 32, 2 // and as many readers
	var mu sync.Mutex
	var told []observation.Commit
	var group sync.WaitGroup
	for g := range sources {
		group.Go(func() { reads(t, s) })
		group.Go(func() {
			for round := range rounds {
				c := crashCommit(uint64(g), round)
				c.Run.ID, c.Run.Source = fmt.Sprintf("run-%d-%d", g, round), fmt.Sprintf("source-%d", g)
				r, err := s.Commit(context.Background(), c)
				if err != nil {
					t.Error(err)
					return
				}
				c.Run = r
				mu.Lock()
				told = append(told, c)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.SortFunc(told, func(a, b observation.Commit) int { return a.Run.CommittedAt.Compare(b.Run.CommittedAt) })
	var ledger observation.Ledger
	for i, c := range told {
		if i > 0 && !c.Run.CommittedAt.After(told[i-1].Run.CommittedAt) {
			t.Errorf("%s and %s were committed at the same moment", c.Run.ID, told[i-1].Run.ID)
		}
		ledger.Add(c)
	}
	if len(told) != sources*rounds {
		t.Fatalf("%d commits", len(told))
	}
	for _, at := range []time.Time{{}, told[len(told)/2].Run.CommittedAt} {
		compareWithLedger(t, s, &ledger, at)
		compareWithLedger(t, reopen(), &ledger, at)
	}
}

// reads reads while others commit: of each key it must see one answer at most, now and as known before.
func reads(t *testing.T, s *store.Store) {
	for _, sel := range []observation.Selection{all(), asOf(all())} {
		got, err := s.Observations(context.Background(), sel)
		if err != nil {
			t.Error(err)
		}
		seen := map[observation.Key]bool{}
		for _, o := range got {
			if seen[o.Key] || o.State != observation.Valid || o.Run == "" {
				t.Errorf("a reader sees %+v, seen %v", o, seen[o.Key])
			}
			seen[o.Key] = true
		}
	}
}
