package mailman

import (
	"regexp"

	"seuranta/internal/collector"
)

// Config is the settings of one source.
type Config struct {
	User     string           `yaml:"user" doc:"the name that the REST interface takes, as in mailman.cfg" need:"the name that the REST interface takes: admin_user under [webservice] in mailman.cfg"`
	Password collector.Secret `yaml:"password" doc:"its password" need:"the password of the REST interface: admin_pass under [webservice] in mailman.cfg, as \"${MAILMAN_PASSWORD}\""`
	List     string           `yaml:"list" doc:"the list: its list id or its address" need:"the list, by its list id as tyoryhma.lists.example.fi or its address as tyoryhma@lists.example.fi"`
}

// listForm is a list id or the address of a list.
var listForm = regexp.MustCompile(`^[^\s/@?#%]+(@[^\s/@?#%]+)?$`)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(key, message string) { out = append(out, collector.Fault{Key: key, Message: message}) }
	if c.User == "" {
		fault("user", "give the name that the REST interface takes: admin_user under [webservice] in mailman.cfg")
	}
	if c.Password.IsZero() {
		fault("password", `give the password of the REST interface, admin_pass under [webservice] in mailman.cfg, as "${MAILMAN_PASSWORD}"`)
	}
	if !listForm.MatchString(c.List) {
		fault("list", "this is no list; write its list id, as tyoryhma.lists.example.fi, or its address, as tyoryhma@lists.example.fi")
	}
	return out
}

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
