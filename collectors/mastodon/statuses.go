package mastodon

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector/api"
	"seuranta/internal/collector/markup"
)

// pageSize is how many posts are asked for at once, the most that Mastodon gives; without it there are 20.
const pageSize = 40

// status is a post as its instance tells of it. Whom it mentions and what its pictures show is not read.
type status struct {
	ID         string          `json:"id"`
	Created    string          `json:"created_at"`
	Visibility string          `json:"visibility"`
	URL        string          `json:"url"`
	Language   string          `json:"language"`
	Warning    string          `json:"spoiler_text"`
	Content    string          `json:"content"`
	Boosted    json.RawMessage `json:"reblog"` // the post of others that it passes on
	Replies    api.Count       `json:"replies_count"`
	Boosts     api.Count       `json:"reblogs_count"`
	Favourites api.Count       `json:"favourites_count"`
	Quotes     api.Count       `json:"quotes_count"` // of newer instances
}

// statuses asks for page after page, newest first, until one ends before a moment.
func (s *source) statuses(ctx context.Context, p *api.Platform, id string, since time.Time) (out api.Listing, err error) {
	err = api.Follow(func(before string) (string, error) {
		var page *api.List[status]
		answer, err := p.Ask(ctx, api.Request{Path: "/api/v1/accounts/" + url.PathEscape(id) + "/statuses", Query: s.query(before), Part: partPosts}, &page)
		switch {
		case err != nil:
			return "", err
		case page == nil:
			return "", api.Missing("the list of posts")
		}
		last := time.Time{}
		for _, x := range *page {
			at, err := x.at()
			if err == nil {
				last = at
			}
			if x.public() || x.ID == "" {
				out.Take(x.post(at), err)
			}
		}
		if !last.IsZero() && last.Before(since) {
			return "", nil
		}
		return next(answer.Header["Link"])
	})
	return out, err
}

// query asks for a page without what the account passes on of others.
func (s *source) query(before string) url.Values {
	q := url.Values{"limit": {strconv.Itoa(pageSize)}, "exclude_reblogs": {"true"}}
	if !s.config.Replies {
		q.Set("exclude_replies", "true")
	}
	if before != "" {
		q.Set("max_id", before)
	}
	return q
}

// nextForm finds the address of the next page in a line of the head.
var nextForm = regexp.MustCompile(`<([^<>]*)>\s*;[^,<]*\brel="?next"?`)

// next returns what the next page is called, "" where there is none. The address itself is not followed: it may lead anywhere.
func next(links []string) (string, error) {
	for _, link := range links {
		m := nextForm.FindStringSubmatch(link)
		if m == nil {
			continue
		}
		to, err := url.Parse(m[1])
		if err != nil || to.Query().Get("max_id") == "" {
			return "", api.Missing("max_id of the next page")
		}
		return to.Query().Get("max_id"), nil
	}
	return "", nil
}

// public tells whether everybody may see a post, and whether it is the account's own. With a token the instance shows also what
// is for followers, or for one person alone: nothing of that is kept.
func (x status) public() bool {
	own := len(x.Boosted) == 0 || string(x.Boosted) == "null"
	return own && (x.Visibility == "public" || x.Visibility == "unlisted")
}

func (x status) at() (time.Time, error) {
	at, err := time.Parse(time.RFC3339, x.Created)
	if err != nil || x.ID == "" {
		return at, api.Missing("id or created_at of a post")
	}
	return at, nil
}

// post reads a post.
func (x status) post(at time.Time) api.Post {
	p := api.Post{ID: x.ID, Title: markup.Title(x.Warning), Text: plain(x.Content), URL: x.URL, Language: x.Language, At: at}
	fields := []api.Counter{
		{Metric: "reactions_total", Field: "favourites_count", Value: x.Favourites.Number},
		{Metric: "comments_total", Field: "replies_count", Value: x.Replies.Number},
		{Metric: "shares_total", Field: "reblogs_count", Value: x.Boosts.Number},
	}
	if x.Quotes.Known { // an instance that does not count them has none
		fields = append(fields, api.Counter{Metric: "shares_total", Field: "quotes_count", Value: x.Quotes.Number})
	}
	p.Counts, p.Lacking = api.Known(fields)
	return p
}

// lineForm is what ends a line of a post.
var lineForm = regexp.MustCompile(`(?i)</p>|<br\s*/?>`)

// callForm is a link of the class by which instances mark whom a post calls. Hashtags have it, too.
var callForm = regexp.MustCompile(`(?is)@?<a\b[^>]*\bclass\s*=\s*["']([^"']*\bmention\b[^"']*)["'][^>]*>(.*?)(?:</a>|$)`)

// uncalled is a post without those whom it calls. Mastodon writes @name; other software, which answers as Mastodon does, may write a
// plain name, and that is then taken out wherever it stands.
func uncalled(content string) (text string, names []string) {
	text = callForm.ReplaceAllStringFunc(content, func(link string) string {
		m := callForm.FindStringSubmatch(link)
		if slices.Contains(strings.Fields(m[1]), "hashtag") {
			return link
		}
		if name := markup.Text(m[2], markup.LongestLabel); strings.Contains(name, " ") {
			names = append(names, strings.TrimPrefix(name, "@"))
		}
		return "@…"
	})
	return text, names
}

// plain makes plain text of a post, with its lines: one that names somebody can then be left out alone.
func plain(content string) string {
	content, names := uncalled(content)
	var lines []string
	for _, line := range lineForm.Split(content, -1) {
		if text := markup.Text(line, markup.LongestText); text != "" {
			lines = append(lines, text)
		}
	}
	return api.Unnamed(strings.Join(lines, "\n"), names...)
}
