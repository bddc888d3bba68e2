package twitter

import (
	"context"
	"fmt"
	"html"
	"strconv"
	"time"

	//lint:ignore SA1019 its author has given it up, as X has the API that it speaks; whoever still has that API has nothing else
	"github.com/dghubble/go-twitter/twitter"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// usualLegacy is the only address that the library of the old API knows.
const usualLegacy = "https://api.twitter.com"

const (
	legacyPage  = 200 // posts in an answer, the most that the old API gives
	legacyReach = 3200
)

// old is the old API as one visit asks it. The library makes zeros of answers that are none: an error in another form than it
// knows, an empty body, another answer altogether. So nothing that it reads counts before answered has looked at it.
type old struct {
	*source
	library *fetch.Library
	client  *twitter.Client
}

// old prepares to ask the old API for a part of the source.
func (s *source) old(ctx context.Context, now time.Time, part string) *old {
	l := s.deps.HTTP.Library(part)
	l.Context, l.Header = ctx, map[string][]string{"Authorization": {"Bearer " + s.config.Token.Reveal()}}
	l.Usual, l.Place = usualLegacy, s.deps.BaseURL
	l.Final = (&api.Platform{Refusal: refusal, Allowance: &api.Allowance{Told: resetOf, Now: api.Clock(now)}}).Final
	return &old{source: s, library: l, client: twitter.NewClient(l.Client())}
}

// answered tells whether what the library read is an answer, and reads again, into a value, what it cannot tell from zero.
func (o *old) answered(status int, err error, into any) error {
	answer := o.library.LastAnswer()
	switch failed := o.library.LastError(); {
	case failed != nil:
		return o.refused(failed)
	case answer == nil && err != nil:
		return err // it was never asked
	case answer == nil || status/100 != 2:
		return &api.BadAnswerError{Text: "the answer is none that X is known to give"}
	}
	if own := refusal(answer.Status, answer.Body); own != nil {
		return own
	}
	if wrong := api.Decode(answer.Body, into); wrong != nil {
		return wrong
	}
	if err != nil {
		return &api.BadAnswerError{Text: "the answer cannot be read as one of the old API"}
	}
	return nil
}

// refused gives a failure its class.
func (o *old) refused(failed *fetch.Error) error {
	if own := refusal(failed.Status, failed.Body()); own != nil {
		return fmt.Errorf("%w (%w)", own, failed)
	}
	return failed // which knows until when, of all that was told
}

// show asks for the account.
func (o *old) show() (account, error) {
	params := &twitter.UserShowParams{ScreenName: o.config.Username, IncludeEntities: twitter.Bool(false)}
	id := o.config.ID
	if id == "" {
		id = o.remembered(stateID)
	}
	if n, err := strconv.ParseInt(id, 10, 64); err == nil {
		params.ScreenName, params.UserID = "", n
	}
	user, res, err := o.client.Users.Show(params)
	status := 0
	if res != nil {
		status = res.StatusCode
	}
	var counted struct {
		Followers api.Number `json:"followers_count"`
		Posts     api.Number `json:"statuses_count"`
	}
	if err := o.answered(status, err, &counted); err != nil {
		return account{}, err
	}
	if !idForm.MatchString(user.IDStr) || !nameForm.MatchString(user.ScreenName) || id != "" && user.IDStr != id {
		return account{}, api.Missing("id_str")
	}
	a := account{id: user.IDStr, name: user.ScreenName, followers: counted.Followers, posts: counted.Posts}
	if at, err := time.Parse(time.RubyDate, user.CreatedAt); err == nil {
		a.created = observation.DateOf(at)
	}
	return a, nil
}

// readLegacy reads an account by the old API.
func (s *source) readLegacy(ctx context.Context, w collector.Window, out collector.Sink, tell *api.Teller) error {
	v := &visit{source: s, window: w, out: out, tell: tell}
	a, err := s.old(ctx, w.Now, partAccount).show()
	if err != nil {
		return fmt.Errorf("twitter: read the followers of %s: %w", s.config.whose(), err)
	}
	v.account = a
	v.remember()
	n, err := a.followers.Need("followers_count")
	if err != nil {
		return fmt.Errorf("twitter: read the followers of %s: %w", s.config.whose(), err)
	}
	if err := tell.Level(partAccount, "followers", n); err != nil {
		return err
	}
	if err := v.legacyPosts(ctx); err != nil {
		return fmt.Errorf("twitter: read the posts of %s: %w", s.config.whose(), err)
	}
	return nil
}

// legacyPosts tells the posts of the days, and those that still change.
func (v *visit) legacyPosts(ctx context.Context) error {
	since := v.tell.Reread(v.config.PostsDays)
	all, whole, err := v.old(ctx, v.window.Now, partPosts).timeline(v.account, since.Start(v.window.Zone))
	if err != nil {
		return err
	}
	first := v.account.created - 1
	if day := oldest(all, v.window.Zone); !whole && day > first {
		first = day
	}
	return v.tell.Posts(ctx, api.Posts{Kind: "twitter", Channel: v.deps.ChannelID, Part: partPosts, Metrics: countersOf(legacy, false), Since: since, First: first, State: v.deps.State, Items: v.deps.Items}, all)
}

// entry is what the library cannot tell from zero in a post, beside what it reads.
type entry struct {
	ID    string     `json:"id_str"`
	Likes api.Number `json:"favorite_count"`
}

// timeline asks for posts, newest first, until they are older than a moment. whole is false where the old API reaches no further.
func (o *old) timeline(a account, from time.Time) (all []api.Post, whole bool, err error) {
	number, err := strconv.ParseInt(a.id, 10, 64)
	if err != nil {
		return nil, false, api.Missing("id_str")
	}
	params := &twitter.UserTimelineParams{UserID: number, Count: legacyPage, TrimUser: twitter.Bool(true), ExcludeReplies: twitter.Bool(true), IncludeRetweets: twitter.Bool(false), TweetMode: "extended"}
	for range 2 * legacyReach / legacyPage { // replies are taken out of a page after it was cut, so it may hold fewer
		page, err := o.page(params)
		if err != nil {
			return nil, false, err
		}
		if len(page) == 0 {
			return all, a.posts.Known && a.posts.Value <= legacyReach, nil
		}
		for _, t := range page {
			x, err := o.told(t, a)
			if err != nil {
				return nil, false, err
			}
			if x.At.Before(from) {
				return all, true, nil
			}
			if t.own(a.id) {
				all = append(all, x)
			}
			params.MaxID = lower(params.MaxID, t.tweet.ID-1)
		}
	}
	return nil, false, &api.BadAnswerError{Text: "the list of posts has no end"}
}

// lower returns the lower of two ids, where 0 is none.
func lower(a, b int64) int64 {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// oldPost is a post as the library reads it, with what it cannot tell from zero.
type oldPost struct {
	tweet twitter.Tweet
	likes api.Number
}

// own tells whether a post is one that the account made for all: neither a repost nor a reply to somebody else, which were not asked
// for.
func (p oldPost) own(id string) bool {
	return p.tweet.RetweetedStatus == nil && (p.tweet.InReplyToUserIDStr == "" || p.tweet.InReplyToUserIDStr == id)
}

// page asks for a page of posts.
func (o *old) page(params *twitter.UserTimelineParams) ([]oldPost, error) {
	tweets, res, err := o.client.Timelines.UserTimeline(params)
	status := 0
	if res != nil {
		status = res.StatusCode
	}
	var entries []entry
	if err := o.answered(status, err, &entries); err != nil {
		return nil, err
	}
	if entries == nil || len(entries) != len(tweets) {
		return nil, &api.BadAnswerError{Text: "the answer cannot be read as one of the old API"}
	}
	out := make([]oldPost, len(tweets))
	for i, t := range tweets {
		if !idForm.MatchString(entries[i].ID) || t.IDStr != entries[i].ID || t.ID <= 0 {
			return nil, api.Missing("id_str")
		}
		out[i] = oldPost{t, entries[i].Likes}
	}
	return out, nil
}

// told makes a post of an entry.
func (o *old) told(p oldPost, a account) (api.Post, error) {
	at, err := p.tweet.CreatedAtTime()
	if err != nil {
		return api.Post{}, api.Missing("created_at")
	}
	likes, err := p.likes.Need("favorite_count")
	if err != nil {
		return api.Post{}, err
	}
	text := p.tweet.FullText
	if text == "" {
		text = p.tweet.Text
	}
	return api.Post{ID: p.tweet.IDStr, Text: html.UnescapeString(text), URL: "https://x.com/" + a.name + "/status/" + p.tweet.IDStr, At: at, Counts: map[string]float64{"reactions_total": likes}}, nil
}

// checkLegacy asks the old API for the account.
func (s *source) checkLegacy(ctx context.Context, now time.Time) (string, error) {
	a, err := s.old(ctx, now, partAccount).show()
	if err == nil {
		_, err = a.followers.Need("followers_count")
	}
	if err != nil {
		return "", fmt.Errorf("twitter: check %s: %w", s.config.whose(), err)
	}
	return fmt.Sprintf("account @%s (%s) has %.0f followers, by the old API (v1.1), which X keeps for some contracts; posts are put into days of %s%s", a.name, a.id, a.followers.Value, now.Location(), s.config.renamed(a)), nil
}
