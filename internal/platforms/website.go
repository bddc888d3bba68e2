package platforms

import (
	"cmp"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Website is what an analytics service has seen of a site.
type Website struct {
	Name    string
	Address string         // https://www.esimerkki.example
	Zone    *time.Location // of its days
	Since   time.Time      // when it was begun to be counted
	Visits  []WebVisit     // oldest first, by their first view
}

// WebVisit is one visit of somebody.
type WebVisit struct {
	Visitor uint64
	Views   []WebView // oldest first
}

// WebView is one page that was looked at.
type WebView struct {
	At   time.Time
	Path string
}

// Traffic is what came to a site in a stretch of time.
type Traffic struct {
	Views, Visits, Visitors int
	Bounces                 int // visits of one page
	Seconds                 int // that the visits lasted together
}

// Of counts what came to the site in a period, as far as it has happened at now: visits on the day of their first view, views
// and visitors by each view.
func (s Website) Of(p observation.Period, now time.Time) Traffic {
	return s.Between(p.Start(s.Zone), p.End(s.Zone), now)
}

// Between counts as Of does, from one moment to just before another.
func (s Website) Between(from, to, now time.Time) Traffic {
	var out Traffic
	visitors := map[uint64]bool{}
	for _, v := range s.Visits {
		if begun := v.Views[0].At; !begun.Before(from) && begun.Before(to) && !begun.After(now) {
			out.Visits++
			out.Seconds += int(v.Views[len(v.Views)-1].At.Sub(begun) / time.Second)
			if len(v.Views) == 1 {
				out.Bounces++
			}
		}
		for _, w := range v.Views {
			if !w.At.Before(from) && w.At.Before(to) && !w.At.After(now) {
				out.Views++
				visitors[v.Visitor] = true
			}
		}
	}
	out.Visitors = len(visitors)
	return out
}

// WebPage is how often a page was looked at.
type WebPage struct {
	Path                    string
	Views, Visits, Visitors int
}

// Pages counts the pages of a period, the most viewed first.
func (s Website) Pages(p observation.Period, now time.Time) []WebPage {
	return s.PagesBetween(p.Start(s.Zone), p.End(s.Zone), now)
}

// PagesBetween counts as Pages does, from one moment to just before another.
func (s Website) PagesBetween(from, to, now time.Time) []WebPage {
	found, people := map[string]*WebPage{}, map[string]map[uint64]bool{}
	for _, v := range s.Visits {
		seen := map[string]bool{}
		for _, w := range v.Views {
			if w.At.Before(from) || !w.At.Before(to) || w.At.After(now) {
				continue
			}
			if found[w.Path] == nil {
				found[w.Path], people[w.Path] = &WebPage{Path: w.Path}, map[uint64]bool{}
			}
			found[w.Path].Views++
			if !seen[w.Path] {
				found[w.Path].Visits, seen[w.Path] = found[w.Path].Visits+1, true
			}
			people[w.Path][v.Visitor] = true
		}
	}
	out := make([]WebPage, 0, len(found))
	for path, page := range found {
		page.Visitors = len(people[path])
		out = append(out, *page)
	}
	slices.SortFunc(out, func(a, b WebPage) int { return cmp.Or(cmp.Compare(b.Views, a.Views), cmp.Compare(a.Path, b.Path)) })
	return out
}
