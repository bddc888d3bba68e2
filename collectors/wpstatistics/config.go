package wpstatistics

import (
	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// Config is the settings of one source.
type Config struct {
	Token collector.Secret `yaml:"token" doc:"the token of the REST API add-on of WP Statistics" need:"the token of the add-on, as ${WPSTATISTICS_TOKEN}"`
	Pages int              `yaml:"pages" doc:"how many of the most viewed pages are kept by the day; 0 is none"`
}

var _ collector.Teller = (*Config)(nil)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	out := api.FaultsOfPages(c.Pages)
	if c.Token.IsZero() {
		out = append(out, collector.Fault{Key: "token", Message: `give the token of the add-on as token: "${WPSTATISTICS_TOKEN}"; WordPress shows it under Statistics → Settings → REST API`})
	}
	return out
}

// Tells returns what a source with these settings tells.
func (c *Config) Tells() collector.Telling { return api.TellingPages(Kind(), c.Pages) }

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
