package feed

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

// item is an item of a feed; what is "" is left out.
func item(title, link, guid string, published time.Time) string {
	out := "<item>"
	for _, e := range [][2]string{{"title", title}, {"link", strings.ReplaceAll(link, "&", "&amp;")}, {"guid", guid}} {
		if e[1] != "" {
			out += "<" + e[0] + ">" + e[1] + "</" + e[0] + ">"
		}
	}
	if !published.IsZero() {
		out += "<pubDate>" + published.Format(time.RFC1123Z) + "</pubDate>"
	}
	return out + "</item>"
}

// TestOneArticleIsOneItem: visits to a feed whose items changed in some way, and how many items that makes.
func TestOneArticleIsOneItem(t *testing.T) {
	s, now := newSite(t), at(t, "2026-11-22 06:00")
	when := at(t, "2026-11-21 09:00")
	for name, c := range map[string]struct {
		first, second string
		items         int
	}{
		"same id, new link":         {item("A", "https://example.fi/a", "id-1", when), item("A", "https://example.fi/a-uusi", "id-1", when), 1},
		"same link, new id":         {item("A", "https://example.fi/a", "id-1", when), item("A", "https://example.fi/a", "id-2", when), 1},
		"marks of a campaign":       {item("A", "https://example.fi/a?utm_source=rss", "", when), item("A", "http://www.example.fi/a/?utm_source=x&fbclid=y", "", when), 1},
		"wrapped by Bing":           {item("A", "http://www.bing.com/news/apiclick.aspx?tid=1&url=https%3a%2f%2fexample.fi%2fa", "", when), item("A", "http://www.bing.com/news/apiclick.aspx?tid=2&url=https%3a%2f%2fexample.fi%2fa", "", when), 1},
		"the outlet's id stays":     {item("A", "https://www.hs.fi/suomi/art-2000010123456.html", "1", when), item("B", "https://www.hs.fi/talous/art-2000010123456.html", "2", when), 1},
		"another article":           {item("A", "https://example.fi/a", "id-1", when), item("B", "https://example.fi/b", "id-2", when), 2},
		"another page of a script":  {item("A", "https://example.fi/?p=1", "", when), item("B", "https://example.fi/?p=2", "", when), 2},
		"the link is the home page": {item("A", "https://example.fi/", "id-1", when), item("B", "https://example.fi/", "id-2", when), 2},
		"only a title":              {item("A", "", "", when), item("A", "", "", when), 1},
		"only another title":        {item("A", "", "", when), item("B", "", "", when), 2},
		"numbers as ids":            {item("A", "https://example.fi/a", "17", when), item("A", "https://example.fi/b", "17", when), 1},
		"an episode, one link":      {item("A", "https://example.fi/pod", "id-1", when), item("B", "https://example.fi/pod", "id-2", when.Add(time.Hour)), 2},
		"episodes, then the first":  {item("A", "https://example.fi/pod", "id-1", when) + item("B", "https://example.fi/pod", "id-2", when.Add(time.Hour)), item("A2", "https://example.fi/pod", "id-1", when), 2},
		"the first, then a second":  {item("A", "https://example.fi/pod", "id-1", when), item("A", "https://example.fi/pod", "id-1", when) + item("B", "https://example.fi/pod", "id-2", when.Add(time.Hour)), 2},
		"a link lost its id":        {item("A", "https://example.fi/a", "id-1", when), item("B", "https://example.fi/a", "", when), 1},
		"twice with two ids":        {item("A", "https://example.fi/a", "id-1", when), item("A", "https://example.fi/a", "id-1", when) + item("A", "https://example.fi/a", "id-2", when), 1},
		"no ids, new link":          {item("A", "https://example.fi/a", "", when), item("A", "https://example.fi/uusi/a", "", when), 1},
		"no ids, another date":      {item("A", "https://example.fi/a", "", when), item("A", "https://example.fi/b", "", when.Add(time.Second)), 2},
		"no ids, both at once":      {item("A", "https://example.fi/a", "", when), item("A", "https://example.fi/a", "", when) + item("A", "https://example.fi/b", "", when), 2},
		"another id and link":       {item("A", "https://example.fi/a", "id-1", when), item("A", "https://example.fi/b", "id-2", when), 2},
		"a relative link":           {item("A", "/a", "", when), item("A", s.URL+"/a", "", when), 1},
	} {
		d := newDesk()
		for _, text := range []string{c.first, c.second, c.second} {
			s.serve("/a", feedOf(text))
			if _, err := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", now)); err != nil {
				t.Fatal(name, err)
			}
		}
		if len(d.items) != c.items {
			t.Errorf("%s: %d items, want %d: %v", name, len(d.items), c.items, d.titles())
		}
	}
}

