package mastodon

import (
	"regexp"
	"strings"

	"seuranta/internal/collector"
)

// Config is the settings of one source: an account on its own instance.
type Config struct {
	Account string           `yaml:"account" doc:"the account with its instance, as @museo@mastodon.example" need:"the account with its instance, as account: \"@museo@mastodon.example\"; it stands under the name on its page"`
	Replies bool             `yaml:"replies" doc:"count replies to others as publications, too; default false"`
	Token   collector.Secret `yaml:"token" doc:"access token, for an instance that shows itself to those alone who are logged in"`
}

// accountForm is an account with its instance.
var accountForm = regexp.MustCompile(`^@?([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?)@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9])$`)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	if user, _ := c.parts(); user == "" {
		return []collector.Fault{{Key: "account", Message: `give the account with its instance, as account: "@museo@mastodon.example": it stands under the name on its page`}}
	}
	return nil
}

// parts returns the name of the account and its instance, both "" where the settings give none.
func (c *Config) parts() (user, instance string) {
	name, host, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(c.Account), "@"), "@")
	if m := accountForm.FindStringSubmatch(name + "@" + strings.ToLower(host)); m != nil {
		return m[1], m[2]
	}
	return "", ""
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }
