package linkedin

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

const (
	pageSize  = 50  // posts in an answer
	batchSize = 40  // posts whose statistics are asked for in one question
	mostPages = 200 // of posts
	keptDays  = 180 // for how long LinkedIn's terms let posts be kept: older ones are not read
)

// post is a post as LinkedIn lists it.
type post struct {
	ID        string `json:"id"`
	Author    string `json:"author"`
	Text      string `json:"commentary"`
	State     string `json:"lifecycleState"`
	Published *int64 `json:"publishedAt"`
	Created   *int64 `json:"createdAt"`
	Content   struct {
		Media struct {
			ID    string `json:"id"`
			Title string `json:"title"`
		} `json:"media"`
		Article struct {
			Title string `json:"title"`
		} `json:"article"`
	} `json:"content"`
}

// postList is a page of posts.
type postList struct {
	Elements *api.List[post] `json:"elements"`
}

// statisticsOfPosts is an answer about what posts came to.
type statisticsOfPosts struct {
	Elements *[]struct {
		Page    string      `json:"organizationalEntity"`
		Share   string      `json:"share"`
		UGCPost string      `json:"ugcPost"`
		Total   *statistics `json:"totalShareStatistics"`
	} `json:"elements"`
	Paging struct {
		Count int `json:"count"`
	} `json:"paging"`
}

// postName is what LinkedIn calls posts: those made in other ways have another name.
var postName = regexp.MustCompile(`^urn:li:(share|ugcPost):[0-9]{1,25}$`)

// at returns when a post was published.
func (p post) at() (time.Time, error) {
	ms := p.Published
	if ms == nil {
		ms = p.Created
	}
	if ms == nil {
		return time.Time{}, api.Missing("publishedAt")
	}
	return time.UnixMilli(*ms).UTC(), nil
}

var (
	// called is somebody or something that a text names: @[Matti Meikäläinen](urn:li:person:abc).
	called = regexp.MustCompile(`@\[([^\]]*)\]\(urn:li:([a-zA-Z]+):[^)]*\)`)
	// hashtag is a word that a text is found by: {hashtag|\#|avoin}.
	hashtag = regexp.MustCompile(`\{hashtag\|\\?#\|([^}]*)\}`)
	// escape stands before signs that mean something in LinkedIn's way of writing texts.
	escape = regexp.MustCompile(`\\([|{}@\[\]()<>#*_~\\])`)
)

// plain returns a text as people read it, without the names of people that it calls.
func plain(text string) string {
	text = called.ReplaceAllStringFunc(text, func(s string) string {
		if m := called.FindStringSubmatch(s); m[2] == "organization" {
			return m[1]
		}
		return "@…"
	})
	return escape.ReplaceAllString(hashtag.ReplaceAllString(text, "#$1"), "$1")
}

// item is a post as it is told.
func (p post) item() (api.Post, error) {
	at, err := p.at()
	switch {
	case !postName.MatchString(p.ID):
		return api.Post{At: at}, api.Missing("id") // it may be one that was there, by another name
	case err != nil:
		return api.Post{ID: p.ID}, err
	}
	out := api.Post{ID: p.ID, Text: plain(p.Text), URL: "https://www.linkedin.com/feed/update/" + p.ID, At: at, Counts: map[string]float64{}, Lacking: map[string]api.Lack{}}
	if strings.HasPrefix(p.Content.Media.ID, "urn:li:video:") {
		out.Kind = "video"
	}
	if out.Text == "" {
		out.Title = plain(p.Content.Article.Title + p.Content.Media.Title)
	}
	return out, nil
}

// posts tells the posts of the window and those that are read again, with what they came to.
func (v *visit) posts(ctx context.Context) error {
	first := observation.DateOf(v.window.Now.UTC()) - keptDays
	since := max(first, v.tell.Reread(v.config.PostsDays))
	var list api.Listing
	if v.tell.Now() || since < v.window.To {
		var err error
		if list, err = v.listed(ctx, since); err != nil {
			return err
		}
	}
	lacking, err := v.countNow(ctx, list.Posts)
	if err != nil {
		return err
	}
	return v.tell.Posts(ctx, api.Posts{Kind: "linkedin", Channel: v.deps.ChannelID, Part: partPosts, Metrics: counters(true), Since: since, First: first, Lacking: lacking, Unread: list.Unread,
		State: v.deps.State, Items: v.deps.Items}, list.Posts)
}

