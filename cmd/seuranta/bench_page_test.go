package main

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/config"
	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
	"seuranta/sql"
)

// BenchmarkWeeklyPage makes the whole weekly page, from the store to HTML, of a network of 60 channels with 8 metrics each
// and ten years of days, and in turn runs the two queries that it is made of through the bare driver, each row scanned.
func BenchmarkWeeklyPage(b *testing.B) {
	engine, database := embeddedtest.Database(b)
	s, err := store.OpenEngine(context.Background(), engine, database, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(context.Background()); err != nil {
		b.Fatal(err)
	}
	d := networkDesk(b, s)
	conn := embeddedtest.Connect(b, engine, database)
	var page, raw time.Duration
	rows := 0
	for b.Loop() {
		start := time.Now()
		review, _, err := d.review(context.Background(), "verkosto", reportFlags{week: "last-week"})
		if err == nil {
			err = review.HTML(io.Discard)
		}
		if err != nil {
			b.Fatal(err)
		}
		page += time.Since(start)
		start = time.Now()
		rows = rawRows(b, conn, "store.read_observations", d) + rawRows(b, conn, "store.read_coverage", d)
		raw += time.Since(start)
	}
	b.ReportMetric(page.Seconds()*1000/float64(b.N), "ms/page")
	b.ReportMetric(raw.Seconds()*1000/float64(b.N), "ms/queries")
	b.ReportMetric(float64(page)/float64(raw), "ratio")
	b.ReportMetric(float64(rows), "rows")
}

// networkDesk fills the store and returns the desk that looks at it on a Monday.
func networkDesk(b *testing.B, s *store.Store) *desk {
	b.Helper()
	metrics := []string{"views", "visits", "downloads", "reactions", "comments", "shares", "visitors", "reach"}
	monday := observation.NewDate(2026, 11, 23)
	helsinki, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		b.Fatal(err)
	}
	home := observation.Organisation{ID: "verkosto", Name: observation.Text{"": "Verkosto"}, Zone: helsinki, Languages: []string{"fi"}}
	cfg := &config.Config{Desk: observation.Desk{Organisations: []observation.Organisation{home}, Metrics: observation.StandardMetrics()}}
	var definitions []observation.Definition
	for _, m := range metrics {
		definitions = append(definitions, observation.Definition{ID: m + "-1", Metric: m})
	}
	for i := range 60 {
		id := fmt.Sprintf("kanava%02d", i)
		cfg.Desk.Channels = append(cfg.Desk.Channels, observation.Channel{ID: id, Organisation: home.ID, Kind: "website", Name: observation.Text{"": id}})
		source := observation.Source{ID: "lahde" + id, Organisation: home.ID, Channel: id, Kind: "x", Zone: helsinki, Clock: helsinki, Metrics: metrics,
			Grains: []observation.Grain{observation.Day, observation.Week}, Definitions: definitions}
		cfg.Desk.Sources = append(cfg.Desk.Sources, source)
		tenYears(b, s, source, observation.Period{From: monday - 3650, To: monday})
	}
	return &desk{Config: cfg, store: s, now: monday.Start(helsinki).Add(6 * time.Hour), home: home}
}

func tenYears(b *testing.B, s *store.Store, source observation.Source, days observation.Period) {
	b.Helper()
	c := observation.Commit{Run: observation.Run{Organisation: source.Organisation, Source: source.ID, Kind: source.Kind, Zone: source.Zone.String(), Result: observation.OK}}
	say := func(metric string, grain observation.Grain, from observation.Date) {
		c.Observations = append(c.Observations, observation.Observation{Part: "x", Value: float64(from % 97), Complete: true, Basis: observation.Collected,
			Key: observation.Key{Channel: source.Channel, Metric: metric, Grain: grain, From: from, Definition: source.DefinitionID(metric, from)}})
		c.Coverage = append(c.Coverage, observation.Coverage{Result: observation.OK,
			CoverageKey: observation.CoverageKey{Channel: source.Channel, Part: "x", Metric: metric, Grain: grain, From: from}})
	}
	for _, m := range source.Metrics {
		unique := observation.StandardMetrics()[m].Shape == observation.Unique
		for d := days.From; d < days.To; d++ {
			say(m, observation.Day, d)
			if unique && observation.Week.Start(d) == d && d+7 <= days.To {
				say(m, observation.Week, d)
			}
		}
	}
	if _, err := s.Commit(context.Background(), c); err != nil {
		b.Fatal(err)
	}
}

// rawRows runs one of the page's queries for the days that the page reads, and scans every row.
func rawRows(b *testing.B, conn driver.Conn, query string, d *desk) int {
	b.Helper()
	set := func(values ...string) clickhouse.GroupSet {
		out := clickhouse.GroupSet{}
		for _, v := range values {
			out.Value = append(out.Value, v)
		}
		return out
	}
	var channels []string
	for _, c := range d.Desk.Channels {
		channels = append(channels, c.ID)
	}
	week := observation.Week.Start(d.today()) - 7
	first, _ := observation.YearBefore(week - 25*7)
	rows, err := conn.Query(context.Background(), sql.Query(query), set("verkosto"), set(channels...), set(d.Desk.Sources[0].Metrics...), set("day", "week"),
		first.From.String(), (week + 6).String())
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	into := scanners(rows)
	n := 0
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if rows.Err() != nil || n < 200_000 {
		b.Fatal(n, rows.Err())
	}
	return n
}

// scanners returns a place for each column of rows, of the column's own type.
func scanners(rows driver.Rows) []any {
	var into []any
	for _, c := range rows.ColumnTypes() {
		switch c.DatabaseTypeName() {
		case "String":
			into = append(into, new(string))
		case "Date", "DateTime", "DateTime('UTC')":
			into = append(into, new(time.Time))
		case "Float64":
			into = append(into, new(float64))
		case "UInt8":
			into = append(into, new(uint8))
		case "UInt64":
			into = append(into, new(uint64))
		case "Array(String)":
			into = append(into, new([]string))
		default:
			into = append(into, new([]time.Time))
		}
	}
	return into
}
