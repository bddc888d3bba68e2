package creamailer

import (
	"regexp"

	"seuranta/internal/collector"
)

// Config is the settings of one source.
type Config struct {
	Token  collector.Secret `yaml:"token" doc:"the access token" need:"the access token, from Settings → API of Creamailer, as \"${CREAMAILER_TOKEN}\""`
	Secret collector.Secret `yaml:"secret" doc:"the shared secret" need:"the shared secret, from Settings → API of Creamailer, as \"${CREAMAILER_SECRET}\""`
	List   string           `yaml:"list" doc:"the number of the list" need:"the number of the list, as it stands in the address of the list in Creamailer"`
}

var listForm = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(key, message string) { out = append(out, collector.Fault{Key: key, Message: message}) }
	if c.Token.IsZero() {
		fault("token", `give the access token, from Settings → API of Creamailer, as "${CREAMAILER_TOKEN}"`)
	}
	if c.Secret.IsZero() {
		fault("secret", `give the shared secret, from Settings → API of Creamailer, as "${CREAMAILER_SECRET}"`)
	}
	if !listForm.MatchString(c.List) {
		fault("list", `this is no list; write its number, as it stands in the address of the list in Creamailer, as "123"`)
	}
	return out
}

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
