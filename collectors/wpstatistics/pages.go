package wpstatistics

import (
	"context"
	"html"
	"strconv"

	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// page is a page of a day as the add-on tells it.
type page struct {
	URI   string     `json:"uri"`
	Page  string     `json:"page"`
	Title string     `json:"title"`
	Count api.Number `json:"count"`
	Hits  api.Number `json:"hits"`
	Views api.Number `json:"views"`
	Visit api.Number `json:"visit"`
}

const (
	pagesAtOnce = 500
	mostAnswers = 40 // with pages of a day: 20 000 of them
)

// pages asks for the pages of a day. How the add-on turns the page is not known: it is told by both names, and when an answer
// has nothing new the end is reached.
func (a addon) pages(ctx context.Context, day observation.Date) ([]api.Page, error) {
	var out []api.Page
	seen := map[string]bool{}
	for turn := 1; turn <= mostAnswers; turn++ {
		var list []page
		query, n := rangeOf(day, day), strconv.Itoa(turn)
		query["per_page"], query["number"] = []string{strconv.Itoa(pagesAtOnce)}, []string{strconv.Itoa(pagesAtOnce)}
		query["page"], query["paged"] = []string{n}, []string{n}
		if err := a.ask(ctx, "pages", "uri,page,title,count,hits,views,visit", query, &list); err != nil {
			return nil, err
		}
		more, err := fresh(list, seen)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
		if len(more) == 0 || len(list) < pagesAtOnce {
			return out, nil
		}
	}
	return nil, &api.BadAnswerError{Text: "the list of the pages of a day has no end"}
}

// fresh returns the pages of an answer that no answer before had.
func fresh(list []page, seen map[string]bool) ([]api.Page, error) {
	var out []api.Page
	var now []string
	for _, p := range list {
		path := p.URI
		if path == "" {
			path = p.Page
		}
		views, err := first(p.Count, p.Hits, p.Views, p.Visit).Need("count")
		if err != nil {
			return nil, err
		}
		if !seen[path] {
			out, now = append(out, api.Page{Path: path, Title: html.UnescapeString(p.Title), Views: views}), append(now, path)
		}
	}
	for _, path := range now {
		seen[path] = true
	}
	return out, nil
}
