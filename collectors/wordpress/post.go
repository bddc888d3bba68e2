package wordpress

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"seuranta/internal/address"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/markup"
	"seuranta/internal/observation"
)

// names are what a post goes by within its channel: with them a post and the entry of a feed become one item.
type names struct {
	own  string // the site and the post's number
	url  string // its canonical address, "" where others share it
	guid string // what the site's feeds call it
	link string // a mark that joins nothing: the site tells this address under a number of its own
}

// called returns what a post goes by. shared are the addresses that several posts have.
func (v *visit) called(p post, shared map[string]int) names {
	host := v.host()
	n := names{own: v.deps.ChannelID + "|wordpress:" + host + "|" + strconv.FormatInt(p.ID, 10)}
	if canonical, err := address.Canonical(p.Link); err == nil && shared[canonical] < 2 && !isHome(canonical) {
		n.url = v.deps.ChannelID + "|url:" + canonical
		n.link = v.deps.ChannelID + "|wordpress-link:" + host + "|" + digest(canonical)
	}
	if guid := strings.TrimSpace(p.GUID.Text); guid != "" && len(guid) <= 500 {
		n.guid = v.deps.ChannelID + "|guid:" + host + "|" + strings.ToValidUTF8(guid, "\uFFFD")
	}
	return n
}

// host is the site's host as aliases of feeds write it.
func (v *visit) host() string {
	u, err := url.Parse(v.deps.BaseURL)
	if err != nil {
		return v.deps.BaseURL
	}
	canonical, _ := address.Canonical("https://" + u.Hostname())
	return strings.TrimPrefix(canonical, "https://")
}

// isHome tells whether an address is that of a whole site, which tells no post from another.
func isHome(canonical string) bool {
	return strings.Count(canonical, "/") == 2 && !strings.Contains(canonical, "?")
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:24]
}

// all lists the names that there are, the surest first.
func (n names) all() []string {
	return slices.DeleteFunc([]string{n.own, n.guid, n.url, n.link}, func(a string) bool { return a == "" })
}

// tell tells the posts of the window as items, and returns the ids of those items. What is to be published is not told yet.
func (v *visit) tell(ctx context.Context, l *listing) (told map[string]bool, err error) {
	posts := slices.DeleteFunc(slices.Clone(l.posts), func(p post) bool { return !v.asksFor(p) })
	shared, all := map[string]int{}, make([]names, len(posts))
	for _, p := range posts {
		canonical, _ := address.Canonical(p.Link)
		shared[canonical]++
	}
	var asked []string
	for i, p := range posts {
		all[i] = v.called(p, shared)
		asked = append(asked, all[i].all()...)
	}
	known, err := v.known(ctx, asked)
	if err == nil {
		err = v.learnTerms(ctx, posts)
	}
	if err != nil {
		return nil, err
	}
	told = map[string]bool{}
	for i, p := range posts {
		it := v.item(p)
		it.ID = all[i].id(known)
		it.Aliases = all[i].all()
		told[it.ID] = true
		_ = v.out.Item(it) // what cannot be stored is counted by the sink
	}
	return told, nil
}

// asksFor tells whether a post is of the window, and published.
func (v *visit) asksFor(p post) bool {
	w := v.window
	return !p.at.Before(w.Start(w.Zone)) && p.at.Before(w.End(w.Zone)) && !p.at.After(w.Now)
}

// mostAsked is how many aliases are asked for at a time.
const mostAsked = 1000

// known returns the items that go by one of the aliases.
func (v *visit) known(ctx context.Context, aliases []string) (map[string]observation.Item, error) {
	out := map[string]observation.Item{}
	for part := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(aliases))), mostAsked) {
		found, err := v.deps.Items.Known(ctx, "", part)
		if err != nil {
			return nil, fmt.Errorf("look up which items are known: %w", err)
		}
		for a, it := range found {
			out[a] = it
		}
	}
	return out, nil
}

// id returns the id of the item that a post is: of the one that is known by its number, by what feeds call it, or by its
// address. A post that stands where another stood before it is not that other. The id of a new item is the one that kind feed
// gives it, so that a feed and this that see it in one moment make one item.
func (n names) id(known map[string]observation.Item) string {
	_, own := known[n.own]
	_, taken := known[n.link]
	other := taken && !own
	for _, a := range []string{n.own, n.guid, n.url} {
		if it, ok := known[a]; ok && !(other && a == n.url) {
			return it.ID
		}
	}
	basis := cmp.Or(n.url, n.guid, n.own)
	if other {
		basis = n.own
	}
	return api.ItemID("\n" + basis)
}

// item makes an item of a post, without its id.
func (v *visit) item(p post) observation.Item {
	it := observation.Item{Kind: "article", PublishedAt: p.at, FirstSeen: v.window.Now, Title: markup.Title(p.Title.Text), URL: p.Link,
		Language: cmp.Or(language(string(p.Lang)), v.config.Language), Text: markup.Text(cmp.Or(p.Content.Text, p.Excerpt.Text), markup.LongestText),
		Tags: markup.Labels(v.labels(p)), State: observation.Valid}
	if resolved, err := address.Resolve(v.deps.BaseURL, p.Link); err == nil {
		it.URL = resolved
	}
	if it.Title == "" {
		it.Title = markup.Shortened(it.Text, markup.LongestLabel)
	}
	return it
}

// language returns the language of a tag like fi-FI or fi_FI, "" for what is none.
func language(tag string) string {
	name, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	if !languageForm.MatchString(name) {
		return ""
	}
	return name
}
