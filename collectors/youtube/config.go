package youtube

import (
	"fmt"
	"regexp"
	"strings"

	"seuranta/internal/collector"
)

const (
	defaultUnits = 1000
	mostUnits    = 10_000 // YouTube gives a project no more in a day, unless somebody asks for more
)

// Config is the settings of one source: a channel.
type Config struct {
	Channel      string           `yaml:"channel_id" doc:"id of the channel, which begins with UC, or its handle, as @museo" need:"the channel, as channel_id: UCxxxxxxxxxxxxxxxxxxxxxx or channel_id: \"@museo\""`
	Key          collector.Secret `yaml:"key" doc:"API key of a project in the Google Cloud console"`
	ClientID     string           `yaml:"client_id" doc:"client id of your app at Google, for seuranta connect, in place of key"`
	ClientSecret collector.Secret `yaml:"client_secret" doc:"client secret of your app at Google"`
	Units        int              `yaml:"units" doc:"how many units of the project's quota the source may spend in a day of California at most; default 1000"`
}

var (
	idForm = regexp.MustCompile(`^UC[0-9A-Za-z_-]{22}$`)
	// handleForm is what handles look like, in all languages.
	handleForm = regexp.MustCompile(`^@[\pL\pM\pN_.·-]{3,100}$`)
)

const needKey = `there is no credential: give an API key, in the way key: "${YOUTUBE_KEY}" (Google Cloud console, APIs & Services, Credentials), or client_id and client_secret of an app and run seuranta connect with the name of this source`

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(wrong bool, key, message string) {
		if wrong {
			out = append(out, collector.Fault{Key: key, Message: message})
		}
	}
	name := c.name()
	fault(!idForm.MatchString(name) && !handleForm.MatchString(name), "channel_id", `give the id of the channel, which begins with UC and has 24 characters, or its handle in quotation marks, as "@museo"; both stand on the channel's page under more, Share channel`)
	fault(c.Key.IsZero() && c.ClientID == "", "key", needKey)
	fault(c.ClientID == "" && !c.ClientSecret.IsZero(), "client_id", "give the client id that belongs to the client secret")
	fault(c.Units < 3 || c.Units > mostUnits, "units", fmt.Sprintf("give a number of units from 3 to %d: a visit spends one for the channel and two for each fifty videos", mostUnits))
	return out
}

// name is the id or the handle as it is asked for.
func (c *Config) name() string { return strings.TrimSpace(c.Channel) }

// Connection is how Google gives a credential.
func (c *Config) Connection() collector.Connection {
	return collector.Connection{
		Platform: "Google", ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: []string{"https://www.googleapis.com/auth/youtube.readonly"},
		Authorize: "https://accounts.google.com/o/oauth2/v2/auth", Exchange: "https://oauth2.googleapis.com/token",
		Parameters: map[string]string{"access_type": "offline", "prompt": "consent"}, PKCE: true,
		Help: "In the Google Cloud console enable the YouTube Data API v3 (APIs & Services, Library), then make a client under APIs & Services, Credentials, Create credentials, OAuth client ID, of the type Desktop app. Publish the app (OAuth consent screen, Publishing status): one in testing loses its credential after seven days.",
	}
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }

// Retains returns the rules by which what the source told is forgotten: they are about what is read with a key alone, which goes
// before a connection. What is read as the owner of the channel has allowed it may be kept.
func (c *Config) Retains(rules []collector.Retention) []collector.Retention {
	if c.Key.IsZero() && c.ClientID != "" {
		return nil
	}
	return rules
}

var (
	_ collector.Connectable = (*Config)(nil)
	_ collector.Retainer    = (*Config)(nil)
)
