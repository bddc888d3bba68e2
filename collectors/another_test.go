package collectors_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/collectors/bluesky"
	"seuranta/collectors/facebook"
	"seuranta/collectors/instagram"
	"seuranta/collectors/linkedin"
	"seuranta/collectors/threads"
	"seuranta/collectors/twitter"
	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// TestAnotherAccount: an answer of another account than the one that was asked for, or that a source was read of before, is no answer,
// and nothing of it is told. A page that is asked for by its name may answer with its number the first time.
func TestAnotherAccount(t *testing.T) {
	token := collector.NewSecret("EAAtokenThatIsLongEnough")
	for name, c := range map[string]struct {
		config        collector.Config
		answers       map[string]string // by what the address holds; %s is the id
		first, second string            // "" is no first visit
	}{
		"bluesky": {&bluesky.Config{Handle: "koske.example"}, map[string]string{"getProfile": `{"did":"did:plc:%s","handle":"koske.example","followersCount":5}`, "getAuthorFeed": `{"feed":[]}`},
			"koske2koske2koske2koske2", "other2other2other2other2"},
		"twitter": {&twitter.Config{Username: "koske", Token: token, Reads: 100, PostsDays: 30, API: "v2"}, map[string]string{"/tweets": `{"meta":{"result_count":0}}`, "/users/": `{"data":{"id":"%s","username":"koske","public_metrics":{"followers_count":5,"tweet_count":3}}}`},
			"2244994945", "666"},
		"facebook by its name":   {&facebook.Config{Page: "koske", Token: token, Version: graph.DefaultVersion}, facebookOf, "104", "666"},
		"facebook by its number": {&facebook.Config{Page: "104", Token: token, Version: graph.DefaultVersion}, facebookOf, "", "666"},
		"instagram by its number": {&instagram.Config{Account: "17841400000000001", Login: "facebook", Token: token, Version: graph.DefaultVersion},
			map[string]string{"fields=id": `{"id":"%s","username":"koske","followers_count":5}`, "": `{"data":[]}`}, "17841400000000001", "666"},
		"instagram that logged in": {&instagram.Config{Login: "instagram", Token: token, Version: graph.DefaultVersion},
			map[string]string{"fields=user_id": `{"id":"1","user_id":"%s","username":"koske","followers_count":5}`, "": `{"data":[]}`}, "17841400000000001", "666"},
		"threads": {&threads.Config{Token: token}, threadsOf, "555555", "666666"}, "threads by its number": {&threads.Config{Account: "555555", Token: token}, threadsOf, "", "666666"},
		"linkedin": {&linkedin.Config{Organization: "104", Token: token, Version: "202611", PostsDays: 30}, map[string]string{"networkSizes": `{"firstDegreeSize":5}`,
			"FollowerStatistics": `{"elements":[{"organizationalEntity":"urn:li:organization:%s","timeRange":{"start":1795305600000,"end":1795392000000},"followerGains":{"organicFollowerGain":1,"paidFollowerGain":0}}]}`, "": `{"elements":[]}`}, "104", "666"},
	} {
		memory, id := new(collectortest.Memory), c.first
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, part := range []string{"getProfile", "getAuthorFeed", "/tweets", "/users/", "fields=id", "fields=user_id", "threads_insights", "networkSizes", "FollowerStatistics", ""} {
				if body, ok := c.answers[part]; ok && strings.Contains(r.URL.String(), part) && r.Method == http.MethodGet && !strings.Contains(r.URL.Path, "published_posts") && !strings.Contains(r.URL.Path, "/media") {
					_, _ = w.Write([]byte(strings.ReplaceAll(body, "%s", id)))
					return
				}
			}
			_, _ = w.Write([]byte(`{"data":[]}`))
		}))
		deps := collector.Deps{ChannelID: "c", BaseURL: server.URL, State: memory, Items: memory, HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true})}
		if c.first != "" {
			if out, err := visitTo(t, c.config, deps); errors.Is(err, api.ErrOther) || len(out.Observations) == 0 {
				t.Errorf("%s: the first visit: %d numbers, %v", name, len(out.Observations), err)
			}
		}
		states := fmt.Sprint(memory.States()["account"], memory.States()["account_id"])
		id = c.second
		out, err := visitTo(t, c.config, deps)
		var odd *api.BadAnswerError
		if told := len(out.Observations); !errors.As(err, &odd) || told > 0 && name != "linkedin" || strings.Contains(fmt.Sprint(out.Observations), "gained") {
			t.Errorf("%s: of another account %d numbers were told: %v", name, told, err)
		}
		if now := fmt.Sprint(memory.States()["account"], memory.States()["account_id"]); now != states {
			t.Errorf("%s: %s is remembered, and was %s", name, now, states)
		}
		server.Close()
	}
}

var (
	facebookOf = map[string]string{"fields=id": `{"id":"%s","username":"koske","followers_count":5,"fan_count":300}`, "": `{"data":[]}`}
	threadsOf  = map[string]string{"threads_insights": `{"data":[{"id":"%s/insights/followers_count/day","name":"followers_count","period":"day","total_value":{"value":5}}]}`, "": `{"data":[]}`}
)

// visitTo is a visit to an account on a morning.
func visitTo(t *testing.T, c collector.Config, deps collector.Deps) (collectortest.Recording, error) {
	t.Helper()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var out collectortest.Recorder
	w := collector.Window{Period: observation.Period{From: observation.DateOf(now) - 1, To: observation.DateOf(now)}, Now: now, Zone: time.UTC, Grains: observation.Grains()}
	err := c.New(deps).Collect(t.Context(), w, &out)
	return out.Recording(), err
}
