package feed

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// visits plays visits to one feed and returns what was said at the last.
func visits(t *testing.T, s *site, d *desk, first, last string, steps ...any) (said []string, gaps [][]observation.Span) {
	t.Helper()
	for i := 0; i < len(steps); i += 2 {
		now := at(t, steps[i].(string))
		s.serve("/a", steps[i+1].(string))
		rec, _ := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, first, last, now))
		said, gaps = covered(rec, "a"), nil
		for _, c := range rec.Coverage {
			gaps = append(gaps, c.Gaps)
		}
	}
	return said, gaps
}

// dated makes items of moments, the newest first.
func dated(t *testing.T, moments ...string) string {
	var out []string
	for _, m := range moments {
		out = append(out, news(m[5:7]+m[8:10]+m[11:13], at(t, m)))
	}
	return feedOf(out...)
}

func TestCoverage(t *testing.T) {
	for name, c := range map[string]struct {
		first, last string
		steps       []any
		want        []string
	}{
		"the first visit": {"2026-11-18", "2026-11-21", []any{"2026-11-22 06:00", dated(t, "2026-11-21 09:00", "2026-11-19 12:00")},
			[]string{"2026-11-18 failed feed_short", "2026-11-19 partial feed_short", "2026-11-20 nodata", "2026-11-21 ok"}},
		"a new feed without items": {"2026-11-20", "2026-11-21", []any{"2026-11-22 06:00", feedOf()},
			[]string{"2026-11-20 failed feed_short", "2026-11-21 failed feed_short"}},
		"and stays without": {"2026-11-20", "2026-11-22", []any{"2026-11-21 06:00", feedOf(), "2026-11-23 06:00", feedOf()},
			[]string{"2026-11-20 failed feed_short", "2026-11-21 partial feed_short", "2026-11-22 nodata"}},
		"a new feed gets its first item": {"2026-11-20", "2026-11-21", []any{"2026-11-20 06:00", feedOf(), "2026-11-22 06:00", dated(t, "2026-11-21 09:00")},
			[]string{"2026-11-20 partial feed_short", "2026-11-21 ok"}},
		"it was empty by mistake": {"2026-11-19", "2026-11-21", []any{"2026-11-20 06:00", feedOf(), "2026-11-22 06:00", dated(t, "2026-11-21 09:00", "2026-11-10 09:00", "2026-11-01 09:00")},
			[]string{"2026-11-19 nodata", "2026-11-20 nodata", "2026-11-21 ok"}},
		"without dates": {"2026-11-20", "2026-11-22", []any{"2026-11-20 06:00", feedOf(item("A", "https://example.fi/a", "", time.Time{})),
			"2026-11-23 06:00", feedOf(item("A", "https://example.fi/a", "", time.Time{}))},
			[]string{"2026-11-20 partial feed_short", "2026-11-21 nodata", "2026-11-22 nodata"}},
		"the chain goes on": {"2026-11-19", "2026-11-21", []any{"2026-11-20 06:00", dated(t, "2026-11-19 09:00", "2026-11-18 12:00"), "2026-11-22 06:00", dated(t, "2026-11-21 09:00", "2026-11-19 09:00")},
			[]string{"2026-11-19 ok", "2026-11-20 nodata", "2026-11-21 ok"}},
		"it has rolled over": {"2026-11-18", "2026-11-22", []any{"2026-11-19 06:00", dated(t, "2026-11-18 09:00", "2026-11-17 12:00"), "2026-11-23 06:00", dated(t, "2026-11-22 09:00", "2026-11-21 15:00")},
			[]string{"2026-11-18 ok", "2026-11-19 partial rolled_over", "2026-11-20 failed rolled_over", "2026-11-21 partial rolled_over", "2026-11-22 ok"}},
		"it has new ids but reaches back": {"2026-11-18", "2026-11-19", []any{"2026-11-19 12:00", dated(t, "2026-11-18 09:00", "2026-11-17 12:00"),
			"2026-11-20 06:00", feedOf(item("x", "https://uusi.fi/1", "", at(t, "2026-11-19 11:00")), item("y", "https://uusi.fi/2", "", at(t, "2026-11-18 09:00")))},
			[]string{"2026-11-18 ok", "2026-11-19 ok"}},
		"one on top is pinned": {"2026-11-18", "2026-11-21", []any{"2026-11-22 06:00", dated(t, "2019-01-01 09:00", "2026-11-21 09:00", "2026-11-21 08:00", "2026-11-20 09:00", "2026-11-19 12:00")},
			[]string{"2026-11-18 failed feed_short", "2026-11-19 partial feed_short", "2026-11-20 ok", "2026-11-21 ok"}},
		"one at the end is pinned": {"2026-11-18", "2026-11-21", []any{"2026-11-22 06:00", dated(t, "2026-11-21 09:00", "2026-11-21 08:00", "2026-11-20 09:00", "2026-11-19 12:00", "2019-01-01 09:00")},
			[]string{"2026-11-18 failed feed_short", "2026-11-19 partial feed_short", "2026-11-20 ok", "2026-11-21 ok"}},
		"the oldest first": {"2026-11-18", "2026-11-21", []any{"2026-11-22 06:00", dated(t, "2026-11-19 12:00", "2026-11-20 09:00", "2026-11-20 10:00", "2026-11-21 08:00", "2026-11-21 09:00")},
			[]string{"2026-11-18 failed feed_short", "2026-11-19 partial feed_short", "2026-11-20 ok", "2026-11-21 ok"}},
		"two, the older on top": {"2026-11-20", "2026-11-21", []any{"2026-11-22 06:00", dated(t, "2026-11-10 12:00", "2026-11-21 09:00")},
			[]string{"2026-11-20 failed feed_short", "2026-11-21 failed feed_short"}},
		"in no order": {"2026-11-21", "2026-11-21", []any{"2026-11-22 06:00", dated(t, "2026-11-19 12:00", "2026-11-21 09:00", "2026-11-10 10:00", "2026-11-21 08:00", "2026-11-20 09:00")},
			[]string{"2026-11-21 failed feed_short"}},
		"only days are told": {"2026-11-19", "2026-11-21", []any{"2026-11-22 06:00", feedOf("<item><title>b</title><link>https://example.fi/b</link><pubDate>21.11.2026</pubDate></item>", "<item><title>a</title><link>https://example.fi/a</link><pubDate>20.11.2026</pubDate></item>")},
			[]string{"2026-11-19 failed feed_short", "2026-11-20 failed feed_short", "2026-11-21 ok"}},
		"the night of 23 hours": {"2026-03-28", "2026-03-30", []any{"2026-03-31 00:30", dated(t, "2026-03-30 00:30", "2026-03-29 04:30", "2026-03-28 23:30", "2026-03-27 12:00")},
			[]string{"2026-03-28 ok", "2026-03-29 ok", "2026-03-30 ok"}},
		"the night of 25 hours": {"2026-10-24", "2026-10-26", []any{"2026-10-27 00:30", dated(t, "2026-10-26 00:00", "2026-10-24 23:30", "2026-10-23 12:00")},
			[]string{"2026-10-24 ok", "2026-10-25 nodata", "2026-10-26 ok"}},
		"the turn of the year": {"2026-12-31", "2027-01-01", []any{"2027-01-02 00:00", dated(t, "2027-01-01 00:00", "2026-12-31 23:59", "2026-12-30 12:00")},
			[]string{"2026-12-31 ok", "2027-01-01 ok"}},
	} {
		t.Run(name, func(t *testing.T) {
			said, _ := visits(t, newSite(t), newDesk(), c.first, c.last, c.steps...)
			if !slices.Equal(said, c.want) {
				t.Errorf("it says %q\nwant %q", said, c.want)
			}
		})
	}
}

