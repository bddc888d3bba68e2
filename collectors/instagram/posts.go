package instagram

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

// counters are what Meta counts of a post as long as it stands.
func counters() []string {
	return []string{"reactions_total", "comments_total", "shares_total", "views_total", "reach_total"}
}

// medium is a post as Meta lists it.
type medium struct {
	ID       string     `json:"id"`
	Caption  string     `json:"caption"`
	Type     string     `json:"media_type"`         // IMAGE, VIDEO, CAROUSEL_ALBUM
	Product  string     `json:"media_product_type"` // FEED, REELS, STORY, AD
	Link     string     `json:"permalink"`
	At       graph.Time `json:"timestamp"`
	Likes    api.Number `json:"like_count"` // not there where they are hidden
	Comments api.Number `json:"comments_count"`
}

// fields is all that is asked of a post: nothing of anybody.
const fields = "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count"

// posts tells what was published.
func (v *visit) posts(ctx context.Context) error {
	since := v.feed.Reread(rereadDays)
	media, err := v.list(ctx, since)
	if err != nil {
		return err
	}
	var posts []api.Post
	refused := map[string]api.Lack{}
	for i, m := range media {
		p, err := m.post()
		if err == nil && i < mostRead {
			err = v.insights(ctx, p, refused)
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
	return v.feed.Posts(ctx, api.Posts{Kind: "instagram", Channel: v.deps.ChannelID, Part: partPosts, Metrics: counters(), Since: since, Lacking: lacking,
		State: v.deps.State, Items: v.deps.Items}, posts)
}

// list returns the posts since a day, newest first, and of a visit to the past none that came after it.
func (v *visit) list(ctx context.Context, since observation.Date) ([]medium, error) {
	var out []medium
	older := 0
	err := graph.List(ctx, v.graph, graph.Ask{Path: v.path("media"), Query: url.Values{"fields": {fields}, "limit": {"100"}}, Part: partPosts}, func(m medium) (bool, error) {
		switch {
		case m.ID == "":
			return false, api.Missing("id")
		case m.At.IsZero():
			return false, api.Missing("timestamp")
		case observation.DateOf(m.At.In(v.feed.Zone())) < since:
			older++
		case !v.feed.Now() && !m.At.Before(v.window.End(v.feed.Zone())), m.Product == "STORY", m.Product == "AD":
		default:
			out = append(out, m)
		}
		return older <= mostPinned, nil
	})
	return out, err
}

// post is a medium as it is told, with what the list counts of it.
func (m medium) post() (api.Post, error) {
	counts, err := api.Known([]api.Counter{{Metric: "reactions_total", Field: "like_count", Value: m.Likes}, {Metric: "comments_total", Field: "comments_count", Value: m.Comments}})
	p := api.Post{ID: m.ID, Text: m.Caption, URL: m.Link, At: m.At.Time, Counts: counts}
	if m.Type == "VIDEO" {
		p.Kind = "video"
	}
	return p, err
}

// postedBefore is what Meta says of a post that is older than the account is a professional one: nobody counted then.
const postedBefore = 2108006

// insights adds what Meta tells only by a question for each post. What is refused for all of them goes into refused; of a post
// that too few saw, or that was posted before anybody counted, there is nothing.
func (v *visit) insights(ctx context.Context, p api.Post, refused map[string]api.Lack) error {
	ours := map[string]string{"reach": "reach_total", "views": "views_total", "shares": "shares_total"}
	told, lacking, err := v.graph.Insights(ctx, graph.Insights{Path: "/" + p.ID + "/insights", Scope: "post", Part: partPosts, Metrics: []string{"reach", "views", "shares"}})
	var own *graph.Error
	if errors.As(err, &own) && own.Code == 100 && own.Subcode == postedBefore {
		return nil
	}
	if err != nil {
		return err
	}
	for theirs, metric := range ours {
		if lack, ok := lacking[theirs]; ok && lack.Result != observation.NotOffered {
			refused[metric] = lack
		}
		value, ok := told[theirs].Lifetime()
		if !ok {
			continue
		}
		if p.Counts[metric], err = value.Number.Need(theirs); err != nil {
			return err
		}
	}
	return nil
}
