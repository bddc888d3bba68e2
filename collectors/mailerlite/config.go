package mailerlite

import (
	"regexp"
	"strings"

	"seuranta/internal/collector"
)

// Config is the settings of one source: an account, or a group of it.
type Config struct {
	Group string           `yaml:"group" doc:"id of a group, as it stands in its address; default the whole account"`
	Token collector.Secret `yaml:"token" doc:"API token" need:"the API token, as token: \"${MAILERLITE_TOKEN}\"; MailerLite makes one under Integrations, API"`
}

var (
	groupForm = regexp.MustCompile(`^[0-9]{1,30}$`)
	// classicForm is what keys of the old MailerLite look like, which is another service with another API.
	classicForm = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	if c.Group != "" && !groupForm.MatchString(c.Group) {
		out = append(out, collector.Fault{Key: "group", Message: `give the id of the group in quotation marks, as "98765432109876543": it stands in the address of the group's page in MailerLite; without it the whole account is read`})
	}
	switch token := strings.TrimSpace(c.Token.Reveal()); {
	case token == "":
		out = append(out, collector.Fault{Key: "token", Message: `give the API token, in the way token: "${MAILERLITE_TOKEN}"; MailerLite makes one under Integrations, API`})
	case classicForm.MatchString(token):
		out = append(out, collector.Fault{Key: "token", Message: "this is a key of MailerLite Classic, which is another service and cannot be read; make a token in the new MailerLite (Integrations, API), or move the account there"})
	}
	return out
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }

// whose names what the source reads, for messages.
func (c *Config) whose() string {
	if c.Group == "" {
		return "the account"
	}
	return "group " + c.Group
}
