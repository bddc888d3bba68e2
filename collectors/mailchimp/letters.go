package mailchimp

import (
	"cmp"
	"context"
	"strings"
	"time"

	"seuranta/internal/collector/api"
)

// letters tells the letters that were sent to the list.
func (v *visit) letters(ctx context.Context) error {
	var issues []api.Issue
	err := api.Through(func(so, _ int) (int, int, error) {
		var p struct {
			Reports *[]report `json:"reports"`
			total
		}
		if err := v.ask(ctx, v.platform, v.reports(so), &p); err != nil || p.Reports == nil {
			return missing("reports", err)
		}
		for _, r := range *p.Reports {
			if r.List != v.config.List || r.automatic() {
				continue
			}
			i, err := r.issue()
			if err != nil {
				return 0, 0, err
			}
			issues = append(issues, i)
		}
		return p.of("reports", len(*p.Reports), true)
	})
	if err != nil {
		return err
	}
	return v.tell.Issues(api.Letters{Kind: "mailchimp", Channel: v.deps.ChannelID, Part: partLetters, Metrics: counters(), First: v.first}, issues)
}

// reports asks for what became of the letters of the days, of all lists: Mailchimp cannot be asked for those of one.
func (v *visit) reports(so int) api.Request {
	const form = "2006-01-02T15:04:05+00:00"
	query := paged(so, "reports.id", "reports.type", "reports.list_id", "reports.subject_line", "reports.campaign_title", "reports.send_time", "reports.emails_sent",
		"reports.unsubscribed", "reports.bounces", "reports.opens.opens_total", "reports.opens.unique_opens", "reports.clicks.clicks_total", "reports.clicks.unique_subscriber_clicks")
	query.Set("since_send_time", v.tell.From().Start(v.window.Zone).Add(-time.Second).UTC().Format(form))
	if !v.tell.Now() {
		query.Set("before_send_time", v.tell.To().Start(v.window.Zone).UTC().Format(form))
	}
	return api.Request{Path: "/reports", Query: query, Part: partLetters}
}

// report is what became of a letter. Rates are not read: they are fractions here and hundredths elsewhere.
type report struct {
	ID           string     `json:"id"`
	Type         string     `json:"type"`
	List         string     `json:"list_id"`
	Subject      string     `json:"subject_line"`
	Title        string     `json:"campaign_title"`
	Sent         string     `json:"send_time"`
	Emails       api.Number `json:"emails_sent"`
	Unsubscribed api.Number `json:"unsubscribed"`
	Bounces      struct {
		Hard   api.Number `json:"hard_bounces"`
		Soft   api.Number `json:"soft_bounces"`
		Syntax api.Number `json:"syntax_errors"`
	} `json:"bounces"`
	Opens struct {
		All    api.Number `json:"opens_total"`
		Unique api.Number `json:"unique_opens"`
	} `json:"opens"`
	Clicks struct {
		All    api.Number `json:"clicks_total"`
		People api.Number `json:"unique_subscriber_clicks"`
	} `json:"clicks"`
}

// automatic tells whether it is of letters that go out by themselves, as to who has just subscribed: they are no issues.
func (r report) automatic() bool { return strings.HasPrefix(r.Type, "auto") }

// issue reads a report. People who clicked are unique_subscriber_clicks; unique_clicks counts one person for each link.
func (r report) issue() (api.Issue, error) {
	at, err := time.Parse(time.RFC3339, r.Sent)
	if err != nil || r.ID == "" {
		return api.Issue{}, api.Missing("send_time")
	}
	i := api.Issue{ID: r.ID, Title: cmp.Or(r.Subject, r.Title), SentAt: at}
	i.Counts, err = api.Counts([]api.Counter{
		{Metric: "sends_total", Field: "emails_sent", Value: r.Emails},
		{Metric: "unsubscribes_total", Field: "unsubscribed", Value: r.Unsubscribed},
		{Metric: "bounces_total", Field: "hard_bounces", Value: r.Bounces.Hard},
		{Metric: "bounces_total", Field: "soft_bounces", Value: r.Bounces.Soft},
		{Metric: "bounces_total", Field: "syntax_errors", Value: r.Bounces.Syntax},
		{Metric: "opens_total", Field: "opens_total", Value: r.Opens.All},
		{Metric: "unique_opens_total", Field: "unique_opens", Value: r.Opens.Unique},
		{Metric: "clicks_total", Field: "clicks_total", Value: r.Clicks.All},
		{Metric: "unique_clicks_total", Field: "unique_subscriber_clicks", Value: r.Clicks.People},
	})
	return i, err
}
