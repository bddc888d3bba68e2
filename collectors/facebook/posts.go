package facebook

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

// counters are what Meta counts of a post as long as it stands.
func counters() []string {
	return []string{"reactions_total", "comments_total", "shares_total", "clicks_total", "views_total", "reach_total"}
}

// What is asked of posts, each family by a question of its own: the posts and how often they were shared; reactions and comments,
// which Meta may want another permission for; and what it counts of them. Nobody who reacted or commented is asked for.
const (
	fieldsOfPosts     = "id,created_time,message,permalink_url,status_type,shares"
	fieldsOfReactions = "id,created_time,reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"
)

// counted are the counters that are metrics of posts.
var counted = map[string]string{"views_total": "post_media_view", "reach_total": "post_total_media_view_unique", "clicks_total": "post_clicks"}

// instead are the metrics that hold reactions and comments where the posts themselves may not be asked for them.
var instead = map[string]string{"reactions_total": "post_reactions_by_type_total", "comments_total": "post_activity_by_action_type"}

// post is a post as Meta writes it.
type post struct {
	ID       string     `json:"id"`
	Created  graph.Time `json:"created_time"`
	Message  string     `json:"message"`
	Link     string     `json:"permalink_url"`
	Status   string     `json:"status_type"`
	Shares   *shares    `json:"shares"` // not there where nobody shared it
	Reacted  summary    `json:"reactions"`
	Comments summary    `json:"comments"`
	Insights graph.Told `json:"insights"` // not there where Meta has none
}

type shares struct {
	Count api.Number `json:"count"`
}

type summary struct {
	Summary struct {
		Total api.Number `json:"total_count"`
	} `json:"summary"`
}

// posts tells the posts of the days asked for and, in a visit to the present, those that may still grow.
func (v *visit) posts(ctx context.Context) error {
	since := v.feed.Reread(api.RereadDays)
	var all []api.Post
	at := map[string]int{}
	err := v.list(ctx, since, fieldsOfPosts, func(p post) error {
		one, err := p.told()
		if err == nil {
			at[p.ID] = len(all)
			all = append(all, one)
		}
		return err
	})
	if graph.Permission(err) {
		v.noPosts()
		return nil
	}
	if err != nil {
		return graph.Needed(err)
	}
	count := func(id, metric string, n api.Number) {
		if i, ok := at[id]; ok && n.Known && n.Value >= 0 {
			all[i].Counts[metric] = n.Value
		}
	}
	lacking, err := v.counts(ctx, since, count)
	if err != nil {
		return err
	}
	return v.feed.Posts(ctx, api.Posts{Kind: "facebook", Channel: v.deps.ChannelID, Part: partPosts, Metrics: counters(), Since: since, Lacking: lacking,
		State: v.deps.State, Items: v.deps.Items}, all)
}

// counts asks for what the posts came to. It returns which counters could not be had.
func (v *visit) counts(ctx context.Context, since observation.Date, count func(id, metric string, n api.Number)) (map[string]api.Lack, error) {
	lacking, metrics := map[string]api.Lack{}, map[string]string{}
	for metric, meta := range counted {
		metrics[metric] = meta
	}
	posts, told := 0, map[string]bool{}
	err := v.list(ctx, since, fieldsOfReactions, func(p post) error {
		posts++
		for metric, n := range map[string]api.Number{"reactions_total": p.Reacted.Summary.Total, "comments_total": p.Comments.Summary.Total} {
			count(p.ID, metric, n)
			told[metric] = told[metric] || n.Known
		}
		return nil
	})
	for metric, meta := range instead {
		switch {
		case graph.Permission(err) || graph.Withdrawn(err):
			metrics[metric] = meta
		case err != nil:
			lacking[metric] = lackOf(err)
		case posts > 0 && !told[metric]:
			lacking[metric] = api.Lack{Result: observation.Failed, Reason: collector.ReasonNoNumber}
		}
	}
	if err != nil && !graph.Permission(err) && forAll(err) {
		return nil, err
	}
	return lacking, v.insightsOfPosts(ctx, since, metrics, count, lacking)
}

