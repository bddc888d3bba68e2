package instagram

import (
	"context"

	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
)

// counters are what Meta counts of a post as long as it stands.
func counters() []string {
	return []string{"reactions_total", "comments_total", "shares_total", "views_total", "reach_total"}
}

// hidden are the counters of the list that Meta leaves out of a post where its account does not show them.
func hidden() []string { return []string{"reactions_total", "comments_total"} }

// medium is a post as Meta lists it.
type medium struct {
	ID       string     `json:"id"`
	Caption  string     `json:"caption"`
	Type     string     `json:"media_type"`         // IMAGE, VIDEO, CAROUSEL_ALBUM
	Product  string     `json:"media_product_type"` // FEED, REELS, STORY, AD
	Link     string     `json:"permalink"`
	At       graph.Time `json:"timestamp"`
	Likes    api.Count  `json:"like_count"`     // not there where they are hidden
	Comments api.Count  `json:"comments_count"` // likewise
}

// fields is all that is asked of a post: nothing of anybody.
const fields = "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count"

// posts tells what was published.
func (v *visit) posts(ctx context.Context) error {
	return graph.Posts(ctx, v.graph, graph.Feed[medium]{
		Kind: "instagram", Part: partPosts, List: v.path("media"), Fields: fields, Tell: v.feed, Window: v.window, Deps: v.deps,
		Metrics: counters(), Hidden: hidden(), Read: medium.read,
		Counted: []graph.Counted{{Theirs: "reach", Ours: "reach_total"}, {Theirs: "views", Ours: "views_total"}, {Theirs: "shares", Ours: "shares_total"}},
	})
}

// read is a medium as it is told, with what the list counts of it. Stories are gone after a day, and what was paid for is no post.
func (m medium) read() graph.Listed {
	l := graph.Listed{Post: api.Post{ID: m.ID, Text: m.Caption, URL: m.Link, At: m.At.Time}, Leave: m.Product == "STORY" || m.Product == "AD",
		Fields: []api.Counter{{Metric: "reactions_total", Field: "like_count", Value: m.Likes.Number}, {Metric: "comments_total", Field: "comments_count", Value: m.Comments.Number}}}
	if m.Type == "VIDEO" {
		l.Kind = "video"
	}
	return l
}
