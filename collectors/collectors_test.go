package collectors

import (
	"slices"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

func TestKinds(t *testing.T) {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
		if k.New() == nil || k.Sample == "" || len(k.Grains) == 0 || len(k.Channels) == 0 {
			t.Errorf("%s: the description is not whole: %+v", k.Name, k)
		}
		checkDefinitions(t, k)
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("want the kinds sorted by name and each once: %v", names)
	}
}

// checkDefinitions checks that every metric of a kind has a definition: from the beginning, from the day on which the platform began to
// tell it, or for each of several ways.
func checkDefinitions(t *testing.T, k collector.Kind) {
	t.Helper()
	for _, m := range k.Metrics {
		defines := func(d observation.Definition) bool {
			return d.Metric == m && (d.From == 0 || d.Replaces != "" || d.Way != "")
		}
		if !slices.ContainsFunc(k.Definitions, defines) {
			t.Errorf("%s: nothing defines %s from the beginning", k.Name, m)
		}
	}
}
