package lianamailer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

const (
	perPage = 100 // events in an answer, as the documentation advises
	// longestSending is for how long a letter goes out at most. What goes out for longer is sent to each person at a time of
	// their own, as a welcome, and is no issue.
	longestSending = 3 * 24 * time.Hour
	// around is how many days before and after those of the window are looked at for what goes out for long.
	around = 30
)

// began is a moment before LianaMailer knew anything.
var began = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// visit is one visit to the list.
type visit struct {
	*source
	window   collector.Window
	clock    func() time.Time
	teller   *api.Teller
	homeless int64 // events that belong to no list
}

// firstDay returns the first day that LianaMailer knows events of: that of the first letter that anybody was sent. Without any
// nothing of the window is known.
func (v *visit) firstDay(ctx context.Context) (observation.Date, error) {
	told, err := v.ask(ctx, partList, typeSent, began, v.window.Now, 0, 1)
	if err != nil || len(told) == 0 {
		return v.window.To, err
	}
	return observation.DateOf(told[0].at.In(v.teller.Zone())), nil
}

// tellMoves tells how many joined and left the list, by the day.
func (v *visit) tellMoves(ctx context.Context, first observation.Date) error {
	var failed []error
	for _, move := range []struct{ metric, kind string }{{"gained", typeJoin}, {"lost", typeQuit}} {
		days := map[observation.Date]float64{}
		err := v.each(ctx, partList, move.kind, v.window.Start(v.window.Zone), v.window.End(v.window.Zone), func(h happening) error {
			days[observation.DateOf(h.at.In(v.teller.Zone()))]++
			return nil
		})
		if err == nil {
			err = v.tellDays(move.metric, days, first)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("lianamailer: read %s of list %s: %w", move.kind, v.config.List, err))
		}
	}
	return errors.Join(failed...)
}

// tellDays tells the days of a metric that are known.
func (v *visit) tellDays(metric string, days map[observation.Date]float64, first observation.Date) error {
	for _, p := range v.teller.Periods(observation.Day) {
		if p.From < first {
			v.teller.Untold(partList, metric, observation.Day, p, observation.NotOffered, collector.ReasonBeforeStart)
			continue
		}
		if err := v.teller.Number(partList, metric, observation.Day, p, days[p.From]); err != nil {
			return err
		}
	}
	return nil
}

// letter is one that is sent, with those who read it.
type letter struct {
	from, to       time.Time // the first and the last who was sent it
	sends          float64
	opens, clicks  float64
	opened, linked map[string]bool // by whom
}

// tellLetters tells the letters that were sent to the list.
func (v *visit) tellLetters(ctx context.Context, first observation.Date) error {
	letters, err := v.letters(ctx)
	if err == nil {
		err = v.teller.Issues(api.Letters{Kind: "lianamailer", Channel: v.deps.ChannelID, Part: partLetters, Metrics: counters(), First: first}, issues(letters))
	}
	if err != nil {
		return fmt.Errorf("lianamailer: read letters of list %s: %w", v.config.List, err)
	}
	return nil
}

