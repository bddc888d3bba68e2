package observation

import "time"

// Item is a thing published or found: a post, an article, a letter, a video. Its id is opaque and fixed at first sight; its
// addresses may be learned to be better written later without changing it.
type Item struct {
	ID           string    `json:"id"`
	Organisation string    `json:"organisation"` // Shared for what no single organisation owns
	Source       string    `json:"source"`
	Channel      string    `json:"channel"` // ours, or "" when Outlet tells where it stood
	Outlet       string    `json:"outlet"`
	Kind         string    `json:"kind"`
	PublishedAt  time.Time `json:"published_at"` // as told; zero when the source tells none
	FirstSeen    time.Time `json:"first_seen"`
	Title        string    `json:"title"`
	URL          string    `json:"url"`
	Language     string    `json:"language"`
	Text         string    `json:"text"` // our own: whole; others': title and ingress only
	State        State     `json:"state"`
	Version      Version   `json:"version"`
	Run          string    `json:"run"`
}

// Shared is the reserved organisation of articles and of the runs of shared feeds: one article is one, whoever it concerns.
const Shared = "_shared"

// ItemKinds lists what an item may be.
func ItemKinds() []string {
	return []string{"post", "article", "video", "issue", "page", "media", "appearance", "training", "network"}
}
