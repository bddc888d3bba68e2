package feed

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// TestConformOwn: what the organisation publishes is counted in its channel, so it comes back as figures.
func TestConformOwn(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case:    "own-week",
		Moments: &collectortest.Moments{Source: ownFeedAt},
	})
}

// ownFeedAt is a site whose news came at the moments; its blog holds one of long before.
func ownFeedAt(moments []time.Time, days observation.Period, zone *time.Location) map[string]string {
	var items []string
	for i, at := range moments {
		items = append(items, fmt.Sprintf("<item><title>Uutinen %d</title><link>https://www.example.fi/%d/</link><pubDate>%s</pubDate></item>", i, i, at.Format(time.RFC1123Z)))
	}
	return map[string]string{
		"answers/1.http": "GET /feed/\n200\nContent-Type: application/rss+xml\n\n<rss version=\"2.0\"><channel><title>Keskus</title>" + strings.Join(items, "") + "</channel></rss>\n",
		"answers/2.http": "GET /blogi/atom.xml\n200\nContent-Type: application/atom+xml\n\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Blogi</title></feed>\n",
	}
}
