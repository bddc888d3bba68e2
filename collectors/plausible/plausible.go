// Package plausible reads what Plausible counted of a website, by its Stats API, version 2. README.md tells the rules.
package plausible

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

//go:embed sample.yaml
var sample string

const (
	usualBase   = "https://plausible.io"
	callsAnHour = 600 // of a key, or of all keys of a team

	partSite  = "site"
	partPages = "pages"
)

// Kind describes Plausible as a kind of source.
func Kind() collector.Kind {
	return collector.Kind{
		Name: "plausible", New: func() collector.Config { return &Config{Pages: api.DefaultPages} },
		Metrics: []string{"views", "visits", "visitors", "page_views"}, Grains: []observation.Grain{observation.Day, observation.Week},
		SettleDays: 2, Method: observation.MethodScript, Channels: []string{"website"}, Fetches: true, BaseURL: true,
		Definitions: collector.MustDefinitions(definitions), Sample: sample,
	}
}

// source is one site of Plausible.
type source struct {
	config Config
	deps   collector.Deps
}

var _ collector.Checker = (*source)(nil)

// platform is the Plausible of the source.
func (s *source) platform(now time.Time) *api.Platform {
	return &api.Platform{
		HTTP: s.deps.HTTP, Base: cmp.Or(s.deps.BaseURL, usualBase), Refusal: s.refusal,
		Header:    map[string][]string{"Authorization": {"Bearer " + s.config.Token.Reveal()}},
		Allowance: &api.Allowance{Calls: callsAnHour, Per: time.Hour, State: s.deps.State, Now: api.Clock(now)},
	}
}

// visit is one reading of a source.
type visit struct {
	*source
	platform *api.Platform
	teller   *api.Teller
	first    observation.Date // of the site's life
}

// Collect tells the days and weeks of w, which have to be those that Plausible cuts.
func (s *source) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	if w.Empty() || w.Start(w.Zone).After(w.Now) {
		return nil
	}
	p := s.platform(w.Now)
	life, err := s.life(ctx, p, w.Zone)
	if err != nil {
		return fmt.Errorf("plausible: read since when %s is counted: %w", s.config.Site, err)
	}
	v := &visit{s, p, api.NewTeller(out, w, nil), life.first}
	for _, step := range []struct {
		what string
		tell func(context.Context) error
	}{{"days", v.days}, {"weeks", v.weeks}, {"pages", v.pages}} {
		if err := step.tell(ctx); err != nil {
			return fmt.Errorf("plausible: read %s of %s: %w", step.what, s.config.Site, err)
		}
	}
	return nil
}

// life is what Plausible tells of a site as a whole.
type life struct {
	first  observation.Date // the day of its first view, counted or imported
	offset string           // of its days from UTC, as it is now: +02:00
}

// life asks for everything that there is of the site: the answer says where that begins.
func (s *source) life(ctx context.Context, p *api.Platform, zone *time.Location) (life, error) {
	a, err := s.ask(ctx, p, partSite, question{Range: "all"}, zone)
	if err != nil {
		return life{}, err
	}
	if len(a.Results) != 1 {
		return life{}, api.Missing("results")
	}
	if _, err := a.Results[0].counts(len(counted())); err != nil {
		return life{}, err
	}
	from, to := a.Query.Range[0], a.Query.Range[1]
	first, err := observation.ParseDate(from[:min(len(from), len(time.DateOnly))])
	if err != nil {
		return life{}, api.Missing("query.date_range")
	}
	return life{first, to[max(0, len(to)-len("+02:00")):]}, nil
}

// lived returns the periods of g that are to be asked for: not those that were over before the site was there.
func (v *visit) lived(g observation.Grain) []observation.Period {
	return slices.DeleteFunc(v.teller.Periods(g), func(p observation.Period) bool { return p.To <= v.first })
}

