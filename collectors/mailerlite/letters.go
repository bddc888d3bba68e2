package mailerlite

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector/api"
)

// letters lists the letters that were sent, and when the account sent its first: before that it may not have been there.
// MailerLite cannot be asked for the letters of some days or of a group.
func (s *source) letters(ctx context.Context) (out []api.Issue, first time.Time, err error) {
	err = all(ctx, s, "/campaigns", partLetters, url.Values{"filter[status]": {"sent"}}, func(c campaign) (bool, error) {
		if at, err := c.sent(); err == nil && (first.IsZero() || at.Before(first)) {
			first = at
		}
		ours, err := c.isTo(s.config.Group)
		if err != nil || !ours {
			return true, err
		}
		i, err := c.issue()
		out = append(out, i)
		return true, err
	})
	return out, first, err
}

// campaign is a letter as MailerLite tells of it.
type campaign struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Filter   json.RawMessage `json:"filter"` // whom it went to
	Started  string          `json:"started_at"`
	Finished string          `json:"finished_at"`
	Settings struct {
		TrackOpens *bool `json:"track_opens"`
	} `json:"settings"`
	Emails []struct {
		Subject string `json:"subject"`
	} `json:"emails"`
	Stats *stats `json:"stats"`
}

type stats struct {
	Sent         api.Number `json:"sent"`
	Opens        api.Number `json:"opens_count"`
	UniqueOpens  api.Number `json:"unique_opens_count"`
	Clicks       api.Number `json:"clicks_count"`
	UniqueClicks api.Number `json:"unique_clicks_count"`
	Unsubscribed api.Number `json:"unsubscribes_count"`
	HardBounces  api.Number `json:"hard_bounces_count"`
	SoftBounces  api.Number `json:"soft_bounces_count"`
}

// condition is one of those that together say whom a letter went to: in_any [groups, [ids]].
type condition struct {
	Operator string            `json:"operator"`
	Args     []json.RawMessage `json:"args"`
}

// isTo tells whether a letter went to a group, alone or among others; every letter went to the account.
func (c campaign) isTo(group string) (bool, error) {
	if group == "" {
		return true, nil
	}
	var filter [][]condition
	if len(c.Filter) > 0 {
		if err := api.Decode(c.Filter, &filter); err != nil {
			return false, fmt.Errorf("letter %s: whom it went to: %w", short(c.ID), err)
		}
	}
	return slices.ContainsFunc(filter, func(each []condition) bool {
		return slices.ContainsFunc(each, func(x condition) bool { return x.names(group) })
	}), nil
}

// names tells whether a condition wants members of a group.
func (x condition) names(group string) bool {
	var what string
	var ids []any
	if len(x.Args) < 2 || strings.HasPrefix(x.Operator, "not") || json.Unmarshal(x.Args[0], &what) != nil || what != "groups" || json.Unmarshal(x.Args[1], &ids) != nil {
		return false
	}
	return slices.ContainsFunc(ids, func(id any) bool { return id == group })
}

// issue reads a letter.
func (c campaign) issue() (api.Issue, error) {
	at, err := c.sent()
	if err != nil || c.ID == "" {
		return api.Issue{}, api.Missing("started_at")
	}
	i := api.Issue{ID: c.ID, Title: c.title(), SentAt: at}
	i.Counts, err = c.counts()
	return i, err
}

// sent returns when its sending began.
func (c campaign) sent() (time.Time, error) { return moment(cmp.Or(c.Started, c.Finished)) }

// title is the subject; of a letter in several versions that of the first.
func (c campaign) title() string {
	for _, e := range c.Emails {
		if e.Subject != "" {
			return e.Subject
		}
	}
	return c.Name
}

// moment reads a time as MailerLite writes it: without a zone, in UTC.
func moment(text string) (time.Time, error) {
	if at, err := time.Parse(time.DateTime, text); err == nil {
		return at, nil
	}
	return time.Parse(time.RFC3339, text)
}

// counts returns the numbers of a letter, nil where MailerLite has none. Rates, as fractions and as hundredths, are not read. Of a
// letter whose openings were not tracked there are none, which is no zero.
func (c campaign) counts() (map[string]float64, error) {
	if c.Stats == nil || !c.Stats.Sent.Known {
		return nil, nil
	}
	s := c.Stats
	out, err := api.Counts([]api.Counter{
		{Metric: "sends_total", Field: "sent", Value: s.Sent},
		{Metric: "bounces_total", Field: "hard_bounces_count", Value: s.HardBounces},
		{Metric: "bounces_total", Field: "soft_bounces_count", Value: s.SoftBounces},
		{Metric: "opens_total", Field: "opens_count", Value: s.Opens},
		{Metric: "unique_opens_total", Field: "unique_opens_count", Value: s.UniqueOpens},
		{Metric: "clicks_total", Field: "clicks_count", Value: s.Clicks},
		{Metric: "unique_clicks_total", Field: "unique_clicks_count", Value: s.UniqueClicks},
		{Metric: "unsubscribes_total", Field: "unsubscribes_count", Value: s.Unsubscribed},
	})
	if err != nil {
		return nil, err
	}
	if tracked := c.Settings.TrackOpens; tracked != nil && !*tracked {
		delete(out, "opens_total")
		delete(out, "unique_opens_total")
	}
	return out, nil
}
