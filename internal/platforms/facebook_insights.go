package platforms

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// What Facebook counts of a Page and of posts.

// pageMetrics are what it counts of the Page from one moment to another, of those that are over.
func (f *Facebook) pageMetrics(from, to, now time.Time) map[string]int {
	n := f.Page.Acted(from, to)
	joined, left := f.Page.Gained(from, to, now)
	return map[string]int{"page_media_view": n.Views, "page_impressions": n.Views, "page_total_media_view_unique": n.Viewers, "page_impressions_unique": n.Viewers,
		"page_post_engagements": f.Page.did(from, to), "page_views_total": 2*joined + left, "page_follows": f.Page.Followers(to.Add(-time.Nanosecond)),
		"page_daily_follows": joined, "page_daily_unfollows_unique": left}
}

// did counts everything that people did with posts, and nothing that they took back.
func (a Account) did(from, to time.Time) (n int) {
	for _, p := range a.Posts {
		for _, act := range p.Acts {
			if act.What != Saw && act.What != Unreacted && !act.At.Before(from) && act.At.Before(to) {
				n++
			}
		}
	}
	return n
}

// byDayAlone are metrics that there are for days only.
var byDayAlone = []string{"page_follows", "page_daily_follows", "page_views_total"}

// insights answers with a number for each day that a period ends on, in the Pacific zone.
func (f *Facebook) insights(w http.ResponseWriter, r *http.Request, token string, now time.Time) {
	q := r.URL.Query()
	days, known := map[string]int{"day": 1, "week": 7, "days_28": 28}[q.Get("period")]
	since, until := metaDay(q.Get("since")), metaDay(q.Get("until"))
	metrics := strings.Split(q.Get("metric"), ",")
	switch {
	case token != f.pageToken():
		graphError(w, 190, 0, "(#190) This method must be called with a Page Access Token")
		return
	case !known || since == 0 || until <= since:
		graphError(w, 100, 0, "(#100) Invalid period or range")
		return
	case until-since > 90:
		graphError(w, 100, 0, "(#100) There cannot be more than 90 days (7776000 s) between since and until")
		return
	case f.invalid(w, metrics, f.pageMetrics(now, now, now), now):
		return
	}
	data := []object{}
	for _, metric := range metrics {
		if slices.Contains(byDayAlone, metric) && days > 1 {
			graphError(w, 100, 0, "(#100) The value must be a valid insights metric")
			return
		}
		if f.fans(now) >= 100 {
			data = append(data, object{"name": metric, "period": q.Get("period"), "title": metric, "values": f.series(metric, days, since, until, now), "id": f.Page.ID + "/insights/" + metric + "/" + q.Get("period")})
		}
	}
	next := "https://graph.facebook.com" + graphVersion + r.URL.Path + "?access_token=" + token + "&since=1&until=2"
	writeJSON(w, http.StatusOK, object{"data": data, "paging": object{"previous": next, "next": next}})
}

// invalid refuses a question of which a metric is withdrawn, or was never there.
func (f *Facebook) invalid(w http.ResponseWriter, metrics []string, there map[string]int, now time.Time) bool {
	for _, m := range metrics {
		_, known := there[m]
		if dead, withdrawn := f.Dead[m]; !known || withdrawn && !now.Before(dead) {
			graphError(w, 100, 0, "(#100) The value must be a valid insights metric")
			return true
		}
	}
	return false
}

// series are the numbers of a metric.
func (f *Facebook) series(metric string, days int, since, until observation.Date, now time.Time) []object {
	out := []object{}
	for end := since + 1; end <= until; end++ {
		to := end.Start(Pacific)
		if to.After(now) {
			break
		}
		from := (end - observation.Date(days)).Start(Pacific)
		out = append(out, object{"value": f.pageMetrics(from, to, now)[metric], "end_time": metaTime(to)})
	}
	return out
}

// metaTime writes a moment as Meta does.
func metaTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05-0700") }

// metaDay reads a day: a date, or a moment of it in Unix seconds. Zero is none.
func metaDay(text string) observation.Date {
	if d, err := observation.ParseDate(text); err == nil {
		return d
	}
	if at := metaMoment(text); !at.IsZero() {
		return observation.DateOf(at.In(Pacific))
	}
	return 0
}

