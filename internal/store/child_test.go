package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
)

// childVariable makes this test binary the child of a crash test: it holds an order as JSON.
const childVariable = "TEST_STORE_CHILD"

// order is what a child is to do: open the store, bring it up to date and commit until it is killed.
type order struct {
	Role      string // one of roles; "" is to commit until it is killed
	Path      string
	Library   string
	Journal   string // where it writes `begin N` before the commit N, `write N` before its first row and `ack N` after it
	Seed      uint64
	First     int    // the number of its first commit
	Failpoint string // where it kills itself; "" is nowhere
}

// obey does what the order says; it only returns when something went wrong, or when the failpoint was never passed.
func obey(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	if play, ok := roles[o.Role]; ok {
		if err := play(o); err != nil {
			return err
		}
		os.Exit(0)
	}
	journal, err := os.OpenFile(o.Journal, os.O_CREATE|os.O_APPEND|os.O_WRONLY|os.O_SYNC, 0o600)
	if err != nil {
		return err
	}
	n := o.First
	s, err := store.Open(context.Background(), store.Options{Path: o.Path, Library: o.Library, Failpoint: func(place string) {
		if place == "commit:begin" {
			fmt.Fprintln(journal, "write", n)
		}
		if place == o.Failpoint {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	if err != nil {
		return err
	}
	if _, err := s.Migrate(context.Background()); err != nil {
		return err
	}
	for ; o.Failpoint == "" || n < o.First+3; n++ {
		fmt.Fprintln(journal, "begin", n)
		if _, err := s.Commit(context.Background(), crashCommit(o.Seed, n)); err != nil {
			return err
		}
		fmt.Fprintln(journal, "ack", n)
	}
	return fmt.Errorf("nobody killed me at %s", o.Failpoint)
}

// crashCommit makes the n-th commit of a seed, the same in every process: answers in two years, snapshots, withdrawals,
// coverage, items, a state, now and then a retraction.
func crashCommit(seed uint64, n int) observation.Commit {
	chance := rand.New(rand.NewPCG(seed, uint64(n)))
	c := observation.Commit{Run: run([]string{"loki", "kasin"}[n%2])}
	c.Run.ID = fmt.Sprintf("run-%06d", n)
	c.States = []observation.SourceState{{Key: "offset", Value: fmt.Sprint(n)}}
	c.Run.StartedAt = time.Date(2026, 12, 26, n%200, 0, 0, 0, time.UTC)
	c.Items = []observation.Item{{ID: fmt.Sprint("item-", n), Kind: "page"},
		{ID: fmt.Sprint("shared-", n%5), Organisation: observation.Shared, Kind: "article", Title: fmt.Sprint(n), Aliases: []string{fmt.Sprint("url:", n%3)}}}
	if n%4 == 3 {
		c.Items[1].PublishedAt = c.Run.StartedAt.Add(-time.Hour) // from here on it counts at another moment
		c.Items[0].ID, c.Items[0].State = fmt.Sprint("item-", n-2), observation.Withdrawn
	}
	first := observation.NewDate(2026, 12, 25)
	if n%17 == 16 {
		c.Retract = &observation.Period{From: first + observation.Date(chance.IntN(8)), To: first + 8}
		return c
	}
	for day := first; day < first+14; day++ {
		for subject := range 3 {
			o := views(day.String(), float64(chance.IntN(4)))
			o.Subject, o.Complete = fmt.Sprint("/", subject), chance.IntN(4) > 0
			if subject == 2 {
				o = snapshot(fmt.Sprintf("%sT%02d:00:00Z", day, chance.IntN(24)), o.Value)
			}
			if chance.IntN(3) > 0 {
				c.Observations = append(c.Observations, o)
			}
		}
		if chance.IntN(3) == 0 {
			c.Complete = append(c.Complete, completes(views(day.String(), 0)))
		}
		c.Coverage = append(c.Coverage, observation.Coverage{CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: "log", Metric: "views", Grain: observation.Day, From: day},
			Result: observation.Results()[chance.IntN(4)]})
	}
	return c
}
