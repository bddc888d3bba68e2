package indicator

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// TestTheStoreMakesTheFiguresOfTheLedger proves that what the other tests feed through the ledger holds for a real store,
// now and as known before.
func TestTheStoreMakesTheFiguresOfTheLedger(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := rapid.SampledFrom([]func(*rapid.T) *centre{drawCentre, drawNewsroom, drawDiary}).Draw(rt, "centre")
		c := draw(rt)
		var clock time.Time
		s, _ := storetest.Engines()[0].Open(t, func(o *store.Options) { o.Now = func() time.Time { return clock }; o.Metrics = c.desk.Metrics })
		kept := c.kept
		c.kept = ledger{}
		var asOf time.Time
		for _, commit := range kept.commits {
			clock = commit.Run.CommittedAt
			commit.Run.ID = ""
			run, err := s.Commit(context.Background(), commit)
			if err != nil {
				rt.Fatal(err)
			}
			asOf = run.CommittedAt
			commit.Run = run
			c.kept.Add(commit)
		}
		periods := []observation.Period{drawPeriod(rt), observation.Week.Holding(first)}
		for _, at := range []time.Time{{}, asOf} {
			want := figuresOf(rt, New(c.desk, &c.kept, c.now, at), periods...)
			got := figuresOf(rt, New(c.desk, s, c.now, at), periods...)
			if d := cmp.Diff(want, got); d != "" {
				rt.Fatalf("as of %v (-ledger +store):\n%s", at, d)
			}
		}
		last := first + 14
		want, err := New(c.desk, &c.kept, c.now, time.Time{}).Weekly(context.Background(), Ask{}, last, 3)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := New(c.desk, s, c.now, time.Time{}).Weekly(context.Background(), Ask{}, last, 3)
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); d != "" {
			rt.Fatalf("weekly series (-ledger +store):\n%s", d)
		}
	})
}
