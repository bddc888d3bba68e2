package mailchimp

import (
	"regexp"
	"strings"

	"seuranta/internal/collector"
)

// Config is the settings of one source: a list.
type Config struct {
	List  string           `yaml:"list" doc:"id of the list (the audience)" need:"the id of the list, as list: a1b2c3d4e5; Mailchimp shows it under Audience, Settings, Audience name and defaults"`
	Token collector.Secret `yaml:"token" doc:"API key, which ends in its data centre, as -us21" need:"the API key, as token: \"${MAILCHIMP_KEY}\"; Mailchimp makes one under Profile, Extras, API keys"`
}

var (
	listForm = regexp.MustCompile(`^[0-9A-Za-z]{4,32}$`)
	// centreForm is what a key ends in: where the account lives.
	centreForm = regexp.MustCompile(`-([a-z]{2,4}[0-9]{1,4})$`)
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	if !listForm.MatchString(c.List) {
		out = append(out, collector.Fault{Key: "list", Message: "give the id of the list, as a1b2c3d4e5: Mailchimp shows it under Audience, Settings, Audience name and defaults"})
	}
	if !strings.Contains(c.Token.Reveal(), "-") {
		out = append(out, collector.Fault{Key: "token", Message: `give the whole API key with the data centre that it ends in, as -us21, in the way token: "${MAILCHIMP_KEY}"; Mailchimp makes one under Profile, Extras, API keys`})
	}
	return out
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }

// centre returns the data centre that the key names, "" where it names none.
func (c *Config) centre() string {
	if m := centreForm.FindStringSubmatch(strings.TrimSpace(c.Token.Reveal())); m != nil {
		return m[1]
	}
	return ""
}
