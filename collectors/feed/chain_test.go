package feed

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seuranta/internal/observation"
)

// publisher is a made-up outlet: what it published, and a feed that holds the newest of it.
type publisher struct {
	published []time.Time // oldest first; the index is the id
	holds     int         // items that its feed holds
	pinned    bool        // its first item stays on top for ever
	withTag   bool        // it answers 304
}

// feed is what the feed holds at a moment.
func (p *publisher) feed(now time.Time) string {
	var ids []int
	for i := len(p.published) - 1; i >= 0 && len(ids) < p.holds; i-- {
		if !p.published[i].After(now) {
			ids = append(ids, i)
		}
	}
	if p.pinned && len(ids) > 3 {
		ids = append([]int{0}, slices.DeleteFunc(ids, func(i int) bool { return i == 0 })...)
	}
	var items []string
	for _, i := range ids {
		items = append(items, news(fmt.Sprint(i), p.published[i]))
	}
	return feedOf(items...)
}

func (p *publisher) handler(now *time.Time) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text := p.feed(*now)
		if p.withTag {
			tag := `"` + digest(text)[:8] + `"`
			w.Header().Set("ETag", tag)
			if r.Header.Get("If-None-Match") == tag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		_, _ = w.Write([]byte(text))
	}
}

// TestNothingIsLostInADayThatIsOK simulates publishers and visits at random. Of every day that is called measured all items
// are stored, and days that have some are never called empty; so each lost item lies in a day that is not called so.
func TestNothingIsLostInADayThatIsOK(t *testing.T) {
	s := newSite(t)
	lost, good := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		start := at(rt, "2026-03-20 00:00")
		if rapid.Bool().Draw(rt, "autumn") {
			start = at(rt, "2026-10-20 00:00")
		}
		p := &publisher{holds: rapid.IntRange(1, 15).Draw(rt, "holds"), pinned: rapid.IntRange(0, 3).Draw(rt, "pinned") == 0, withTag: rapid.Bool().Draw(rt, "tag")}
		for now := start; now.Before(start.Add(8 * 24 * time.Hour)); {
			now = now.Add(time.Duration(rapid.IntRange(1, 40).Draw(rt, "pause")*rapid.IntRange(1, 40).Draw(rt, "factor")) * time.Minute)
			p.published = append(p.published, now)
		}
		var now time.Time
		s.feeds["/a"] = p.handler(&now)
		d := newDesk()
		said := map[observation.Date]observation.Coverage{}
		for now = start.Add(36 * time.Hour); now.Before(start.Add(8 * 24 * time.Hour)); {
			if rapid.IntRange(0, 9).Draw(rt, "fails") == 0 {
				s.feeds["/a"] = nil
			} else {
				s.feeds["/a"] = p.handler(&now)
			}
			w := window(rt, observation.DateOf(start).String(), observation.DateOf(now).String(), now)
			rec, _ := collect(rt, s.source(d, now, roleMedia, "/a"), d, w)
			for _, c := range rec.Coverage {
				if old, have := said[c.From]; !have || c.Beats(old) || c.Result.Answered() == old.Result.Answered() {
					said[c.From] = c
				}
			}
			now = now.Add(time.Duration(rapid.IntRange(1, 30).Draw(rt, "visit")*rapid.IntRange(1, 120).Draw(rt, "after")) * time.Minute)
		}
		l, g := checkStored(rt, p, d, said)
		lost, good = lost+l, good+g
	})
	t.Logf("%d items were lost, none of %d days that were called measured", lost, good)
	if lost == 0 || good == 0 {
		t.Error("the simulation has nothing to show: no item was lost or no day measured")
	}
}

// checkStored checks that the items of measured days are stored; it returns how many items are lost and how many days are
// measured.
func checkStored(t tester, p *publisher, d *desk, said map[observation.Date]observation.Coverage) (lost, good int) {
	t.Helper()
	perDay := map[observation.Date]int{}
	for i, published := range p.published {
		on := observation.DateOf(published.In(helsinki(t)))
		_, stored := d.holder[fmt.Sprintf("url:https://example.fi/%d", i)]
		if c := said[on]; !stored && c.Result.Answered() {
			t.Errorf("item %d of %s is lost, and its day is called %s", i, published, c.Result)
		}
		if stored {
			perDay[on]++
		} else {
			lost++
		}
	}
	for _, on := range slices.Sorted(maps.Keys(said)) {
		c := said[on]
		if c.Result.Answered() {
			good++
			if (c.Result == observation.OK) != (perDay[on] > 0) {
				t.Errorf("%s has %d items and is called %s", on, perDay[on], c.Result)
			}
		}
	}
	return lost, good
}
