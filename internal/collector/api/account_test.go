package api_test

import (
	"maps"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestNamesAreLookedUpOnce(t *testing.T) {
	var memory collectortest.Memory
	if id := api.AccountID(&memory, "koske"); id != "" {
		t.Errorf("nobody looked the name up, and it has the id %q", id)
	}
	api.KeepAccountID(&memory, "koske", "did:plc:abc")
	if id := api.AccountID(&memory, "koske"); id != "did:plc:abc" {
		t.Errorf("the id is %q", id)
	}
	if id := api.AccountID(&memory, "another"); id != "" {
		t.Errorf("another name has the id %q", id)
	}
	api.KeepAccountID(nil, "koske", "did:plc:abc")
	if id := api.AccountID(nil, "koske"); id != "" {
		t.Errorf("without a memory: %q", id)
	}
}

func TestKnownCounters(t *testing.T) {
	number := func(n float64) api.Number { return api.Number{Value: n, Known: true} }
	got, err := api.Known([]api.Counter{{"shares_total", "reposts", number(4)}, {"shares_total", "quotes", number(2)}, {"comments_total", "replies", number(0)},
		{"reactions_total", "likes", api.Number{}}, {"views_total", "plays", number(3)}, {"views_total", "loops", api.Number{}}})
	if want := map[string]float64{"shares_total": 6, "comments_total": 0}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v, want %v: what is not there is no zero, and half of a sum is no sum", got, err, want)
	}
	for _, wrong := range []float64{-1, 0.5} {
		if _, err := api.Known([]api.Counter{{"shares_total", "reposts", number(wrong)}}); collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%v: %v, want a bad answer", wrong, err)
		}
	}
}

func TestWhatNoPostHas(t *testing.T) {
	metrics := []string{"reactions_total", "shares_total"}
	posts := []api.Post{{ID: "1", Counts: map[string]float64{}}, {ID: "2", Counts: map[string]float64{"reactions_total": 0}}}
	if got, want := api.Lacks(metrics, posts), map[string]api.Lack{"shares_total": {Result: observation.NotOffered}}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := api.Lacks(metrics, nil); len(got) > 0 {
		t.Errorf("of no posts: %v", got)
	}
}

func TestWhenAnAccountBegins(t *testing.T) {
	night := time.Date(2024, 2, 8, 22, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		made  string
		posts []api.Post
		want  observation.Date
	}{
		{"2024-02-08T22:30:00.000Z", nil, observation.NewDate(2024, 2, 9)},
		{"2024-02-08T22:30:00.000Z", []api.Post{{At: night.AddDate(0, 0, 7)}, {At: night.AddDate(0, 0, -7)}}, observation.NewDate(2024, 2, 2)},
		{"", []api.Post{{At: night}}, 0},
	} {
		if got := api.Begins(c.made, c.posts, helsinki); got != c.want {
			t.Errorf("made %q, with %d posts: %s, want %s", c.made, len(c.posts), got, c.want)
		}
	}
}
