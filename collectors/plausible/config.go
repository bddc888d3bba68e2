package plausible

import (
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// Config is the settings of one source.
type Config struct {
	Site  string           `yaml:"site" doc:"the site as Plausible calls it, its domain as a rule" need:"the site as Plausible calls it, as example.fi"`
	Token collector.Secret `yaml:"token" doc:"an API key for the Stats API" need:"an API key of Plausible, as ${PLAUSIBLE_TOKEN}"`
	Pages int              `yaml:"pages" doc:"how many of the most viewed pages are kept by the day; 0 none; default 50"`
}

var _ collector.Teller = (*Config)(nil)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	out := api.FaultsOfPages(c.Pages)
	switch {
	case c.Site == "":
		out = append(out, collector.Fault{Key: "site", Message: "give the site as Plausible calls it, as site: example.fi"})
	case strings.Contains(c.Site, "://") || strings.ContainsAny(c.Site, " \t"):
		out = append(out, collector.Fault{Key: "site", Message: "write the site as it stands in Plausible's list of sites, without https:// before it, as site: example.fi"})
	}
	if c.Token.IsZero() {
		out = append(out, collector.Fault{Key: "token", Message: `give an API key as token: "${PLAUSIBLE_TOKEN}"; Plausible makes one under Account settings → API keys → New API key → Stats API`})
	}
	return out
}

// Tells returns what a source tells that keeps so many pages.
func (c *Config) Tells() collector.Telling { return api.TellingPages(Kind(), c.Pages) }

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }

// origin is the address of the site, "" where the name that it has in Plausible is none: several sites together have any.
func (c *Config) origin() string {
	if !strings.Contains(c.Site, ".") || strings.ContainsAny(c.Site, "/?#") {
		return ""
	}
	return "https://" + c.Site
}