// TestTheSurestAliasTells: an entry is the item that its id is of, or its address where it has none, even when another of its
// aliases is of an item that was seen before.
func TestTheSurestAliasTells(t *testing.T) {
	when := at(t, "2026-11-21 09:00")
	for name, c := range map[string]struct {
		feeds []string
		want  string // an alias of the item that the last feed tells
	}{
		"the link of another": {[]string{item("A", "https://example.fi/a", "id-1", when),
			item("A", "https://example.fi/a", "id-1", when) + item("B", "https://example.fi/b", "id-2", when), item("B", "https://example.fi/a", "id-2", when)}, "url:https://example.fi/b"},
		"title and date of another": {[]string{item("A", "https://example.fi/a", "", when),
			item("A", "https://example.fi/a", "", when) + item("A", "https://example.fi/b", "", when), item("A", "https://example.fi/b", "", when)}, "url:https://example.fi/b"},
		"another id, all the same": {[]string{item("A", "https://example.fi/a", "id-1", when), item("B", "https://example.fi/a", "id-3", when), item("A", "https://example.fi/a", "id-2", when)}, "guid:127.0.0.1|id-1"},
	} {
		s, d, now := newSite(t), newDesk(), at(t, "2026-11-22 06:00")
		var last []observation.Item
		for _, text := range c.feeds {
			now = now.Add(time.Hour)
			s.serve("/a", feedOf(text))
			rec, err := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", now))
			if err != nil {
				t.Fatal(name, err)
			}
			last = rec.Items
		}
		if len(last) != 1 || last[0].ID != d.holder[c.want] || len(d.items) != 2 {
			t.Errorf("%s: told is %+v of %d items, want that of %s", name, last, len(d.items), c.want)
		}
	}
}

// TestDistinctItemsStayDistinct: addresses and ids that many items of a feed share do not make them one.
func TestDistinctItemsStayDistinct(t *testing.T) {
	s, now, when := newSite(t), at(t, "2026-11-22 06:00"), at(t, "2026-11-21 09:00")
	for name, c := range map[string]struct {
		link, guid func(i int) string
		want       int
	}{
		"all link to one page":        {func(int) string { return "https://example.fi/uutiset" }, func(i int) string { return fmt.Sprint("id-", i) }, 5},
		"all have one id":             {func(i int) string { return fmt.Sprint("https://example.fi/", i) }, func(int) string { return "id" }, 5},
		"all link to one, without id": {func(int) string { return "https://example.fi/uutiset" }, func(int) string { return "" }, 5},
		"entries of a live page":      {func(i int) string { return fmt.Sprint("https://example.fi/live#", i) }, func(i int) string { return fmt.Sprint("https://example.fi/live#", i) }, 5},
	} {
		d := newDesk()
		var items []string
		for i := range 5 {
			items = append(items, item(fmt.Sprint("Uutinen ", i), c.link(i), c.guid(i), when.Add(-time.Duration(i)*time.Minute)))
		}
		s.serve("/a", feedOf(items...))
		for range 2 {
			if _, err := collect(t, s.source(d, now, roleMedia, "/a"), d, window(t, "2026-11-21", "2026-11-21", now)); err != nil {
				t.Fatal(name, err)
			}
		}
		if len(d.items) != c.want {
			t.Errorf("%s: %d items, want %d: %v", name, len(d.items), c.want, d.titles())
		}
	}
}

