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
	got, lacking := api.Known([]api.Counter{{"shares_total", "reposts", number(4)}, {"shares_total", "quotes", number(2)}, {"comments_total", "replies", number(0)},
		{"reactions_total", "likes", api.Number{}}, {"views_total", "plays", number(3)}, {"views_total", "loops", api.Number{}}})
	if want := map[string]float64{"shares_total": 6, "comments_total": 0}; len(lacking) > 0 || !maps.Equal(got, want) {
		t.Errorf("%v, %v, want %v: what is not there is no zero, and half of a sum is no sum", got, lacking, want)
	}
	for _, wrong := range []float64{-1, 0.5} {
		got, lacking := api.Known([]api.Counter{{"shares_total", "reposts", number(wrong)}, {"shares_total", "quotes", number(3)}, {"comments_total", "replies", number(5)}})
		if lacking["shares_total"].Reason != collector.ReasonBadAnswer || len(lacking) != 1 || !maps.Equal(got, map[string]float64{"comments_total": 5}) {
			t.Errorf("%v: %v, %v, want a bad answer of this counter and of no other", wrong, got, lacking)
		}
	}
}

// TestWhatPostsLack: what the platform leaves out it does not offer only where it is known to do so; what could not be read of some
// posts is known in part.
func TestWhatPostsLack(t *testing.T) {
	bad, few, refused := api.Lack{Result: observation.Failed, Reason: collector.ReasonBadAnswer}, api.Lack{Result: observation.NotOffered, Reason: collector.ReasonWithheld}, api.Lack{Result: observation.Auth}
	none := api.Lack{Result: observation.Failed, Reason: collector.ReasonNoNumber}
	for name, c := range map[string]struct {
		first, second api.Lack
		has, hidden   bool
		want          api.Lack
	}{
		"there": {has: true}, "left out": {want: none}, "hidden": {hidden: true, want: api.Lack{Result: observation.NotOffered}},
		"bad in one": {first: bad, has: true, want: api.Lack{Result: observation.Partial, Reason: collector.ReasonBadAnswer}}, "bad": {first: bad, hidden: true, want: bad},
		"refused in one": {second: refused, has: true, want: api.Lack{Result: observation.Partial, Reason: "auth"}}, "refused": {first: refused, second: refused, want: refused},
		"too few in one": {first: few, has: true}, "too few": {first: few, second: few, want: few}, "too few, then refused": {first: few, second: bad, want: bad},
	} {
		posts := []api.Post{{ID: "1", Lacking: map[string]api.Lack{"shares_total": c.first}}, {ID: "2", Lacking: map[string]api.Lack{"shares_total": c.second}}, {ID: "3", Counts: map[string]float64{}}}
		if c.has {
			posts[2].Counts["shares_total"] = 0
		}
		var hidden []string
		if c.hidden {
			hidden = []string{"shares_total"}
		}
		if got := api.Lacks([]string{"shares_total"}, posts, hidden...)["shares_total"]; got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := api.Lacks([]string{"shares_total"}, nil); len(got) > 0 {
		t.Errorf("of no posts: %v", got)
	}
}

// TestALevelThatIsNone: a level that is left out, or is no count, is a failure of that level and no error of the visit.
func TestALevelThatIsNone(t *testing.T) {
	for _, c := range []struct {
		n    api.Number
		want string
	}{{api.Number{}, "failed no_number"}, {api.Number{Value: -1, Known: true}, "failed bad_answer"}, {api.Number{Value: 0, Known: true}, "ok "}} {
		var out collectortest.Recorder
		today := observation.DateOf(morning)
		tell := api.NewTeller(&out, collector.Window{Period: observation.Period{From: today - 1, To: today}, Now: morning, Zone: helsinki}, nil)
		if err := tell.LevelOf("account", "followers", "followers_count", c.n); err != nil {
			t.Fatal(err)
		}
		said := out.Recording().Coverage
		if len(said) != 1 || string(said[0].Result)+" "+said[0].Reason != c.want || (len(out.Recording().Observations) == 1) != (c.want == "ok ") {
			t.Errorf("%+v: %+v, want %s", c.n, said, c.want)
		}
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
