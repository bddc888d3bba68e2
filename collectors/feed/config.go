package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"seuranta/internal/address"
	"seuranta/internal/collector"
)

// Config is the settings of one source.
type Config struct {
	Role  string `yaml:"role" doc:"own: what the organisation publishes; media: what others write" need:"own for the organisation's own publications, or media for what others write"`
	Feeds []Feed `yaml:"feeds" doc:"the feeds" need:"at least one feed, as feeds: [{url: \"https://example.fi/feed\", outlet: Example}]"`
}

// Feed is one feed.
type Feed struct {
	URL      string `yaml:"url" short:"true" doc:"address of the feed" need:"the address of the feed, as https://example.fi/feed"`
	Outlet   string `yaml:"outlet" doc:"the paper, station or site that it is of; role media needs it"`
	AssumeTZ string `yaml:"assume_tz" doc:"the zone of dates that name none; default that of the source"`
	Language string `yaml:"language" doc:"the language of its items, as fi; default what the feed says"`
	Part     string `yaml:"part" doc:"its name in tables; default its address"`
}

var (
	_ collector.Teller = (*Config)(nil)

	languageForm = regexp.MustCompile(`^[a-z]{2,3}$`)
	partForm     = regexp.MustCompile(`^[\pL\pN][\pL\pN ._/:?#&=-]*$`)
)

// longestPart is how many characters the name of a part may have. In the form such a bound would take megabytes at each start.
const longestPart = 200

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	if c.Role != roleOwn && c.Role != roleMedia {
		out = append(out, collector.Fault{Key: "role", Message: fmt.Sprintf("%q is no role; write own for the organisation's own publications, or media for what others write", short(c.Role))})
	}
	if len(c.Feeds) == 0 {
		out = append(out, collector.Fault{Key: "feeds", Message: "name at least one feed, as - url: https://example.fi/feed"})
	}
	first := map[string]int{}
	for i, f := range c.Feeds {
		at := fmt.Sprintf("feeds[%d]", i)
		faults := f.faults(at, c.Role)
		if other, taken := first[f.part()]; taken && len(faults) == 0 {
			faults = append(faults, collector.Fault{Key: at, Message: fmt.Sprintf("it has the name of feeds[%d], %q; take one of them out, or give it another part", other, short(f.part()))})
		}
		first[f.part()] = i
		out = append(out, faults...)
	}
	return out
}

// faults returns the faults of one feed that stands at a key.
func (f Feed) faults(at, role string) []collector.Fault {
	var out []collector.Fault
	fault := func(key, message string) { out = append(out, collector.Fault{Key: at + "." + key, Message: message}) }
	if message := faultOfURL(f.URL); message != "" {
		fault("url", message)
	}
	switch {
	case role == roleMedia && strings.TrimSpace(f.Outlet) == "":
		fault("outlet", "it is not said whose feed this is; give outlet: the name of the paper, station or site")
	case role == roleOwn && f.Outlet != "":
		fault("outlet", "own publications stand in the channel of the source and in no outlet; take the key out")
	}
	if _, err := time.LoadLocation(f.AssumeTZ); err != nil || f.AssumeTZ == "Local" {
		fault("assume_tz", fmt.Sprintf("there is no time zone %q; write one as Europe/Helsinki", short(f.AssumeTZ)))
	}
	if f.Language != "" && !languageForm.MatchString(f.Language) {
		fault("language", fmt.Sprintf("%q is no language; write its two letters, as fi", short(f.Language)))
	}
	if f.Part != "" && (!partForm.MatchString(f.Part) || utf8.RuneCountInString(f.Part) > longestPart) {
		fault("part", fmt.Sprintf("%q cannot be a name in tables; write letters, digits, blanks and . _ - / only", short(f.Part)))
	}
	return out
}

func faultOfURL(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return "this is no address of the web; write it whole, as https://example.fi/feed"
	case u.User != nil:
		return "an address with a name and password in it is not taken; ask the outlet for a feed that needs none"
	}
	if _, err := address.Canonical(text); err != nil {
		return "this is no address of the web; write it whole, as https://example.fi/feed"
	}
	return ""
}

// part names the feed in coverage and memory, by its address where nothing else is given, so that it keeps its name
// whatever other feeds there are.
func (f Feed) part() string {
	if f.Part != "" {
		return f.Part
	}
	return f.name()
}

// name is the address of the feed without what may be secret in it.
func (f Feed) name() string {
	canonical, err := address.Canonical(f.URL)
	if err != nil {
		return f.URL
	}
	name, query, _ := strings.Cut(strings.TrimPrefix(canonical, "https://"), "?")
	if query != "" {
		name += "#" + digest(query)[:6]
	}
	return name
}

// host names whose feed it is, for ids that hold within one site only.
func (f Feed) host() string {
	u, err := url.Parse(f.URL)
	if err != nil {
		return ""
	}
	canonical, _ := address.Canonical("https://" + u.Hostname())
	return strings.TrimPrefix(canonical, "https://")
}

// Tells returns what a source of this role tells.
func (c *Config) Tells() collector.Telling {
	out := collector.Telling{Metrics: []string{metricMedia}, Grains: Kind().Grains}
	if c.Role == roleOwn {
		out.Metrics, out.Channels = []string{metricOwn}, channels()
	}
	for _, f := range c.Feeds {
		out.Parts = append(out.Parts, f.part())
	}
	for _, d := range collector.MustDefinitions(definitions) {
		if d.Metric == out.Metrics[0] {
			out.Definitions = append(out.Definitions, d)
		}
	}
	return out
}

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }

// short cuts a text for a message.
func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// digest returns a hash in 64 hexadecimal digits.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
