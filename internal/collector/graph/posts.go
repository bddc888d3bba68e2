package graph

import (
	"context"
	"errors"
	"net/url"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

const (
	rereadDays = 28 // a post is read again for so long
	mostPinned = 3  // posts may stand above newer ones
)

// MostRead is of how many posts, the newest, one visit asks what they came to: each costs a call.
const MostRead = 50

// Feed is what an account published, as Instagram and Threads have it: a list, newest first, and for each post a question of its
// own for what it came to.
type Feed[T any] struct {
	Kind, Part   string
	List, Fields string // the path of the list, and all that is asked of a post: nothing of anybody
	Tell         *api.Teller
	Window       collector.Window
	Deps         collector.Deps
	Metrics      []string       // lifetime counters
	Hidden       []string       // those that Meta leaves out where the account does not show them
	Counted      []Counted      // what the question for a post asks for
	Read         func(T) Listed // reads a post of the list
}

// Counted is a counter of a post, as Meta calls it and as it is told; several may add up to one.
type Counted struct{ Theirs, Ours string }

// Listed is a post as the list has it.
type Listed struct {
	api.Post               // without its counts
	Fields   []api.Counter // what the list itself counts of it
	Leave    bool          // it is not the account's own, or nothing that was published for good
}

// Posts tells the posts of the days asked for and, in a visit to the present, those that may still grow.
func Posts[T any](ctx context.Context, g *Graph, f Feed[T]) error {
	since := f.Tell.Reread(rereadDays)
	listed, err := f.list(ctx, g, since)
	if err != nil {
		return err
	}
	var posts []api.Post
	for i, l := range listed.posts {
		err := f.count(ctx, g, &l, i < MostRead)
		if errors.Is(err, collector.ErrGone) {
			continue // deleted since it was listed
		}
		if err != nil {
			return err
		}
		posts = append(posts, l.Post)
	}
	return f.Tell.Posts(ctx, api.Posts{Kind: f.Kind, Channel: f.Deps.ChannelID, Part: f.Part, Metrics: f.Metrics, Since: since,
		Lacking: api.Lacks(f.Metrics, posts, f.Hidden...), Unread: listed.unread, State: f.Deps.State, Items: f.Deps.Items}, posts)
}

// listing is what was read of a list.
type listing struct {
	posts  []Listed
	unread []api.Unread
}

// list returns the posts since a day, newest first, and of a visit to the past none that came after it.
func (f Feed[T]) list(ctx context.Context, g *Graph, since observation.Date) (out listing, err error) {
	older, zone := 0, f.Tell.Zone()
	q := url.Values{"fields": {f.Fields}, "limit": {"100"}}
	err = List(ctx, g, Ask{Path: f.List, Query: q, Part: f.Part}, func(one T) (bool, error) {
		l := f.Read(one)
		switch {
		case l.ID == "":
			out.unread = append(out.unread, api.Unread{Post: l.Post, Why: api.Missing("id")})
		case l.At.IsZero():
			out.unread = append(out.unread, api.Unread{Post: l.Post, Why: api.Missing("timestamp")})
		case observation.DateOf(l.At.In(zone)) < since:
			older++
		case l.Leave, !f.Tell.Now() && !l.At.Before(f.Window.End(zone)):
		default:
			out.posts = append(out.posts, l)
		}
		return older <= mostPinned, nil
	})
	return out, err
}

// count takes in what a post came to: what the list says of it and, where it is asked, what Meta tells by a question for each post.
func (f Feed[T]) count(ctx context.Context, g *Graph, l *Listed, ask bool) error {
	fields, lacking := l.Fields, map[string]api.Lack{}
	if ask {
		more, refused, err := f.insights(ctx, g, l.ID)
		if err != nil {
			return err
		}
		fields, lacking = append(fields, more...), refused
	}
	l.Counts, l.Lacking = api.Known(fields)
	for metric, lack := range lacking {
		l.Lacking[metric] = lack
	}
	return nil
}

// insights asks what a post came to. Of a post that too few saw, or that was posted before anybody counted, there is nothing.
func (f Feed[T]) insights(ctx context.Context, g *Graph, id string) (fields []api.Counter, refused map[string]api.Lack, err error) {
	var names []string
	for _, c := range f.Counted {
		names = append(names, c.Theirs)
	}
	told, lacking, err := g.Insights(ctx, Insights{Path: "/" + id + "/insights", Scope: "post", Part: f.Part, Metrics: names})
	if err != nil {
		return nil, nil, err
	}
	refused = map[string]api.Lack{}
	for _, c := range f.Counted {
		if lack, ok := lacking[c.Theirs]; ok {
			refused[c.Ours] = lack
		}
		value, _ := told[c.Theirs].Lifetime()
		fields = append(fields, api.Counter{Metric: c.Ours, Field: c.Theirs, Value: value.Number})
	}
	return fields, refused, nil
}
