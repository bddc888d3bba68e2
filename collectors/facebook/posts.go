package facebook

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

// counters are what Meta counts of a post as long as it stands.
func counters() []string {
	return []string{"reactions_total", "comments_total", "shares_total", "clicks_total", "views_total", "reach_total"}
}

// What is asked of posts, each family by a question of its own: the posts and how often they were shared; reactions and comments,
// which Meta may want another permission for; and what it counts of them. Nobody who reacted or commented is asked for. Who is
// tagged in a message is asked for to take the name out of it.
const (
	fieldsOfPosts     = "id,created_time,message,message_tags,permalink_url,status_type,shares"
	fieldsOfReactions = "id,created_time,reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"
)

// post is a post as Meta writes it.
type post struct {
	ID       string     `json:"id"`
	Created  graph.Time `json:"created_time"`
	Message  string     `json:"message"`
	Tags     tags       `json:"message_tags"` // not there where nobody is tagged
	Link     string     `json:"permalink_url"`
	Status   string     `json:"status_type"`
	Shares   *shares    `json:"shares"` // not there where nobody shared it
	Reacted  summary    `json:"reactions"`
	Comments summary    `json:"comments"`
	Insights graph.Told `json:"insights"` // not there where Meta has none
}

type shares struct {
	Count api.Count `json:"count"`
}

type summary struct {
	Summary struct {
		Total api.Count `json:"total_count"`
	} `json:"summary"`
}

// posts tells the posts of the days asked for and, in a visit to the present, those that may still grow.
func (v *visit) posts(ctx context.Context) error {
	since := v.feed.Reread(api.RereadDays)
	var list api.Listing
	at := map[string]int{}
	err := v.list(ctx, since, fieldsOfPosts, func(p post) error {
		if list.Take(p.told()); p.ID != "" {
			at[p.ID] = len(list.Posts) - 1
		}
		return nil
	})
	all := list.Posts
	if graph.Permission(err) {
		v.noPosts()
		return nil
	}
	if err != nil {
		return graph.Needed(err)
	}
	count := func(id, metric string, n api.Number) {
		if i, ok := at[id]; ok && n.Known && i >= 0 && all[i].ID == id {
			take(&all[i], metric, n)
		}
	}
	lacking, err := v.counts(ctx, since, count)
	if err != nil {
		return err
	}
	for metric, lack := range api.Lacks(counters(), all) {
		if _, said := lacking[metric]; !said {
			lacking[metric] = lack
		}
	}
	return v.feed.Posts(ctx, api.Posts{Kind: "facebook", Channel: v.deps.ChannelID, Part: partPosts, Metrics: counters(), Since: since, Lacking: lacking, Unread: list.Unread,
		State: v.deps.State, Items: v.deps.Items}, all)
}

// take takes in what a post came to. What cannot be counted costs that counter of that post.
func take(p *api.Post, metric string, n api.Number) {
	if lack := n.Lack(metric); lack.Result != "" {
		p.Lacking[metric] = lack
		return
	}
	p.Counts[metric] = n.Value
}

// told is a post as it is told.
func (p post) told() (api.Post, error) {
	switch {
	case p.ID == "":
		return api.Post{At: p.Created.Time}, api.Missing("id")
	case p.Created.IsZero():
		return api.Post{ID: p.ID}, api.Missing("created_time")
	}
	out := api.Post{ID: p.ID, Text: p.Tags.text(p.Message), URL: p.Link, At: p.Created.Time, Counts: map[string]float64{}, Lacking: map[string]api.Lack{}}
	if strings.HasPrefix(p.Link, "/") {
		out.URL = "https://www.facebook.com" + p.Link
	}
	if p.Status == "added_video" {
		out.Kind = "video"
	}
	n := api.Number{Known: true} // Meta leaves out what is zero
	if p.Shares != nil {
		n = p.Shares.Count.Number
	}
	take(&out, "shares_total", n)
	return out, nil
}

// list asks for fields of the posts since a day, newest first, and hands over each post once. Lists of posts are turned by a cursor; where
// there is none they are turned by time.
func (v *visit) list(ctx context.Context, since observation.Date, fields string, take func(post) error) error {
	query := url.Values{"fields": {fields}, "limit": {"50"}, "since": {strconv.FormatInt(since.Start(v.zone).Unix(), 10)}}
	if !v.feed.Now() {
		query.Set("until", strconv.FormatInt(v.window.End(v.zone).Unix(), 10))
	}
	seen := map[string]bool{}
	when := func(p post) time.Time { return p.Created.Time }
	return graph.ListByTime(ctx, v.graph, graph.Ask{Path: "/" + v.page.ID + "/published_posts", Query: query, Part: partPosts}, when, func(p post) (bool, error) {
		if seen[p.ID] {
			return true, nil
		}
		seen[p.ID] = p.ID != ""
		return true, take(p)
	})
}

// noPosts says that the token may not read posts.
func (v *visit) noPosts() {
	for _, p := range v.feed.Periods(observation.Day) {
		v.feed.Untold(partPosts, "publications", observation.Day, p, observation.Auth, "")
	}
	if !v.feed.Now() {
		return
	}
	day := v.feed.Instant()
	for _, metric := range counters() {
		v.feed.Untold(partPosts, metric, observation.Snapshot, observation.Period{From: day, To: day + 1}, observation.Auth, "")
	}
}
