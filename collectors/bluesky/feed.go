package bluesky

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector/api"
)

// pageSize is how many posts are asked for at once, the most that Bluesky gives; without it there are 50.
const pageSize = 100

// page is a page of what an account posted and reposted, newest first.
type page struct {
	Feed   *api.List[entry] `json:"feed"`
	Cursor string           `json:"cursor"`
}

// entry is a post of the account, or one that it reposted. Whose post it is stands in its address; who wrote what it answers
// and what pictures show is not read, and where somebody is mentioned only to leave that out.
type entry struct {
	Post struct {
		URI    string `json:"uri"`
		Record struct {
			Created string          `json:"createdAt"`
			Text    string          `json:"text"`
			Facets  facets          `json:"facets"`
			Langs   []string        `json:"langs"`
			Reply   json.RawMessage `json:"reply"` // what it answers; that there is one is all that is looked at
		} `json:"record"`
		Replies api.Count `json:"replyCount"`
		Reposts api.Count `json:"repostCount"`
		Likes   api.Count `json:"likeCount"`
		Quotes  api.Count `json:"quoteCount"`
		Indexed string    `json:"indexedAt"`
	} `json:"post"`
	Reason *struct {
		Type    string `json:"$type"`
		Indexed string `json:"indexedAt"`
	} `json:"reason"`
}

// feed asks for page after page, newest first, until one ends before a moment. Replies are left out.
func (s *source) feed(ctx context.Context, p *api.Platform, did string, since time.Time) (out api.Listing, err error) {
	err = api.Follow(func(cursor string) (string, error) {
		query := url.Values{"actor": {did}, "filter": {"posts_no_replies"}, "limit": {strconv.Itoa(pageSize)}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		var got page
		if _, err := p.Ask(ctx, api.Request{Path: "/app.bsky.feed.getAuthorFeed", Query: query, Part: partPosts}, &got); err != nil {
			return "", err
		}
		if got.Feed == nil {
			return "", api.Missing("feed")
		}
		last := time.Time{}
		for _, e := range *got.Feed {
			post, err := e.post()
			if at := e.listedAt(post); err == nil || !at.IsZero() {
				last = at
			}
			if e.isOf(did) || post.ID == "" {
				out.Take(post, err)
			}
		}
		if !last.IsZero() && last.Before(since) {
			return "", nil
		}
		return got.Cursor, nil
	})
	return out, err
}

// isOf tells whether a post is an account's own: what it reposted of others is theirs, with all that it came to. A post of its
// own that it reposted is there twice, and is one. Replies are in the list where the account reposted them, and are none all the
// same.
func (e entry) isOf(did string) bool {
	reply := len(e.Post.Record.Reply) > 0 && string(e.Post.Record.Reply) != "null"
	return !reply && strings.HasPrefix(e.Post.URI, "at://"+did+"/")
}

// post reads a post.
func (e entry) post() (api.Post, error) {
	repo, key, ok := strings.Cut(strings.TrimPrefix(e.Post.URI, "at://"), "/app.bsky.feed.post/")
	if !ok || repo == "" || key == "" {
		return api.Post{}, api.Missing("uri")
	}
	at, err := e.at()
	if err != nil {
		return api.Post{ID: e.Post.URI}, err
	}
	p := api.Post{ID: e.Post.URI, Text: e.Post.Record.Facets.text(e.Post.Record.Text), URL: "https://bsky.app/profile/" + repo + "/post/" + key, At: at}
	if len(e.Post.Record.Langs) > 0 {
		p.Language = e.Post.Record.Langs[0]
	}
	p.Counts, p.Lacking = api.Known([]api.Counter{
		{Metric: "reactions_total", Field: "likeCount", Value: e.Post.Likes.Number},
		{Metric: "comments_total", Field: "replyCount", Value: e.Post.Replies.Number},
		{Metric: "shares_total", Field: "repostCount", Value: e.Post.Reposts.Number},
		{Metric: "shares_total", Field: "quoteCount", Value: e.Post.Quotes.Number},
	})
	return p, nil
}

// at returns when it was posted: when its writer says, unless that is later than when Bluesky first saw it. Whoever writes it may
// say anything.
func (e entry) at() (time.Time, error) {
	seen, err := time.Parse(time.RFC3339, e.Post.Indexed)
	if err != nil {
		return seen, api.Missing("indexedAt")
	}
	if said, err := time.Parse(time.RFC3339, e.Post.Record.Created); err == nil && said.Before(seen) {
		return said, nil
	}
	return seen, nil
}

// listedAt returns the moment by which it stands where it stands in the list: that of the repost, where it is one; zero of a post
// that is pinned to the top.
func (e entry) listedAt(p api.Post) time.Time {
	if e.Reason == nil {
		return p.At
	}
	at, err := time.Parse(time.RFC3339, e.Reason.Indexed)
	if err != nil {
		return time.Time{}
	}
	return at
}
