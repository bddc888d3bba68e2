package threads

import (
	"context"
	"errors"
	"maps"
	"net/url"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

const (
	rereadDays = 28 // a post is read again for so long
	mostRead   = 50 // of so many posts, the newest, one visit asks what they came to: each costs a call
	mostPinned = 3  // posts may stand above newer ones
)

// counters are what Threads counts of a post as long as it stands.
func counters() []string {
	return []string{"reactions_total", "comments_total", "shares_total", "views_total"}
}

// thread is a post as Threads lists it.
type thread struct {
	ID   string     `json:"id"`
	Text string     `json:"text"`
	Type string     `json:"media_type"` // TEXT_POST, IMAGE, VIDEO, CAROUSEL_ALBUM, AUDIO, REPOST_FACADE
	Link string     `json:"permalink"`
	At   graph.Time `json:"timestamp"`
}

// passedOn is the type of a post that is somebody else's.
const passedOn = "REPOST_FACADE"

// posts tells what was published.
func (v *visit) posts(ctx context.Context) error {
	since := v.feed.Reread(rereadDays)
	threads, err := v.list(ctx, since)
	if err != nil {
		return err
	}
	var posts []api.Post
	refused := map[string]api.Lack{}
	for i, t := range threads {
		p := api.Post{ID: t.ID, Text: t.Text, URL: t.Link, At: t.At.Time}
		if t.Type == "VIDEO" {
			p.Kind = "video"
		}
		var err error
		if i < mostRead {
			p.Counts, err = v.insights(ctx, t.ID, refused)
		}
		if errors.Is(err, collector.ErrGone) {
			continue // deleted since it was listed
		}
		if err != nil {
			return err
		}
		posts = append(posts, p)
	}
	lacking := api.Lacks(counters(), posts)
	maps.Copy(lacking, refused)
	return v.feed.Posts(ctx, api.Posts{Kind: "threads", Channel: v.deps.ChannelID, Part: partPosts, Metrics: counters(), Since: since, Lacking: lacking,
		State: v.deps.State, Items: v.deps.Items}, posts)
}

// list returns the account's own posts since a day, newest first, and of a visit to the past none that came after it.
func (v *visit) list(ctx context.Context, since observation.Date) ([]thread, error) {
	var out []thread
	older := 0
	q := url.Values{"fields": {"id,media_type,permalink,text,timestamp"}, "limit": {"100"}}
	err := graph.List(ctx, v.graph, graph.Ask{Path: v.path("threads"), Query: q, Part: partPosts}, func(t thread) (bool, error) {
		switch {
		case t.ID == "":
			return false, api.Missing("id")
		case t.At.IsZero():
			return false, api.Missing("timestamp")
		case observation.DateOf(t.At.In(v.feed.Zone())) < since:
			older++
		case t.Type == passedOn, !v.feed.Now() && !t.At.Before(v.window.End(v.feed.Zone())):
		default:
			out = append(out, t)
		}
		return older <= mostPinned, nil
	})
	return out, err
}

// insights returns what a post came to. What is refused for all of them goes into refused.
func (v *visit) insights(ctx context.Context, id string, refused map[string]api.Lack) (map[string]float64, error) {
	names := []string{"views", "likes", "replies", "reposts", "quotes"}
	told, lacking, err := v.graph.Insights(ctx, graph.Insights{Path: "/" + id + "/insights", Scope: "post", Part: partPosts, Metrics: names})
	if err != nil {
		return nil, err
	}
	ours := map[string]string{"views": "views_total", "likes": "reactions_total", "replies": "comments_total", "reposts": "shares_total", "quotes": "shares_total"}
	var fields []api.Counter
	for _, theirs := range names {
		if lack, ok := lacking[theirs]; ok && lack.Result != observation.NotOffered {
			refused[ours[theirs]] = lack
		}
		value, _ := told[theirs].Lifetime()
		fields = append(fields, api.Counter{Metric: ours[theirs], Field: theirs, Value: value.Number})
	}
	return api.Known(fields)
}
