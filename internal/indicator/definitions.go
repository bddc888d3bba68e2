package indicator

import (
	_ "embed"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

//go:embed definitions.yaml
var definitions []byte

// Definitions returns what the metrics mean that are counted from items, whichever kinds of source told these.
func Definitions() []observation.Definition { return collector.MustDefinitions(definitions) }

// countedRule is what the definition of a counted metric is called.
func countedRule(metric string) string { return metric + "@1" }

// countedBy returns the definition of a counted metric.
func countedBy(metric string) observation.Definition {
	all := Definitions()
	return all[slices.IndexFunc(all, func(d observation.Definition) bool { return d.Metric == metric })]
}
