package collectors

import (
	"slices"
	"testing"

	"seuranta/internal/observation"
)

// The terms of a platform speak of what its kind tells and the store holds, and of nothing else.
func TestRetentionSpeaksOfWhatIsTold(t *testing.T) {
	all := observation.StandardMetrics()
	for _, k := range Kinds() {
		for _, r := range k.Retention {
			for _, id := range r.Metrics {
				m, known := all[id]
				switch {
				case !slices.Contains(k.Metrics, id) || !known:
					t.Errorf("%s: %s is of %s, which no source of it tells", k.Name, r.ID, id)
				case m.Shape == observation.Counted:
					t.Errorf("%s: %s is of %s, which is counted from items: say items: true", k.Name, r.ID, id)
				case r.Subjects && !m.Lifetime && id != "page_views":
					t.Errorf("%s: %s is of the %s of single items, which there are not", k.Name, r.ID, id)
				}
			}
		}
	}
}
