package platforms

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPlausibleTurnsThePage: rows come in pieces, by where they begin, and days on which nobody came are none of them.
func TestPlausibleTurnsThePage(t *testing.T) {
	site := Website{Zone: time.UTC, Visits: []WebVisit{
		{1, []WebView{{moment("2026-11-16T08:00:00Z"), "/"}, {moment("2026-11-16T08:01:00Z"), "/hanke"}, {moment("2026-11-16T08:02:00Z"), "/"}}},
		{2, []WebView{{moment("2026-11-18T08:00:00Z"), "/haku"}}},
	}}
	var got []string
	for offset := 0; offset < 4; offset += 2 {
		r := httptest.NewRequest(http.MethodPost, "/api/v2/query", strings.NewReader(fmt.Sprintf(`{"site_id":"koske.example","metrics":["pageviews"],"date_range":["2026-11-16","2026-11-18"],
			"dimensions":["time:day","event:page"],"include":{"time_labels":true},"pagination":{"limit":2,"offset":%d}}`, offset)))
		r.Header.Set("Authorization", "Bearer key")
		w := httptest.NewRecorder()
		Plausible{Site: site, ID: "koske.example", Key: "key"}.Answer(w, r, moment("2026-11-19T08:00:00Z"))
		var a struct {
			Results []plausibleRow
			Meta    struct {
				Labels []string `json:"time_labels"`
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || len(a.Meta.Labels) != 3 {
			t.Fatalf("%v of %d in %s", err, w.Code, w.Body)
		}
		for _, row := range a.Results {
			got = append(got, fmt.Sprint(row.Dimensions, row.Metrics))
		}
	}
	if want := []string{"[2026-11-16 /] [2]", "[2026-11-16 /hanke] [1]", "[2026-11-18 /haku] [1]"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
