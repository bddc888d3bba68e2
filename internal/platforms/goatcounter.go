package platforms

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// GoatCounter answers as the API of GoatCounter 2.7 does. It counts its own way: a session counts once on each page that it opens.
type GoatCounter struct {
	Site Website
	Key  string
	Zone *time.Location // that the owner of the key has set
}

// goatMemory is for how long after its last view a session is remembered.
const goatMemory = 8 * time.Hour

// Answer answers what was counted, or whose key it is.
func (g GoatCounter) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	switch {
	case r.Header.Get("Authorization") == "":
		writeJSON(w, http.StatusUnauthorized, object{"error": "no Authorization header"})
	case r.Header.Get("Authorization") != "Bearer "+g.Key:
		writeJSON(w, http.StatusUnauthorized, object{"error": "unknown token"})
	case r.URL.Path == "/api/v0/me":
		writeJSON(w, http.StatusOK, object{
			"user":  object{"id": 1, "site": 1, "email": "tilastot@koske.example", "settings": object{"timezone": "FI." + g.Zone.String(), "language": "en-GB"}},
			"token": object{"name": "Seuranta", "permissions": 64, "sites": []int{-1}}})
	case r.URL.Path == "/api/v0/stats/total":
		g.total(w, r, now)
	default:
		writeJSON(w, http.StatusNotFound, object{"error": "not found"})
	}
}

// total tells what was counted from one hour to another, which is in it, and on the days that they touch.
func (g GoatCounter) total(w http.ResponseWriter, r *http.Request, now time.Time) {
	from, to := instant(r, "start"), instant(r, "end")
	if to.IsZero() {
		from, to = now.AddDate(0, 0, -7), now
	}
	from, to = from.Truncate(time.Hour), to.Truncate(time.Hour)
	if to.Before(from) {
		writeJSON(w, http.StatusBadRequest, object{"errors": object{"end": []string{"end date is before start date."}}})
		return
	}
	all, days := 0, map[observation.Date]*[24]int{}
	zone := goatZone(now, g.Zone)
	for _, at := range g.counted(now) {
		if at.Before(from) || !at.Before(to.Add(time.Hour)) {
			continue
		}
		all++
		day := observation.DateOf(at.In(zone))
		if days[day] == nil {
			days[day] = new([24]int)
		}
		days[day][at.In(zone).Hour()]++
	}
	stats := []object{}
	for day := observation.DateOf(from.In(zone)); day <= observation.DateOf(to.In(zone)); day++ {
		hours := cmp.Or(days[day], new([24]int))
		daily := 0
		for _, n := range hours {
			daily += n
		}
		stats = append(stats, object{"day": day.String(), "hourly": hours, "daily": daily})
	}
	writeJSON(w, http.StatusOK, object{"total": all, "total_events": 0, "total_utc": all, "stats": stats})
}

// goatZone is what days are cut by: the distance to UTC that holds now, whenever the days were.
func goatZone(now time.Time, zone *time.Location) *time.Location {
	_, seconds := now.In(zone).Zone()
	return time.FixedZone("", seconds)
}

// counted returns when something was counted: the first view of a page in a session, which lasts as long as its visitor comes
// again within some hours.
func (g GoatCounter) counted(now time.Time) (out []time.Time) {
	type seen struct {
		last  time.Time
		pages map[string]bool
	}
	type view struct {
		WebView
		visitor uint64
	}
	var views []view
	for _, v := range g.Site.Visits {
		for _, w := range v.Views {
			views = append(views, view{w, v.Visitor})
		}
	}
	slices.SortStableFunc(views, func(a, b view) int { return a.At.Compare(b.At) })
	sessions := map[uint64]*seen{}
	for _, v := range views {
		s := sessions[v.visitor]
		if s == nil || v.At.Sub(s.last) > goatMemory {
			s = &seen{pages: map[string]bool{}}
			sessions[v.visitor] = s
		}
		if s.last = v.At; !s.pages[v.Path] && !v.At.After(now) {
			s.pages[v.Path] = true
			out = append(out, v.At)
		}
	}
	return out
}
