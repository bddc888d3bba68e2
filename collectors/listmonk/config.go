package listmonk

import (
	"regexp"

	"seuranta/internal/collector"
)

// Config is the settings of one source.
type Config struct {
	User  string           `yaml:"user" doc:"the API user" need:"the name of the API user, as Users in listmonk shows it"`
	Token collector.Secret `yaml:"token" doc:"the token of the API user" need:"the token that listmonk showed when the API user was made, as \"${LISTMONK_TOKEN}\""`
	List  string           `yaml:"list" doc:"the list: its id or its uuid" need:"the list, by its id as \"3\" or its uuid, as Lists in listmonk shows them"`
}

// listForm is an id or a uuid.
var listForm = regexp.MustCompile(`^([1-9][0-9]{0,17}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(key, message string) { out = append(out, collector.Fault{Key: key, Message: message}) }
	if c.User == "" {
		fault("user", "give the name of the API user, as Users in listmonk shows it")
	}
	if c.Token.IsZero() {
		fault("token", `give the token that listmonk showed when the API user was made, as "${LISTMONK_TOKEN}"`)
	}
	if !listForm.MatchString(c.List) {
		fault("list", `this is no list; write its id, as "3", or its uuid, as Lists in listmonk shows them`)
	}
	return out
}

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
