package indicator

import (
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// feeds plays visits to a source of feeds. A visit is a text "day: feed word word …; feed word …": the words are those of tell
// without numbers, of the days from monday on. It returns the moment after each visit.
func (c *centre) feeds(source, metric string, visits ...string) (after []time.Time) {
	for _, v := range visits {
		commit := observation.Commit{Run: observation.Run{Organisation: "koske", Source: source}}
		for _, said := range strings.Split(v, ";") {
			words := strings.Fields(said)
			for i, word := range words[1:] {
				k := observation.Key{Channel: c.source(0).Channel, Metric: metric, Grain: observation.Day, From: date(monday) + observation.Date(i)}
				_, cover := read(word, k)
				if cover.Result == "" {
					continue
				}
				if word == "short" {
					cover.Result, cover.Reason = observation.Failed, "feed_short"
				}
				cover.CoverageKey = observation.CoverageKey{Channel: k.Channel, Part: words[0], Metric: metric, Grain: k.Grain, From: k.From}
				commit.Coverage = append(commit.Coverage, cover)
			}
		}
		c.commit(commit)
		after = append(after, c.clock.Add(-time.Second))
	}
	return after
}

// TestAFeedThatMoved: what a feed said at its former address weighs on no day that it answered at its new one, and what it
// answered there stays answered. A feed that was only taken out leaves its gaps behind.
func TestAFeedThatMoved(t *testing.T) {
	for name, c := range map[string]struct {
		visits []string
		parts  string
		want   string
	}{
		"before": {[]string{"old ok ok", "old - - failed failed failed failed failed"}, "old", "partial 0 2/7 [18.11.–22.11. failed]"},
		"it moved": {[]string{"old ok ok", "old - - failed failed failed failed failed", "new short short ok ok ok ok ok"},
			"new", "zero 0 7/7"},
		"the new address reaches back a part of the way": {[]string{"old ok ok", "old - - failed failed failed failed failed", "new short short short ~ ok ok ok"},
			"new", "partial 0 5/7 [18.11. feed_short] [19.11. log_silent partly]"},
		"nothing is known from the new address yet": {[]string{"old ok ok", "old - - failed failed failed failed failed"}, "new", "partial 0 2/7 [18.11.–22.11. failed]"},
		"the new address fails, too":                {[]string{"old ok ok", "old - - failed failed failed failed failed", "new auth auth auth auth auth auth auth"}, "new", "partial 0 2/7 [18.11.–22.11. auth]"},
		"beside one that stays": {[]string{"old ok ok; stays ok ok", "old - - failed failed failed failed failed; stays - - ok ok ok ok ok", "new short short ok ok ok ok ok; stays - - - - - - ok"},
			"new stays", "zero 0 7/7"},
		"beside one that failed": {[]string{"old ok ok; stays ok auth", "old - - failed failed failed failed failed; stays - - ok auth ok ok ok", "new short short ok ok ok ok ok"},
			"new stays", "partial 0 5/7 [17.11. auth partly] [19.11. auth partly]"},
		"the new one stood beside it for a while": {[]string{"old ok ok", "old - - failed failed failed", "old - - - - - failed failed; new short short ok ok ok ok ok"},
			"new", "zero 0 7/7"},
		"it moved twice": {[]string{"old ok ok", "old - - failed failed", "mid short short ok ok ok", "mid - - - - - failed failed", "new short short short short short ok ok"},
			"new", "zero 0 7/7"},
		"a slip of the pen on the way": {[]string{"old ok ok", "old - - failed failed failed failed failed", "slip failed failed failed failed failed failed failed", "new short short ok ok ok ok ok"},
			"new", "zero 0 7/7"},
		"two moved at once": {[]string{"a ok ok; b ok ok", "a - - failed failed failed failed failed; b - - failed failed failed failed failed", "c short short ok ok ok ok ok; d short short short short ok ok ok"},
			"c d", "partial 0 5/7 [18.11.–19.11. feed_short partly]"},
		"it was taken out": {[]string{"old ok ok; stays ok ok", "old - - failed failed failed; stays - - ok ok ok", "stays - - - - - ok ok"},
			"stays", "partial 0 4/7 [18.11.–20.11. failed partly]"},
		"it was taken out while it was well": {[]string{"old ok ok ok; stays ok ok ok", "stays - - - ok ok ok ok"}, "stays", "zero 0 7/7"},
		"what never answered is no loss":     {[]string{"wrong failed failed failed; stays ok ok ok", "stays - - - ok ok ok ok"}, "stays", "zero 0 7/7"},
		"what came late took no place":       {[]string{"old ok auth ok; stays ok ok ok", "old - - - ok; stays - - - ok", "stays - - - - ok ok ok"}, "stays", "partial 0 6/7 [17.11. auth partly]"},
		"a source that names no parts":       {[]string{"old ok ok", "old - - failed failed failed failed failed", "new short short ok ok ok ok ok"}, "", "partial 0 0/7 [16.11.–17.11. feed_short partly] [18.11.–22.11. failed partly]"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, metric := range []string{"publications", "media_hits"} {
				site := newsroom()
				if metric == "media_hits" {
					site.desk.Topics, site.desk.Sources, site.desk.Projects = site.desk.Topics[:1], site.desk.Sources[1:2], nil
				}
				if c.parts != "" {
					site.source(0).Parts = strings.Fields(c.parts)
				}
				site.feeds(site.source(0).ID, metric, c.visits...)
				if got := words(site.figure(t, metric, "2026-W47")); got != c.want {
					t.Errorf("%s: %s\nwant %s", metric, got, c.want)
				}
			}
		})
	}
}

// TestAFeedThatMovedAsKnownBefore: as known before the move, with the configuration of then, the failure weighs; with that of
// now it does as long as the new address had not been heard.
func TestAFeedThatMovedAsKnownBefore(t *testing.T) {
	site := newsroom()
	after := site.feeds("syote", "publications", "old ok ok", "old - - failed failed failed failed failed", "new short short ok ok ok ok ok")
	for i, want := range []string{"partial 0 2/7 [18.11.–22.11. no_run]", "partial 0 2/7 [18.11.–22.11. failed]", "zero 0 7/7"} {
		for _, parts := range []string{"old", "new"} {
			site.source(0).Parts = []string{parts}
			if i == 2 && parts == "old" {
				continue
			}
			j := New(site.desk, &site.kept, site.now, after[i])
			j.now = site.now
			if got := words(only(t, j, "publications", period("2026-W47"))); got != want {
				t.Errorf("with %s, after visit %d: %s, want %s", parts, i, got, want)
			}
		}
	}
}
