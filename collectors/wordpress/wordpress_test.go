package wordpress

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Moments: &collectortest.Moments{Source: siteAt}})
}

const (
	listed  = "?_fields=id%2Cdate%2Cdate_gmt%2Cguid%2Clink%2Ctitle%2Ccontent%2Cexcerpt%2Clang%2Ctags%2Ccategories&after=*&before=*&categories=3&order=asc&orderby=date&page=1&per_page=50&tags=12%2C14"
	indexed = "?_fields=name%2Cnamespaces%2Ctimezone_string%2Cgmt_offset"
)

// siteAt is a site that published something at each of the moments.
func siteAt(moments []time.Time, days observation.Period, zone *time.Location) map[string]string {
	var posts []map[string]any
	for i, at := range moments {
		posts = append(posts, map[string]any{"id": i + 1, "date_gmt": at.UTC().Format("2006-01-02T15:04:05"), "date": at.In(zone).Format("2006-01-02T15:04:05"),
			"link": fmt.Sprintf("https://www.example.fi/%d/", i+1), "title": map[string]string{"rendered": "Uutinen"}})
	}
	text, _ := json.Marshal(posts)
	return map[string]string{
		"answers/1.http": "GET /wp-json/" + indexed + "\n200\nContent-Type: application/json\n\n" + `{"name": "Koske", "namespaces": ["wp/v2"], "timezone_string": "Europe/Helsinki"}`,
		"answers/2.http": fmt.Sprintf("GET /wp-json/wp/v2/posts%s\n200\nContent-Type: application/json\nX-WP-Total: %d\nX-WP-TotalPages: 1\n\n%s", listed, len(posts), text),
		"answers/3.http": "GET /wp-json/wp/v2/categories?_fields=id%2Cname%2Cslug&per_page=100&slug=ajankohtaista\n200\nContent-Type: application/json\n\n" + `[{"id": 3, "name": "A", "slug": "ajankohtaista"}]`,
		"answers/4.http": "GET /wp-json/wp/v2/tags?_fields=id%2Cname%2Cslug&per_page=100&slug=velkaneuvonta%2Cnuoret-talous\n200\nContent-Type: application/json\n\n" +
			`[{"id": 12, "name": "B", "slug": "velkaneuvonta"}, {"id": 14, "name": "C", "slug": "nuoret-talous"}]`,
	}
}
