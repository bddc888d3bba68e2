package indicator

import (
	"context"
	"fmt"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// The load of the benchmark: some busy pages, each of which posts every second day and is read every night for more than a year.
const (
	benchPages = 6
	benchDays  = 400
	benchBack  = 60 // days for which a post is read
)

// BenchmarkPosts judges what the publications of a week brought.
func BenchmarkPosts(b *testing.B) {
	c := newPage().centre
	pages(c)
	s, _ := storetest.Engines()[0].Open(b, func(*store.Options) {})
	rows := 0
	for _, src := range c.desk.Sources {
		rows += fillPosts(b, s, src)
	}
	ask := Ask{Period: period("2026-W47")}
	for b.Loop() {
		got, err := New(c.desk, s, c.now, time.Time{}).Posts(context.Background(), ask, 30)
		if err != nil || len(got) != benchPages {
			b.Fatal(len(got), err)
		}
		for _, p := range got {
			if len(p.Posts) < 3 || len(p.Earned) != 4 || p.Earned[0].Now.State != OK || p.Earned[0].YearBefore.State != OK || len(p.Reached) != 5 {
				b.Fatalf("%+v", p)
			}
		}
	}
	b.ReportMetric(float64(rows), "rows-stored")
}

func pages(c *centre) {
	like := c.desk.Sources[0]
	c.desk.Channels, c.desk.Sources = nil, nil
	for i := range benchPages {
		s := like
		s.ID, s.Channel = fmt.Sprintf("lahde%02d", i), fmt.Sprintf("sivu%02d", i)
		s.Metrics = []string{"publications", "reactions_total", "comments_total", "shares_total", "views_total", "reach_total"}
		s.Definitions = nil
		for _, m := range s.Metrics {
			s.Definitions = append(s.Definitions, observation.Definition{ID: m + "@page-1", Metric: m})
		}
		c.desk.Channels = append(c.desk.Channels, observation.Channel{ID: s.Channel, Organisation: "koske", Kind: "facebook"})
		c.desk.Sources = append(c.desk.Sources, s)
	}
}

// fillPosts tells every night of the years in one commit, which is quicker and stores the same.
func fillPosts(b *testing.B, s *store.Store, src observation.Source) int {
	b.Helper()
	end := period("2026-W47").To
	c := observation.Commit{Run: observation.Run{Organisation: "koske", Source: src.ID, Zone: "Europe/Helsinki", Kind: "made-up", Result: observation.OK}}
	for d := end - benchDays; d < end; d++ {
		at := d.End(src.Zone).Add(4 * time.Hour)
		c.Coverage = append(c.Coverage, observation.Coverage{Result: observation.OK, CoverageKey: observation.CoverageKey{Channel: src.Channel, Metric: "publications", Grain: observation.Day, From: d}})
		if d%2 == 0 {
			c.Items = append(c.Items, observation.Item{ID: fmt.Sprint(src.Channel, "-", d), Channel: src.Channel, Kind: "post", Title: "Post", PublishedAt: d.Start(src.Zone).Add(9 * time.Hour), State: observation.Valid})
		}
		for _, m := range src.Metrics[1:] {
			c.Coverage = append(c.Coverage, observation.Coverage{Result: observation.OK, CoverageKey: observation.CoverageKey{Channel: src.Channel, Metric: m, Grain: observation.Snapshot, From: d}})
			for post := d - d%2; post > d-benchBack && post >= end-benchDays; post -= 2 {
				c.Observations = append(c.Observations, observation.Observation{Part: "posts", Value: float64(d - post + 1), Complete: true, Basis: observation.Collected, ObservedAt: at,
					Key: observation.Key{Channel: src.Channel, Metric: m, Subject: fmt.Sprint(src.Channel, "-", post), Grain: observation.Snapshot, From: d, Definition: src.DefinitionID(m, d)}})
			}
		}
	}
	if _, err := s.Commit(context.Background(), c); err != nil {
		b.Fatal(err)
	}
	return len(c.Observations)
}
