package goatcounter

import "seuranta/internal/collector"

// Config is the settings of one source.
type Config struct {
	Key collector.Secret `yaml:"key" doc:"an API key with the permission to read statistics" need:"an API key of GoatCounter, as ${GOATCOUNTER_KEY}"`
}

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	if !c.Key.IsZero() {
		return nil
	}
	return []collector.Fault{{Key: "key", Message: `give an API key as key: "${GOATCOUNTER_KEY}"; GoatCounter makes one under your own address at the top → API, with the permission "Read statistics"`}}
}

// New makes the collector. It asks no server.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{config: *c, deps: d} }
