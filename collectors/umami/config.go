package umami

import (
	"regexp"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// Config is the settings of one source: a user of an Umami of one's own, or an API key of Umami Cloud.
type Config struct {
	Site     string           `yaml:"site" doc:"the id of the website in Umami" need:"the id of the website, which stands in Umami under Websites → Edit"`
	Username string           `yaml:"username" doc:"of a user of your own Umami who may view the website"`
	Password collector.Secret `yaml:"password" doc:"of that user"`
	APIKey   collector.Secret `yaml:"api_key" doc:"an API key of Umami Cloud, in place of a user"`
	Pages    int              `yaml:"pages" doc:"how many of the most viewed pages are kept by the day; 0 none; default 50"`
}

var (
	_ collector.Teller = (*Config)(nil)

	idForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	out := api.FaultsOfPages(c.Pages)
	if !idForm.MatchString(c.Site) {
		out = append(out, collector.Fault{Key: "site", Message: "give the id of the website, as site: 4fb7fa4c-5b46-438d-94b3-3a8fb9bc2e8b; it stands in Umami under Websites → Edit → Website ID"})
	}
	return append(out, c.credential()...)
}

// credential returns what is wrong about how the source shows that it may read.
func (c *Config) credential() []collector.Fault {
	switch {
	case c.Username != "" && !c.APIKey.IsZero():
		return []collector.Fault{{Key: "api_key", Message: "an API key is for Umami Cloud, a user name and password are for an Umami of your own: take one of them out"}}
	case c.Username == "" && (c.APIKey.IsZero() || !c.Password.IsZero()):
		return []collector.Fault{{Key: "username", Message: `give a user of your Umami, as username: seuranta, or for Umami Cloud api_key: "${UMAMI_KEY}"`}}
	case c.Username != "" && c.Password.IsZero():
		return []collector.Fault{{Key: "password", Message: `give the password of the user, as password: "${UMAMI_PASSWORD}"`}}
	}
	return nil
}

// cloud tells whether the website is on Umami Cloud: nobody logs in there.
func (c *Config) cloud() bool { return c.Username == "" }

// Tells returns what a source tells that keeps so many pages.
func (c *Config) Tells() collector.Telling { return api.TellingPages(Kind(), c.Pages) }

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
