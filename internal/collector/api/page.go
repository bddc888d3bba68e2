package api

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"seuranta/internal/address"
	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// DefaultPages is how many pages of a site are told by the day where a source does not say it.
const DefaultPages = 50

// mostPagesKept is how many pages of a site may be told by the day: each is an item.
const mostPagesKept = 1000

// FaultsOfPages returns what is wrong with how many pages a source asks for by the key pages.
func FaultsOfPages(pages int) []collector.Fault {
	if pages >= 0 && pages <= mostPagesKept {
		return nil
	}
	return []collector.Fault{{Key: "pages", Message: fmt.Sprintf("%d is no number of pages; write how many of the most viewed pages are to be kept by the day, 0 for none, %d at most", pages, mostPagesKept)}}
}

// TellingPages returns what a source of a kind tells that keeps so many pages by the day: all that the kind tells, without
// page_views where that is none.
func TellingPages(k collector.Kind, pages int) collector.Telling {
	out := collector.Telling{Metrics: k.Metrics, Grains: k.Grains, MetricGrains: k.MetricGrains, Channels: k.Channels, ChannelOptional: k.ChannelOptional, Definitions: k.Definitions}
	if pages == 0 {
		out.Metrics = slices.DeleteFunc(slices.Clone(k.Metrics), func(m string) bool { return m == "page_views" })
		out.Definitions = slices.DeleteFunc(slices.Clone(k.Definitions), func(d observation.Definition) bool { return d.Metric == "page_views" })
	}
	return out
}

// Page is how often one page of a site was looked at.
type Page struct {
	Path  string // as /hanke/, or a whole address; "" is views of pages that the platform does not name
	Title string
	Views float64
}

// Pages tells the most viewed pages of a site in a period, at most so many, and how often all pages that the platform lists
// were viewed together: what is not listed is the difference. site is the address of the site, "" where it is not known.
func (t *Teller) Pages(part, channel, site string, p observation.Period, pages []Page, most int) error {
	return t.PagesAs(Quality{}, part, channel, site, p, pages, most)
}

// PagesAs is Pages for a list of which the platform says that it is not the whole, or was counted on a sample.
func (t *Teller) PagesAs(q Quality, part, channel, site string, p observation.Period, pages []Page, most int) error {
	sum, merged := 0.0, map[string]Page{}
	for _, page := range pages {
		sum += page.Views
		key, ok := pageKey(site, page.Path)
		if !ok {
			continue
		}
		known := merged[key]
		merged[key] = Page{Path: key, Title: cmp.Or(known.Title, page.Title), Views: known.Views + page.Views}
	}
	if err := t.As(q, part, "page_views", observation.Day, p, sum); err != nil {
		return err
	}
	top := make([]Page, 0, len(merged))
	for _, page := range merged {
		top = append(top, page)
	}
	slices.SortFunc(top, func(a, b Page) int { return cmp.Or(cmp.Compare(b.Views, a.Views), cmp.Compare(a.Path, b.Path)) })
	for _, page := range top[:min(most, len(top))] {
		if err := t.page(q, part, channel, site, p, page); err != nil {
			return err
		}
	}
	return nil
}

func (t *Teller) page(q Quality, part, channel, site string, p observation.Period, page Page) error {
	alias := channel + "|page:" + page.Path
	it := observation.Item{ID: ItemID(alias), Kind: "page", FirstSeen: t.window.Now, Title: clean(page.Title), State: observation.Valid, Aliases: []string{alias}}
	if u, err := url.Parse(site); err == nil && site != "" {
		it.URL = u.Scheme + "://" + u.Host + page.Path // which begins with the path of a site that has one
	}
	if it.Title == "" {
		it.Title = page.Path
	}
	if err := t.out.Item(it); err != nil {
		return err
	}
	return t.out.Observe(observation.Observation{Key: observation.Key{Metric: "page_views", Subject: it.ID, Grain: observation.Day, From: p.From},
		Part: part, Value: page.Views, Complete: q.Reason == "", Basis: q.basis()})
}

// clean returns a title, or nothing where it tells of a person.
func clean(title string) string {
	if collector.Personal(title) != "" {
		return ""
	}
	return strings.TrimSpace(title)
}

// pageKey returns the path that a page goes by: without what follows a question mark, but for the ids of sites that name their
// pages so. What looks like the data of a person is no page that could be named.
func pageKey(site, path string) (string, bool) {
	if path == "" {
		return "", false
	}
	if !strings.Contains(path, "://") {
		path = cmp.Or(strings.TrimSuffix(site, "/"), "https://site.invalid") + "/" + strings.TrimPrefix(path, "/")
	}
	canonical, err := address.Canonical(path)
	if err != nil {
		return "", false
	}
	u, err := url.Parse(canonical)
	if err != nil {
		return "", false
	}
	key := cmp.Or(u.Path, "/")
	if id := idOf(u.Query()); id != "" {
		key += "?" + id
	}
	return key, len(key) <= 1000 && collector.Personal(key) == ""
}

// idOf returns the parameter that names a page where paths do not.
func idOf(q url.Values) string {
	for _, name := range []string{"p", "page_id"} {
		if id := q.Get(name); id != "" && strings.Trim(id, "0123456789") == "" {
			return name + "=" + id
		}
	}
	return ""
}
