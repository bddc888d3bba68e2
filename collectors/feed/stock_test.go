package feed

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// TestWhatStandsInTwoChannelsIsPublishedTwice: once in each channel, and once in each over its feeds and sources.
func TestWhatStandsInTwoChannelsIsPublishedTwice(t *testing.T) {
	s, now, when := newSite(t), at(t, "2026-11-22 06:00"), at(t, "2026-11-21 09:00")
	for _, path := range []string{"/a", "/b", "/c", "/d"} {
		s.serve(path, feedOf(item("A", "https://example.fi/a", "", when)))
	}
	d := newDesk()
	for path, channel := range map[string]string{"/a": "kotisivut", "/c": "blogi", "/d": "blogi"} {
		for range 2 {
			src := s.source(d, now, roleOwn, path, "/b")
			src.deps.ChannelID = channel
			rec, err := collect(t, src, d, window(t, "2026-11-21", "2026-11-21", now))
			if err != nil || len(rec.Items) != 1 || rec.Counts["items_doubled"] != 1 {
				t.Fatal(len(rec.Items), rec.Counts, err)
			}
			for _, a := range rec.Items[0].Aliases {
				if !strings.HasPrefix(a, channel+"|") {
					t.Errorf("in %s it goes by %s", channel, a)
				}
			}
		}
	}
	if len(d.items) != 2 {
		t.Errorf("%d items in two channels", len(d.items))
	}
}

// undated makes items without a date.
func undated(ids ...string) string {
	var out []string
	for _, id := range ids {
		out = append(out, item("Sivu "+id, "https://example.fi/"+id, "", time.Time{}))
	}
	return feedOf(out...)
}

// TestOldStock: what a feed holds without dates when it is first seen counts on no day, then or later; what comes without a
// date afterwards counts when it is first seen, and what gets a date counts on its day.
func TestOldStock(t *testing.T) {
	s, d := newSite(t), newDesk()
	for i, c := range []struct {
		now, feed string
		stock     int64
		want      []string
	}{
		{"2026-11-20 06:00", undated("1", "2", "3"), 3, nil},
		{"2026-11-20 07:00", undated("1", "2", "3"), 3, nil},
		{"2026-11-21 06:00", undated("4", "1", "2"), 2, []string{"Sivu 4 2026-11-21"}},
		{"2026-11-22 06:00", undated("5", "4", "1", "3"), 2, []string{"Sivu 4 2026-11-21", "Sivu 5 2026-11-22"}},
		{"2026-11-22 07:00", feedOf(item("Sivu 5", "https://example.fi/5", "", time.Time{}), item("Sivu 1", "https://example.fi/1", "", at(t, "2026-10-01 09:00"))), 0,
			[]string{"Sivu 1 2026-10-01", "Sivu 4 2026-11-21", "Sivu 5 2026-11-22"}},
	} {
		now := at(t, c.now)
		s.serve("/a", c.feed)
		rec, err := collect(t, s.source(d, now, roleOwn, "/a"), d, window(t, "2026-11-19", "2026-11-21", now))
		if err != nil || rec.Counts["items_of_old_stock"] != c.stock {
			t.Errorf("visit %d: counts %v, %v; want %d of old stock", i+1, rec.Counts, err, c.stock)
		}
		var got []string
		for _, it := range d.items {
			got = append(got, fmt.Sprintf("%s %s", it.Title, observation.DateOf(it.At().In(helsinki(t)))))
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("visit %d: items %q, want %q", i+1, got, c.want)
		}
	}
}

// TestKnownItemsAreNoStock: what is stored stays an item when a source forgets all, or another source begins to read it.
func TestKnownItemsAreNoStock(t *testing.T) {
	s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
	for _, text := range []string{feedOf(), undated("1")} {
		s.serve("/a", text)
		if _, err := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", now)); err != nil {
			t.Fatal(err)
		}
	}
	d.states = map[string]string{}
	rec, err := collect(t, s.source(d, now.Add(time.Hour), roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", now))
	if err != nil || len(rec.Items) != 1 || rec.Counts["items_of_old_stock"] != 0 || !rec.Items[0].FirstSeen.Equal(now) {
		t.Errorf("%d items, %v, %v", len(rec.Items), rec.Counts, err)
	}
}

// TestOldStockOfAFeedThatWasEmptyByMistake: items of long ago show that an empty first answer was a mistake; what has no date
// beside them is then of days that nobody knows, too.
func TestOldStockOfAFeedThatWasEmptyByMistake(t *testing.T) {
	s, d := newSite(t), newDesk()
	old := feedOf(item("Vanha", "https://example.fi/vanha", "", at(t, "2026-10-01 09:00")), item("Sivu 1", "https://example.fi/1", "", time.Time{}))
	for i, c := range []struct {
		now, feed string
		stock     int64
	}{{"2026-11-20 06:00", feedOf(), 0}, {"2026-11-21 06:00", old, 1}, {"2026-11-22 06:00", old, 1}} {
		now := at(t, c.now)
		s.serve("/a", c.feed)
		rec, err := collect(t, s.source(d, now, roleOwn, "/a"), d, window(t, "2026-11-19", "2026-11-21", now))
		if err != nil || rec.Counts["items_of_old_stock"] != c.stock {
			t.Errorf("visit %d: counts %v, %v; want %d of old stock", i+1, rec.Counts, err, c.stock)
		}
	}
	if len(d.items) != 1 {
		t.Errorf("%d items, want the one that has a date", len(d.items))
	}
}

// TestAnotherChannelOrRoleIsReadAnew: a feed that the configuration gives to another channel or role is asked for as a whole
// and measured from the beginning, because nothing of it was told there yet; the server's "not changed" would be a zero.
func TestAnotherChannelOrRoleIsReadAnew(t *testing.T) {
	s, now := newSite(t), at(t, "2026-11-22 06:00")
	asked := ""
	s.feeds["/a"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if asked = r.Header.Get("If-None-Match"); asked != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(feedOf(item("A", "https://example.fi/a", "", at(t, "2026-11-21 09:00")))))
	}
	d := newDesk()
	for _, c := range []struct {
		role, channel string
		again         bool
	}{{roleOwn, "kotisivut", false}, {roleOwn, "kotisivut", true}, {roleOwn, "blogi", false}, {roleMedia, "blogi", false}, {roleMedia, "", true}} {
		src := s.source(d, now, c.role, "/a")
		src.deps.ChannelID = c.channel
		rec, err := collect(t, src, d, window(t, "2026-11-20", "2026-11-21", now))
		if err != nil || (asked != "") != c.again || len(rec.Items) == 0 != c.again {
			t.Errorf("%s %s: asked with %q, %d items, %v; want again %v", c.role, c.channel, asked, len(rec.Items), err, c.again)
		}
		if got := rec.Coverage[0].Reason; got != collector.ReasonFeedShort {
			t.Errorf("%s %s: the day before its items is %q", c.role, c.channel, got)
		}
	}
}
