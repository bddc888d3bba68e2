package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/platforms"
	"seuranta/internal/world"
)

// truth returns every figure that the month must show: of every day, every whole week and October, if it was lived. seen are
// the requests to the feeds; typed is what people typed.
func (m *month) truth(seen []platforms.Request, typed *typedMonth) []world.Truth {
	var out []world.Truth
	m.each(func(g observation.Grain, p observation.Period) {
		for _, f := range m.feeds {
			if f.channel != "" {
				out = append(out, m.published(f, seen, g, p))
			}
		}
		out = append(out, m.hits(seen, g, p))
		for _, l := range m.logs {
			out = append(out, m.logged(l, g, p)...)
		}
		out = append(out, m.tabled("facebook", "impressions", g, p, func(d observation.Date) int { right, _ := m.impressions(d); return right }),
			m.tabled("x", "reactions", g, p, m.reactions))
		out = append(out, typed.truth(g, p)...)
	})
	return out
}

// each calls f for every day that is lived, every week and every month that is lived whole.
func (m *month) each(f func(observation.Grain, observation.Period)) {
	for _, g := range []observation.Grain{observation.Day, observation.Week, observation.Month} {
		for _, p := range g.Split(m.period()) {
			if m.period().Holds(p) {
				f(g, p)
			}
		}
	}
}

