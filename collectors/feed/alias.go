package feed

import (
	"slices"
	"strings"

	"seuranta/internal/address"
	"seuranta/internal/observation"
)

// The kinds of alias, by what they begin with.
const (
	ofArticle = "article:" // the outlet's own id of the article
	ofGUID    = "guid:"    // the feed's id
	ofURL     = "url:"     // the canonical address
	ofSame    = "same:"    // address, title and date of an item with an id, within one feed: its id may change
	ofDated   = "dated:"   // title and date of an item without one, within one feed: its address may change
	ofTitle   = "title:"   // title and date of an item that has nothing else
	ofLink    = "link:"    // a mark that joins nothing: this feed tells an address under an id of its own
)

// strength are the kinds that join, the surest first. By the surest that is known it is told which item an entry is.
func strength() []string { return []string{ofArticle, ofGUID, ofSame, ofURL, ofDated, ofTitle} }

// aliases returns what an item is known by: the outlet's id of the article, its address, the feed's id.
func (r reader) aliases(url, guid string) []string {
	var out []string
	if id, ok := address.Article(url); ok {
		out = append(out, ofArticle+id)
	}
	if canonical, err := address.Canonical(url); err == nil && !r.isHome(canonical) {
		out = append(out, ofURL+canonical)
	}
	if guid != "" {
		out = append(out, ofGUID+r.scope(guid)+"|"+bounded(guid))
	}
	return out
}

// addRetold adds what an item is known by when its feed gives it another id, or another address.
func (r reader) addRetold(e *entry, titled bool) {
	url, linked := e.alias(ofURL)
	if !linked {
		return
	}
	title := e.item.Title + "\x00" + e.told.at.String()
	switch _, hasID := e.alias(ofGUID); {
	case hasID:
		e.linked = ofLink + r.part + "|" + digest(url)[:24]
		e.aliases = append(e.aliases, ofSame+r.part+"|"+digest(url + "\x00" + title)[:24])
	case r.bare && titled && !e.told.at.IsZero():
		e.aliases = append(e.aliases, ofDated+r.part+"|"+digest(title)[:24])
	}
}

// alias returns the entry's alias of a kind.
func (e *entry) alias(kind string) (string, bool) {
	for _, a := range e.aliases {
		if strings.HasPrefix(a, kind) {
			return a, true
		}
	}
	return "", false
}

// drop takes the aliases of some kinds away.
func (e *entry) drop(kinds ...string) {
	e.aliases = slices.DeleteFunc(e.aliases, func(a string) bool {
		return slices.ContainsFunc(kinds, func(kind string) bool { return strings.HasPrefix(a, kind) })
	})
}

// isHome tells whether an address is that of a whole site, which tells no item from another.
func (r reader) isHome(canonical string) bool {
	return canonical == r.home || strings.Count(canonical, "/") == 2 && !strings.Contains(canonical, "?")
}

// scope is within what a feed's ids are ids: on its host, or in the feed alone where they are bare numbers.
func (r reader) scope(guid string) string {
	if number.MatchString(guid) {
		return r.part
	}
	return r.feed.host()
}

// nameless is the alias of an item that has no other: its title and date.
func (r reader) nameless(it observation.Item, told moment) string {
	return ofTitle + r.feed.host() + "|" + digest(it.Title + "\x00" + told.at.String())[:24]
}

// bounded keeps an id as it is, or its hash where it is very long.
func bounded(guid string) string {
	const longest = 500
	if len(guid) > longest {
		return "sha256:" + digest(guid)
	}
	return strings.ToValidUTF8(guid, "\uFFFD")
}

// tellApart leaves to the entries of one answer only those aliases that tell one item from another.
func tellApart(all []entry) {
	dropShared(all)
	for i := range all {
		e := &all[i]
		if _, hasID := e.alias(ofGUID); !hasID {
			e.drop(ofSame)
		}
		if _, linked := e.alias(ofURL); !linked {
			e.drop(ofDated)
		}
	}
	dropWhere(all, ofURL, ofGUID, ofSame)
	dropWhere(all, ofDated, ofURL, ofURL)
}

// dropWhere takes an alias of a kind away from entries that share it and yet differ in two other aliases: a link that
// several ids have is no identity, unless their titles and dates are the same, too.
func dropWhere(all []entry, kind, one, other string) {
	ones, others := differing(all, kind, one), differing(all, kind, other)
	for i := range all {
		shared, has := all[i].alias(kind)
		if _, concerned := all[i].alias(one); has && concerned && ones[shared] && others[shared] {
			all[i].drop(kind)
		}
	}
}

// differing tells of each alias of a kind whether entries that share it differ in another one.
func differing(all []entry, kind, in string) map[string]bool {
	first, out := map[string]string{}, map[string]bool{}
	for i := range all {
		shared, has := all[i].alias(kind)
		a, too := all[i].alias(in)
		if !has || !too {
			continue
		}
		if first[shared] == "" {
			first[shared] = a
		}
		out[shared] = out[shared] || first[shared] != a
	}
	return out
}

// dropShared takes away the aliases that three or more items of different titles share: an address of a page with many
// entries, an id that is always the same. Two may be one article whose title was changed.
func dropShared(all []entry) {
	titles := map[string][]string{}
	for _, e := range all {
		for _, a := range e.aliases {
			if !slices.Contains(titles[a], e.item.Title) && len(titles[a]) < 3 {
				titles[a] = append(titles[a], e.item.Title)
			}
		}
	}
	for i := range all {
		all[i].aliases = slices.DeleteFunc(all[i].aliases, func(a string) bool {
			return len(titles[a]) >= 3 && !strings.HasPrefix(a, ofArticle)
		})
	}
}

// settle takes away what would join the entry with other items than the one that its surest alias is known by. A new id that
// links where its feed linked under another one is a new item.
func (e *entry) settle(known map[string]observation.Item) {
	if e.isOther(known) {
		e.drop(ofURL)
	}
	for _, kind := range strength() {
		a, _ := e.alias(kind)
		it, have := known[a]
		if !have {
			continue
		}
		e.aliases = slices.DeleteFunc(e.aliases, func(a string) bool {
			other, have := known[a]
			return have && other.ID != it.ID
		})
		return
	}
}

// isOther tells whether the feed told the entry's link before, under another id. Where title and date are the same, too, that
// joins it all the same.
func (e *entry) isOther(known map[string]observation.Item) bool {
	id, hasID := e.alias(ofGUID)
	_, linkKnown := known[e.linked]
	_, idKnown := known[id]
	return hasID && linkKnown && !idKnown
}
