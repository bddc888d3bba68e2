package feed

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// memory is what a feed's last visits left behind. It changes at every visit, so it is small.
type memory struct {
	Of       string    `json:"of,omitempty"`       // what its items were told for: our channel, or media
	URL      string    `json:"url"`                // the name of the feed's address, which ETag and Modified belong to
	ETag     string    `json:"etag,omitempty"`     // of the last good answer
	Modified string    `json:"modified,omitempty"` // of the last good answer
	Measured []stretch `json:"measured"`           // nothing can have been missed in these, oldest first; the last is the chain that goes on
	Had      bool      `json:"had"`                // it held items at some time
	Newest   int64     `json:"newest,omitempty"`   // the date of its newest item
	Rhythm   int64     `json:"rhythm,omitempty"`   // the longest time between two of its items, where there are enough of them
	Until    int64     `json:"until,omitempty"`    // the server wants to be left alone until then
}

// stretch is a half-open run of seconds since 1970.
type stretch struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// contents is what the last good answer held. It changes only when the feed does.
type contents struct {
	Items []string `json:"items"` // the beginning of each item's id, a colon and a mark of what was told of it; the newest first
	Days  []int32  `json:"days"`  // days that have items, of the days that anybody may still ask for
}

// Bounds of what is remembered.
const (
	mostRemembered = 2000                // items
	mostStretches  = 50                  // measured stretches
	daysRemembered = 500                 // more than a source is asked for by itself
	always         = -62_135_596_800 + 1 // the year 1, before anything was measured
)

// remembered returns the memory of a feed, empty when there is none. A feed that keeps its part at another address is held
// to be the same; only whether it has changed cannot be asked there. What was told for another role or channel measured
// nothing here: only when the server may be asked again is still known of it.
func remembered(state collector.State, f Feed, of string) (memory, contents) {
	var m memory
	var c contents
	read(state, "feed:"+f.part(), &m)
	read(state, "items:"+f.part(), &c)
	if m.Of != "" && m.Of != of {
		m, c = memory{URL: m.URL, Until: m.Until}, contents{}
	}
	m.Of = of
	if url := f.name(); m.URL != url {
		if hostOf(m.URL) != hostOf(url) {
			m.Until = 0 // another server asked to be left alone
		}
		m.URL, m.ETag, m.Modified = url, "", ""
	}
	return m, c
}

// hostOf returns the server of a feed's name.
func hostOf(name string) string {
	host, _, _ := strings.Cut(name, "/")
	return host
}

// read reads what is remembered under a key; what cannot be read counts as forgotten.
func read[T any](state collector.State, key string, into *T) {
	text, ok := state.Get(key)
	if ok && json.Unmarshal([]byte(text), into) != nil {
		*into = *new(T)
	}
}

// save remembers what a visit left behind.
func (v *visit) save(state collector.State) {
	v.stock.save(state, v.part)
	for key, value := range map[string]any{"feed:" + v.part: v.memory, "items:" + v.part: v.contents} {
		if text, err := json.Marshal(value); err == nil {
			state.Set(key, string(text))
		}
	}
}

// idMark is as much of an id as is remembered; mark is as much of a content.
func idMark(id string) string    { return id[:min(len(id), 12)] }
func mark(content string) string { return content[:min(len(content), 8)] }

// told returns the marks of what was told of each item at the last good visit.
func (c contents) told() map[string]string {
	out := make(map[string]string, len(c.Items))
	for _, it := range c.Items {
		id, content, _ := strings.Cut(it, ":")
		out[id] = content
	}
	return out
}

// newerHalf returns the marks of the ids in the newer half of the last good answer. In a list that new items push old ones
// out of, these go last; an item that is pinned to the list for ever is not among them.
func (c contents) newerHalf() map[string]bool {
	out := map[string]bool{}
	for _, it := range c.Items[:(len(c.Items)+1)/2] {
		id, _, _ := strings.Cut(it, ":")
		out[id] = true
	}
	return out
}

// compare notes in the entries of a visit what their feed told of them last time.
func (v *visit) compare() {
	told := v.contents.told()
	for i := range v.entries {
		v.entries[i].last = told[idMark(v.entries[i].id)]
	}
}

// hold replaces the contents by what the feed holds now.
func (c *contents) hold(sorted []*entry, zone *time.Location, now time.Time) {
	c.Items = nil
	seen := map[string]bool{}
	today := observation.DateOf(now.In(zone))
	days := slices.Clone(c.Days)
	for _, e := range sorted {
		if at := e.item.At(); !at.IsZero() {
			days = append(days, int32(observation.DateOf(at.In(zone))))
		}
		if id := idMark(e.id); !seen[id] && len(c.Items) < mostRemembered {
			seen[id] = true
			c.Items = append(c.Items, id+":"+mark(e.content))
		}
	}
	slices.Sort(days)
	days = slices.DeleteFunc(slices.Compact(days), func(d int32) bool { return d < int32(today)-daysRemembered })
	c.Days = days
}
