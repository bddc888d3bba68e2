package accesslog

import (
	"fmt"
	"testing"
	"time"

	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case:    "week-rotated",
		Moments: &collectortest.Moments{Metric: metricViews, Source: logAt},
	})
}

// logAt is a log of a reader at each of the moments, each another, that was written to before and after the days.
func logAt(moments []time.Time, days observation.Period, zone *time.Location) map[string]string {
	bot := func(at time.Time) string {
		return hit("192.0.2.66", at.Format(stampForm), "GET / HTTP/1.1", "200", "Googlebot/2.1")
	}
	lines := []string{bot(days.Start(zone).Add(-time.Hour))}
	for i, at := range moments {
		lines = append(lines, hit(fmt.Sprintf("192.0.2.%d", i+1), at.Format(stampForm), "GET /sivu/ HTTP/1.1", "200", firefox))
	}
	lines = append(lines, bot(days.End(zone).Add(time.Hour)))
	return map[string]string{"files/site.access.log": logOf(lines...)}
}
