package indicator

import (
	"context"
	"fmt"
	"slices"
	"strings"
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

// TestTheStoreEarnsWhatTheLedgerEarns proves it of what items earned and reached, now and as known before: posts that come and go,
// visits that fail, and a rule that changes.
func TestTheStoreEarnsWhatTheLedgerEarns(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPage(rt)
		var clock time.Time
		s, _ := storetest.Engines()[0].Open(t, func(o *store.Options) { o.Now = func() time.Time { return clock } })
		kept := p.kept
		p.kept = ledger{}
		moments := []time.Time{{}}
		for _, commit := range kept.commits {
			clock, commit.Run.ID = commit.Run.CommittedAt, ""
			run, err := s.Commit(context.Background(), commit)
			if err != nil {
				rt.Fatal(err)
			}
			commit.Run = run
			p.kept.Add(commit)
			moments = append(moments, run.CommittedAt)
		}
		ask := Ask{Metrics: []string{"views_earned", "views_total", "reactions_earned", "reach_total"}}
		periods := []observation.Period{period("2026-11-17..2026-11-17"), period("2026-W47"), period("2026-11")}
		for _, at := range []time.Time{{}, moments[len(moments)/2]} {
			want, err := New(p.desk, &p.kept, p.now, at).FiguresOf(context.Background(), ask, periods)
			if err != nil {
				rt.Fatal(err)
			}
			got, err := New(p.desk, s, p.now, at).FiguresOf(context.Background(), ask, periods)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				rt.Fatalf("as of %v (-ledger +store): %v\n%s", at, err, d)
			}
		}
	})
}

// drawPage has a week of visits to a page.
func drawPage(rt *rapid.T) page {
	p := newPage()
	if rapid.Bool().Draw(rt, "redefined") {
		p.redefine("2026-11-19")
	}
	for day := range 8 {
		if rapid.IntRange(0, 5).Draw(rt, "stays away") == 0 {
			continue
		}
		var posts []string
		for id, published := range map[string]int{"a": 9, "b": 17, "c": 19, "d": 22} {
			if published > 15+day || rapid.IntRange(0, 6).Draw(rt, "is left out") == 0 {
				continue
			}
			words := rapid.SampledFrom([]string{"deleted", "views=%d reach=%d", "reactions=%d views=%d", "reactions=%d reach=%d"}).Draw(rt, "told")
			for strings.Contains(words, "%d") {
				words = strings.Replace(words, "%d", fmt.Sprint(rapid.IntRange(0, 90).Draw(rt, "n")), 1)
			}
			posts = append(posts, fmt.Sprintf("%s %d.11. 12:00 %s", id, published, words))
		}
		slices.Sort(posts)
		result := rapid.SampledFrom([]observation.Result{observation.OK, observation.OK, observation.OK, observation.Retired, observation.Auth}).Draw(rt, "result")
		p.visitAs("meta", result, fmt.Sprintf("%d.11. %02d:00", 16+day, rapid.SampledFrom([]int{4, 7}).Draw(rt, "hour")), "reactions views reach", posts...)
	}
	return p
}
