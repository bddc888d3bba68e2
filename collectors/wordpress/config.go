package wordpress

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"seuranta/internal/collector"
)

// Config is the settings of one source. Where the site is stands in base_url.
type Config struct {
	Types      []string `yaml:"types" doc:"the types of posts, by the names that the REST interface has for them; default posts"`
	Categories []string `yaml:"categories" doc:"only posts of one of these categories, by their slugs"`
	Tags       []string `yaml:"tags" doc:"only posts with one of these tags, by their slugs"`
	Language   string   `yaml:"language" doc:"the language of the posts, as fi, where the site does not tell it"`
}

var (
	_ collector.Teller = (*Config)(nil)

	typeForm     = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$`)
	slugForm     = regexp.MustCompile(`^[\pL\pN%][\pL\pN%_-]*$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}$`)
)

// longestSlug is how many characters a slug may have. In the form such a bound would take megabytes at each start.
const longestSlug = 200

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	out := faults("types", c.Types, typeFault)
	out = append(out, faults("categories", c.Categories, slugFault)...)
	out = append(out, faults("tags", c.Tags, slugFault)...)
	if c.Language != "" && !languageForm.MatchString(c.Language) {
		out = append(out, collector.Fault{Key: "language", Message: fmt.Sprintf("%q is no language; write its two letters, as fi", short(c.Language))})
	}
	return out
}

// faults returns the faults of the entries of a list, which stand in it once.
func faults(key string, list []string, fault func(string) string) (out []collector.Fault) {
	for i, entry := range list {
		message := fault(entry)
		if message == "" && slices.Contains(list[:i], entry) {
			message = fmt.Sprintf("%q stands here twice; take one of them out", entry)
		}
		if message != "" {
			out = append(out, collector.Fault{Key: fmt.Sprintf("%s[%d]", key, i), Message: message})
		}
	}
	return out
}

func typeFault(name string) string {
	switch {
	case name == "pages" || name == "media":
		return name + " are no publications: name types of articles, as posts"
	case !typeForm.MatchString(name):
		return fmt.Sprintf("%q is no name of a type; SITE/wp-json/wp/v2/types lists them as rest_base, as posts", short(name))
	}
	return ""
}

func slugFault(slug string) string {
	if slugForm.MatchString(slug) && utf8.RuneCountInString(slug) <= longestSlug {
		return ""
	}
	return fmt.Sprintf("%q is no slug; it is the last part of the address of the category or tag, as velkaneuvonta", short(slug))
}

func (c *Config) types() []string {
	if len(c.Types) == 0 {
		return []string{"posts"}
	}
	return c.Types
}

// Tells returns what a source tells: of each type of posts its publications.
func (c *Config) Tells() collector.Telling {
	k := Kind()
	return collector.Telling{Metrics: k.Metrics, Grains: k.Grains, Channels: k.Channels, Definitions: k.Definitions, Parts: c.types()}
}

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }

// short cuts a text for a message.
func short(text string) string {
	const most = 60
	if runes := []rune(strings.ToValidUTF8(text, "\uFFFD")); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
