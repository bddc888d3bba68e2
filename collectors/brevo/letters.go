package brevo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

const (
	// pageSize is how many letters are asked for at once, the most that Brevo gives.
	pageSize = 100
	// freshDays is how long after its sending a list of letters tells all that became of one: Brevo counts in it what happened in
	// the last six months, so that the numbers of older letters are too small there, or zero.
	freshDays = 170
)

// visit is one visit to the letters of a list.
type visit struct {
	*source
	platform *api.Platform
	window   collector.Window
	tell     *api.Teller
	out      collector.Sink
	first    observation.Date // on which there was the list
}

// letters tells the letters that were sent to the list, newest first. When no more calls are left, or something else goes wrong,
// the days after the letter that it was about are told nevertheless.
func (v *visit) letters(ctx context.Context) error {
	campaigns, err := v.campaigns(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(campaigns, func(a, b campaign) int { return b.at.Compare(a.at) })
	var issues []api.Issue
	for n, c := range campaigns {
		v.out.Progress(int64(n), int64(len(campaigns)))
		i, err := v.issue(ctx, c)
		if err != nil {
			return v.tellAfter(observation.DateOf(c.at.In(v.window.Zone)), issues, err)
		}
		issues = append(issues, i)
	}
	return v.tell.Issues(v.told(), issues)
}

func (v *visit) told() api.Letters {
	return api.Letters{Kind: "brevo", Channel: v.deps.ChannelID, Part: partLetters, Metrics: counters(), First: v.first}
}

// tellAfter tells what is known of the days after one, and returns the error for which the others are not.
func (v *visit) tellAfter(day observation.Date, issues []api.Issue, failure error) error {
	w := v.window
	w.From = max(w.From, day+1)
	if w.Empty() {
		return failure
	}
	if err := api.NewTeller(v.out, w, nil).Issues(v.told(), issues); err != nil {
		return err
	}
	return failure
}

// campaigns lists what was sent to the list on the days, with numbers as far as lists have them.
func (v *visit) campaigns(ctx context.Context) ([]campaign, error) {
	from, to := v.tell.From().Start(v.window.Zone), v.window.End(v.window.Zone)
	if to.After(v.window.Now) {
		to = v.window.Now
	}
	cut := (observation.DateOf(v.window.Now.In(v.window.Zone)) - freshDays).Start(v.window.Zone)
	var out []campaign
	if to.After(cut) {
		fresh, err := v.between(ctx, latest(from, cut), to, true)
		if err != nil {
			return nil, err
		}
		out = fresh
	}
	if from.Before(cut) {
		old, err := v.between(ctx, from, earliest(to, cut).Add(-time.Millisecond), false)
		if err != nil {
			return nil, err
		}
		out = append(out, old...)
	}
	return out, nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// between lists what was sent to the list between two moments, without numbers where they would be wrong.
func (v *visit) between(ctx context.Context, from, to time.Time, numbers bool) ([]campaign, error) {
	var out []campaign
	err := api.Through(func(so, _ int) (int, int, error) {
		var p page
		if _, err := v.platform.Ask(ctx, api.Request{Path: "/emailCampaigns", Query: asked(from, to, so, numbers), Part: partLetters}, &p); err != nil {
			return 0, 0, err
		}
		for _, c := range p.Campaigns {
			if !c.isTo(v.config.List) {
				continue
			}
			if err := c.read(); err != nil {
				return 0, 0, err
			}
			if !numbers {
				c.Statistics = statistics{}
			}
			out = append(out, c)
		}
		all, err := p.all(so)
		return len(p.Campaigns), all, err
	})
	return out, err
}

// asked returns the parameters of a page that begins after so many letters. Both moments have to be there.
func asked(from, to time.Time, so int, numbers bool) url.Values {
	const form = "2006-01-02T15:04:05.000Z07:00"
	q := url.Values{"type": {"classic"}, "status": {"sent"}, "startDate": {from.UTC().Format(form)}, "endDate": {to.UTC().Format(form)},
		"limit": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(so)}, "excludeHtmlContent": {"true"}}
	if numbers {
		q.Set("statistics", "globalStats")
	}
	return q
}

// issue returns a letter with its numbers. Where the list has none they are asked for by themselves: Brevo answers what it was
// not asked for with zeros, so that a letter that was sent to nobody is one whose number is not known.
func (v *visit) issue(ctx context.Context, c campaign) (api.Issue, error) {
	i := api.Issue{ID: strconv.FormatInt(c.ID, 10), Title: c.title(), SentAt: c.at}
	counts, err := c.counts(v.config.List)
	if err != nil || counts != nil {
		i.Counts = counts
		return i, err
	}
	one, err := v.one(ctx, c.ID)
	if gone(err) {
		return i, nil // it was deleted since it was listed: nobody knows its numbers any more
	}
	if err != nil {
		return i, fmt.Errorf("letter %d: %w", c.ID, err)
	}
	one.Recipients = c.Recipients
	i.Counts, err = one.counts(v.config.List)
	return i, err
}

// one asks for a letter by itself.
func (v *visit) one(ctx context.Context, id int64) (c campaign, err error) {
	query := url.Values{"statistics": {"globalStats"}, "excludeHtmlContent": {"true"}}
	_, err = v.platform.Ask(ctx, api.Request{Path: fmt.Sprintf("/emailCampaigns/%d", id), Query: query, Part: partLetters}, &c)
	if err == nil && c.ID != id {
		err = api.Missing("id")
	}
	return c, err
}

// gone tells whether an error says that there is nothing at an address.
func gone(err error) bool {
	var failed *fetch.Error
	return errors.As(err, &failed) && (failed.Class == fetch.NotFound || failed.Class == fetch.Gone)
}
