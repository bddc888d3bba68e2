package lianamailer

import (
	"regexp"

	"seuranta/internal/collector"
)

// Config is the settings of one source.
type Config struct {
	User   string           `yaml:"user" doc:"the number of the API user" need:"the number of the API user, which the support of Liana tells, as \"123\""`
	Secret collector.Secret `yaml:"secret" doc:"the secret of the API user" need:"the secret of the API user, which the support of Liana tells, as \"${LIANAMAILER_SECRET}\""`
	Realm  string           `yaml:"realm" doc:"the realm of the account, as EUR or PV" need:"the realm of the account, which the support of Liana tells, as EUR or PV"`
	List   string           `yaml:"list" doc:"the number of the list" need:"the number of the list, as it stands in the address of the list in LianaMailer"`
}

var (
	numberForm = regexp.MustCompile(`^[1-9][0-9]{0,14}$`)
	userForm   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,100}$`)
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(key, message string) { out = append(out, collector.Fault{Key: key, Message: message}) }
	if !userForm.MatchString(c.User) {
		fault("user", `give the number of the API user, which the support of Liana tells, as "123"`)
	}
	if c.Secret.IsZero() {
		fault("secret", `give the secret of the API user, which the support of Liana tells, as "${LIANAMAILER_SECRET}"`)
	}
	if !userForm.MatchString(c.Realm) {
		fault("realm", "give the realm of the account, which the support of Liana tells, as EUR or PV")
	}
	if !numberForm.MatchString(c.List) {
		fault("list", `this is no list; write its number, as it stands in the address of the list in LianaMailer, as "7"`)
	}
	return out
}

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
