package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// A year of a desk that reads many papers.
const (
	benchItems     = 300_000
	benchPoll      = 100   // addresses that one poll asks for
	benchItemBlock = 5_000 // items of one commit
)

// benchItem is the n-th article of a year that begins in January 2026.
func benchItem(n int) observation.Item {
	it := article(fmt.Sprintf("%016x", uint64(n)*0x9E3779B97F4A7C15), fmt.Sprintf("url:https://yle.fi/a/74-%d", n), fmt.Sprintf("guid:yle-%d", n))
	it.PublishedAt = time.Date(2026, 1, 1, 0, 0, n*105, 0, time.UTC)
	it.FirstSeen = it.PublishedAt.Add(10 * time.Minute)
	it.Title, it.URL = fmt.Sprintf("Hyvinvointialueen päätös %d puhuttaa asukkaita", n*7919%4093), fmt.Sprintf("https://yle.fi/a/74-%d?origin=rss", n)
	it.Text = strings.Repeat(fmt.Sprintf("Sosiaalialan osaamiskeskus %d arvioi. ", n*31%977), 10)
	return it
}

// BenchmarkItems fills a store with a year of articles, and asks it what polls and pages ask.
func BenchmarkItems(b *testing.B) {
	for _, e := range storetest.Engines()[:2] {
		b.Run(e.Name, func(b *testing.B) {
			s, _ := e.Open(b)
			start := time.Now()
			for n := 0; n < benchItems; n += benchItemBlock {
				c := observation.Commit{Run: run("uutiset")}
				for i := range benchItemBlock {
					c.Items = append(c.Items, benchItem(n+i))
				}
				if r := commit(b, s, c); r.New != benchItemBlock {
					b.Fatalf("%+v", r)
				}
			}
			b.Logf("%d items committed, %.0f a second", benchItems, benchItems/time.Since(start).Seconds())
			benchReads(b, s)
		})
	}
}

func benchReads(b *testing.B, s *store.Store) {
	ctx := context.Background()
	newest, scattered := make([]string, benchPoll), make([]string, benchPoll)
	for i := range benchPoll {
		newest[i], scattered[i] = benchItem(benchItems - 1 - i).Aliases[0], benchItem(i * (benchItems / benchPoll)).Aliases[0]
	}
	week := observation.ItemSelection{Organisations: []string{observation.Shared, "koske"},
		Span: observation.Span{From: time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}}
	then, year, posts := week, week, week
	then.AsOf, year.From, year.To = time.Now().Add(time.Hour), week.From.AddDate(-1, 0, 0), week.To
	posts.Kinds, posts.From = []string{"post"}, year.From
	poll := observation.Commit{Run: run("uutiset")}
	for i := range benchPoll {
		poll.Items = append(poll.Items, benchItem(benchItems-1-i))
	}
	for _, q := range []struct {
		name string
		do   func(n int) (got, want int, err error)
	}{
		{"known-newest", func(int) (int, int, error) {
			m, err := s.Known(ctx, observation.Shared, newest)
			return len(m), benchPoll, err
		}},
		{"known-scattered", func(int) (int, int, error) {
			m, err := s.Known(ctx, observation.Shared, scattered)
			return len(m), benchPoll, err
		}},
		{"week", func(int) (int, int, error) { its, err := s.Items(ctx, week); return len(its), 5760, err }},
		{"week-as-of", func(int) (int, int, error) { its, err := s.Items(ctx, then); return len(its), 5760, err }},
		{"year-of-posts", func(int) (int, int, error) { its, err := s.Items(ctx, posts); return len(its), 0, err }},
		{"poll-nothing-new", func(int) (int, int, error) { r, err := s.Commit(ctx, poll); return r.Unchanged, benchPoll, err }},
		{"poll-one-new", func(n int) (int, int, error) {
			c := poll
			c.Items = append(c.Items[:benchPoll:benchPoll], benchItem(benchItems+b.N*1000+n))
			r, err := s.Commit(ctx, c)
			return r.New + r.Unchanged, benchPoll + 1, err
		}},
	} {
		b.Run(q.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				if got, want, err := q.do(n); err != nil || got != want {
					b.Fatalf("%d, want %d, %v", got, want, err)
				}
			}
		})
	}
}
