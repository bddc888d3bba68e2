package threads

import (
	"context"

	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
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
	return graph.Posts(ctx, v.graph, graph.Feed[thread]{
		Kind: "threads", Part: partPosts, List: v.path("threads"), Fields: "id,media_type,permalink,text,timestamp", Tell: v.feed, Window: v.window, Deps: v.deps,
		Metrics: counters(), Read: thread.read,
		Counted: []graph.Counted{{Theirs: "views", Ours: "views_total"}, {Theirs: "likes", Ours: "reactions_total"}, {Theirs: "replies", Ours: "comments_total"},
			{Theirs: "reposts", Ours: "shares_total"}, {Theirs: "quotes", Ours: "shares_total"}},
	})
}

// read is a thread as it is told.
func (t thread) read() graph.Listed {
	l := graph.Listed{Post: api.Post{ID: t.ID, Text: t.Text, URL: t.Link, At: t.At.Time}, Leave: t.Type == passedOn}
	if t.Type == "VIDEO" {
		l.Kind = "video"
	}
	return l
}
