package twitter

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

const (
	mostPage  = 100 // posts in an answer, the most that X gives …
	leastPage = 5   // … and the fewest that can be asked for
	// reach is how many of its newest posts X lists of an account, replies and reposts among them, when replies are left out.
	reach = 800
)

// firstPosts is the day from which on X takes questions about posts.
var firstPosts = observation.NewDate(2010, time.November, 7)

// post is a post as the API writes it. Two of its fields have two names, of which one comes.
type post struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	Created string   `json:"created_at"`
	Tweets  []string `json:"edit_history_tweet_ids"`
	Posts   []string `json:"edit_history_post_ids"`
	Public  struct {
		Likes       api.Count `json:"like_count"`
		Replies     api.Count `json:"reply_count"`
		Retweets    api.Count `json:"retweet_count"`
		Reposts     api.Count `json:"repost_count"`
		Quotes      api.Count `json:"quote_count"`
		Impressions api.Count `json:"impression_count"`
	} `json:"public_metrics"`
	Own struct {
		Clicks api.Count `json:"url_link_clicks"`
	} `json:"non_public_metrics"`
}

// timeline is an answer about posts.
type timeline struct {
	Data   api.List[post] `json:"data"`
	Errors []problem      `json:"errors"`
	Meta   struct {
		Count api.Number `json:"result_count"`
		Next  string     `json:"next_token"`
	} `json:"meta"`
}

// listing is what is asked of the posts of an account.
type listing struct {
	fields     string
	from, to   time.Time // zero is until now
	free       []string  // ids that are to come and were read before: those of today cost nothing more
	incomplete bool      // some could not be had, X says
}

// reading is what came of the posts of an account.
type reading struct {
	tell       *api.Teller
	since      observation.Date // all posts since then came
	told       []api.Post
	unread     []api.Unread
	ids        []string // of what was told, as X calls them now
	lacking    map[string]api.Lack
	incomplete bool  // some could not be had, X says
	end        error // the budget ended before the list did
}

// posts tells the posts of the days, and those that still change.
func (v *visit) posts(ctx context.Context) error {
	r, err := v.readPosts(ctx)
	if err != nil {
		return err
	}
	clicks := v.addClicks(ctx, r)
	unread := v.tellPosts(ctx, r)
	if unread != nil && !errors.Is(unread, collector.ErrPartial) {
		return unread
	}
	switch {
	case r.end != nil:
		return r.end
	case clicks != nil:
		return fmt.Errorf("the clicks: %w", clicks)
	case r.incomplete:
		return fmt.Errorf("some of the posts were left out by X, which says so: %w", collector.ErrPartial)
	}
	return unread
}

// readPosts asks for the posts. Where the budget ends on the way, days that were read whole are what came.
func (v *visit) readPosts(ctx context.Context) (reading, error) {
	r := reading{tell: v.tell, since: max(v.tell.Reread(v.config.PostsDays), firstPosts)}
	l := listing{fields: "created_at,public_metrics", from: r.since.Start(v.window.Zone)}
	if !v.tell.Now() {
		l.to = v.window.End(v.window.Zone)
	}
	var all []post
	if l.to.IsZero() || l.to.After(l.from) {
		all, r.end = v.list(ctx, &l)
	}
	if r.end != nil && !errors.Is(r.end, collector.ErrBudget) {
		return r, r.end
	}
	v.told(&r, all)
	r.incomplete = l.incomplete
	if r.end != nil {
		r.since = oldest(r.told, v.window.Zone) + 1
		if len(r.told) == 0 || r.since >= v.window.To {
			return r, r.end
		}
		narrow := v.window
		narrow.From = max(narrow.From, r.since)
		r.tell = api.NewTeller(v.out, narrow, nil)
	}
	return r, nil
}

// tellPosts tells posts. Where X left some out it is not known which were deleted.
func (v *visit) tellPosts(ctx context.Context, r reading) error {
	p := api.Posts{Kind: "twitter", Channel: v.deps.ChannelID, Part: partPosts, Metrics: countersOf(v2, v.config.Clicks), Since: r.since, First: v.first(r), Lacking: r.lacking, Unread: r.unread,
		State: v.deps.State, Items: v.deps.Items}
	if r.incomplete {
		p.State = nil
	}
	return r.tell.Posts(ctx, p, r.told)
}

// first returns the first day that X lists posts of: that on which there was the account, and of one with more posts than X
// reaches back to, the day of the oldest that came. Days before it may be without posts or beyond the reach; nobody can tell.
func (v *visit) first(r reading) observation.Date {
	first := max(v.account.created-1, firstPosts) // the day may begin earlier in the zone of the source
	if v.tell.Now() || v.account.posts.Known && v.account.posts.Value <= reach {
		return first
	}
	if day := oldest(r.told, v.window.Zone); day > 0 {
		return max(first, day)
	}
	return max(first, r.since, v.window.To)
}

// oldest returns the day of the oldest post, 0 where there is none.
func oldest(posts []api.Post, zone *time.Location) observation.Date {
	var first observation.Date
	for _, p := range posts {
		if day := observation.DateOf(p.At.In(zone)); first == 0 || day < first {
			first = day
		}
	}
	return first
}

