package facebook

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Halves: "halves", Moments: &collectortest.Moments{Source: postsAt}, Instead: exceptions()})
}

// exceptions are what is right where the second question, after the token, is not answered, and where the only metric of a question is
// no longer there.
func exceptions() map[string]collectortest.Instead {
	out := map[string]collectortest.Instead{}
	for _, name := range []string{"404", "500", "cut off", "a page", "a page under the right type", "nothing", "an error with 200", "cookie wall"} {
		out[name+"@2"] = collectortest.Instead{Results: []observation.Result{observation.Failed}, AsWell: true,
			Why: "Whether Meta says when the token ends takes nothing from the numbers; the next visit asks again."}
	}
	for _, n := range []string{"4", "6", "7", "8"} {
		out["an error with 200@"+n] = collectortest.Instead{Results: []observation.Result{observation.OK, observation.Retired},
			Why: "The error says that there is no such metric any more: it is withdrawn, and the others are told."}
	}
	return out
}

// postsAt is a Page that posted something at each moment, and that too few people like for anything else to be told.
func postsAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	var posts, reactions []string
	for i := range moments {
		at := moments[len(moments)-1-i]
		posts = append(posts, fmt.Sprintf(`{"id":"104_%d","created_time":%q}`, i, at.UTC().Format("2006-01-02T15:04:05-0700")))
		reactions = append(reactions, fmt.Sprintf(`{"id":"104_%d","reactions":{"summary":{"total_count":1}},"comments":{"summary":{"total_count":1}}}`, i))
	}
	head := "\n200\nContent-Type: application/json\n"
	list := func(rows []string) string { return "\n" + `{"data":[` + strings.Join(rows, ",") + `]}` }
	proof := "&appsecret_proof=*"
	const countsOfPosts = "id,created_time,insights.metric(post_clicks,post_media_view,post_total_media_view_unique)"
	past := "GET /v26.0/104/published_posts?limit=50&since=*&until=*" + proof + "&fields="
	edge := "GET /v26.0/104/published_posts?limit=50&since=*" + proof + "&fields="
	return map[string]string{
		"answers/0.http": "GET /v26.0/koske?fields=*" + proof + head + "\n" + `{"id":"104","followers_count":1,"fan_count":1,"access_token":"EAA1"}`,
		"answers/1.http": "POST /v26.0/" + head + "Form: batch=*&include_headers=false" + proof + "\n\n[null]",
		"answers/2.http": "GET /v26.0/104/insights?metric=*&period=*&since=*&until=*" + proof + head + list(nil),
		"answers/3.http": edge + fieldsOfPosts + head + list(posts),
		"answers/4.http": edge + fieldsOfReactions + head + list(reactions),
		"answers/5.http": edge + countsOfPosts + head + list(nil),
		"answers/6.http": past + fieldsOfPosts + head + list(posts),
		"answers/7.http": past + fieldsOfReactions + head + list(reactions),
		"answers/8.http": past + countsOfPosts + head + list(nil),
	}
}