// countNow asks what posts came to until now, and says why there is nothing where the credential may not ask for it.
func (v *visit) countNow(ctx context.Context, all []api.Post) (map[string]api.Lack, error) {
	if !v.tell.Now() {
		return nil, nil
	}
	err := v.counted(ctx, all)
	lacking := map[string]api.Lack{}
	var permission *permissionError
	if !errors.As(err, &permission) {
		for metric, lack := range api.Lacks(counters(true), all) {
			if slices.ContainsFunc(all, func(p api.Post) bool { return p.Lacking[metric].Result != "" }) {
				lacking[metric] = lack
			}
		}
		return lacking, err
	}
	v.lacked = err
	for _, metric := range counters(true) {
		lacking[metric] = api.Lack{Result: observation.Auth}
	}
	return lacking, nil
}

// lackPosts says that posts could not be read.
func (v *visit) lackPosts(l api.Lack) {
	v.lackDays(partPosts, []string{"publications"}, l)
	if !v.tell.Now() {
		return
	}
	day := v.tell.Instant()
	for _, metric := range counters(true) {
		v.tell.Untold(partPosts, metric, observation.Snapshot, observation.Period{From: day, To: day + 1}, l.Result, l.Reason)
	}
}

// listed lists the posts of the page back to a day, newest first.
func (v *visit) listed(ctx context.Context, since observation.Date) (out api.Listing, err error) {
	for page := range mostPages {
		var answer postList
		path := fmt.Sprintf("/posts?author=%s&q=author&count=%d&start=%d&sortBy=CREATED", escaped(v.config.urn()), pageSize, page*pageSize)
		request := api.Request{Path: path, Header: v.header(true), Part: partPosts}
		request.Header["X-RestLi-Method"] = []string{"FINDER"}
		if _, err := v.platform.Ask(ctx, request, &answer); err != nil {
			return out, err
		}
		if answer.Elements == nil {
			return out, api.Missing("elements")
		}
		if older := v.take(*answer.Elements, since, &out); older || len(*answer.Elements) == 0 {
			return out, nil
		}
	}
	return out, &api.BadAnswerError{Text: fmt.Sprintf("the list of posts has more than %d pages", mostPages)}
}

// take takes the posts of a page that count; older tells that all of it lies before the first day that was asked for.
func (v *visit) take(page []post, since observation.Date, into *api.Listing) (older bool) {
	older = len(page) > 0
	for _, p := range page {
		at, err := p.at()
		before := err == nil && observation.DateOf(at) < since
		if older = older && before; before || p.Author != "" && p.Author != v.config.urn() || p.State != "" && p.State != "PUBLISHED" {
			continue
		}
		into.Take(p.item())
	}
	return older
}

// counted asks what posts came to, many in one question, by each of the two names that posts have.
func (v *visit) counted(ctx context.Context, all []api.Post) error {
	for _, kind := range []struct{ name, list string }{{"share", "shares"}, {"ugcPost", "ugcPosts"}} {
		var some []*api.Post
		for i := range all {
			if strings.HasPrefix(all[i].ID, "urn:li:"+kind.name+":") {
				some = append(some, &all[i])
			}
		}
		for batch := range slices.Chunk(some, batchSize) {
			if err := v.countBatch(ctx, kind.list, batch); err != nil {
				return err
			}
		}
	}
	return nil
}

// countBatch asks what some posts came to. LinkedIn leaves out those that nobody has seen yet: in an answer that came whole they have
// zeros, by its own rule. An answer about other posts is none to this question.
func (v *visit) countBatch(ctx context.Context, list string, posts []*api.Post) error {
	names := make([]string, len(posts))
	for i, p := range posts {
		names[i] = escaped(p.ID)
	}
	var answer statisticsOfPosts
	if err := v.get(ctx, partPosts, v.about("organizationalEntityShareStatistics")+"&"+list+"=List("+strings.Join(names, ",")+")", &answer); err != nil {
		return err
	}
	if answer.Elements == nil {
		return api.Missing("elements")
	}
	told := map[string]statistics{}
	for _, e := range *answer.Elements {
		if err := v.own(e.Page); err != nil {
			return err
		}
		id := e.Share + e.UGCPost
		if e.Total == nil || !slices.ContainsFunc(posts, func(p *api.Post) bool { return p.ID == id }) {
			return &api.BadAnswerError{Text: "the answer tells of another post than was asked for"}
		}
		told[id] = *e.Total
	}
	full := answer.Paging.Count > 0 && len(told) == answer.Paging.Count // the rest may stand on a page that nobody can ask for
	for _, p := range posts {
		s, has := told[p.ID]
		if !has && full {
			continue
		}
		s.into(p, has)
	}
	return nil
}

// into writes the counters of a post; one that LinkedIn left out has zeros. What cannot be counted costs that counter of that post.
func (s statistics) into(p *api.Post, told bool) {
	for _, f := range s.fields() {
		switch lack := f.value.Lack(f.theirs); {
		case !told:
			p.Counts[f.counter] = 0
		case lack.Result != "":
			p.Lacking[f.counter] = lack
		default:
			p.Counts[f.counter] = f.value.Value
		}
	}
}
