package feed

import (
	"testing"
	"time"

	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Moments: &collectortest.Moments{Source: feedAt}})
}

// feedAt is a feed with an item of each of the moments, and one from before the days.
func feedAt(moments []time.Time, days observation.Period, zone *time.Location) map[string]string {
	items := []string{}
	for i := len(moments) - 1; i >= 0; i-- {
		items = append(items, news(moments[i].UTC().Format("20060102-150405"), moments[i]))
	}
	feed := feedOf(items...)
	return map[string]string{
		"answers/1-yle.http":   "GET /yle.xml\n200\nContent-Type: application/rss+xml\n\n" + feed,
		"answers/2-lehti.http": "GET /lehti.xml\n200\nContent-Type: application/rss+xml\n\n" + feed,
	}
}
