package indicator

import (
	"cmp"
	"context"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// pageViews is the metric that single pages have; that of the channel itself is of all pages that its source lists.
const pageViews = "page_views"

// Ranking tells which pages of a website were viewed most in a period.
type Ranking struct {
	Total  Figure       `json:"total"`  // of all pages that the source lists
	Pages  []RankedPage `json:"pages"`  // the most viewed first; never nil
	Others *float64     `json:"others"` // views of the pages that are not among them; nil when the total is not known
}

// RankedPage is one page.
type RankedPage struct {
	ID    string  `json:"id"` // of the item
	Title string  `json:"title"`
	URL   string  `json:"url"`
	Value float64 `json:"value"`
	// AtLeast is true where the page was on some day not among those that the source tells by name: it may have had more.
	AtLeast bool `json:"at_least"`
}

// Pages ranks the pages of the channels that are asked for and whose sources tell them, at most so many of each; Ask.Metrics
// does not matter.
func (j *Judge) Pages(ctx context.Context, ask Ask, most int) ([]Ranking, error) {
	ask.Metrics, ask.Beside = []string{pageViews}, false
	shelves, err := j.shelvesIf(ctx, ask, ask.Period, func(q *question) bool { return q.channel.ID != "" })
	if err != nil {
		return nil, err
	}
	out := make([]Ranking, 0, len(shelves))
	for _, s := range shelves {
		if s.question.dims != "" {
			continue
		}
		s.tracing = true
		r, err := j.rank(ctx, s, ask.Period, most)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// pageDay is what the source that counts told of the pages of a day.
type pageDay struct {
	source string
	total  float64
	views  map[string]float64 // by item
}

// rank ranks the pages of one channel.
func (j *Judge) rank(ctx context.Context, s *shelf, p observation.Period, most int) (Ranking, error) {
	f := j.judge(s, p)
	days := map[observation.Date]*pageDay{}
	for _, o := range f.answers {
		days[o.From] = &pageDay{source: o.Source, total: o.Value, views: map[string]float64{}}
	}
	if err := j.fillPages(ctx, s.question, p, days); err != nil {
		return Ranking{}, err
	}
	pages := ranked(days)
	out := Ranking{Total: f.Figure, Pages: pages[:min(most, len(pages))]}
	if f.Value != nil {
		others := *f.Value
		for _, page := range out.Pages {
			others -= page.Value
		}
		out.Others = &others
	}
	return out, j.namePages(ctx, s.question, out.Pages)
}

// fillPages reads what is known of single pages.
func (j *Judge) fillPages(ctx context.Context, q *question, p observation.Period, days map[observation.Date]*pageDay) error {
	all, err := j.store.Observations(ctx, observation.Selection{Organisations: q.owners(), Channels: []string{q.channel.ID}, Metrics: []string{pageViews},
		Grains: []observation.Grain{observation.Day}, Period: p, AsOf: j.asOf})
	if err != nil {
		return err
	}
	for _, o := range all {
		if d := days[o.From]; o.Subject != "" && d != nil && d.source == o.Source {
			d.views[o.Subject] = o.Value
		}
	}
	return nil
}

// ranked adds the days up. On a day when pages were viewed that are not told by name, a page that is not among them may have
// been viewed, too.
func ranked(days map[observation.Date]*pageDay) []RankedPage {
	sums, told, cut := map[string]float64{}, map[string]int{}, 0
	for _, d := range days {
		named := 0.0
		for _, n := range d.views {
			named = observation.Plus(named, n)
		}
		if named >= d.total {
			for id, n := range d.views {
				sums[id] = observation.Plus(sums[id], n)
			}
			continue
		}
		cut++
		for id, n := range d.views {
			sums[id], told[id] = observation.Plus(sums[id], n), told[id]+1
		}
	}
	out := make([]RankedPage, 0, len(sums))
	for id, n := range sums {
		out = append(out, RankedPage{ID: id, Value: n, AtLeast: told[id] < cut})
	}
	slices.SortFunc(out, func(a, b RankedPage) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.ID, b.ID)) })
	return out
}

// namePages gives the pages their titles and addresses.
func (j *Judge) namePages(ctx context.Context, q *question, pages []RankedPage) error {
	ever := observation.Span{From: time.Unix(0, 0), To: j.now.AddDate(1, 0, 0)}
	items, err := j.store.Items(ctx, observation.ItemSelection{Organisations: q.owners(), Channels: []string{q.channel.ID}, Kinds: []string{"page"}, Span: ever, AsOf: j.asOf})
	if err != nil {
		return err
	}
	for _, i := range items {
		if n := slices.IndexFunc(pages, func(p RankedPage) bool { return p.ID == i.ID }); n >= 0 {
			pages[n].Title, pages[n].URL = i.Title, i.URL
		}
	}
	return nil
}
