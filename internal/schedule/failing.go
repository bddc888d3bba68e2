package schedule

import (
	"cmp"
	"slices"

	"seuranta/internal/observation"
)

// failing lists the parts of a source of several that were not read, and those of which some period was not answered, each
// once: with the reason of its failure, else of the newest such period. Of one part alone the run's reason says it all.
func (g *gather) failing() []observation.Failing {
	out := slices.Clone(g.failed)
	at := map[string]observation.Date{} // of the period that the reason is of, by part
	parts := map[string]bool{}
	for _, f := range g.failed {
		at[f.Part], parts[f.Part] = observation.LastDay, true
	}
	for _, c := range g.coverage {
		parts[c.Part] = true
	}
	if delete(parts, ""); len(parts) < 2 {
		return nil
	}
	for _, c := range g.withinReach() {
		newest, known := at[c.Part]
		if c.Part == "" || c.Result.Answered() || c.Result.NotApplicable() || known && newest >= c.From {
			continue
		}
		at[c.Part] = c.From
		f := observation.Failing{Part: c.Part, Reason: cmp.Or(c.Reason, string(c.Result))}
		if i := slices.IndexFunc(out, func(f observation.Failing) bool { return f.Part == c.Part }); i >= 0 {
			out[i] = f
		} else {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b observation.Failing) int { return cmp.Compare(a.Part, b.Part) })
	return out
}
