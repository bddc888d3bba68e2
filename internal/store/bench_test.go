package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
	"seuranta/sql"
)

// The rows of a commit are those of a desk of 60 channels and 8 metrics, told day after day.
const (
	benchChannels = 60
	benchRows     = 20_000
	benchCommits  = 4 // of each goroutine, a round
)

var benchMetrics = []string{"views", "visits", "impressions", "downloads", "reactions", "comments", "shares", "link_clicks"}

// benchBatch returns the n-th commit of a source: its channels and metrics on the days after those of the commit before.
func benchBatch(source string, n int) []observation.Observation {
	os := make([]observation.Observation, benchRows)
	first := observation.NewDate(2024, 1, 1)
	for i := range os {
		at := n*benchRows + i
		os[i] = observation.Observation{Key: observation.Key{Channel: fmt.Sprintf("%s-%02d", source, at%benchChannels), Metric: benchMetrics[at/benchChannels%len(benchMetrics)],
			Grain: observation.Day, From: first + observation.Date(at/benchChannels/len(benchMetrics)), Definition: "accesslog-1@Europe/Helsinki"},
			Part: "log", Value: float64(at * 7919 % 4093), Complete: true, Basis: observation.Collected}
	}
	return os
}

// BenchmarkStore holds Store.Commit against the driver alone, which only sends the same rows to the same two tables:
// observations a second, and their ratio. Reading all of it back is told apart.
func BenchmarkStore(b *testing.B) {
	for _, workers := range []int{1, 4} {
		b.Run(fmt.Sprintf("goroutines=%d", workers), func(b *testing.B) { benchmarkStore(b, workers) })
	}
}

func benchmarkStore(b *testing.B, workers int) {
	var bare, committed, reading time.Duration
	rows := 0
	for b.Loop() {
		rows += workers * benchCommits * benchRows
		bare += benchBare(b, workers)
		c, r := benchCommit(b, workers)
		committed, reading = committed+c, reading+r
	}
	perSecond := func(d time.Duration) float64 { return float64(rows) / d.Seconds() }
	b.ReportMetric(perSecond(committed), "commit-obs/s")
	b.ReportMetric(perSecond(bare), "bare-obs/s")
	b.ReportMetric(perSecond(committed)/perSecond(bare), "ratio")
	b.ReportMetric(perSecond(reading), "read-obs/s")
}

// inParallel runs f for each batch of each worker, and returns how long all of it took. Making the batches is not counted.
func inParallel(b *testing.B, workers int, f func(source string, n int, os []observation.Observation) error) time.Duration {
	batches := make([][][]observation.Observation, workers)
	for w := range batches {
		for n := range benchCommits {
			batches[w] = append(batches[w], benchBatch(fmt.Sprintf("source-%d", w), n))
		}
	}
	start := time.Now()
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for n, os := range batches[w] {
				if err := f(fmt.Sprintf("source-%d", w), n, os); err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
	return time.Since(start)
}

func benchStore(b *testing.B) (*store.Store, driver.Conn) {
	engine, database := embeddedtest.Database(b)
	s, err := store.OpenEngine(context.Background(), engine, database, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(context.Background()); err != nil {
		b.Fatal(err)
	}
	return s, embeddedtest.Connect(b, engine, database)
}

func benchCommit(b *testing.B, workers int) (committing, reading time.Duration) {
	s, _ := benchStore(b)
	committing = inParallel(b, workers, func(source string, _ int, os []observation.Observation) error {
		r, err := s.Commit(context.Background(), observation.Commit{Run: run(source), Observations: os})
		if err == nil && r.New != len(os) {
			err = fmt.Errorf("of %d rows %d are new", len(os), r.New)
		}
		return err
	})
	sel := all()
	sel.Metrics, sel.Channels = benchMetrics, nil
	for w := range workers {
		for c := range benchChannels {
			sel.Channels = append(sel.Channels, fmt.Sprintf("source-%d-%02d", w, c))
		}
	}
	start := time.Now()
	if got := read(b, s, sel); len(got) != workers*benchCommits*benchRows {
		b.Errorf("%d rows came back", len(got))
	}
	return committing, time.Since(start)
}

func benchBare(b *testing.B, workers int) time.Duration {
	_, conn := benchStore(b)
	send := func(query string, os []observation.Observation, source string, n int) error {
		batch, err := conn.PrepareBatch(context.Background(), sql.Query(query))
		if err != nil {
			return err
		}
		version := uint64(observation.Next(0, time.Now(), 1))
		for _, o := range os {
			err := batch.Append("koske", source, o.Channel, o.Metric, o.Subject, o.Dims, string(o.Grain), o.From.UTC(), o.Definition, o.Part, time.Unix(0, 0),
				o.Value, uint8(1), string(o.Basis), "value", o.Note, o.By, version, 1<<63|version, fmt.Sprint(source, n))
			if err != nil {
				return err
			}
		}
		return batch.Send()
	}
	return inParallel(b, workers, func(source string, n int, os []observation.Observation) error {
		for _, query := range []string{"store.insert_observations", "store.insert_observations_current"} {
			if err := send(query, os, source, n); err != nil {
				return err
			}
		}
		return nil
	})
}
