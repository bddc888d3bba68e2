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

// Threads answers as the API of Threads does: what people did by days of the Pacific, the posts, and what each came to.
type Threads struct {
	Account   Account
	Token     string
	Secret    string // of the app; see Instagram
	Most      int    // entries on a page at most; 0 is the hundred of the real one
	Withdrawn []string
	Barred    []string
	// Facades are posts of others that were only passed on: they are in the list, and come to nothing.
	Facades int
}

// threadsFirst is the first second that Threads tells of.
const threadsFirst = 1712991600

// Answer answers what is asked of the account, its insights, its posts and theirs.
func (t Threads) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	path, versioned := strings.CutPrefix(r.URL.Path, "/v1.0/")
	if fault := igEnter(r, t.Token, t.Secret); fault != nil {
		writeJSON(w, http.StatusBadRequest, fault)
		return
	}
	id, edge, _ := strings.Cut(path, "/")
	own := id == t.Account.ID || id == "me"
	var body object
	switch {
	case !versioned:
		body = igError(2500, 0, "Unknown path components: "+r.URL.Path)
	case own && edge == "":
		body = igFields(r, object{"id": t.Account.ID, "username": t.Account.Handle, "name": t.Account.Name})
	case own && edge == "threads_insights":
		body = t.insights(r, now)
	case own && edge == "threads":
		body = igPage(r, t.Most, t.posts(now), t.Token)
	case edge == "insights":
		body = t.insightsOf(r, id, now)
	default:
		body = igError(100, 33, fmt.Sprintf("Unsupported get request. Object with ID '%s' does not exist", id))
	}
	igWrite(w, body)
}

// insights answers what was done in a stretch of time.
func (t Threads) insights(r *http.Request, now time.Time) object {
	q := r.URL.Query()
	if name := igUnknown(q, "metric", "since", "until"); name != "" {
		return igError(100, 0, "Unknown parameter "+name)
	}
	since, until, fault := threadsRange(q, now)
	if fault != nil {
		return fault
	}
	data := []object{}
	for _, metric := range strings.Split(q.Get("metric"), ",") {
		known := []string{"views", "likes", "replies", "reposts", "quotes", "clicks", "followers_count"}
		switch {
		case !slices.Contains(known, metric) || slices.Contains(t.Withdrawn, metric):
			return igError(100, 0, "Param metric[0] must be one of {VIEWS, LIKES, REPLIES, REPOSTS, QUOTES, CLICKS, FOLLOWERS_COUNT, FOLLOWER_DEMOGRAPHICS}")
		case slices.Contains(t.Barred, metric):
			return igError(10, 0, "Application does not have permission for this action")
		}
		data = append(data, t.metric(metric, since, until, now))
	}
	return object{"data": data, "paging": object{"next": "https://graph.threads.net/next?access_token=" + t.Token}}
}

// threadsRange reads since and until; without them it is from yesterday to now.
func threadsRange(q url.Values, now time.Time) (since, until time.Time, fault object) {
	if !q.Has("since") && !q.Has("until") {
		return now.AddDate(0, 0, -1), now, nil
	}
	from, err := strconv.ParseInt(q.Get("since"), 10, 64)
	to, err2 := strconv.ParseInt(q.Get("until"), 10, 64)
	if err != nil || err2 != nil || from < threadsFirst || from >= to {
		return since, until, igError(100, 0, "(#100) The since parameter must be before until, and not before 1712991600")
	}
	return time.Unix(from, 0), time.Unix(to, 0), nil
}

// metric is one metric of the account, each in the shape that it has.
func (t Threads) metric(metric string, since, until, now time.Time) object {
	end := until.Truncate(time.Minute).Add(time.Minute)
	if end.After(now) {
		end = now
	}
	a := t.Account.Acted(since, end)
	switch metric {
	case "views":
		return igInsight(metric, "day", "values", t.views(since, until, now))
	case "clicks":
		return igInsight(metric, "day", "link_total_values", threadsLinks(a.Clicks))
	case "followers_count":
		return igInsight(metric, "day", "total_value", object{"value": t.Account.Followers(now)})
	}
	quotes := a.Shares / 2
	return igInsight(metric, "day", "total_value", object{"value": map[string]int{"likes": a.Reactions, "replies": a.Comments, "reposts": a.Shares - quotes, "quotes": quotes}[metric]})
}

// threadsLinks are clicks by the links that were clicked; without any click there is no link.
func threadsLinks(clicks int) []object {
	out := []object{}
	if clicks > 0 {
		out = append(out, object{"value": 1, "link_url": "https://www.koske.example/" + url.PathEscape(igPerson)})
	}
	if clicks > 1 {
		out = append(out, object{"value": clicks - 1, "link_url": "https://www.koske.example/hanke/"})
	}
	return out
}

// views is a series of days that end after since, and at until or before.
func (t Threads) views(since, until, now time.Time) []object {
	out := []object{}
	for end := observation.DateOf(since.In(Pacific)) + 1; !end.Start(Pacific).After(until) && !end.Start(Pacific).After(now); end++ {
		out = append(out, object{"value": t.Account.Acted((end - 1).Start(Pacific), end.Start(Pacific)).Views, "end_time": igTime(end.Start(Pacific))})
	}
	return out
}

// posts lists what stands, newest first, and on top of it what was only passed on.
func (t Threads) posts(now time.Time) []object {
	out := []object{}
	for n := range t.Facades {
		out = append(out, object{"id": fmt.Sprint(900 + n), "media_type": "REPOST_FACADE", "permalink": "https://www.threads.net/@muu/post/1", "timestamp": igTime(now.Add(-time.Hour)), "username": igPerson})
	}
	for _, p := range t.Account.Standing(now) {
		kind := "TEXT_POST"
		if p.Video {
			kind = "VIDEO"
		}
		out = append(out, object{"id": p.ID, "text": p.Text, "media_type": kind, "permalink": p.URL, "timestamp": igTime(p.At), "is_quote_post": false, "username": igPerson})
	}
	return out
}

// insightsOf answers what a post came to: nothing where it is one of others.
func (t Threads) insightsOf(r *http.Request, id string, now time.Time) object {
	q := r.URL.Query()
	at := slices.IndexFunc(t.Account.Posts, func(p Post) bool { return p.ID == id })
	if name := igUnknown(q, "metric"); name != "" || at < 0 {
		return igError(100, 33, fmt.Sprintf("Unsupported get request. Object with ID '%s' does not exist", id))
	}
	a := t.Account.Posts[at].Acted(now)
	quotes := a.Shares / 2
	all := map[string]int{"views": a.Views, "likes": a.Reactions, "replies": a.Comments, "reposts": a.Shares - quotes, "quotes": quotes, "shares": 0}
	return igLifetime(q.Get("metric"), all, t.Withdrawn, t.Barred)
}
