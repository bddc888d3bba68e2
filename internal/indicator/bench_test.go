package indicator

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// The load of the benchmark: ten years of a large network.
const (
	benchChannels = 60
	benchMetrics  = 8
	benchYears    = 10
	benchWeeks    = 26
)

// timed notes how long a store takes to answer, and how much.
type timed struct {
	Store
	mu   sync.Mutex
	took time.Duration
	rows int
}

func (s *timed) Observations(ctx context.Context, sel observation.Selection) ([]observation.Observation, error) {
	start := time.Now()
	out, err := s.Store.Observations(ctx, sel)
	s.note(start, len(out))
	return out, err
}

func (s *timed) note(start time.Time, rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took, s.rows = s.took+time.Since(start), s.rows+rows
}

func (s *timed) Coverage(ctx context.Context, sel observation.Selection) ([]observation.Coverage, error) {
	start := time.Now()
	out, err := s.Store.Coverage(ctx, sel)
	s.note(start, len(out))
	return out, err
}

// BenchmarkWeeklyPage judges the weeks of the weekly page and tells how that compares with the queries alone.
func BenchmarkWeeklyPage(b *testing.B) {
	c := newCentre()
	metrics := network(c)
	s, _ := storetest.Engines()[0].Open(b, func(o *store.Options) { o.Metrics = c.desk.Metrics })
	fill(b, s, c, metrics)
	last := period("2026-W47").From
	var judging, reading time.Duration
	rows := 0
	for b.Loop() {
		read := &timed{Store: s}
		start := time.Now()
		series, err := New(c.desk, read, c.now, time.Time{}).Weekly(context.Background(), Ask{}, last, benchWeeks)
		if err != nil {
			b.Fatal(err)
		}
		judging, reading, rows = judging+time.Since(start), reading+read.took, read.rows
		checkPage(b, series)
	}
	b.ReportMetric(float64(judging)/float64(reading), "times-the-queries")
	b.ReportMetric(float64((judging-reading).Milliseconds())/float64(b.N), "ms-over-queries/op")
	b.ReportMetric(float64(rows), "rows")
}

// network gives the desk of c the channels of many organisations' worth.
func network(c *centre) []string {
	metrics := []string{"views", "visits", "downloads", "reactions", "comments", "shares", "visitors", "reach"}[:benchMetrics]
	c.desk.Channels, c.desk.Sources = nil, nil
	for i := range benchChannels {
		id := fmt.Sprintf("kanava%02d", i)
		c.desk.Channels = append(c.desk.Channels, observation.Channel{ID: id, Organisation: "koske"})
		s := source("lahde-"+id, "", "day week")
		s.Channel, s.Metrics, s.SettleDays = id, metrics, 3
		for _, m := range metrics {
			s.Definitions = append(s.Definitions, observation.Definition{ID: m + "-1", Metric: m})
		}
		c.desk.Sources = append(c.desk.Sources, s)
	}
	return metrics
}

// fill tells every day of the years, a commit a source, and what unique people there were in each week.
func fill(b *testing.B, s *store.Store, c *centre, metrics []string) {
	b.Helper()
	end := period("2026-W47").To
	for _, src := range c.desk.Sources {
		commit := observation.Commit{Run: observation.Run{Organisation: "koske", Source: src.ID, Zone: "Europe/Helsinki", Kind: "made-up", Result: observation.OK}}
		for _, m := range metrics {
			for d := end - 365*benchYears; d < end; d++ {
				say(&commit, src, m, observation.Day, d)
				if c.desk.Metrics[m].Shape == observation.Unique && observation.Week.Start(d) == d {
					say(&commit, src, m, observation.Week, d)
				}
			}
		}
		if _, err := s.Commit(context.Background(), commit); err != nil {
			b.Fatal(err)
		}
	}
}

func say(c *observation.Commit, s observation.Source, metric string, g observation.Grain, from observation.Date) {
	c.Observations = append(c.Observations, observation.Observation{Part: "log", Value: float64(from % 97), Complete: true, Basis: observation.Collected,
		Key: observation.Key{Channel: s.Channel, Metric: metric, Grain: g, From: from, Definition: s.DefinitionID(metric, from)}})
	c.Coverage = append(c.Coverage, observation.Coverage{Result: observation.OK,
		CoverageKey: observation.CoverageKey{Channel: s.Channel, Part: "log", Metric: metric, Grain: g, From: from}})
}

// checkPage sees to it that what is timed is what a page needs.
func checkPage(b *testing.B, series []Series) {
	b.Helper()
	if len(series) != benchChannels*benchMetrics {
		b.Fatalf("%d series", len(series))
	}
	for _, s := range series {
		if len(s.Points) != benchWeeks || s.Points[0].State != OK || s.YearBefore[0].State != OK || len(s.Breaks) > 0 {
			b.Fatalf("%s of %s: %d weeks, the first %s", s.Metric.ID, s.Channel.ID, len(s.Points), words(s.Points[0]))
		}
	}
}