// TestGaps: the stretches that are missing are told to the second, over a change of clocks as well.
func TestGaps(t *testing.T) {
	_, gaps := visits(t, newSite(t), newDesk(), "2026-10-24", "2026-10-26",
		"2026-10-24 06:00", dated(t, "2026-10-23 09:00", "2026-10-22 12:00"), "2026-10-27 06:00", dated(t, "2026-10-26 20:00", "2026-10-26 15:00"))
	for i, want := range []string{"2026-10-24T06:00:00+03:00 2026-10-25T00:00:00+03:00", "2026-10-25T00:00:00+03:00 2026-10-26T00:00:00+02:00", "2026-10-26T00:00:00+02:00 2026-10-26T15:00:00+02:00"} {
		got := ""
		for _, g := range gaps[i] {
			got += g.From.Format(time.RFC3339) + " " + g.To.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("day %d: %s, want %s", i, got, want)
		}
	}
}

// TestSilence: a feed that was busy and stands still may be frozen; days without news are in doubt then, until news come.
func TestSilence(t *testing.T) {
	var moments []string
	for h := 23; h >= 9; h-- {
		moments = append(moments, fmt.Sprintf("2026-11-10 %02d:00", h))
	}
	s, d := newSite(t), newDesk()
	for _, c := range []struct {
		now, feed string
		want      []string
	}{
		{"2026-11-11 06:00", dated(t, moments...), []string{"2026-11-10 partial feed_short"}},
		{"2026-11-12 22:00", dated(t, moments...), []string{"2026-11-11 nodata"}},
		{"2026-11-12 23:30", dated(t, moments...), []string{"2026-11-11 partial feed_silent"}},
		{"2026-11-14 06:00", dated(t, moments...), []string{"2026-11-13 partial feed_silent"}},
		{"2026-11-14 07:00", dated(t, append([]string{"2026-11-14 06:30"}, moments...)...), []string{"2026-11-13 nodata"}},
	} {
		now := at(t, c.now)
		yesterday := (observation.DateOf(now) - 1).String()
		if said, _ := visits(t, s, d, yesterday, yesterday, c.now, c.feed); !slices.Equal(said, c.want) {
			t.Errorf("at %s it says %q, want %q", c.now, said, c.want)
		}
	}
	few, _ := visits(t, newSite(t), newDesk(), "2026-11-20", "2026-11-20", "2026-11-21 06:00", dated(t, moments[:9]...))
	rare, _ := visits(t, newSite(t), newDesk(), "2026-11-20", "2026-11-20", "2026-11-21 06:00",
		dated(t, append(slices.Clone(moments), "2026-11-06 09:00")...))
	if few[0] != "2026-11-20 nodata" || rare[0] != "2026-11-20 nodata" {
		t.Errorf("of few items %q, of ones that are days apart %q; want no doubt", few, rare)
	}
}

// TestAnotherAddressOfAPart: a feed that keeps its part is held to be the same at another address; if it is not, what the old
// one may have missed is known to be missing.
func TestAnotherAddressOfAPart(t *testing.T) {
	s, d := newSite(t), newDesk()
	visits(t, s, d, "2026-11-19", "2026-11-19", "2026-11-20 06:00", dated(t, "2026-11-19 09:00", "2026-11-18 12:00"))
	s.serve("/b", dated(t, "2026-11-20 20:00"))
	now := at(t, "2026-11-21 06:00")
	src := s.source(d, now, roleMedia, "/b")
	src.config.Feeds[0].Part = "a"
	rec, err := collect(t, src, d, window(t, "2026-11-19", "2026-11-20", now))
	if err != nil {
		t.Error(err)
	}
	wantCovered(t, rec, "a", "2026-11-19 ok", "2026-11-20 partial rolled_over")
}