// TestOrderOfFeedsDoesNotMatter: one article in several feeds is one item, the same whatever order they are listed in.
func TestOrderOfFeedsDoesNotMatter(t *testing.T) {
	s, now, when := newSite(t), at(t, "2026-11-22 06:00"), at(t, "2026-11-21 09:00")
	s.serve("/a", feedOf(item("Ensin", "https://example.fi/a", "a-1", when), item("Vain a", "https://example.fi/x", "x", when.Add(-time.Hour))))
	s.serve("/b", feedOf(item("Toisin", "https://m.example.fi/a?utm_source=b", "b-1", when.Add(-time.Minute))))
	s.serve("/c", feedOf(item("Kolmas", "https://example.fi/c", "b-1", when)))
	var told [][]observation.Item
	for _, order := range [][]string{{"/a", "/b", "/c"}, {"/c", "/b", "/a"}, {"/b", "/a", "/c"}} {
		d := newDesk()
		rec, err := collect(t, s.source(d, now, roleMedia, order...), d, window(t, "2026-11-21", "2026-11-21", now))
		if err != nil || rec.Counts["items_doubled"] != 2 {
			t.Errorf("%v, counts %v", err, rec.Counts)
		}
		told = append(told, rec.Items)
	}
	if d := cmp.Diff(told[0], told[1]) + cmp.Diff(told[0], told[2]); d != "" || len(told[0]) != 2 {
		t.Errorf("%d items:\n%s", len(told[0]), d)
	}
	i := slices.IndexFunc(told[0], func(it observation.Item) bool { return it.Title == "Ensin" })
	if i < 0 || !told[0][i].PublishedAt.Equal(when) || len(told[0][i].Aliases) != 10 {
		t.Errorf("it is not one item with all its aliases: %+v", told[0])
	}
}

// TestThePaperItselfTellsItsArticle: where several feeds have an article, that of its own site says what it is called and
// whose it is.
func TestThePaperItselfTellsItsArticle(t *testing.T) {
	s, now, when := newSite(t), at(t, "2026-11-22 06:00"), at(t, "2026-11-21 09:00")
	s.serve("/a", feedOf(item("Lainattu", "https://example.fi/a", "x-1", when)))
	s.serve("/b", feedOf(item("Oma", strings.Replace(s.URL, "http:", "https:", 1)+"/a", "y-1", when.Add(time.Hour)), item("Oma 2", "https://example.fi/a", "y-1", when.Add(time.Hour))))
	d := newDesk()
	if _, err := collect(t, s.source(d, now, roleMedia, "/a", "/b"), d, window(t, "2026-11-21", "2026-11-21", now)); err != nil {
		t.Fatal(err)
	}
	for _, it := range d.items {
		if len(d.items) != 1 || it.Title != "Oma" || !it.PublishedAt.Equal(when.Add(time.Hour)) {
			t.Errorf("%d items, %+v", len(d.items), it)
		}
	}
}

// TestAnUnchangedFeedWritesNothing: also when two feeds word one article differently and only one of them changes.
func TestAnUnchangedFeedWritesNothing(t *testing.T) {
	s, d, when := newSite(t), newDesk(), at(t, "2026-11-21 09:00")
	now := at(t, "2026-11-22 06:00")
	s.serve("/a", feedOf(item("Ensin", "https://example.fi/a", "a-1", when), item("Ilman", "https://example.fi/b", "", when)))
	s.serve("/b", feedOf(item("Toisin", "https://example.fi/a", "b-1", when)))
	visit := func(paths ...string) (fresh, changed int, said []string) {
		now = now.Add(15 * time.Minute)
		before := newDesk()
		for id, it := range d.items {
			before.items[id] = it
		}
		rec, err := collect(t, s.source(d, now, roleMedia, paths...), d, window(t, "2026-11-20", "2026-11-21", now))
		if err != nil {
			t.Fatal(err)
		}
		fresh, changed = before.keep(rec.Items)
		return fresh, changed, append(covered(rec, "a"), covered(rec, "b")...)
	}
	if fresh, _, _ := visit("/a", "/b"); fresh != 2 {
		t.Errorf("%d new items", fresh)
	}
	_, _, said := visit("/a", "/b")
	for i, paths := range [][]string{{"/a", "/b"}, {"/b", "/a"}, {"/a", "/b"}} {
		fresh, changed, again := visit(paths...)
		if fresh+changed > 0 || !slices.Equal(said, again) {
			t.Errorf("visit %d: %d new, %d changed; said %v, before %v", i, fresh, changed, again, said)
		}
	}
	status304 := s.feeds["/a"]
	s.feeds["/a"] = nil
	if fresh, changed, _ := visitOf(t, s, d, now.Add(time.Hour), "/b"); fresh+changed > 0 {
		t.Errorf("with one of the feeds alone %d are new and %d changed", fresh, changed)
	}
	s.feeds["/a"] = status304
	s.serve("/b", feedOf(item("Uusi otsikko", "https://example.fi/a", "b-1", when.Add(5*time.Hour))))
	if fresh, changed, _ := visit("/a", "/b"); fresh != 0 || changed != 1 {
		t.Errorf("after a new title %d are new and %d changed", fresh, changed)
	}
	if got := d.titles(); !slices.Equal(got, []string{"Ilman", "Uusi otsikko"}) {
		t.Errorf("titles %v", got)
	}
	for _, it := range d.items {
		if !it.PublishedAt.IsZero() && !it.PublishedAt.Equal(when) {
			t.Errorf("the date told first did not stay: %s", it.PublishedAt)
		}
	}
	if fresh, changed, _ := visit("/a", "/b"); fresh+changed > 0 {
		t.Errorf("and then %d are new and %d changed", fresh, changed)
	}
}

