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
			if d.Way == wayOrganic && d.ID == "linkedin-export-organic-1" {
				continue
			}
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

// TestFilesWithoutATotal: what an organic column tells goes by a definition of its own, and so does that it was told whole; reach is
// organic in all files.
func TestFilesWithoutATotal(t *testing.T) {
	const organicHead = "Date,Impressions (organic),Impressions (sponsored),Unique impressions (organic),Clicks (organic),Reactions (organic),Comments (organic),Reposts (organic)\n"
	const totalHead = "Date,Impressions (organic),Impressions (total),Unique impressions (organic),Clicks (total),Reactions (total),Comments (total),Reposts (total)\n"
	usual := map[string]bool{}
	for _, d := range (&Config{}).Tells().Definitions {
		usual[d.Metric+" "+d.ID] = true
	}
	for head, want := range map[string]string{organicHead: "linkedin-export-organic-1", totalHead: ""} {
		r, err := imported(t, Config{}, "a.csv", head+"11/20/2026,5,1,4,3,2,1,1\n11/21/2026,5,1,4,3,2,1,1\n")
		if err != nil || len(r.Observations) != 12 || len(r.Complete) != 12 {
			t.Fatal(err, len(r.Observations), len(r.Complete))
		}
		for i, o := range r.Observations {
			is := want
			if o.Metric == "reach" {
				is = ""
			}
			if o.Definition != is || r.Complete[i].Metric == o.Metric && r.Complete[i].Definition != is || is != "" && !usual[o.Metric+" "+is] {
				t.Errorf("%s is told by %q and whole by %q, want %q", o.Metric, o.Definition, r.Complete[i].Definition, is)
			}
		}
	}
}
