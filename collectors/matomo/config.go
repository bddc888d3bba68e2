package matomo

import (
	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// Config is the settings of one source.
type Config struct {
	Site  int              `yaml:"site" doc:"the number of the website in Matomo" need:"the number of the website, as it stands in Matomo under Administration → Websites → Manage"`
	Token collector.Secret `yaml:"token" doc:"an auth token of a user who may view the website" need:"an auth token of Matomo, as ${MATOMO_TOKEN}"`
	Pages int              `yaml:"pages" doc:"how many of the most viewed pages are kept by the day; 0 none; default 50"`
}

var _ collector.Teller = (*Config)(nil)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	out := api.FaultsOfPages(c.Pages)
	if c.Site <= 0 {
		out = append(out, collector.Fault{Key: "site", Message: "give the number of the website, as site: 1; it stands in Matomo under Administration → Websites → Manage"})
	}
	if c.Token.IsZero() {
		out = append(out, collector.Fault{Key: "token", Message: `give an auth token as token: "${MATOMO_TOKEN}"; Matomo makes one under Administration → Personal → Security → Auth tokens`})
	}
	return out
}

// Tells returns what a source tells that keeps so many pages.
func (c *Config) Tells() collector.Telling { return api.TellingPages(Kind(), c.Pages) }

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