// metaMoment reads a moment in Unix seconds; zero is none.
func metaMoment(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// posts answers with what the Page published, newest first.
func (f *Facebook) posts(w http.ResponseWriter, r *http.Request, token string, now time.Time) {
	q := r.URL.Query()
	fields, metrics := q.Get("fields"), metricsIn(q.Get("fields"))
	switch {
	case token != f.pageToken():
		graphError(w, 190, 0, "(#190) This method must be called with a Page Access Token")
		return
	case f.NoReading && (strings.Contains(fields, "reactions.") || strings.Contains(fields, "comments.")):
		graphError(w, 10, 0, "(#10) This endpoint requires the 'pages_read_user_content' permission or the 'Page Public Content Access' feature.")
		return
	case f.invalid(w, metrics, map[string]int{"post_media_view": 0, "post_total_media_view_unique": 0, "post_clicks": 0, "post_reactions_by_type_total": 0, "post_activity_by_action_type": 0, "post_impressions": 0, "post_impressions_unique": 0}, now):
		return
	}
	since, until := metaMoment(q.Get("since")), metaMoment(q.Get("until"))
	var all []object
	for _, p := range f.Page.Standing(now) {
		if !p.At.Before(since) && (until.IsZero() || p.At.Before(until)) {
			all = append(all, f.post(p, metrics, now))
		}
	}
	f.list(w, r, all)
}

// metricsIn are the metrics that a list of fields names.
func metricsIn(fields string) []string {
	_, rest, found := strings.Cut(fields, "insights.metric(")
	if !found {
		return nil
	}
	rest, _, _ = strings.Cut(rest, ")")
	return strings.Split(rest, ",")
}

// post is a post with everything that could be asked of it: also who did what, which nobody should ask for.
func (f *Facebook) post(p Post, metrics []string, now time.Time) object {
	n := p.Acted(now)
	person := object{"id": "424242", "name": "Maija Kanaria", "picture": object{"data": object{"url": "https://example.fi/maija-kanaria.jpg"}}}
	edge := func(total int, row object) any {
		return func(rest string) any {
			out := object{"data": []object{row}}
			if strings.Contains(rest, "limit(0)") {
				out["data"] = []object{}
			}
			if strings.Contains(rest, "summary(total_count)") {
				out["summary"] = object{"total_count": total}
			}
			return out
		}
	}
	message, tags := tagged(p, person)
	out := object{"id": f.Page.ID + "_" + p.ID, "created_time": metaTime(p.At), "message": message, "permalink_url": p.URL, "status_type": "mobile_status_update", "from": person, "shares": nil,
		"message_tags": tags, "reactions": edge(n.Reactions, person), "comments": edge(n.Comments, object{"from": person, "message": "Kiitos! t. Maija Kanaria"}),
		"insights": func(string) any { return f.postInsights(n, metrics, now) }}
	if p.Video {
		out["status_type"] = "added_video"
	}
	if n.Shares > 0 {
		out["shares"] = object{"count": n.Shares}
	}
	return out
}

// tagged is the text of a post, with thanks to somebody at the end of each third, who is tagged there: Meta writes a plain name, and
// only the tags say that it is one. Their places are counted in characters.
func tagged(p Post, person object) (message string, tags any) {
	if p.At.Unix()/3600%3 != 0 {
		return p.Text, nil
	}
	before := p.Text + " 👏 Kiitos "
	name := person["name"].(string)
	return before + name + ", " + name + "n ansiosta!", []object{{"id": person["id"], "name": name, "type": "user", "offset": len([]rune(before)), "length": len([]rune(name))}}
}

// postInsights are metrics of a post over its life.
func (f *Facebook) postInsights(n Acted, metrics []string, now time.Time) object {
	kinds := func(of map[string]int) object {
		out := object{}
		for name, count := range of {
			if count != 0 { // Meta leaves out what there is nothing of
				out[name] = count
			}
		}
		return out
	}
	all := object{"post_media_view": n.Views, "post_total_media_view_unique": n.Viewers, "post_clicks": n.Clicks, "post_impressions": n.Views, "post_impressions_unique": n.Viewers,
		"post_reactions_by_type_total": kinds(map[string]int{"like": n.Reactions}), "post_activity_by_action_type": kinds(map[string]int{"like": n.Reactions, "comment": n.Comments, "share": n.Shares})}
	data := []object{}
	for _, m := range metrics {
		if f.fans(now) >= 100 {
			data = append(data, object{"name": m, "period": "lifetime", "values": []object{{"value": all[m]}}})
		}
	}
	return object{"data": data}
}