// list asks for page after page of the posts; no further than to the last of those that are free, where only they are asked for. What
// came before the budget ended comes with the error.
func (v *visit) list(ctx context.Context, l *listing) ([]post, error) {
	var all []post
	bounded := len(l.free) > 0
	err := api.Follow(func(cursor string) (string, error) {
		page, err := v.page(ctx, *l, cursor)
		if err != nil {
			return "", err
		}
		if _, err := page.Meta.Count.Need("meta.result_count"); err != nil {
			return "", err
		}
		l.incomplete = l.incomplete || len(page.Errors) > 0
		all = append(all, page.Data...)
		if l.free = without(l.free, page.Data); bounded && len(l.free) == 0 {
			return "", nil
		}
		return page.Meta.Next, nil
	})
	return all, err
}

// page asks for a page of posts, as large as the budget allows.
func (v *visit) page(ctx context.Context, l listing, cursor string) (timeline, error) {
	size, cost := v.reads.page(v.tell.Now(), l.free)
	if size < leastPage {
		return timeline{}, v.reads.over()
	}
	if err := v.reads.reserve(cost); err != nil {
		return timeline{}, err
	}
	answer, err := v.spelt(ctx, l.query(size, cursor))
	if unasked(err) {
		v.reads.settle(cost)
	}
	if err != nil {
		return timeline{}, err
	}
	v.reads.settle(cost, idsOf(answer.Data)...)
	return answer, nil
}

// query is what is asked, but for the fields.
func (l listing) query(size int, cursor string) url.Values {
	out := url.Values{"max_results": {strconv.Itoa(size)}, "exclude": {"retweets,replies"}, "start_time": {l.from.UTC().Format(time.RFC3339)}, "": {l.fields}}
	if !l.to.IsZero() {
		out.Set("end_time", l.to.UTC().Format(time.RFC3339))
	}
	if cursor != "" {
		out.Set("pagination_token", cursor)
	}
	return out
}

func idsOf(posts []post) []string {
	out := make([]string, len(posts))
	for i, p := range posts {
		out[i] = p.ID
	}
	return out
}

// without returns the ids but for those of posts that came.
func without(ids []string, came []post) []string {
	return slices.DeleteFunc(ids, func(id string) bool { return slices.ContainsFunc(came, func(p post) bool { return p.ID == id }) })
}

// told makes posts of what came. A counter that is missing is told of as missing, for itself alone: the others go on.
func (v *visit) told(r *reading, all []post) {
	var list api.Listing
	r.lacking = map[string]api.Lack{}
	for _, p := range all {
		x, missing, err := p.told(v.account.name)
		if list.Take(x, err); len(list.Posts) == len(r.ids) {
			continue // it was not read
		}
		r.ids = append(r.ids, p.ID)
		for _, metric := range missing {
			r.lacking[metric] = api.Lack{Result: observation.Failed, Reason: collector.ReasonBadAnswer}
		}
	}
	for metric, lack := range r.lacking {
		if slices.ContainsFunc(list.Posts, func(x api.Post) bool { _, has := x.Counts[metric]; return has }) {
			lack.Result = observation.Partial
			r.lacking[metric] = lack
		}
	}
	r.told, r.unread = list.Posts, list.Unread
}

// told makes a post of an entry. One that was edited is what it was first: each version has an id of its own.
func (p post) told(name string) (x api.Post, missing []string, err error) {
	if !idForm.MatchString(p.ID) {
		return x, nil, api.Missing("data.id")
	}
	at, err := time.Parse(time.RFC3339, p.Created)
	if err != nil {
		return api.Post{ID: p.first()}, nil, api.Missing("data.created_at")
	}
	x = api.Post{ID: p.first(), Text: html.UnescapeString(p.Text), URL: "https://x.com/" + name + "/status/" + p.first(), At: at, Counts: map[string]float64{}}
	for _, c := range []struct {
		metric string
		parts  []api.Number
	}{
		{"impressions_total", []api.Number{p.Public.Impressions.Number}},
		{"reactions_total", []api.Number{p.Public.Likes.Number}},
		{"comments_total", []api.Number{p.Public.Replies.Number}},
		{"shares_total", []api.Number{either(p.Public.Retweets.Number, p.Public.Reposts.Number), p.Public.Quotes.Number}},
	} {
		if n, ok := sum(c.parts); ok {
			x.Counts[c.metric] = n
		} else {
			missing = append(missing, c.metric)
		}
	}
	return x, missing, nil
}

// first is the id under which a post was first published.
func (p post) first() string {
	for _, versions := range [][]string{p.Tweets, p.Posts} {
		if len(versions) > 0 && idForm.MatchString(versions[0]) {
			return versions[0]
		}
	}
	return p.ID
}

// sum adds numbers that all have to be there.
func sum(parts []api.Number) (float64, bool) {
	total := 0.0
	for _, p := range parts {
		n, err := p.Need("")
		if err != nil {
			return 0, false
		}
		total += n
	}
	return total, true
}