func visitOf(t *testing.T, s *site, d *desk, now time.Time, paths ...string) (fresh, changed int, said []string) {
	t.Helper()
	before := newDesk()
	for id, it := range d.items {
		before.items[id] = it
	}
	rec, err := collect(t, s.source(d, now, roleMedia, paths...), d, window(t, "2026-11-20", "2026-11-21", now))
	if err != nil {
		t.Fatal(err)
	}
	fresh, changed = before.keep(rec.Items)
	return fresh, changed, covered(rec, "b")
}

// TestAnotherSourceDoesNotTakeAnItemOver: what was seen by one source first stays its own when another finds it, too.
func TestAnotherSourceDoesNotTakeAnItemOver(t *testing.T) {
	s, d, now, when := newSite(t), newDesk(), at(t, "2026-11-22 06:00"), at(t, "2026-11-21 09:00")
	s.serve("/a", feedOf(item("Ensin", "https://example.fi/a", "a-1", when)))
	s.serve("/b", feedOf(item("Toisin", "https://example.fi/a", "b-1", when)))
	if fresh, _, _ := visitOf(t, s, d, now, "/a"); fresh != 1 {
		t.Fatal("nothing is told")
	}
	other := *d
	other.states = map[string]string{}
	if fresh, changed, _ := visitOf(t, s, &other, now.Add(time.Minute), "/b"); fresh+changed > 0 {
		t.Errorf("the other source finds %d new, %d changed", fresh, changed)
	}
	if len(d.holder) != 7 {
		t.Errorf("its aliases are not learned: %v", d.holder)
	}
}

// TestRoles: our own is kept whole and stands in the channel, of others only the ingress, under the shared organisation;
// nobody's name is kept.
func TestRoles(t *testing.T) {
	s, now := newSite(t), at(t, "2026-11-22 06:00")
	s.serve("/a", `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>x</title><language>fi-FI</language><managingEditor>paatoimittaja@example.fi (Pertti Päätoimittaja)</managingEditor>
		<item><title>A</title><link>https://example.fi/a</link><author>anna@example.fi (Anna Kirjoittaja)</author><dc:creator>Bertta Kirjoittaja</dc:creator><category>velka</category><pubDate>21.11.2026 klo 9.00</pubDate>
		<description>&lt;p&gt;Ingressi &lt;b&gt;tässä&lt;/b&gt;.&lt;/p&gt;</description><content:encoded><![CDATA[<p>Koko teksti.</p>]]></content:encoded>
		<enclosure url="https://example.fi/a.mp4" type="video/mp4" length="1"/></item></channel></rss>`)
	for role, want := range map[string]observation.Item{
		roleOwn:   {Kind: "video", Text: "Koko teksti."},
		roleMedia: {Kind: "article", Text: "Ingressi tässä.", Outlet: "Lehti", Organisation: observation.Shared},
	} {
		d := newDesk()
		rec, err := collect(t, s.source(d, now, role, "/a"), d, window(t, "2026-11-21", "2026-11-21", now))
		if err != nil || len(rec.Items) != 1 {
			t.Fatal(rec.Items, err)
		}
		scope := map[string]string{roleOwn: "kotisivut|"}[role]
		if !slices.Contains(rec.Items[0].Aliases, scope+"url:https://example.fi/a") {
			t.Errorf("%s: it goes by %q", role, rec.Items[0].Aliases)
		}
		want.ID, want.Aliases, want.Title, want.URL, want.Language, want.Tags = rec.Items[0].ID, rec.Items[0].Aliases, "A", "https://example.fi/a", "fi", []string{"velka"}
		want.PublishedAt = at(t, "2026-11-21 09:00").UTC()
		want.FirstSeen, want.State = now.UTC(), observation.Valid
		if d := cmp.Diff(want, rec.Items[0]); d != "" {
			t.Errorf("%s (-want +got):\n%s", role, d)
		}
		if len(want.ID) != 24 || strings.Contains(fmt.Sprintf("%+v%v", rec, d.states), "irjoittaja") {
			t.Errorf("%s: a name or no id of 24 digits in %+v", role, rec)
		}
	}
}