// good lists when a feed answered with what it held.
func (f *monthFeed) good(seen []platforms.Request) (at []time.Time) {
	for _, r := range seen {
		if r.Path == f.Path && r.Body {
			at = append(at, r.At)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	return at
}

// shown lists the articles that a feed showed to whoever asked.
func (f *monthFeed) shown(seen []platforms.Request) map[string]platforms.Article {
	out := map[string]platforms.Article{}
	for _, at := range f.good(seen) {
		for _, a := range f.Newest(at) {
			out[a.URL] = a
		}
	}
	return out
}

// stretchOf is a time in which something may have been missed.
type stretchOf struct{ from, to time.Time }

// gaps lists the times in which a feed may have published something that nobody saw: from an answer to the oldest article of
// the next, if that is younger, and from the last answer on.
func (f *monthFeed) gaps(seen []platforms.Request) (out []stretchOf) {
	good := f.good(seen)
	for i := 1; i < len(good); i++ {
		held := f.Newest(good[i])
		if len(held) == 0 {
			continue
		}
		if oldest := held[len(held)-1].Published; oldest.After(good[i-1]) {
			out = append(out, stretchOf{good[i-1], oldest})
		}
	}
	return append(out, stretchOf{good[len(good)-1], good[len(good)-1].AddDate(1, 0, 0)})
}

// knownOf tells how much of a day lies outside of all gaps.
func knownOf(gaps []stretchOf, d observation.Date, zone *time.Location) (whole, some bool) {
	from, to := d.Start(zone), d.End(zone)
	whole, some = true, true
	for _, g := range gaps {
		if g.from.Before(to) && from.Before(g.to) {
			whole = false
		}
		if !g.from.After(from) && !g.to.Before(to) {
			some = false
		}
	}
	return whole, some
}

// counted makes a figure of days: n is what there was on each, whole and some how far each is known.
func counted(days observation.Period, of func(observation.Date) (n int, whole, some bool)) world.Truth {
	t := world.Truth{Expected: days.Days()}
	sum, any := 0, false
	for d := days.From; d < days.To; d++ {
		n, whole, some := of(d)
		if whole {
			t.Measured++
		}
		if some {
			sum, any = sum+n, true
		}
	}
	switch value := float64(sum); {
	case !any:
		t.State = world.StateMissing
		return t
	case t.Measured < t.Expected:
		t.State, t.Value = world.StatePartial, &value
	case sum == 0:
		t.State, t.Value = world.StateZero, &value
	default:
		t.State, t.Value = world.StateOK, &value
	}
	return t
}

// published is the publications of a feed of our own.
func (m *month) published(f *monthFeed, seen []platforms.Request, g observation.Grain, p observation.Period) world.Truth {
	gaps, on := f.gaps(seen), map[observation.Date]int{}
	for _, a := range f.shown(seen) {
		on[observation.DateOf(a.Published.In(m.zone))]++
	}
	t := counted(p, func(d observation.Date) (int, bool, bool) {
		whole, some := knownOf(gaps, d, m.zone)
		return on[d], whole, some || on[d] > 0
	})
	t.Target, t.Metric, t.Grain, t.From = "kanava-"+f.channel, "publications", g, p.From
	return t
}

// hits is the articles of the media on the topic, each once. A day is known whole only when no feed can have held more.
func (m *month) hits(seen []platforms.Request, g observation.Grain, p observation.Period) world.Truth {
	found := map[string]platforms.Article{}
	var gaps []stretchOf
	for _, f := range m.feeds {
		if f.channel == "" {
			gaps = append(gaps, f.gaps(seen)...)
			maps.Copy(found, f.shown(seen))
		}
	}
	on := map[observation.Date]int{}
	for _, a := range found {
		if strings.HasPrefix(a.Title, "Velka") {
			on[observation.DateOf(a.Published.In(m.zone))]++
		}
	}
	t := counted(p, func(d observation.Date) (int, bool, bool) {
		whole, _ := knownOf(gaps, d, m.zone)
		return on[d], whole, true
	})
	t.Target, t.Metric, t.Grain, t.From = "topic:velka", "media_hits", g, p.From
	return t
}

// logged is the views and the visitors of a website.
func (m *month) logged(l *monthLog, g observation.Grain, p observation.Period) []world.Truth {
	gaps := l.silences()
	views, visitors := map[observation.Date]int{}, map[observation.Date]map[int]bool{}
	for _, line := range l.lines {
		d := observation.DateOf(line.at.In(m.zone))
		if line.who == 0 || !p.Contains(d) {
			continue
		}
		if views[d]++; visitors[d] == nil {
			visitors[d] = map[int]bool{}
		}
		visitors[d][line.who] = true
	}
	v := counted(p, func(d observation.Date) (int, bool, bool) {
		whole, some := knownOf(gaps, d, m.zone)
		return views[d], whole, some
	})
	v.Target, v.Metric, v.Grain, v.From = l.channel, "views", g, p.From
	return []world.Truth{v, m.visited(v, visitors, gaps)}
}

// silences lists the times of more than a day in which the log has no line.
func (l *monthLog) silences() (out []stretchOf) {
	for i := 1; i < len(l.lines); i++ {
		if l.lines[i].at.Sub(l.lines[i-1].at) > 24*time.Hour {
			out = append(out, stretchOf{l.lines[i-1].at, l.lines[i].at})
		}
	}
	return out
}

// visited is the visitors beside the views v of the same period. Of a month, and of a week that is not known whole, nobody can
// tell more than a range in which they lie.
func (m *month) visited(v world.Truth, on map[observation.Date]map[int]bool, gaps []stretchOf) world.Truth {
	t := v
	t.Metric, t.Value = "visitors", nil
	all, largest, sum := map[int]bool{}, 0, 0
	for d, who := range on {
		if whole, _ := knownOf(gaps, d, m.zone); whole {
			largest, sum = max(largest, len(who)), sum+len(who)
			maps.Copy(all, who)
		}
	}
	low, high, value := float64(largest), float64(sum), float64(len(all))
	switch {
	case v.Measured == 0:
		t.State = world.StateMissing
	case v.Measured < v.Expected || t.Grain == observation.Month:
		t.State, t.Low, t.High = world.StateBounded, &low, &high
	default:
		t.State, t.Value = world.StateOK, &value
	}
	return t
}

// tabled is what stands in a table for days.
func (m *month) tabled(target, metric string, g observation.Grain, p observation.Period, value func(observation.Date) int) world.Truth {
	t := counted(p, func(d observation.Date) (int, bool, bool) { return value(d), true, true })
	t.Target, t.Metric, t.Grain, t.From = target, metric, g, p.From
	return t
}

// typedMonth is what people typed that holds at the end, by the day that it is of.
type typedMonth struct {
	followers, signups map[observation.Date]int
}

// truth is the figures of it. A level holds until the next; a number of a day is of that day alone.
func (y *typedMonth) truth(g observation.Grain, p observation.Period) []world.Truth {
	level := world.Truth{Target: "linkedin", Metric: "followers", Grain: g, From: p.From, State: world.StateMissing, Expected: p.Days()}
	for d := observation.Date(0); d < p.To; d++ {
		if n, typed := y.followers[d]; typed {
			value := float64(n)
			level.State, level.Value = world.StateOK, &value
		}
		if level.Value != nil && p.Contains(d) {
			level.Measured++
		}
	}
	flow := counted(p, func(d observation.Date) (int, bool, bool) { n, typed := y.signups[d]; return n, typed, typed })
	flow.Target, flow.Metric, flow.Grain, flow.From = "-", "signups", g, p.From
	return []world.Truth{level, flow}
}

// tooEarly lists what asked a feed sooner than it may be asked: less than the time between two visits after the one before, a
// second time in the same hour that a schedule names, or before the server wants to be asked again. Tries of one visit that
// the server failed are one.
func (m *month) tooEarly(seen []platforms.Request, slack time.Duration) (out []string) {
	for _, f := range m.feeds {
		var before *platforms.Request
		wait := time.Time{}
		for _, r := range seen {
			if r.Path != f.Path {
				continue
			}
			if before != nil && !(before.Status/100 == 5 || before.Status == 0) || before != nil && r.At.Sub(before.At) > slack {
				if why := f.early(before.At, r.At, wait, slack); why != "" {
					out = append(out, fmt.Sprintf("%s: %s", f.Title, why))
				}
			}
			before = &r
			if t := f.asksFor(r); t > 0 {
				wait = r.At.Add(t)
			}
		}
	}
	return out
}

// tooFew lists the feeds that were asked clearly less often than their schedules say, in the time in which something ran and the
// server did not want to be left alone. After an episode a visit more or less is nobody's fault.
func (m *month) tooFew(seen []platforms.Request, away []episode) (out []string) {
	for _, f := range m.feeds {
		interval := time.Duration(f.hours) * time.Hour
		open, came := m.end().Sub(m.start()), map[int64]bool{}
		for _, e := range away {
			open -= e.to.Sub(e.from) + 2*interval
		}
		for _, r := range seen {
			if r.Path == f.Path {
				came[r.At.Unix()/int64(interval/time.Second)] = true // tries of one visit are one
				open -= f.asksFor(r)
			}
		}
		if want := int(open/interval) * 4 / 5; len(came) < want {
			out = append(out, fmt.Sprintf("%s: asked in %d of at least %d stretches of %s", f.Title, len(came), want, interval))
		}
	}
	return out
}

// asksFor is how long the answer to a request wants the feed to be left alone.
func (f *monthFeed) asksFor(r platforms.Request) time.Duration {
	for _, t := range f.Troubles {
		if t.Status == r.Status && !r.At.Before(t.From) && r.At.Before(t.To) {
			return t.After
		}
	}
	return 0
}

// early says why one request comes too early after another, "" when it does not.
func (f *monthFeed) early(before, at, wait time.Time, slack time.Duration) string {
	between := at.Sub(before)
	switch {
	case at.Before(wait.Add(-slack)):
		return fmt.Sprintf("asked at %s, and was to be left alone until %s", at.Format(time.DateTime), wait.Format(time.DateTime))
	case f.minute == 0 && between < time.Duration(f.hours)*time.Hour-slack:
		return fmt.Sprintf("asked at %s, %s after the time before", at.Format(time.DateTime), between.Round(time.Second))
	case f.minute > 0 && f.window(before) == f.window(at):
		return fmt.Sprintf("asked at %s and at %s, between which it was not due", before.Format(time.DateTime), at.Format(time.DateTime))
	}
	return ""
}

// window numbers the times at which a schedule that names hours is due; a moment has that of the last.
func (f *monthFeed) window(at time.Time) int64 {
	offset := 0
	if f.hours > 1 { // every other hour is one of the clock on the wall
		_, offset = at.In(f.Zone).Zone()
	}
	return int64(math.Floor(float64(at.Unix()+int64(offset-f.minute*60)) / float64(f.hours*3600)))
}
