package api

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"seuranta/internal/address"
	"seuranta/internal/collector"
	"seuranta/internal/collector/markup"
	"seuranta/internal/observation"
)

// Post is something that an account of ours published on a platform: what it came to grows for as long as it stands.
type Post struct {
	ID       string // the platform's own
	Kind     string // "post" or "video"; "" is post
	Title    string // "" takes the beginning of the text
	Text     string // the whole text, plain
	URL      string
	Language string
	At       time.Time
	// Counts are what it came to until now, by metric: lifetime counters, as reactions_total and reach_total. What the platform
	// does not tell of it is not in it.
	Counts map[string]float64
	// Lacking says of counters why they could not be read of this post; see Lacks. What is in neither the platform left out.
	Lacking map[string]Lack
}

// Posts is what the posts of an account are told with.
type Posts struct {
	Kind    string // of the source, which the platform's own ids are one's of
	Channel string
	Part    string
	Metrics []string         // lifetime counters that this platform tells of a post
	Since   observation.Date // all posts since then were asked for: Teller.From, or Teller.Reread
	First   observation.Date // the first day that the platform lists posts of; zero is from the beginning
	// Lacking says of counters that could not be read at this visit why: the permission is missing, the metric was withdrawn.
	Lacking map[string]Lack
	State   collector.State // remembers which posts there were
	Items   collector.Items // knows what was told of them
}

// Lack is why something could not be read.
type Lack struct {
	Result observation.Result
	Reason string // a code of package collector; "" where the result says it all
	Detail string // in words, for whoever mends it; nothing of what the platform says of people
}

func (l Lack) coverage() observation.Coverage {
	return observation.Coverage{Result: l.Result, Reason: l.Reason, Detail: l.Detail}
}

// Reread returns since when what still changes is to be asked for at a visit: the days of the window and, in one that reaches to
// now, so many days before.
func (t *Teller) Reread(days int) observation.Date {
	if !t.Now() {
		return t.window.From
	}
	return min(t.window.From, observation.DateOf(t.window.Now.In(t.window.Zone))-observation.Date(days))
}

