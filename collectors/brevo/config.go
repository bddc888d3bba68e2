package brevo

import (
	"seuranta/internal/collector"
)

// Config is the settings of one source: a list.
type Config struct {
	List  int64            `yaml:"list" doc:"number of the list" need:"the number of the list, as list: 3; Brevo shows it as #3 under Contacts, Lists"`
	Token collector.Secret `yaml:"token" doc:"API key (v3), which begins with xkeysib-" need:"the API key, as token: \"${BREVO_KEY}\"; Brevo makes one under Settings, SMTP & API, API keys"`
}

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	if c.List <= 0 {
		out = append(out, collector.Fault{Key: "list", Message: "give the number of the list, as 3: Brevo shows it as #3 under Contacts, Lists"})
	}
	if c.Token.IsZero() {
		out = append(out, collector.Fault{Key: "token", Message: `give the API key, in the way token: "${BREVO_KEY}"; Brevo makes one under Settings, SMTP & API, API keys`})
	}
	return out
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }
