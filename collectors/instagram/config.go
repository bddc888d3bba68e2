package instagram

import (
	"regexp"

	"seuranta/internal/collector"
	"seuranta/internal/collector/graph"
)

// Who logs in: a person on Facebook who manages the Page of the account, or the account itself on Instagram.
const (
	loginFacebook  = "facebook"
	loginInstagram = "instagram"
)

// hostInstagram is where an account is asked for that logged in itself.
const hostInstagram = "https://graph.instagram.com"

// Config is the settings of one source.
type Config struct {
	Account      string           `yaml:"account" doc:"id of the account, as 17841400000000000; default the only one that the token sees"`
	Login        string           `yaml:"login" doc:"facebook: the token is of a person who manages the Page of the account; instagram: it is of the account itself"`
	Token        collector.Secret `yaml:"token" doc:"an access token that is pasted in place of connecting"`
	ClientID     string           `yaml:"client_id" doc:"id of the organisation's app at Meta, for seuranta connect"`
	ClientSecret collector.Secret `yaml:"client_secret" doc:"secret of the app"`
	InAddress    bool             `yaml:"token_in_address" doc:"true, with login: instagram: where Instagram refuses every other way, a token is changed and renewed by an address that holds it and the secret of the app; default false"`
	Version      string           `yaml:"version" doc:"version of the Graph API"`
}

var (
	_ collector.Connectable = (*Config)(nil)

	accountForm = regexp.MustCompile(`^[0-9]{4,30}$`)
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	out := graph.FaultsOfVersion(c.Version)
	fault := func(wrong bool, key, message string) {
		if wrong {
			out = append(out, collector.Fault{Key: key, Message: message})
		}
	}
	fault(c.Account != "" && !accountForm.MatchString(c.Account), "account",
		`give the id of the account in quotation marks, as "17841400000000000", not its name; without it the only account is read that the token sees`)
	fault(c.Login != loginFacebook && c.Login != loginInstagram, "login",
		"write facebook where a person logs in who manages the Page of the account, or instagram where the account itself logs in")
	fault(c.InAddress && c.Login != loginInstagram, collector.AddressKey, "take the key out: it is for login: instagram alone; where a person logs in on Facebook no token ever has to stand in an address")
	fault(c.Token.IsZero() && c.ClientID == "", "token",
		`give client_id and client_secret of an app at Meta and run seuranta connect with the name of this source, or paste a token, as token: "${INSTAGRAM_TOKEN}"; README.md of this kind tells how to get either`)
	fault(c.ClientID != "" && c.ClientSecret.IsZero(), "client_secret",
		`give the secret of the app, too, as client_secret: "${META_SECRET}": Meta gives tokens only to who knows it; it stands under App settings → Basic`)
	return out
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }

// Connection tells how somebody connects the account.
func (c *Config) Connection() collector.Connection {
	if c.Login != loginInstagram {
		return graph.Connection(c.Version, c.ClientID, c.ClientSecret, "instagram_basic", "instagram_manage_insights", "pages_read_engagement", "pages_show_list")
	}
	return collector.Connection{
		Platform: "Instagram", ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: []string{"instagram_business_basic", "instagram_business_manage_insights"},
		Authorize: "https://www.instagram.com/oauth/authorize", Exchange: "https://api.instagram.com/oauth/access_token", Base: hostInstagram, Registered: true,
		LongLived: "/access_token", LongLivedGrant: "ig_exchange_token", Renew: "/refresh_access_token", RenewGrant: "ig_refresh_token", TokenInAddress: c.InAddress,
		Help: "Register an app of the type Business at developers.facebook.com and add Instagram to it, with Instagram login. Make the account a tester of the app, and enter the address that is shown here under Business login settings, OAuth redirect URIs. Where Meta takes no address of this computer, let the app's dashboard generate a token for the account, and paste it as token of the source.",
	}
}

// whose names what the source reads, for messages.
func (c *Config) whose() string {
	if c.Account == "" {
		return "the account"
	}
	return "account " + c.Account
}
