package feed

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// tester is what the helpers need of a test, be it the standard library's or a property's.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

func helsinki(t tester) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// at reads 2026-11-20 10:00 as time of Helsinki.
func at(t tester, s string) time.Time {
	t.Helper()
	out, err := time.ParseInLocation("2006-01-02 15:04", s, helsinki(t))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func day(t tester, s string) observation.Date {
	t.Helper()
	d, err := observation.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// desk is what outlasts a visit: what the source remembers and the items that it told.
type desk struct {
	states map[string]string
	items  map[string]observation.Item // by id
	holder map[string]string           // id by alias
	broken error                       // of Known
}

func newDesk() *desk {
	return &desk{states: map[string]string{}, items: map[string]observation.Item{}, holder: map[string]string{}}
}

func (d *desk) Get(key string) (string, bool) { v, ok := d.states[key]; return v, ok }
func (d *desk) Set(key, value string)         { d.states[key] = value }

func (d *desk) Known(_ context.Context, organisation string, aliases []string) (map[string]observation.Item, error) {
	out := map[string]observation.Item{}
	for _, a := range aliases {
		if it, ok := d.items[d.holder[a]]; ok && it.Organisation == organisation {
			out[a] = it
		}
	}
	return out, d.broken
}

// keep stores items as a store does, and returns how many are new and how many are told otherwise than before.
func (d *desk) keep(items []observation.Item) (fresh, changed int) {
	for _, it := range items {
		old, have := d.items[it.ID]
		switch {
		case !have:
			fresh++
		case !old.SameItem(it):
			changed++
		}
		for _, a := range it.Aliases {
			if d.holder[a] == "" {
				d.holder[a] = it.ID
			}
		}
		it.Aliases = nil
		d.items[it.ID] = it
	}
	return fresh, changed
}

// site is a server of feeds, by path. A feed that is nil is not there.
type site struct {
	*httptest.Server
	feeds map[string]http.HandlerFunc
	asked int
}

func newSite(t testing.TB) *site {
	s := &site{feeds: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked++
		if f := s.feeds[r.URL.Path]; f != nil {
			f(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// serve has a path answer with a text.
func (s *site) serve(path, text string) {
	s.feeds[path] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		_, _ = w.Write([]byte(text))
	}
}

// source makes the collector of feeds of the site.
func (s *site) source(d *desk, now time.Time, role string, paths ...string) *source {
	c := &Config{Role: role}
	for _, p := range paths {
		f := Feed{URL: s.URL + p, Part: strings.TrimPrefix(p, "/")}
		if role == roleMedia {
			f.Outlet = "Lehti"
		}
		c.Feeds = append(c.Feeds, f)
	}
	return c.New(depsOf(d, now)).(*source)
}

// depsOf are the surroundings of a source: a client that never waits.
func depsOf(d *desk, now time.Time) collector.Deps {
	client := fetch.New(fetch.Options{
		Program: "Seuranta/test", Contact: "viestinta@example.org", Spacing: -1, Patience: 20 * time.Second, Now: func() time.Time { return now },
		Pause: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	return collector.Deps{ChannelID: "kotisivut", State: d, Items: d, HTTP: client.Session(fetch.Policy{AllowPrivate: true})}
}

// window asks for the days of first to last (inclusive) at a moment.
func window(t tester, first, last string, now time.Time) collector.Window {
	t.Helper()
	return collector.Window{Period: observation.Period{From: day(t, first), To: day(t, last) + 1}, Grains: Kind().Grains, Now: now, Zone: helsinki(t)}
}

// collect visits a source and keeps what it tells.
func collect(t tester, s *source, d *desk, w collector.Window) (collectortest.Recording, error) {
	t.Helper()
	var r collectortest.Recorder
	err := s.Collect(context.Background(), w, &r)
	rec := r.Recording()
	d.keep(rec.Items)
	return rec, err
}

// feedOf writes a feed of items, in their order.
func feedOf(items ...string) string {
	return `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Uutiset</title><link>https://example.fi/</link><description/>` +
		strings.Join(items, "") + `</channel></rss>`
}

// news is an item of a feed, published at a moment.
func news(id string, published time.Time) string {
	return fmt.Sprintf(`<item><title>Uutinen %s</title><link>https://example.fi/%s</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate></item>`,
		id, id, id, published.Format(time.RFC1123Z))
}

// covered returns what was said of the days of a part, as day result reason.
func covered(rec collectortest.Recording, part string) []string {
	var out []string
	for _, c := range rec.Coverage {
		if c.Part == part {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", c.From, c.Result, c.Reason)))
		}
	}
	return out
}

// wantCovered checks what was said of the days of a part.
func wantCovered(t tester, rec collectortest.Recording, part string, want ...string) {
	t.Helper()
	if got := covered(rec, part); !slices.Equal(got, want) {
		t.Errorf("said of %s:\n%s\nwant:\n%s", part, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// titles returns the titles of the items of a desk, sorted.
func (d *desk) titles() []string {
	var out []string
	for it := range maps.Values(d.items) {
		out = append(out, it.Title)
	}
	slices.Sort(out)
	return out
}
