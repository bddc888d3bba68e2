package observation

import (
	"slices"
	"time"
)

// Item is a thing published or found: a post, an article, a letter, a video, an appearance. Its id is opaque and fixed at
// first sight; the addresses that it is known by are aliases, which may be learned to be better written later without
// changing it.
type Item struct {
	ID           string    `json:"id"`
	Organisation string    `json:"organisation"` // Shared for what no single organisation owns
	Source       string    `json:"source"`       // the one that saw it first
	Channel      string    `json:"channel"`      // ours, or "" when Outlet tells where it stood
	Outlet       string    `json:"outlet"`
	Kind         string    `json:"kind"`         // one of ItemKinds
	PublishedAt  time.Time `json:"published_at"` // as first told; zero when the source tells none, and FirstSeen counts
	FirstSeen    time.Time `json:"first_seen"`
	Title        string    `json:"title"`
	URL          string    `json:"url"` // as told; aliases carry the canonical form
	Language     string    `json:"language"`
	Text         string    `json:"text"`     // our own: whole; others': title and ingress only
	Tags         []string  `json:"tags"`     // as its source tells them, sorted: categories, labels
	Projects     []string  `json:"projects"` // that it was typed for, sorted
	Note         string    `json:"note,omitempty"`
	By           string    `json:"by,omitempty"` // the role that typed it, never a person
	State        State     `json:"state"`
	Version      Version   `json:"version"`
	Run          string    `json:"run"`

	// Aliases are the addresses that it goes by: "url:" and a canonical address, "guid:" and what a feed calls it. Those
	// of a feed of our own begin with the channel and "|": what stands in two channels is two items. They are told with an item
	// and stored beside it; items that are read carry none.
	Aliases []string `json:"aliases,omitempty"`
}

// Shared is the reserved organisation of articles and of the runs of shared feeds: one article is one, whoever it concerns.
const Shared = "_shared"

// Deleted is the tag of an item that is no longer to be seen where it was published: it stays a publication, with what it had come
// to.
const Deleted = "deleted"

// ItemKinds lists what an item may be.
func ItemKinds() []string {
	return []string{"post", "article", "video", "issue", "page", "media", "appearance", "training", "network"}
}

// At returns the moment that an item is counted at: when it was published, as first told, else when it was first seen.
func (i Item) At() time.Time {
	if i.PublishedAt.IsZero() {
		return i.FirstSeen
	}
	return i.PublishedAt
}

// SameItem tells whether i says of its thing just what j says.
func (i Item) SameItem(j Item) bool {
	return i.Organisation == j.Organisation && i.ID == j.ID && i.Source == j.Source && i.Channel == j.Channel && i.Outlet == j.Outlet &&
		i.Kind == j.Kind && i.PublishedAt.Equal(j.PublishedAt) && i.FirstSeen.Equal(j.FirstSeen) && i.Title == j.Title && i.URL == j.URL &&
		i.Language == j.Language && i.Text == j.Text && slices.Equal(i.Tags, j.Tags) && slices.Equal(i.Projects, j.Projects) &&
		i.Note == j.Note && i.By == j.By && i.valid() == j.valid()
}

func (i Item) valid() bool { return i.State != Withdrawn }

// Alias is one address of an item. The first item that takes an address keeps it.
type Alias struct {
	Organisation string  `json:"organisation"`
	Alias        string  `json:"alias"`
	Item         string  `json:"item"`
	Version      Version `json:"version"`
	Run          string  `json:"run"`
}

// ItemSelection asks a store for items. Empty Channels and Kinds select all; no organisation selects nothing.
type ItemSelection struct {
	Organisations []string
	Channels      []string
	Kinds         []string
	Span                    // counted at (Item.At) a moment in it
	AsOf          time.Time // what was committed before this moment; zero: what is known now
}
