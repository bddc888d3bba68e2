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
	Unread  []Unread        // those that could not be read; see Listing
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
// deleted: it stays what it was, a publication with what it had come to, and carries observation.Deleted. An answer that lists
// nothing at all, where several were, is believed when days confirm it; see emptied. Posts that could not be read (p.Unread) make what
// is told a part, and the error that it returns when all is told is collector.ErrPartial; they are never taken for deleted. Where there
// are no others, nothing is told.
func (t *Teller) Posts(ctx context.Context, p Posts, posts []Post) error {
	posts = slices.DeleteFunc(slices.Clone(posts), func(x Post) bool { return t.dayOf(x) < p.Since })
	slices.SortFunc(posts, func(a, b Post) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	posts = slices.CompactFunc(posts, func(a, b Post) bool { return a.ID == b.ID })
	unread := t.unread(p, posts)
	if len(posts) == 0 && len(unread) > 0 {
		return unread[0].Why
	}
	if there, ok := t.present(p, posts, unread); ok && t.Now() {
		if err := t.deleted(ctx, p, there); err != nil {
			return err
		}
	}
	for _, x := range posts {
		if !t.asked(x.At) {
			continue
		}
		if err := t.post(p, x); err != nil {
			return err
		}
	}
	t.coverPublications(p, unread)
	if t.Now() {
		t.coverPosts(p, unread)
	}
	if len(unread) > 0 {
		t.out.Tell("items_rejected", int64(len(unread)))
		return unreadError(unread)
	}
	return nil
}

func (t *Teller) dayOf(x Post) observation.Date { return observation.DateOf(x.At.In(t.window.Zone)) }

// asked tells whether something of a moment is to be told: the window holds it, or it is being read again. What lies after the
// visit is not there yet: a clock was set back.
func (t *Teller) asked(at time.Time) bool {
	return (t.Now() || at.Before(t.window.End(t.window.Zone))) && !at.After(t.window.Now)
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
func (t *Teller) coverPosts(p Posts, unread []Unread) {
	day := t.Instant()
	for _, metric := range p.Metrics {
		lack, lacking := p.Lacking[metric]
		c := observation.Coverage{Result: observation.OK}
		switch {
		case lacking:
			c = lack.coverage()
		case len(unread) > 0:
			c = lackOfUnread(unread).coverage()
		}
		t.cover(p.Part, metric, observation.Snapshot, observation.Period{From: day, To: day + 1}, c)
	}
}

// stateNone is what the days of visits are remembered under whose answers listed no posts, where several were. What is remembered of
// the posts themselves, under observation.StatePosts, are the days of those that are read again, by their addresses.
const stateNone = "posts_none"

// fewPosts is how many posts may be gone all at once, and noneDays at visits of how many days the answer has to be empty before
// it is believed that more are.
const fewPosts, noneDays = 2, 3

// deleted tells the posts that were there at the last visit and are not any more, and remembers those that are. All that the
// answer lists are compared, also those that lie after a clock that was set back.
func (t *Teller) deleted(ctx context.Context, p Posts, posts []Post) error {
	if p.State == nil || p.Items == nil {
		return nil
	}
	there := map[string]observation.Date{}
	for _, x := range posts {
		there[p.alias(x.ID)] = t.dayOf(x)
	}
	before, known := p.remembered(), 0
	var gone []string
	for alias, day := range before {
		if day <= p.Since { // of the first day only a part may have been asked for
			continue
		}
		if known++; there[alias] == 0 {
			gone = append(gone, alias)
		}
	}
	if err := t.emptied(p, known, len(posts)); err != nil {
		return err
	}
	later, err := t.tellDeleted(ctx, p, gone)
	for _, alias := range later {
		there[alias] = before[alias]
	}
	if text, bad := json.Marshal(there); bad == nil {
		p.State.Set(observation.StatePosts, string(text))
	}
	return err
}

// remembered returns the days of the posts that were there at the last visit. What cannot be read is not known. Before, they were
// remembered by the platform's ids.
func (p Posts) remembered() map[string]observation.Date {
	before, by := map[string]observation.Date{}, map[string]observation.Date{}
	if text, ok := p.State.Get(observation.StatePosts); ok {
		_ = json.Unmarshal([]byte(text), &before)
	}
	for alias, day := range before {
		if !strings.HasPrefix(alias, p.alias("")) {
			alias = p.alias(alias)
		}
		by[alias] = day
	}
	return by
}

// emptied refuses an answer that lists nothing where more than a few posts were: rather the platform has a bad day than the account
// was emptied. When visits of several days found the same, it was. An answer that lists others, and none of them, is right.
func (t *Teller) emptied(p Posts, known, listed int) error {
	text, _ := p.State.Get(stateNone)
	if listed > 0 || known <= fewPosts {
		if text != "" {
			p.State.Set(stateNone, "")
		}
		return nil
	}
	days := strings.Fields(text)
	if today := observation.DateOf(t.window.Now.In(t.window.Zone)).String(); !slices.Contains(days, today) {
		days = append(days, today)
	}
	if len(days) >= noneDays {
		p.State.Set(stateNone, "")
		return nil
	}
	p.State.Set(stateNone, strings.Join(days, " "))
	return bad("the answer lists none of %d posts that were there at the last visit; it is believed when visits of %d days find so", known, noneDays)
}

// tellDeleted tells posts once more as they are known, as deleted. It returns those that are not there yet by the clock of this
// visit: it was set back, and nothing is known of them.
func (t *Teller) tellDeleted(ctx context.Context, p Posts, gone []string) (later []string, err error) {
	if len(gone) == 0 {
		return nil, nil
	}
	slices.Sort(gone)
	items, err := p.Items.Known(ctx, "", gone)
	if err != nil {
		return gone, err
	}
	for _, alias := range gone {
		it, ok := items[alias]
		switch {
		case !ok || slices.Contains(it.Tags, observation.Deleted):
			continue
		case it.At().After(t.window.Now):
			later = append(later, alias)
			continue
		}
		it.Tags = append(slices.Clone(it.Tags), observation.Deleted)
		slices.Sort(it.Tags)
		it.Aliases, it.Version, it.Run = []string{alias}, 0, ""
		if err := t.out.Item(it); err != nil {
			return later, err
		}
	}
	return later, nil
}

// called is the name of an account as texts call people, with all that may stand unseen after the sign and in the name: @name,
// @name@instance, @name.bsky.social.
const called = `@[\pM\p{Cf}.·\x{FFFD}-]*[\pL\pN_][\pL\pM\pN\p{Cf}_.·\x{FFFD}-]*`

var (
	// at are the signs that read as @.
	at = strings.NewReplacer("＠", "@", "﹫", "@")
	// apart is a call that no address of mail can end with: nothing of a name stands before it. A full stop before it makes all
	// followers see what would be a reply: .@name.
	apart = regexp.MustCompile(`(^|[^\pL\pM\pN\p{Cf}_.+])([\p{Cf}.]*)(?:` + called + `)+`)
	// call is one wherever it stands: RT@name, mastodon.example/@name.
	call  = regexp.MustCompile(`(?:` + called + `)+`)
	space = regexp.MustCompile(`\s+`)
)

// withoutPeople returns a text of ours without the names of accounts that it calls; one that holds an address, a telephone number
// or a code of a person loses the lines that do. What an address of mail may end with is a call when it turned out to be none.
func withoutPeople(text string) string {
	text = apart.ReplaceAllString(at.Replace(text), "$1$2@…")
	if collector.Personal(text) != "" {
		lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return collector.Personal(line) != "" })
		if text = strings.Join(lines, "\n"); collector.Personal(text) != "" {
			return ""
		}
	}
	text = call.ReplaceAllString(text, "@…")
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