// letters reads who was sent which letter, and who did what with it. Days before and after are looked at as well: for letters
// that were on their way at midnight, and to tell an automatic letter from an issue.
func (v *visit) letters(ctx context.Context) (map[string]*letter, error) {
	from := v.teller.From().Start(v.window.Zone).AddDate(0, 0, -around)
	to := v.window.End(v.window.Zone)
	out := map[string]*letter{}
	if err := v.each(ctx, partLetters, typeSent, from, to.AddDate(0, 0, around), func(h happening) error { return sent(out, h) }); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, nil
	}
	for _, kind := range []string{typeOpen, typeClick} {
		err := v.each(ctx, partLetters, kind, from, to.AddDate(0, 0, api.RereadDays), func(h happening) error { return read(out, kind, h) })
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sent takes in that a letter was sent to somebody.
func sent(all map[string]*letter, h happening) error {
	if h.delivery == "" {
		return api.Missing("data.delivery-id")
	}
	l := all[h.delivery]
	if l == nil {
		l = &letter{from: h.at, to: h.at, opened: map[string]bool{}, linked: map[string]bool{}}
		all[h.delivery] = l
	}
	l.sends++
	if h.at.Before(l.from) {
		l.from = h.at
	}
	if h.at.After(l.to) {
		l.to = h.at
	}
	return nil
}

// read takes in that somebody opened a letter or followed a link in it.
func read(all map[string]*letter, kind string, h happening) error {
	l := all[h.delivery]
	switch {
	case h.delivery == "":
		return api.Missing("data.delivery-id")
	case h.recipient == "":
		return api.Missing("recipient.id")
	case l == nil: // of a letter of before
	case kind == typeOpen:
		l.opens++
		l.opened[h.recipient] = true
	default:
		l.clicks++
		l.linked[h.recipient] = true
	}
	return nil
}

// issues returns the letters that are issues of the newsletter.
func issues(letters map[string]*letter) []api.Issue {
	var out []api.Issue
	for _, id := range slices.Sorted(maps.Keys(letters)) {
		l := letters[id]
		if l.to.Sub(l.from) > longestSending {
			continue
		}
		out = append(out, api.Issue{ID: id, Title: "LianaMailer " + id, SentAt: l.from, Counts: map[string]float64{
			"sends_total": l.sends, "opens_total": l.opens, "unique_opens_total": float64(len(l.opened)), "clicks_total": l.clicks, "unique_clicks_total": float64(len(l.linked)),
		}})
	}
	return out
}

// each asks for all events of a type from a moment up to another, page after page, and hands on those of the list.
func (v *visit) each(ctx context.Context, part, kind string, from, to time.Time, do func(happening) error) error {
	if to.After(v.window.Now) {
		to = v.window.Now
	}
	c := &counting{visit: v, kind: kind, from: from, to: to, do: do}
	err := api.Through(func(so, _ int) (came, all int, err error) {
		told, err := v.ask(ctx, part, kind, from, to, so, perPage)
		if err == nil {
			err = c.take(told)
		}
		if len(told) == perPage {
			return perPage, so + perPage + 1, err // there may be more
		}
		return len(told), so + len(told), err
	})
	v.homeless += c.homeless
	if err == nil && c.inside > 0 && c.homeless == c.inside {
		return api.Missing("list.id")
	}
	return err
}

// counting is how the events of one type are gone through.
type counting struct {
	*visit
	kind             string
	from, to         time.Time
	do               func(happening) error
	inside, homeless int64 // events of the time, and those of them that name no list
}

// take hands on the events of a page that are of the list. What was done with a letter needs to name none: the letter does.
// Other events without a list are counted; where none of them names one, the answer is not what it is known to be.
func (c *counting) take(told []happening) error {
	for _, h := range told {
		if h.at.Before(c.from) || !h.at.Before(c.to) {
			continue
		}
		c.inside++
		ofLetter := c.kind == typeOpen || c.kind == typeClick
		switch {
		case h.list == c.config.List, h.list == "" && ofLetter:
			if err := c.do(h); err != nil {
				return err
			}
		case h.list == "":
			c.homeless++
		}
	}
	return nil
}

// ask asks for one page of events.
func (v *visit) ask(ctx context.Context, part, kind string, from, to time.Time, offset, limit int) ([]happening, error) {
	const form = "2006-01-02T15:04:05"
	target := fmt.Sprintf("/api/v3/events?type=%s&at_start=%s&at_end=%s&limit=%d&offset=%d&sort=at&list_data=true",
		kind, from.In(home()).Format(form), to.In(home()).Format(form), limit, offset)
	var p page
	if _, err := v.platform().Ask(ctx, api.Request{Path: target, Header: v.signed("GET", target, nil, v.clock()), Part: part}, &p); err != nil {
		return nil, err
	}
	return p.happenings()
}
