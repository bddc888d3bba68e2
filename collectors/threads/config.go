package threads

import (
	"regexp"

	"seuranta/internal/collector"
)

// host is where the API of Threads is, and version the only one that it has.
const (
	host    = "https://graph.threads.net"
	version = "v1.0"
)

// Config is the settings of one source.
type Config struct {
	Account      string           `yaml:"account" doc:"id of the account; default the one that the token is of"`
	Token        collector.Secret `yaml:"token" doc:"an access token that is pasted in place of connecting"`
	ClientID     string           `yaml:"client_id" doc:"id of the organisation's Threads app at Meta, for seuranta connect"`
	ClientSecret collector.Secret `yaml:"client_secret" doc:"secret of the Threads app"`
	InAddress    bool             `yaml:"token_in_address" doc:"true: where Threads refuses every other way, a token is changed and renewed by an address that holds it and the secret of the app; default false"`
}

var (
	_ collector.Connectable = (*Config)(nil)

	accountForm = regexp.MustCompile(`^[0-9]{4,30}$`)
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(wrong bool, key, message string) {
		if wrong {
			out = append(out, collector.Fault{Key: key, Message: message})
		}
	}
	fault(c.Account != "" && !accountForm.MatchString(c.Account), "account",
		"leave the key out: the account is read that the token is of; an id, if you want to give one, is a number in quotation marks, and not the name of the account")
	fault(c.Token.IsZero() && c.ClientID == "", "token",
		`give client_id and client_secret of a Threads app at Meta and run seuranta connect with the name of this source, or paste a token, as token: "${THREADS_TOKEN}"; README.md of this kind tells how to get either`)
	fault(c.ClientID != "" && c.ClientSecret.IsZero(), "client_secret",
		`give the secret of the Threads app, too, as client_secret: "${THREADS_SECRET}": Meta gives tokens only to who knows it; it stands under App settings → Basic, beside the Threads app ID`)
	return out
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }

// Connection tells how somebody connects the account. A token is good for 60 days, and may be renewed when it is a day old.
func (c *Config) Connection() collector.Connection {
	return collector.Connection{
		Platform: "Threads", ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: []string{"threads_basic", "threads_manage_insights"},
		Authorize: "https://threads.net/oauth/authorize", Exchange: "/oauth/access_token", Base: host, Registered: true,
		LongLived: "/access_token", LongLivedGrant: "th_exchange_token", Renew: "/refresh_access_token", RenewGrant: "th_refresh_token", TokenInAddress: c.InAddress,
		Help: "Register an app at developers.facebook.com with the use case Access the Threads API. Make the account a Threads tester of the app, accept that in Threads under Settings, Account, Website permissions, and enter the address that is shown here under Redirect callback URLs. Where Meta takes no address of this computer, let the app's User Token Generator make a token for the account, and paste it as token of the source.",
	}
}

// whose is the account as addresses name it.
func (c *Config) whose() string {
	if c.Account == "" {
		return "me"
	}
	return c.Account
}

// named names what the source reads, for messages.
func (c *Config) named() string {
	if c.Account == "" {
		return "the account"
	}
	return "account " + c.Account
}
