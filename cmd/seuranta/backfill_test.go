package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/platforms"
)

// countedDesk is a website that a Matomo at an address counts.
const countedDesk = `organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]
channels: [{id: kotisivut, kind: website, name: Kotisivut}]
sources: [{id: kavijat, kind: matomo, channel: kotisivut, schedule: "@daily", base_url: "%s/matomo", allow_private: true, site: 1, pages: 3}]
`

// countedYear is a site with some visits every day from a day on: one on the first day of a month, two on the second, and so on.
func countedYear(from, to observation.Date, zone *time.Location) platforms.Website {
	site := platforms.Website{Name: "Koske", Address: "https://koske.example", Zone: zone, Since: from.Start(zone)}
	for d := from; d < to; d++ {
		for n := range d.UTC().Day() {
			at := d.Start(zone).Add(time.Hour + time.Duration(n)*20*time.Minute)
			site.Visits = append(site.Visits, platforms.WebVisit{Visitor: uint64(n + 1), Views: []platforms.WebView{{At: at, Path: "/"}, {At: at.Add(time.Minute), Path: "/hanke/"}}})
		}
	}
	return site
}

// TestAYearIsBackfilledThroughAKill fetches a year from a source that takes 200 ms for an answer, is killed in the middle of it,
// and goes on where it was: all numbers are right, and little is asked twice.
func TestAYearIsBackfilledThroughAKill(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Helsinki")
	first, today := observation.NewDate(2025, 11, 3), observation.NewDate(2026, 11, 23)
	server, err := platforms.Start(today.Start(zone).Add(6*time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	site := countedYear(first, today, zone)
	server.Mount("/matomo", platforms.Matomo{Site: site, ID: 1, Token: "secret-of-the-test"})
	server.SetDelay("/matomo", 200*time.Millisecond)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": fmt.Sprintf(countedDesk, server.URL()), "secrets/kavijat.token": "secret-of-the-test"})
	now := "2026-11-23T06:00:00+02:00"
	program(t, dir, 0, "migrate")

	ask := []string{"backfill", "kavijat", "--from", "2025-10-01", "--now", now, "--json"}
	killed := underTest(t, dir, nil, ask...)
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	for len(server.Requests()) < 25 { // some of the stretches are stored
		time.Sleep(20 * time.Millisecond)
	}
	_ = killed.Process.Kill()
	_ = killed.Wait()
	time.Sleep(time.Second) // the server is still answering
	before := len(server.Requests())

	row := backfilledRow(t, dir, ask)
	if calls := len(server.Requests()) - before; row.Calls != calls || row.Known < 2 || row.Visits < 5 || row.Result != observation.OK || !row.Exhausted {
		t.Errorf("it went on with %+v, and made %d calls; want some stretches known, all calls counted, and the beginning found", row, calls)
	}
	whole := len(server.Requests())
	if again := backfilledRow(t, dir, ask); again.Visits != 0 || len(server.Requests()) != whole {
		t.Errorf("done once more it made %d visits, want none", again.Visits)
	}
	if lost := whole - before - row.Calls; lost != 0 || whole > 25+row.Calls+8 {
		t.Errorf("%d calls, of which %d after the kill: more than one stretch was asked for twice", whole, row.Calls)
	}
	yearIsRight(t, dir, site, first, today, now)
}

// backfilledRow runs the command to its end and returns what it tells of its only source.
func backfilledRow(t *testing.T, dir string, args []string) backfilled {
	t.Helper()
	out, _ := program(t, dir, 0, args...)
	var told struct{ Backfilled []backfilled }
	if err := json.Unmarshal([]byte(out), &told); err != nil || len(told.Backfilled) != 1 {
		t.Fatalf("%v in %s", err, out)
	}
	return told.Backfilled[0]
}

// yearIsRight holds the figures of every month against what was there.
func yearIsRight(t *testing.T, dir string, site platforms.Website, first, today observation.Date, now string) {
	t.Helper()
	for d := observation.NewDate(2025, 12, 1); d < observation.NewDate(2026, 11, 1); d = observation.Month.Next(d) {
		month := observation.Month.Holding(d)
		want := site.Of(month, today.Start(site.Zone))
		out, _ := program(t, dir, 0, "figures", "--indicator", "views", "--period", month.Label(), "--now", now, "--json")
		if !strings.Contains(out, fmt.Sprintf("\"value\": %d,", want.Views)) || !strings.Contains(out, `"state": "ok"`) {
			t.Errorf("%s: want %d views:\n%s", month.Label(), want.Views, out)
		}
	}
	out, _ := program(t, dir, 0, "figures", "--indicator", "views", "--period", (first - 20).String(), "--now", now, "--json")
	if !strings.Contains(out, `"state": "not_applicable"`) {
		t.Errorf("a day before the site was counted:\n%s", out)
	}
	out, _ = program(t, dir, 0, "explain", "koske/kotisivut/views/2026-03-05", "--now", now, "--json")
	if !strings.Contains(out, `"backfill": true`) {
		t.Errorf("explain does not say that the number comes from a backfill:\n%s", out)
	}
}

func TestBackfillRefuses(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": "organisations: [{id: koske, name: Koske}]\nchannels: [{id: li, kind: linkedin, name: L}]\nsources: [{id: kasin, kind: entry, channel: li, metrics: [followers]}]\n"})
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"kasin", "--from", "2026-01-01"}, "people type its numbers"},
		{[]string{"kasin"}, "--from"},
		{[]string{"muu", "--from", "2026-01-01"}, `there is no source "muu"`},
		{[]string{"kasin", "--from", "2026-02-01", "--to", "2026-01-01"}, "lies after"},
	} {
		if _, errs := program(t, dir, 2, append([]string{"backfill"}, c.args...)...); !strings.Contains(errs, c.want) {
			t.Errorf("%v: %s, want %q", c.args, errs, c.want)
		}
	}
}

