package twitter

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// TestClicksCostNothingMore: clicks are asked for of posts that were just read and of no others, so that a month with them is charged
// as one without, however small the budget and however few days are read again; followers are read on each of its days.
func TestClicksCostNothingMore(t *testing.T) {
	for name, c := range map[string]struct{ reads, days, charged int }{
		"enough": {9000, 30, 0}, "small": {40, 30, 40}, "a week": {9000, 7, 0}, "a week, and small": {60, 7, 60}, "a year": {9000, 400, 0},
	} {
		t.Run(name, func(t *testing.T) {
			with, clicks := month(t, c.reads, c.days, true)
			without, _ := month(t, c.reads, c.days, false)
			if with != without || with > c.reads || c.charged > 0 && with < c.charged-leastPage {
				t.Errorf("%d reads are charged with clicks and %d without; the budget is %d", with, without, c.reads)
			}
			if clicks == 0 {
				t.Error("no clicks were told")
			}
		})
	}
}

// month visits an account with a post each five hours on every morning of a month, and returns what that was charged, and how many
// clicks were told.
func month(t *testing.T, most, days int, clicks bool) (charged, told int) {
	now := time.Date(2026, 11, 1, 4, 15, 0, 0, helsinki)
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/tweets") {
			_, _ = w.Write([]byte(someone))
			return
		}
		posts(w, r, now, 300)
	})
	source.config.Reads, source.config.PostsDays, source.config.Clicks = most, days, clicks
	for ; now.Month() == time.November; now = now.AddDate(0, 0, 1) {
		rec, err := source.visit(now)
		followers := false
		for _, o := range rec.Observations {
			followers = followers || o.Metric == "followers"
			if o.Metric == clicksMetric {
				told++
			}
		}
		if !followers {
			t.Fatalf("%s: no followers, %v", now.Format(time.DateOnly), err)
		}
		if n := source.spent(now); n != source.charged(now) {
			t.Fatalf("%s: %d reads are noted, %d charged", now.Format(time.DateOnly), n, source.charged(now))
		}
	}
	return source.charged(now.AddDate(0, 0, -1)), told
}

// TestPostsThatWereLeftOutMayCome: of a list with gaps the rest may come with the clicks, and cost: they are asked for only where
// the budget has room for all of them.
func TestPostsThatWereLeftOutMayCome(t *testing.T) {
	for most, want := range map[int]string{13: "budget", 200: "ok"} {
		source := play(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case !strings.HasSuffix(r.URL.Path, "/tweets"):
				_, _ = w.Write([]byte(someone))
			case strings.Contains(r.URL.RawQuery, clickField):
				posts(w, r, monday, 12)
			default:
				at := monday.Add(-30 * time.Hour)
				_, _ = fmt.Fprintf(w, `{"data":[%s],"errors":[{"type":"https://api.x.com/2/problems/resource-unavailable"}],"meta":{"result_count":1}}`, entryOf(fmt.Sprint(at.Unix()/18000), at, 1))
			}
		})
		source.config.Reads = most
		rec, _ := source.visit(monday)
		i := slices.IndexFunc(rec.Coverage, func(c observation.Coverage) bool { return c.Metric == clicksMetric })
		if i < 0 || string(rec.Coverage[i].Result) != want || source.charged(monday) > most || source.spent(monday) != source.charged(monday) {
			t.Errorf("%d reads: %v of clicks, %d charged, %d spent; want %s", most, rec.Coverage, source.charged(monday), source.spent(monday), want)
		}
	}
}

// TestWhatIsFreeIsOfToday: what was read before midnight (UTC) costs anew after it, also within one visit.
func TestWhatIsFreeIsOfToday(t *testing.T) {
	now := time.Date(2026, 11, 23, 23, 59, 0, 0, time.UTC)
	r := &reads{most: 40, now: func() time.Time { return now }}
	ids := []string{"1", "2", "3", "4", "5", "6"}
	if err := r.reserve(10); err != nil {
		t.Fatal(err)
	}
	r.settle(10, ids...)
	for _, want := range [][2]int{{33, 27}, {28, 28}} { // of 34 that are left 7, and 6, are kept for the days to come
		if size, cost := r.page(true, ids); size != want[0] || cost != want[1] {
			t.Errorf("%s: a page of %d for %d at most, want %v", now, size, cost, want)
		}
		now = now.Add(2 * time.Minute)
	}
}
