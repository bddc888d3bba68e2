package twitter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

const (
	oldUser  = `{"id":1024,"id_str":"1024","screen_name":"koske","followers_count":7,"statuses_count":2,"created_at":"Sat Dec 14 04:35:55 +0000 2013"}`
	oldPosts = `[{"id":5,"id_str":"5","created_at":"Fri Nov 20 09:12:04 +0000 2026","full_text":"Hei","favorite_count":3}]`
)

// playOld starts a server that answers as the old API does, but for one question.
func playOld(t *testing.T, spoilt string, answer func(http.ResponseWriter, *http.Request)) *x {
	out := play(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, spoilt):
			answer(w, r)
		case strings.HasSuffix(r.URL.Path, "/show.json"):
			_, _ = w.Write([]byte(oldUser))
		case r.URL.Query().Get("max_id") != "":
			_, _ = w.Write([]byte(`[]`))
		default:
			_, _ = w.Write([]byte(oldPosts))
		}
	})
	out.config.API = legacy
	return out
}

// TestTheLibraryMakesNoZeros: each answer that the library takes for an account without followers, or for no posts, ends in its own
// class, and nothing is told of it.
func TestTheLibraryMakesNoZeros(t *testing.T) {
	const problem = `{"title":"%s","detail":"%s","type":"about:blank","status":%d}`
	for name, c := range map[string]struct {
		status int
		body   string
		class  observation.Result
		reason string
	}{
		"429 of the old API":      {429, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`, observation.Waiting, "waiting"},
		"403 of the old API":      {403, `{"errors":[{"code":453,"message":"subset of X API V2 endpoints"}]}`, observation.Auth, "auth"},
		"429 as a problem":        {429, fmt.Sprintf(problem, "Too Many Requests", "Too Many Requests", 429), observation.Waiting, "waiting"},
		"401 as a problem":        {401, fmt.Sprintf(problem, "Unauthorized", "Unauthorized", 401), observation.Auth, "auth"},
		"402 as a problem":        {402, fmt.Sprintf(problem, "CreditsDepleted", "no credits", 402), observation.Budget, "budget"},
		"404 with nothing":        {404, ``, observation.Failed, "not_found"},
		"503 as a page":           {503, `<html><body>Over capacity</body></html>`, observation.Waiting, "waiting"},
		"500 as a page":           {500, `<html><body>Oops</body></html>`, observation.Failed, "failed"},
		"200 of the new API":      {200, `{"data":{"id":"1024","username":"koske"}}`, observation.Failed, "bad_answer"},
		"200 with errors alone":   {200, `{"errors":[{"code":63,"message":"User has been suspended."}]}`, observation.Gone, "gone"},
		"200 with nothing":        {200, ``, observation.Failed, "bad_answer"},
		"200 as a page":           {200, `<!doctype html><html></html>`, observation.Failed, "bad_answer"},
		"200 without the numbers": {200, `[{"id":5,"id_str":"5","created_at":"Fri Nov 20 09:12:04 +0000 2026"}]`, observation.Failed, "bad_answer"},
		"200 without the id":      {200, `[{"favorite_count":3,"created_at":"Fri Nov 20 09:12:04 +0000 2026"}]`, observation.Failed, "bad_answer"},
		"200 without the number":  {200, `{"id":1024,"id_str":"1024","screen_name":"koske"}`, observation.Failed, "bad_answer"},
		"200 of somebody":         {200, `{"followers_count":9}`, observation.Failed, "bad_answer"},
		"200 with null":           {200, `null`, observation.Failed, "bad_answer"},
	} {
		for path, untold := range map[string]string{"/show.json": "followers", "/user_timeline.json": "reactions_total"} {
			source := playOld(t, path, func(w http.ResponseWriter, _ *http.Request) {
				if c.status == 429 {
					w.Header().Set("x-rate-limit-remaining", "0")
					w.Header().Set("x-rate-limit-reset", fmt.Sprint(time.Now().Add(10*time.Minute).Unix()))
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			})
			rec, err := source.visit(monday)
			if collector.ResultOf(err) != c.class || collector.ReasonOf(err) != c.reason {
				t.Errorf("%s for %s: %v, want %s (%s)", name, path, err, c.class, c.reason)
			}
			for _, o := range rec.Observations {
				if o.Metric == untold {
					t.Errorf("%s for %s: %s is told as %v", name, path, untold, o.Value)
				}
			}
			if path == "/show.json" && len(rec.Observations)+len(rec.Items) > 0 || path != "/show.json" && len(rec.Items) > 0 {
				t.Errorf("%s for %s: %d numbers and %d posts are told", name, path, len(rec.Observations), len(rec.Items))
			}
		}
	}
}

func TestTheOldAPIIsToldOf(t *testing.T) {
	source := playOld(t, "/nothing", nil)
	rec, err := source.visit(monday)
	if err != nil || len(rec.Items) != 1 || len(rec.Observations) != 2 {
		t.Fatalf("%v, %d posts, %d numbers", err, len(rec.Items), len(rec.Observations))
	}
	for _, path := range source.asked {
		if strings.Contains(path, "expansions") || !strings.Contains(path, "trim_user=true") && strings.Contains(path, "timeline") {
			t.Errorf("asked for %s: people might come", path)
		}
	}
	said, err := source.source().Check(t.Context(), monday)
	if err != nil || !strings.Contains(said, "@koske (1024) has 7 followers") {
		t.Errorf("%q, %v", said, err)
	}
}

// TestTheOldAPIIsStopped: the library knows no contexts; a visit that is stopped ends all the same.
func TestTheOldAPIIsStopped(t *testing.T) {
	source := playOld(t, "/user_timeline.json", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, stop)
	var out collectortest.Recorder
	begun := time.Now()
	err := source.source().Collect(ctx, morning(monday), &out)
	if !errors.Is(err, context.Canceled) || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v, want that it was stopped", err, time.Since(begun))
	}
	if rec := out.Recording(); len(rec.Observations) != 1 {
		t.Errorf("%d numbers were kept, want the followers", len(rec.Observations))
	}
}

// TestConformLegacy runs the suite on the old API, too: all that it asks goes through a library.
func TestConformLegacy(t *testing.T) {
	if testing.Short() {
		t.Skip("the suite runs on the new API")
	}
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "v1.1", Skip: map[string]string{"clocks": "Moments are put into days as those of the new API are, by what all kinds share."}})
}