// tired is a platform that has enough after so many answers, for an hour.
type tired struct {
	platforms.Platform
	left *atomic.Int32
}

func (p tired) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	if p.left.Add(-1) < 0 {
		w.Header().Set("Retry-After", "3600")
		http.Error(w, "enough", http.StatusTooManyRequests)
		return
	}
	p.Platform.Answer(w, r, now)
}

// TestABackfillSaysWhenToGoOn: a source that allows no more calls ends it, and the same command goes on from there.
func TestABackfillSaysWhenToGoOn(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Helsinki")
	today := observation.NewDate(2026, 11, 23)
	server, err := platforms.Start(today.Start(zone).Add(6*time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	var left atomic.Int32
	left.Store(20)
	server.Mount("/matomo", tired{platforms.Matomo{Site: countedYear(today-200, today, zone), ID: 1, Token: "secret-of-the-test"}, &left})
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": fmt.Sprintf(countedDesk, server.URL()), "secrets/kavijat.token": "secret-of-the-test"})
	ask := []string{"backfill", "kavijat", "--from", "2026-05-01", "--now", "2026-11-23T06:00:00+02:00"}
	out, _ := program(t, dir, exitPartial, ask...)
	if !strings.Contains(out, "kavijat allows no more calls before 2026-11-23T05:00:") || !strings.Contains(out, "give the same command again") {
		t.Errorf("it does not say when to go on:\n%s", out)
	}
	left.Store(1000)
	row := backfilledRow(t, dir, append(ask, "--json"))
	if row.Known < 2 || row.Result != observation.OK || row.GoOnAt != nil {
		t.Errorf("it went on with %+v", row)
	}
}

// TestABackfillDoesNotHammer: whatever moment a source names, it is asked again after some seconds at the earliest, and after a week
// at the latest.
func TestABackfillDoesNotHammer(t *testing.T) {
	a := newApp(io.Discard, io.Discard, func(string) (string, bool) { return "", false })
	a.nowText = "2026-11-23T06:00:00+02:00"
	a.startClock()
	now := a.moment()
	for ahead, want := range map[time.Duration]time.Duration{-365 * 24 * time.Hour: leastRest, 0: leastRest, time.Hour: time.Hour + time.Second, 400 * 24 * time.Hour: mostRest} {
		if got := a.between(now.Add(ahead)).Sub(now); (got - want).Abs() > 2*time.Second {
			t.Errorf("of a source that says %v it is asked again after %v, want %v", ahead, got, want)
		}
	}
}

// TestTheFirstVisitComesInStretches: what a new source owes is a year; the newest weeks come first and stay, when it allows no
// more calls half way.
func TestTheFirstVisitComesInStretches(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Helsinki")
	today := observation.NewDate(2026, 11, 23)
	server, err := platforms.Start(today.Start(zone).Add(6*time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	var left atomic.Int32
	left.Store(20)
	site := countedYear(today-380, today, zone)
	server.Mount("/matomo", tired{platforms.Matomo{Site: site, ID: 1, Token: "secret-of-the-test"}, &left})
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": fmt.Sprintf(countedDesk, server.URL()), "secrets/kavijat.token": "secret-of-the-test"})
	const now = "2026-11-23T06:00:00+02:00"
	out, _ := program(t, dir, exitPartial, "collect", "--now", now)
	if !strings.Contains(out, "partial") {
		t.Errorf("it was cut short, and says:\n%s", out)
	}
	week := observation.Week.Holding(today - 1)
	want := site.Of(week, today.Start(zone))
	if out, _ := program(t, dir, 0, "figures", "--indicator", "views", "--period", week.Label(), "--now", now, "--json"); !strings.Contains(out, fmt.Sprintf("\"value\": %d,", want.Views)) {
		t.Errorf("the newest week is not there, want %d views:\n%s", want.Views, out)
	}
	left.Store(1000)
	if row := backfilledRow(t, dir, []string{"backfill", "kavijat", "--from", "2025-11-20", "--now", now, "--json"}); row.Known < 2 || row.Visits < 5 {
		t.Errorf("it goes on with %+v", row)
	}
}
