package listmonk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestDescribed(t *testing.T) { collectortest.Described(t, "testdata/described.yaml") }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Moments: &collectortest.Moments{Source: lettersAt}})
}

// lettersAt is a list to which a letter was sent at each of the moments.
func lettersAt(moments []time.Time, days observation.Period, zone *time.Location) map[string]string {
	var letters []string
	for i, at := range moments {
		letters = append(letters, fmt.Sprintf(`{"id": %d, "type": "regular", "subject": "Kirje", "started_at": %q, "sent": 10, "views": 5, "clicks": 1, "lists": [{"id": 3}]}`,
			i+1, at.UTC().Format(time.RFC3339Nano)))
	}
	list := `{"id": 3, "uuid": "5e91dda1-1c16-467d-9bf9-2a21bf22ae21", "optin": "double", "created_at": "2001-01-01T00:00:00Z", "subscriber_count": 5, "subscriber_statuses": {"confirmed": 5}}`
	page := func(path, results string, n int) string {
		return fmt.Sprintf("GET %s\n200\nContent-Type: application/json\n\n{\"data\": {\"results\": [%s], \"total\": %d}}\n", path, results, n)
	}
	return map[string]string{
		"answers/1.http": page("/api/lists?page=1&per_page=all", list, 1),
		"answers/2.http": page("/api/campaigns?page=1&per_page=50&order_by=created_at&order=asc&no_body=true", strings.Join(letters, ","), len(moments)),
	}
}

func TestAudience(t *testing.T) {
	for text, want := range map[string]float64{
		`{"optin": "double", "subscriber_count": 900, "subscriber_statuses": {"confirmed": 700, "unconfirmed": 112, "unsubscribed": 88}}`: 700,
		`{"optin": "single", "subscriber_count": 900, "subscriber_statuses": {"confirmed": 700, "unconfirmed": 112, "unsubscribed": 88}}`: 812,
		`{"optin": "single", "subscriber_count": 24, "subscriber_statuses": {"unconfirmed": "12"}}`:                                       12,
		`{"optin": "double", "subscriber_count": 176, "subscriber_statuses": {"unsubscribed": 88}}`:                                       0,
		`{"optin": "double", "subscriber_count": 0, "subscriber_statuses": {}}`:                                                           0,
		`{"optin": "double", "subscriber_count": 0, "subscriber_statuses": null}`:                                                         0,
	} {
		var l list
		if err := api.Decode([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		if got, err := l.audience(); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		`{"optin": "double", "subscriber_count": 900}`,
		`{"optin": "double", "subscriber_count": 900, "subscriber_statuses": {}}`,
		`{"optin": "double"}`,
		`{"optin": "triple", "subscriber_statuses": {"confirmed": 700}}`,
		`{"subscriber_statuses": {"confirmed": 700}}`,
		`{"optin": "double", "subscriber_statuses": {"confirmed": null}}`,
		`{"optin": "double", "subscriber_statuses": {"confirmed": -3}}`,
	} {
		var l list
		if err := api.Decode([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		if got, err := l.audience(); collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%s: %v, %v, want a bad answer", text, got, err)
		}
	}
}

// server answers as a listmonk does that gives pages of at most 50, of which campaigns grow by one between two pages.
func server(t *testing.T, campaigns int) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/api/lists", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"data": {"results": [{"id": 3, "name": "Kirje", "optin": "double", "created_at": "2020-01-01T00:00:00Z", "subscriber_statuses": {"confirmed": 7}}], "total": 1}}`))
	})
	mux.HandleFunc("/api/campaigns", func(w http.ResponseWriter, r *http.Request) {
		var page int
		_, _ = fmt.Sscan(r.FormValue("page"), &page)
		results := []map[string]any{}
		for i := (page - 1) * 50; i < min(campaigns, page*50); i++ {
			results = append(results, map[string]any{"id": i + 1, "type": "regular", "subject": "Kirje", "started_at": "2026-11-18T08:00:00Z", "sent": "2", "views": 1, "clicks": 0,
				"lists": []map[string]any{{"id": 3}}})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{"results": results, "total": campaigns}})
		campaigns++
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestAListThatGrowsWhileItIsRead(t *testing.T) {
	c := Config{User: "seuranta", Token: collector.NewSecret("tunnus"), List: "3"}
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	s := c.New(collector.Deps{BaseURL: server(t, 99), HTTP: client.Session(fetch.Policy{AllowPrivate: true}), ChannelID: "kirje"})
	now := time.Date(2026, 11, 23, 4, 15, 0, 0, time.UTC)
	day := observation.DateOf(now)
	var out collectortest.Recorder
	w := collector.Window{Period: observation.Period{From: day - 7, To: day}, Now: now, Zone: time.UTC, Grains: []observation.Grain{observation.Day, observation.Snapshot}}
	if err := s.Collect(t.Context(), w, &out); err != nil {
		t.Fatal(err)
	}
	rec := out.Recording()
	sends := 0.0
	for _, o := range rec.Observations {
		if o.Metric == "sends" {
			sends += o.Value
		}
	}
	if len(rec.Items) != 100 || sends != 200 {
		t.Errorf("%d letters and %v sends, want all 100 with 2 each", len(rec.Items), sends)
	}
}

func TestSettings(t *testing.T) {
	good := Config{User: "seuranta", Token: collector.NewSecret("x"), List: "3"}
	if faults := good.Validate(); len(faults) > 0 {
		t.Errorf("a good source has faults: %v", faults)
	}
	if faults := (&Config{}).Validate(); len(faults) != 3 {
		t.Errorf("an empty source has the faults %v, want one of each key", faults)
	}
	for _, list := range []string{"0", "-3", "uutiskirje", "3/subscribers", "5e91dda1-1c16-467d-9bf9"} {
		c := good
		c.List = list
		if faults := c.Validate(); len(faults) != 1 || faults[0].Key != "list" {
			t.Errorf("list %q: %v, want a fault", list, faults)
		}
	}
}

func FuzzList(f *testing.F) {
	f.Add([]byte(`{"data": {"results": [{"id": 3, "optin": "double", "subscriber_count": 900, "subscriber_statuses": {"confirmed": 700}}], "total": 1}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var a answer[list]
		if api.Decode(body, &a) != nil {
			return
		}
		l, err := find(a, "3")
		if err != nil {
			return
		}
		if n, err := l.audience(); err == nil && (n < 0 || len(l.Statuses) == 0 && n != 0) {
			t.Errorf("%q: read as %v subscribers", body, n)
		}
	})
}

func FuzzCampaigns(f *testing.F) {
	f.Add([]byte(`{"data": {"results": [{"id": 5, "type": "regular", "subject": "Kirje", "started_at": "2026-11-17T08:00:00+02:00", "sent": 700, "views": 380, "clicks": 61, "lists": [{"id": 3}]}], "total": 1}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var a answer[campaign]
		if api.Decode(body, &a) != nil {
			return
		}
		issues, err := issuesOf(a, 3)
		if err == nil && a.Data == nil {
			t.Errorf("%q: nothing is read as no letters", body)
		}
		for _, i := range issues {
			if i.ID == "" || i.SentAt.IsZero() || i.Counts["sends_total"] < 1 || i.Counts["opens_total"] < 0 || len(i.Counts) != 3 {
				t.Errorf("%q: read as %+v", body, i)
			}
		}
	})
}
