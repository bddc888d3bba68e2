package facebook

import (
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/graph"
)

// Config is the settings of one source: a Page.
type Config struct {
	Page         string           `yaml:"page" doc:"the Page: its number, the name in its address, or its name" need:"the Page, as page: koske; it is what its address ends with, or its number (About, Page transparency)"`
	Token        collector.Secret `yaml:"token" doc:"access token of a person, of the Page or of a system user"`
	ClientID     string           `yaml:"client_id" doc:"app id of your app at Meta, for seuranta connect"`
	ClientSecret collector.Secret `yaml:"client_secret" doc:"app secret of your app at Meta; every question is signed with it then"`
	Version      string           `yaml:"version" doc:"version of Meta's Graph API; default v26.0"`
}

var _ collector.Connectable = (*Config)(nil)

// scopes are the least that reading a Page takes. With the last one, reactions and comments come from the posts themselves.
func scopes() []string {
	return []string{"pages_show_list", "pages_read_engagement", "read_insights", "pages_read_user_content"}
}

const needToken = `there is no credential: run seuranta connect with the name of this source (it needs client_id and client_secret), or paste a token, in the way token: "${FACEBOOK_TOKEN}"`

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(wrong bool, key, message string) {
		if wrong {
			out = append(out, collector.Fault{Key: key, Message: message})
		}
	}
	fault(strings.TrimSpace(c.Page) == "", "page", "give the Page, as page: koske; it is what its address ends with, or its number")
	fault(strings.ContainsAny(c.Page, "/?#"), "page", "give the Page without the rest of its address: of https://www.facebook.com/koske it is koske")
	fault(c.Token.IsZero() && c.ClientID == "", "token", needToken)
	fault(c.ClientID != "" && c.ClientSecret.IsZero(), "client_secret", `Meta gives no token without the app secret; give it as client_secret: "${FACEBOOK_SECRET}": it stands under App settings, Basic`)
	return append(out, graph.FaultsOfVersion(c.Version)...)
}

// Connection is how Meta gives a token to somebody who has a role on the Page.
func (c *Config) Connection() collector.Connection {
	return graph.Connection(c.Version, c.ClientID, c.ClientSecret, scopes()...)
}

// New makes the collector. It asks nobody.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }
