package sheet

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// Items is where, in a table with a row for each post, it stands which post that is: heads of columns, but for Kind.
type Items struct {
	ID        string `yaml:"id" doc:"head of what the platform calls a post by, as Post ID; id or url is needed"`
	URL       string `yaml:"url" doc:"head of the address of a post, as Permalink"`
	Title     string `yaml:"title" doc:"head of the title of a post"`
	Text      string `yaml:"text" doc:"head of the text of a post"`
	Published string `yaml:"published" doc:"head of when a post was published; needed"`
	Type      string `yaml:"type" doc:"head of the form of a post; what is called a video or a reel there is one"`
	Kind      string `yaml:"kind" doc:"post or video: what all of them are, in place of type"`
}

// isItem is a column that says which post a row is about.
const isItem = "post:"

// columns are the heads with what stands under them.
func (i Items) columns() map[string]meaning {
	out := map[string]meaning{i.Published: {what: isDate}}
	for name, head := range map[string]string{"id": i.ID, "url": i.URL, "title": i.Title, "text": i.Text, "type": i.Type} {
		out[head] = meaning{isItem, name}
	}
	delete(out, "")
	return out
}

// names tells whether a head says something of a post.
func (i Items) names(head string) bool {
	for own := range i.columns() {
		if plain(own) == plain(head) {
			return true
		}
	}
	return false
}

// lists tells whether the rows are posts.
func (c *Config) lists() bool { return c.Items != Items{} }

// headed returns what stands under each head that the configuration names.
func (c *Config) headed() map[string]meaning {
	out := map[string]meaning{}
	for head, text := range c.Columns {
		out[head], _ = parseMeaning(text)
	}
	maps.Copy(out, c.Items.columns())
	return out
}

// validateItems checks what says which post a row is about, and that the numbers are those of posts.
func (c *Config) validateItems() []collector.Fault {
	var out []collector.Fault
	fault := func(wrong bool, key, entry, message string) {
		if wrong {
			out = append(out, collector.Fault{Key: key, Entry: entry, Message: message})
		}
	}
	i := c.Items
	fault(i.Published == "", "items", "", "a list of posts says when each was published; write the head of that column, as published: Publish time")
	fault(i.ID == "" && i.URL == "", "items", "", "nothing tells the posts apart; write the head of their ids or of their addresses, as id: Post ID or url: Permalink")
	fault(i.Kind != "" && i.Kind != "post" && i.Kind != "video", "items", "kind", fmt.Sprintf("%q is not understood; write post or video, or name the column that says it under type", tabular.Show(i.Kind)))
	fault(i.Kind != "" && i.Type != "", "items", "kind", "either all posts are one kind, or a column says it; keep kind or type")
	fault(c.Grain != "", "grain", "", "what posts came to is true of the moment of the download, and of no period; take the key out")
	fault(len(c.Metrics) > 0, "metrics", "", "the metrics of posts are named under columns; take the key out")
	fault(len(c.Columns) == 0, "columns", "", "no column holds a number; write metric:views_total, or another lifetime counter of a post, behind its head")
	out = append(out, c.validateHeads()...)
	for _, head := range slices.Sorted(maps.Keys(c.Columns)) {
		m, ok := parseMeaning(c.Columns[head])
		lifetime := m.what == isMetric && slices.Contains(counters(), m.name)
		fault(ok && m.what != isIgnored && !lifetime, "columns", head, "where each row is a post, "+
			"a column holds a lifetime counter of it ("+strings.Join(counters(), ", ")+"), or is left out (ignore)")
		fault(lifetime && c.Items.names(head), "columns", head, "this head stands under items as well; keep one")
	}
	return out
}

// validateHeads checks that no column is two things of a post.
func (c *Config) validateHeads() []collector.Fault {
	var out []collector.Fault
	i, first := c.Items, map[string]string{}
	for _, named := range []struct{ key, head string }{{"id", i.ID}, {"url", i.URL}, {"title", i.Title}, {"text", i.Text}, {"published", i.Published}, {"type", i.Type}} {
		before, twice := first[plain(named.head)]
		if first[plain(named.head)] = named.key; twice && named.head != "" {
			out = append(out, collector.Fault{Key: "items", Entry: named.key, Message: fmt.Sprintf("the same head stands under %s; keep one", before)})
		}
	}
	return out
}

// tellsPosts returns what a list of posts tells.
func (c *Config) tellsPosts() collector.Telling {
	metrics := append(c.metrics(), publications)
	grains := map[string][]observation.Grain{publications: {observation.Day}}
	for _, m := range c.metrics() {
		grains[m] = []observation.Grain{observation.Snapshot}
	}
	slices.Sort(metrics)
	return collector.Telling{Metrics: metrics, Grains: []observation.Grain{observation.Day}, MetricGrains: grains, Channels: collector.ChannelKinds(), Typed: true,
		Silent: len(c.Paths) == 0, Definitions: definitionsOf(metrics), Places: c.places()}
}

// publications is the metric that is counted from posts.
const publications = "publications"

// counters are what a list of posts may tell of them: not the counters of letters, which are no posts.
func counters() []string {
	return []string{"clicks_total", "comments_total", "impressions_total", "link_clicks_total", "reach_total", "reactions_total", "shares_total", "views_total"}
}