// lackOf is what an error of a question means for what was asked.
func lackOf(err error) api.Lack {
	return api.Lack{Result: collector.ResultOf(err), Reason: collector.ReasonOf(err)}
}

// insightsOfPosts asks for metrics of posts.
func (v *visit) insightsOfPosts(ctx context.Context, since observation.Date, metrics map[string]string, count func(id, metric string, n api.Number), lacking map[string]api.Lack) error {
	posts, told := 0, map[string]bool{}
	ask := func(ctx context.Context, names []string) error {
		return v.list(ctx, since, "id,created_time,insights.metric("+strings.Join(names, ",")+")", func(p post) error {
			posts++
			numbers, err := p.numbers()
			for metric, meta := range metrics {
				n, ok := numbers[meta]
				if ok = ok && !(v.small() && n.Value == 0); ok {
					count(p.ID, metric, n)
				}
				told[metric] = told[metric] || ok
			}
			return err
		})
	}
	lack, err := v.graph.Family(ctx, graph.Family{Scope: "post", Metrics: namesOf(metrics), Ask: ask})
	if forAll(err) {
		return err
	}
	for metric, meta := range metrics {
		switch l, lacks := lack[meta]; {
		case lacks:
			lacking[metric] = l
		case err != nil:
			lacking[metric] = lackOf(err)
		case posts > 0 && !told[metric]:
			lacking[metric] = v.silenceOfPosts()
		}
	}
	return nil
}

// silenceOfPosts is why Meta tells a counter of no post.
func (v *visit) silenceOfPosts() api.Lack {
	if v.small() {
		return api.Lack{Result: observation.NotOffered, Reason: collector.ReasonWithheld}
	}
	return api.Lack{Result: observation.Failed, Reason: collector.ReasonNoNumber}
}

// namesOf returns what Meta calls metrics, in the order of ours.
func namesOf(metrics map[string]string) []string {
	var out []string
	for _, metric := range counters() {
		if meta, ok := metrics[metric]; ok {
			out = append(out, meta)
		}
	}
	return out
}

// numbers are the metrics of a post by Meta's names. What Meta tells by kinds holds no kind of which there is nothing.
func (p post) numbers() (map[string]api.Number, error) {
	if p.Insights.Data == nil {
		return nil, nil
	}
	series, err := p.Insights.Series("lifetime")
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", p.ID, err)
	}
	out := map[string]api.Number{}
	for name, s := range series {
		value, ok := s.Lifetime()
		if !ok {
			continue
		}
		if name == instead["comments_total"] {
			value.Number.Value = value.Parts["comment"]
		}
		out[name] = value.Number
	}
	return out, nil
}

// told is a post as it is told.
func (p post) told() (api.Post, error) {
	switch {
	case p.ID == "":
		return api.Post{}, api.Missing("id")
	case p.Created.IsZero():
		return api.Post{}, api.Missing("created_time")
	}
	out := api.Post{ID: p.ID, Text: p.Message, URL: p.Link, At: p.Created.Time, Counts: map[string]float64{"shares_total": 0}}
	if strings.HasPrefix(p.Link, "/") {
		out.URL = "https://www.facebook.com" + p.Link
	}
	if p.Status == "added_video" {
		out.Kind = "video"
	}
	if p.Shares != nil {
		n, err := p.Shares.Count.Need("shares.count")
		if err != nil {
			return api.Post{}, err
		}
		out.Counts["shares_total"] = n
	}
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
	for {
		known, oldest := len(seen), time.Time{}
		err := graph.List(ctx, v.graph, graph.Ask{Path: "/" + v.page.ID + "/published_posts", Query: query, Part: partPosts}, func(p post) (bool, error) {
			if seen[p.ID] {
				return true, nil
			}
			seen[p.ID], oldest = true, p.Created.Time
			return true, take(p)
		})
		if !graph.Nowhere(err) || len(seen) == known || oldest.IsZero() {
			return err
		}
		query.Set("until", strconv.FormatInt(oldest.Unix()+1, 10)) // others may be of the same second
	}
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
