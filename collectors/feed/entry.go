package feed

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"seuranta/internal/address"
	"seuranta/internal/collector/markup"
	"seuranta/internal/observation"
)

// Days beyond which a date is taken for a mistake.
var earliest = time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC)

const furthestAhead = 48 * time.Hour

// entry is one item of a feed as it is told there now.
type entry struct {
	part     string
	position int
	aliases  []string         // each joins it with whatever has it, too
	linked   string           // the mark that its feed links to this address under an id of its own; it joins nothing
	item     observation.Item // without id and first sight
	told     moment           // when it was published; zero when that is not told or absurd
	moved    time.Time        // when it was last changed, if that is told and later
	atHome   bool             // it links to the site that the feed is of, not to somebody else's
	old      bool             // without a date it may be of any day: it was there at the feed's first visit
	content  string           // a hash of what is told of it
	id       string           // of the item that it is, once that is known
	last     string           // the mark of what this feed told of the item at its last good visit, "" if nothing
}

// reader makes entries of a feed's items.
type reader struct {
	role     string
	feed     Feed
	part     string
	base     string // where the feed came from in the end
	home     string // canonical address of the page that the feed is of
	language string // of the feed
	bare     bool   // the feed gives its items no ids
	zone     *time.Location
	now      time.Time
}

// counts are what a visit counts.
type counts struct{ read, rejected, undated int64 }

func (c *counts) add(o counts) {
	c.read, c.rejected, c.undated = c.read+o.read, c.rejected+o.rejected, c.undated+o.undated
}

// entries returns the items of a feed in its order. What has neither address nor id nor title is counted and left out.
func (r reader) entries(f *gofeed.Feed) ([]entry, counts) {
	r.language = cmp.Or(r.feed.Language, languageOf(f.Language))
	if home, err := address.Resolve(r.base, f.Link); err == nil {
		r.home, _ = address.Canonical(home)
	}
	r.bare = !slices.ContainsFunc(f.Items, func(it *gofeed.Item) bool { return strings.TrimSpace(it.GUID) != "" })
	var n counts
	var out []entry
	for i, it := range f.Items {
		n.read++
		e := r.entry(it)
		if len(e.aliases) == 0 {
			n.rejected++
			continue
		}
		if e.told.at.IsZero() {
			n.undated++
		}
		e.position = i
		out = append(out, e)
	}
	tellApart(out)
	for i := range out {
		if len(out[i].aliases) == 0 {
			out[i].aliases = []string{r.nameless(out[i].item, out[i].told)}
		}
	}
	return out, n
}

// entry reads one item. It has no aliases when nothing tells it from others.
func (r reader) entry(it *gofeed.Item) entry {
	e := entry{part: r.part, item: observation.Item{
		Outlet: r.feed.Outlet, Kind: r.kind(it), Title: markup.Title(it.Title), URL: r.url(it), Language: r.languageOf(it),
		Text: r.text(it), Tags: markup.Labels(it.Categories), State: observation.Valid,
	}}
	if r.role == roleMedia {
		e.item.Organisation = observation.Shared
	}
	e.told, e.moved = r.dates(it)
	e.item.PublishedAt = e.told.at
	titled := e.item.Title != ""
	if !titled {
		e.item.Title = markup.Shortened(e.item.Text, markup.LongestLabel)
	}
	e.aliases = r.aliases(e.item.URL, strings.TrimSpace(it.GUID))
	r.addRetold(&e, titled)
	if len(e.aliases) == 0 && titled {
		e.aliases = []string{r.nameless(e.item, e.told)}
	}
	e.atHome = address.Site(e.item.URL) == address.Site(r.feed.URL)
	canonical, _ := address.Canonical(e.item.URL)
	e.content = digest(strings.Join([]string{e.item.Title, canonical, e.item.Language, e.item.Text, strings.Join(e.item.Tags, "\x01")}, "\x00"))
	return e
}

// kind tells films from everything else. What others write is an article whatever it carries along.
func (r reader) kind(it *gofeed.Item) string {
	if r.role == roleMedia {
		return "article"
	}
	if _, ok := it.Extensions["yt"]["videoId"]; ok {
		return "video"
	}
	for _, e := range it.Enclosures {
		if e != nil && strings.HasPrefix(strings.ToLower(e.Type), "video/") {
			return "video"
		}
	}
	return "article"
}

// url returns the absolute address of an item: its link, else its id where that is an address, else the file that it brings.
func (r reader) url(it *gofeed.Item) string {
	for _, ref := range []string{it.Link, first(it.Links)} {
		if u, err := address.Resolve(r.base, ref); err == nil {
			return u
		}
	}
	if _, err := address.Canonical(it.GUID); err == nil {
		u, _ := address.Resolve(it.GUID, it.GUID)
		return u
	}
	for _, e := range it.Enclosures {
		if e == nil {
			continue
		}
		if u, err := address.Resolve(r.base, e.URL); err == nil {
			return u
		}
	}
	return ""
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// text returns what is kept for matching: of our own the whole, of others the ingress only.
func (r reader) text(it *gofeed.Item) string {
	if r.role == roleMedia {
		return markup.Text(it.Description, markup.LongestIngress)
	}
	return markup.Text(cmp.Or(it.Content, it.Description), markup.LongestText)
}

func (r reader) languageOf(it *gofeed.Item) string {
	if r.feed.Language == "" && it.DublinCoreExt != nil {
		if own := languageOf(first(it.DublinCoreExt.Language)); own != "" {
			return own
		}
	}
	return r.language
}

// languageOf returns the language of a tag like fi-FI.
func languageOf(tag string) string {
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	name, _, _ = strings.Cut(name, "_")
	if !languageForm.MatchString(name) {
		return ""
	}
	return name
}

// dates returns when an item was published, and when it was changed if that is later. A date that cannot be read or that is
// absurd is none.
func (r reader) dates(it *gofeed.Item) (published moment, moved time.Time) {
	issued := it.Extensions["dcterms"]["issued"]
	if len(issued) == 0 {
		issued = append(issued, it.Extensions["dcterms"]["created"]...)
	}
	texts := []string{it.Published, it.Updated}
	for _, e := range issued {
		texts = append(texts, e.Value)
	}
	for _, text := range texts {
		if m, ok := parseDate(text, r.zone); ok && r.sane(m.at) {
			published = m
			break
		}
	}
	if m, ok := parseDate(it.Updated, r.zone); ok && r.sane(m.at) && m.at.After(published.at) {
		moved = m.at
	}
	return published, moved
}

func (r reader) sane(at time.Time) bool {
	return !at.Before(earliest) && !at.After(r.now.Add(furthestAhead))
}
