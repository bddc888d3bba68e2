package ga4

import (
	"regexp"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// Config is the settings of one source.
type Config struct {
	Property string           `yaml:"property" doc:"the number of the property, as 123456789" need:"the number of the property, as 123456789"`
	Key      collector.Secret `yaml:"key" doc:"the JSON key of a service account that may view the property; as a file by key_file" need:"the JSON key of a service account, by key_file or as ${GA4_KEY}"`
	Pages    int              `yaml:"pages" doc:"how many of the most viewed pages are kept by the day; 0 is none"`
}

var (
	_ collector.Teller = (*Config)(nil)

	propertyForm = regexp.MustCompile(`^(?:properties/)?([0-9]{4,15})$`)
)

// Validate returns every fault of the settings. Whether the key is one is seen when it is used.
func (c *Config) Validate() []collector.Fault {
	out := api.FaultsOfPages(c.Pages)
	if !propertyForm.MatchString(c.Property) {
		out = append(out, collector.Fault{Key: "property", Message: c.faultOfProperty()})
	}
	if c.Key.IsZero() {
		out = append(out, collector.Fault{Key: "key", Message: `give the JSON key of a service account as key_file: secrets/ga4.json; README.md of this kind tells how to get one`})
	}
	return out
}

func (c *Config) faultOfProperty() string {
	const where = "write the number that Google Analytics shows under Admin → Property details, as 123456789"
	upper := strings.ToUpper(c.Property)
	switch {
	case strings.HasPrefix(upper, "G-"):
		return "this is the id of a tag; " + where
	case strings.HasPrefix(upper, "UA-"):
		return "this is a property of the old Universal Analytics, which Google has switched off; " + where
	}
	return where
}

// number is the number of the property.
func (c *Config) number() string { return strings.TrimPrefix(c.Property, "properties/") }

// Tells returns what a source with these settings tells.
func (c *Config) Tells() collector.Telling { return api.TellingPages(Kind(), c.Pages) }

// New makes the collector. It asks no server and reads no key.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
