package entry

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Config is the settings of one source.
type Config struct {
	Metrics []string            `yaml:"metrics" need:"what is typed, as [followers]" doc:"what is typed: metrics, and appearances"`
	Dims    map[string][]string `yaml:"dims" doc:"the parts that numbers may be typed for, as {region: [koko-suomi, keski-suomi]}"`
}

// idForm is what metrics, dimensions and their values are called.
var idForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)

// Project is the dimension of what is typed for a project; no other may be called so.
const Project = "project"

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(key, message string) { out = append(out, collector.Fault{Key: key, Message: message}) }
	if len(c.Metrics) == 0 {
		fault("metrics", "name what is typed, as [followers]")
	}
	for i, m := range c.Metrics {
		key := fmt.Sprintf("metrics[%d]", i)
		if why := untypable(m); why != "" {
			fault(key, why)
		} else if slices.Contains(c.Metrics[:i], m) {
			fault(key, m+" stands twice; keep one")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Dims)) {
		c.validateDim(name, fault)
	}
	return out
}

func (c *Config) validateDim(name string, fault func(key, message string)) {
	key := "dims." + name
	switch {
	case name == Project:
		fault(key, "numbers of projects are typed with --project; take the key out")
	case !idForm.MatchString(name):
		fault("dims", fmt.Sprintf("%q is no name of a part; write it as region", short(name)))
	case len(c.Dims[name]) == 0:
		fault(key, "name the parts, as [koko-suomi, keski-suomi]")
	}
	for i, v := range c.Dims[name] {
		if !idForm.MatchString(v) {
			fault(fmt.Sprintf("%s[%d]", key, i), fmt.Sprintf("%q is no name of a part; write it with small letters a to z, digits and -, as keski-suomi", short(v)))
		}
	}
}

// untypable says why a metric cannot be typed, "" when it can. What is not among the standard ones may be declared.
func untypable(id string) string {
	m, standard := observation.StandardMetrics()[id]
	switch {
	case !idForm.MatchString(id):
		return fmt.Sprintf("%q is no name of a metric; write it as followers", short(id))
	case id == Appearances:
		return ""
	case standard && m.Shape == observation.Counted:
		return id + " is counted from what was published or found; of the counted ones only appearances are typed"
	case standard && m.Lifetime:
		return id + " is the counter of a single publication; choose a metric of the channel"
	}
	return ""
}

// New makes the collector.
func (c *Config) New(collector.Deps) collector.Collector { return silent{} }

const longestShow = 60

// short makes a text fit for a message.
func short(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > longestShow {
		return string(runes[:longestShow]) + "…"
	}
	return s
}