// days tells views, visits and visitors of the days.
func (v *visit) days(ctx context.Context) error {
	rows, err := v.rows(ctx, observation.Day, "time:day")
	if err != nil {
		return err
	}
	for _, p := range v.teller.Periods(observation.Day) {
		row := rows[p.From]
		for metric, n := range map[string]float64{"visitors": row[0], "visits": row[1], "views": row[2]} {
			if err := v.teller.Since(v.first, partSite, metric, observation.Day, p, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// weeks tells the visitors of whole weeks, as Plausible counted them in each: it is never asked for a part of one.
func (v *visit) weeks(ctx context.Context) error {
	rows, err := v.rows(ctx, observation.Week, "time:week")
	if err != nil {
		return err
	}
	for _, p := range v.teller.Periods(observation.Week) {
		if err := v.teller.Since(v.first, partSite, "visitors", observation.Week, p, rows[p.From][0]); err != nil {
			return err
		}
	}
	return nil
}

// rows asks for all periods of g and returns what was counted in each. Plausible leaves out those in which nobody came: what is
// missing of an answer for them is a zero.
func (v *visit) rows(ctx context.Context, g observation.Grain, dimension string) (map[observation.Date][3]float64, error) {
	out := map[observation.Date][3]float64{}
	periods := v.lived(g)
	if len(periods) == 0 {
		return out, nil
	}
	q := question{Range: span(periods), Dimensions: []string{dimension}}
	q.Include.TimeLabels = true
	a, err := v.ask(ctx, v.platform, partSite, q, v.teller.Zone())
	if err != nil {
		return nil, err
	}
	if err := a.imported(); err != nil {
		return nil, err
	}
	for _, row := range a.Results {
		day, counts, err := row.of(1)
		if err != nil {
			return nil, err
		}
		out[day] = [3]float64(counts)
	}
	return out, a.labelled(periods)
}

// pages tells the pages of the days.
func (v *visit) pages(ctx context.Context) error {
	if v.config.Pages == 0 {
		return nil
	}
	byDay, offered, err := v.pageRows(ctx, v.lived(observation.Day))
	if err != nil {
		return err
	}
	for _, p := range v.teller.Periods(observation.Day) {
		switch {
		case p.From < v.first:
			v.teller.Untold(partPages, "page_views", observation.Day, p, observation.NotOffered, collector.ReasonBeforeStart)
		case !offered:
			v.teller.Untold(partPages, "page_views", observation.Day, p, observation.NotOffered, string(observation.NotOffered))
		default:
			if err := v.teller.Pages(partPages, v.deps.ChannelID, v.config.origin(), p, byDay[p.From], v.config.Pages); err != nil {
				return err
			}
		}
	}
	return nil
}

// pageRows asks for every page of the days. They are not offered where a part of the days was imported from elsewhere and
// Plausible leaves that part out.
func (v *visit) pageRows(ctx context.Context, days []observation.Period) (byDay map[observation.Date][]api.Page, offered bool, err error) {
	byDay = map[observation.Date][]api.Page{}
	if len(days) == 0 {
		return byDay, true, nil
	}
	q := question{Range: span(days), Dimensions: []string{"time:day", "event:page"}, Metrics: []string{"pageviews"},
		OrderBy: [][2]string{{"time:day", "asc"}, {"pageviews", "desc"}, {"event:page", "asc"}}}
	for offset := 0; offset < mostRows; offset += rowsAsked {
		q.page(offset)
		a, err := v.ask(ctx, v.platform, partPages, q, v.teller.Zone())
		if err != nil || a.imported() != nil {
			return nil, false, err
		}
		for _, row := range a.Results {
			day, counts, err := row.of(2)
			if err != nil {
				return nil, false, err
			}
			byDay[day] = append(byDay[day], row.page(counts[0]))
		}
		if len(a.Results) < rowsAsked {
			return byDay, true, nil
		}
	}
	return nil, false, fmt.Errorf("there are more than %d rows of pages: ask for fewer days at once, or write pages: 0", mostRows)
}

// Check asks for the numbers of the site as a whole.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	p := s.platform(now)
	life, err := s.life(ctx, p, now.Location())
	if err != nil {
		return "", fmt.Errorf("plausible: check %s: %w", s.config.Site, err)
	}
	return fmt.Sprintf("%s is counted since %s; its days are %s from UTC now, as those of %s; the key may read it and does not expire; %d of %d calls of this hour left",
		s.config.Site, life.first, life.offset, now.Location(), p.Allowance.Left(), callsAnHour), nil
}
