package linkedin

import (
	"slices"
	"testing"

	"seuranta/internal/observation"
)

// TestFilesAndAPICountOtherwise: what both tell goes by definitions of their own, each metric of a source by one.
func TestFilesAndAPICountOtherwise(t *testing.T) {
	files, asks := (&Config{}).Tells(), (&Config{Organization: "1"}).Tells()
	ids := func(all []observation.Definition) map[string]string {
		out := map[string]string{}
		for _, d := range all {
			if out[d.Metric] != "" || d.Way != "" {
				t.Errorf("%s: %s is not the only definition of the source", d.Metric, d.ID)
			}
			out[d.Metric] = d.ID
		}
		return out
	}
	f, a, both := ids(files.Definitions), ids(asks.Definitions), 0
	for _, m := range Kind().Metrics {
		inFiles, inAPI := slices.Contains(files.Metrics, m), slices.Contains(asks.Metrics, m)
		if inFiles != (f[m] == "linkedin-export-1") || inAPI != (a[m] == "linkedin-api-1") {
			t.Errorf("%s: files %q, API %q", m, f[m], a[m])
		}
		if inFiles && inAPI {
			both++
		}
	}
	if both < 12 {
		t.Errorf("both tell %d metrics", both)
	}
}