// Posts tells posts: each an item with its counters as they are now. All that were published since p.Since were asked for; one
// that came twice, because the list moved on between two pages, is one. What was there at the last visit and is not any more was
// deleted: it stays what it was, a publication with what it had come to, and carries observation.Deleted.
func (t *Teller) Posts(ctx context.Context, p Posts, posts []Post) error {
	posts = slices.DeleteFunc(slices.Clone(posts), func(x Post) bool { return !t.asked(p.Since, x.At) })
	slices.SortFunc(posts, func(a, b Post) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	posts = slices.CompactFunc(posts, func(a, b Post) bool { return a.ID == b.ID })
	if t.Now() {
		if err := t.deleted(ctx, p, posts); err != nil {
			return err
		}
	}
	for _, x := range posts {
		if err := t.post(p, x); err != nil {
			return err
		}
	}
	t.Covered(p.Part, "publications", p.First)
	if t.Now() {
		t.coverPosts(p)
	}
	return nil
}

// asked tells whether something of a moment is to be told: the window holds it, or it is being read again.
func (t *Teller) asked(since observation.Date, at time.Time) bool {
	day := observation.DateOf(at.In(t.window.Zone))
	return day >= since && (t.Now() || at.Before(t.window.End(t.window.Zone))) && !at.After(t.window.Now)
}

// post tells one post.
func (t *Teller) post(p Posts, x Post) error {
	alias := p.alias(x.ID)
	text := withoutPeople(x.Text)
	it := observation.Item{ID: ItemID(alias), Kind: cmp.Or(x.Kind, "post"), PublishedAt: x.At, FirstSeen: t.window.Now, Title: titleOf(x.Title, text), Text: text, URL: x.URL,
		Language: x.Language, State: observation.Valid, Aliases: []string{alias}}
	if canonical, err := address.Canonical(x.URL); err == nil {
		it.Aliases = append(it.Aliases, p.Channel+"|url:"+canonical)
	}
	if err := t.out.Item(it); err != nil {
		return err
	}
	for _, metric := range slices.Sorted(maps.Keys(x.Counts)) {
		if err := t.snapshot(p.Part, metric, it.ID, t.Instant(), t.window.Now, x.Counts[metric], observation.Collected); err != nil {
			return err
		}
	}
	return nil
}

func (p Posts) alias(id string) string { return p.Channel + "|" + p.Kind + ":" + id }

// coverPosts says of each counter whether it was looked at, also when there was no post to count for.
func (t *Teller) coverPosts(p Posts) {
	day := t.Instant()
	for _, metric := range p.Metrics {
		lack, lacking := p.Lacking[metric]
		c := observation.Coverage{Result: observation.OK}
		if lacking {
			c = lack.coverage()
		}
		t.cover(p.Part, metric, observation.Snapshot, observation.Period{From: day, To: day + 1}, c)
	}
}

// statePosts is what the posts are remembered under that are read again: the days that they are of, by the platform's ids.
const statePosts = "posts"

// fewPosts is how many posts may be gone all at once.
const fewPosts = 2

// deleted tells the posts that were there at the last visit and are not any more, and remembers those that are.
func (t *Teller) deleted(ctx context.Context, p Posts, posts []Post) error {
	if p.State == nil || p.Items == nil {
		return nil
	}
	there, before := map[string]observation.Date{}, map[string]observation.Date{}
	for _, x := range posts {
		there[x.ID] = observation.DateOf(x.At.In(t.window.Zone))
	}
	if text, ok := p.State.Get(statePosts); ok {
		_ = json.Unmarshal([]byte(text), &before) // what cannot be read is not known
	}
	var gone []string
	known := 0
	for id, day := range before {
		if day <= p.Since { // of the first day only a part may have been asked for
			continue
		}
		if known++; there[id] == 0 {
			gone = append(gone, p.alias(id))
		}
	}
	if known > fewPosts && len(gone) == known {
		return bad("the answer lists none of %d posts that were there at the last visit", known)
	}
	if text, err := json.Marshal(there); err == nil {
		p.State.Set(statePosts, string(text))
	}
	return t.tellDeleted(ctx, p, gone)
}

// tellDeleted tells posts once more as they are known, as deleted.
func (t *Teller) tellDeleted(ctx context.Context, p Posts, gone []string) error {
	if len(gone) == 0 {
		return nil
	}
	slices.Sort(gone)
	items, err := p.Items.Known(ctx, "", gone)
	if err != nil {
		return err
	}
	for _, alias := range gone {
		it, ok := items[alias]
		if !ok || slices.Contains(it.Tags, observation.Deleted) {
			continue
		}
		it.Tags = append(slices.Clone(it.Tags), observation.Deleted)
		slices.Sort(it.Tags)
		it.Aliases, it.Version, it.Run = []string{alias}, 0, ""
		if err := t.out.Item(it); err != nil {
			return err
		}
	}
	return nil
}

var (
	// mention is somebody's name on a platform, as texts call people: @name, @name@instance, @name.bsky.social. A full stop before
	// it makes all followers see what would be a reply: .@name.
	mention = regexp.MustCompile(`(^\.?|[^\pL\pN_@/.]\.?)@[\pL\pN_][\pL\pN_.-]*(?:@[\pL\pN_.-]+)?`)
	space   = regexp.MustCompile(`\s+`)
)

// withoutPeople returns a text of ours without the names of accounts that it calls; one that holds an address, a telephone number
// or a code of a person loses the lines that do.
func withoutPeople(text string) string {
	text = mention.ReplaceAllString(text, "$1@…")
	if collector.Personal(text) != "" {
		lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return collector.Personal(line) != "" })
		if text = strings.Join(lines, "\n"); collector.Personal(text) != "" {
			return ""
		}
	}
	return markup.Shortened(strings.TrimSpace(text), markup.LongestText)
}

// longestBeginning is how much of a text stands for a title, in characters.
const longestBeginning = 100

// titleOf returns the title of a post, and of one without any the beginning of its text.
func titleOf(title, text string) string {
	if title = withoutPeople(space.ReplaceAllString(title, " ")); title != "" {
		return markup.Shortened(title, markup.LongestTitle)
	}
	return markup.Shortened(space.ReplaceAllString(text, " "), longestBeginning)
}
