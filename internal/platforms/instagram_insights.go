package platforms

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// igAccountMetrics are the metrics of an account.
var igAccountMetrics = []string{"reach", "follower_count", "website_clicks", "profile_views", "online_followers", "accounts_engaged", "total_interactions", "likes", "comments", "shares",
	"saves", "replies", "follower_demographics", "follows_and_unfollows", "profile_links_taps", "views"}

// insights answers what was done in a stretch of time: totals of it, or a series.
func (i Instagram) insights(r *http.Request, now time.Time) object {
	q := r.URL.Query()
	if name := igUnknown(q, "metric", "period", "metric_type", "since", "until", "breakdown"); name != "" {
		return igError(100, 0, "Unknown parameter "+name)
	}
	since, until, fault := igRange(q, now)
	if fault != nil {
		return fault
	}
	data := []object{}
	for at, metric := range strings.Split(q.Get("metric"), ",") {
		one, fault := i.metric(q, at, metric, since, until, now)
		if fault != nil {
			return fault
		}
		if one != nil && !slices.Contains(i.Blank, observation.DateOf(since.In(Pacific))) {
			data = append(data, one)
		}
	}
	return object{"data": data, "paging": object{"previous": "https://graph.facebook.com/previous?access_token=" + i.Token, "next": "https://graph.facebook.com/next?access_token=" + i.Token}}
}

// igRange reads since and until, in seconds.
func igRange(q url.Values, now time.Time) (since, until time.Time, fault object) {
	from, err := strconv.ParseInt(q.Get("since"), 10, 64)
	to, err2 := strconv.ParseInt(q.Get("until"), 10, 64)
	since, until = time.Unix(from, 0), time.Unix(to, 0)
	switch {
	case err != nil || err2 != nil || !since.Before(until):
		return since, until, igError(100, 0, "(#100) since param must be before until param")
	case to-from >= 2592000:
		return since, until, igError(100, 0, "(#100) There cannot be more than 30 days (2592000 s) between since and until")
	case since.Before(now.AddDate(-2, 0, 0)):
		return since, until, igError(100, 0, "(#100) since param is not valid. Metrics data is available for the last 2 years")
	}
	return since, until, nil
}

// metric answers one metric of the account; nil where there is nothing to be told.
func (i Instagram) metric(q url.Values, at int, metric string, since, until, now time.Time) (object, object) {
	small := i.Account.Followers(now) < 100
	total := q.Get("metric_type") == "total_value"
	follows := metric == "follows_and_unfollows"
	switch {
	case !slices.Contains(igAccountMetrics, metric) || slices.Contains(i.Withdrawn, metric):
		return nil, igError(100, 0, fmt.Sprintf("(#100) metric[%d] must be one of the following values: %s", at, strings.Join(igAccountMetrics, ", ")))
	case slices.Contains(i.Barred, metric):
		return nil, igError(10, 0, "(#10) Application does not have permission for this action")
	case follows != (q.Get("breakdown") == "follow_type"):
		return nil, igError(100, 0, "(#100) The breakdown does not go with the metric.")
	case metric == "follower_count" && since.Before(now.AddDate(0, 0, -31)):
		return nil, igError(100, 0, "(#100) (follower_count) metric only supports querying data for the last 30 days excluding the current day")
	case small && (follows || metric == "follower_count"):
		return nil, nil
	case total && metric != "follower_count":
		return igInsight(metric, "day", "total_value", i.total(metric, since, until, now)), nil
	case !total && (metric == "reach" || metric == "follower_count"):
		return igInsight(metric, q.Get("period"), "values", i.series(metric, q.Get("period"), since, until, now)), nil
	}
	return nil, igError(100, 0, fmt.Sprintf("(#100) The following metrics (%s) should be specified with parameter metric_type=total_value", metric))
}

// igInsight is a metric as it stands in an answer.
func igInsight(metric, period, under string, value any) object {
	return object{"name": metric, "period": period, under: value, "title": metric, "description": "", "id": "1/insights/" + metric + "/" + period}
}

// total is what a metric came to in a stretch of time. The end is that of the last second.
func (i Instagram) total(metric string, since, until, now time.Time) object {
	until = until.Truncate(time.Minute).Add(time.Minute)
	if metric == "follows_and_unfollows" {
		joined, left := i.Account.Gained(since, until, now)
		return object{"breakdowns": []object{{"dimension_keys": []string{"follow_type"}, "results": []object{
			{"dimension_values": []string{"FOLLOWER"}, "value": joined}, {"dimension_values": []string{"NON_FOLLOWER"}, "value": left}}}}}
	}
	if until.After(now) {
		until = now
	}
	a := i.Account.Acted(since, until)
	return object{"value": map[string]int{"reach": a.Viewers, "views": a.Views, "likes": a.Reactions, "comments": a.Comments, "shares": a.Shares, "website_clicks": a.Clicks,
		"profile_views": a.Viewers + a.Clicks, "total_interactions": a.Reactions + a.Comments + a.Shares}[metric]}
}

// series is what a metric came to in every period that ends after since, and at until or before.
func (i Instagram) series(metric, period string, since, until, now time.Time) []object {
	days := map[string]observation.Date{"day": 1, "week": 7, "days_28": 28}[period]
	out := []object{}
	for end := observation.DateOf(since.In(Pacific)) + 1; !end.Start(Pacific).After(until) && !end.Start(Pacific).After(now); end++ {
		from := (end - days).Start(Pacific)
		value := i.Account.Acted(from, end.Start(Pacific)).Viewers
		if metric == "follower_count" {
			value, _ = i.Account.Gained(from, end.Start(Pacific), now)
		}
		out = append(out, object{"value": value, "end_time": igTime(end.Start(Pacific))})
	}
	return out
}

// insightsOf answers what one of the media came to.
func (i Instagram) insightsOf(r *http.Request, id string, now time.Time) object {
	q := r.URL.Query()
	at := slices.IndexFunc(i.Account.Posts, func(p Post) bool { return p.ID == id })
	if name := igUnknown(q, "metric"); name != "" || at < 0 {
		return igError(100, 33, fmt.Sprintf("Unsupported get request. Object with ID '%s' does not exist", id))
	}
	a := i.Account.Posts[at].Acted(now)
	if a.Viewers < i.Few {
		return igError(10, 0, "(#10) Not enough viewers for the media to show insights")
	}
	all := map[string]int{"reach": a.Viewers, "views": a.Views, "likes": a.Reactions, "comments": a.Comments, "shares": a.Shares, "saved": 0, "total_interactions": a.Reactions + a.Comments + a.Shares}
	return igLifetime(q.Get("metric"), all, i.Withdrawn, i.Barred)
}

// igLifetime answers the metrics of one of the media, of which one that there is not spoils all.
func igLifetime(metrics string, all map[string]int, withdrawn, barred []string) object {
	data := []object{}
	for at, metric := range strings.Split(metrics, ",") {
		value, ok := all[metric]
		switch {
		case !ok || slices.Contains(withdrawn, metric):
			return igError(100, 0, fmt.Sprintf("(#100) metric[%d] must be one of the following values: reach, views, likes, comments, shares", at))
		case slices.Contains(barred, metric):
			return igError(10, 0, "(#10) Application does not have permission for this action")
		}
		data = append(data, igInsight(metric, "lifetime", "values", []object{{"value": value}}))
	}
	return object{"data": data}
}
