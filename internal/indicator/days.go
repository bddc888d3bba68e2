package indicator

import (
	"slices"
	"time"

	"seuranta/internal/observation"
)

// stride is how many days leftOut looks at together.
const stride = 28

// leftOut lists the days of a period that never were in a zone, as 2011-12-30 in Samoa, which moved over the date line. They
// have no length. A zone that leaves a day out is by nearly a day another afterwards, which no summer time is.
func leftOut(zone *time.Location, days observation.Period) []observation.Date {
	var out []observation.Date
	for from := days.From; from < days.To; from += stride {
		to := min(from+stride, days.To)
		if jump := offset(zone, to+2) - offset(zone, from-2); max(jump, -jump) < 20*time.Hour {
			continue
		}
		for d := from; d < to; d++ {
			if !d.Start(zone).Before(d.End(zone)) {
				out = append(out, d)
			}
		}
	}
	return out
}

func offset(zone *time.Location, d observation.Date) time.Duration {
	_, seconds := d.UTC().In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// findLeftOut tells every source of the questions which of the days never were where it counts them.
func findLeftOut(questions []*question, days observation.Period) {
	known := map[*time.Location][]observation.Date{}
	for _, q := range questions {
		for _, t := range q.tellers {
			if _, looked := known[t.Zone]; !looked {
				known[t.Zone] = leftOut(t.Zone, days)
			}
			t.leftOut = known[t.Zone]
		}
	}
}

// has tells whether there was such a day where the source counts its days.
func (t *teller) has(d observation.Date) bool {
	return len(t.leftOut) == 0 || !slices.Contains(t.leftOut, d)
}

// neverWas tells whether the day was nowhere where one of the sources counts its days.
func neverWas(d observation.Date, sources []*teller) bool {
	return !slices.ContainsFunc(sources, func(t *teller) bool { return t.has(d) })
}
