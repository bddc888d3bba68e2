package umami

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

const (
	siteID   = "4fb7fa4c-5b46-438d-94b3-3a8fb9bc2e8b"
	password = "salasana-0123456789"
	session  = "istunto-9876543210"
)

// fake is an Umami of one's own with a view on every hour, and as many pages a day as pages says.
type fake struct {
	t      *testing.T
	base   time.Time // of the first view
	pages  int
	broken bool // it leads to an address that holds what it was asked with
	asked  []string
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.asked = append(f.asked, r.URL.Path)
	if r.URL.Path == "/umami/api/auth/login" {
		var who struct{ Username, Password string }
		if err := json.NewDecoder(r.Body).Decode(&who); err != nil || who.Password != password {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = fmt.Fprintf(w, `{"token":%q}`, session)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+session {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if f.broken && !strings.Contains(r.URL.Path, session) {
		http.Redirect(w, r, "/umami/"+session, http.StatusFound)
		return
	} else if f.broken {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_ = json.NewEncoder(w).Encode(f.answer(strings.TrimPrefix(r.URL.Path, "/umami/api/websites/"+siteID), r.URL.Query()))
}

func (f *fake) answer(what string, q url.Values) any {
	from, to := f.millis(q, "startAt"), f.millis(q, "endAt")
	switch what {
	case "":
		return map[string]any{"id": siteID, "name": "Koske", "domain": "www.example.fi", "createdAt": f.base.UTC().Format("2006-01-02T15:04:05.000Z"), "resetAt": nil}
	case "/stats":
		hours := int64(0)
		for at := f.base.UnixMilli(); at <= to; at += time.Hour.Milliseconds() {
			if at >= from {
				hours++
			}
		}
		return map[string]any{"pageviews": strconv.FormatInt(hours, 10), "visitors": 1, "visits": hours}
	case "/metrics/expanded":
		limit, _ := strconv.Atoi(q.Get("limit"))
		rows := []map[string]any{}
		for i := range min(limit, f.pages) {
			rows = append(rows, map[string]any{"name": fmt.Sprintf("/sivu-%d", i), "pageviews": "1", "visitors": "1"})
		}
		return rows
	}
	f.t.Errorf("asked for %s", what)
	return nil
}

func (f *fake) millis(q url.Values, name string) int64 {
	n, _ := strconv.ParseInt(q.Get(name), 10, 64)
	return n
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// collect reads a window of a zone from a fake.
func collect(t *testing.T, f *fake, memory *collectortest.Memory, z *time.Location, from observation.Date, days, pages int) (collectortest.Recording, error) {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	config := &Config{Site: siteID, Username: "seuranta", Password: collector.NewSecret(password), Pages: pages}
	c := config.New(collector.Deps{BaseURL: server.URL + "/umami", ChannelID: "kotisivut", State: memory, HTTP: client.Session(fetch.Policy{AllowPrivate: true})})
	var out collectortest.Recorder
	to := from + observation.Date(days)
	err := c.Collect(t.Context(), collector.Window{Period: observation.Period{From: from, To: to}, Grains: Kind().Grains, Now: to.Start(z).Add(4 * time.Hour), Zone: z}, &out)
	return out.Recording(), err
}

// TestSpans: a day is from midnight to just before the next, also where the clocks are moved, and no view is in two days or in
// none.
func TestSpans(t *testing.T) {
	for _, c := range []struct {
		zone  string
		from  observation.Date
		hours []float64
	}{
		{"Europe/Helsinki", observation.NewDate(2026, 3, 28), []float64{24, 23, 24}},
		{"Europe/Helsinki", observation.NewDate(2026, 10, 24), []float64{24, 25, 24}},
		{"America/Los_Angeles", observation.NewDate(2026, 11, 1), []float64{25, 24, 24}},
		{"Pacific/Apia", observation.NewDate(2026, 12, 30), []float64{24, 24, 24}},
	} {
		f := &fake{t: t, base: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		rec, err := collect(t, f, new(collectortest.Memory), zone(t, c.zone), c.from, 3, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range rec.Observations {
			if want := c.hours[max(0, min(2, o.From-c.from))]; o.Metric == "views" && o.Value != want {
				t.Errorf("%s %s has %v views, want %v", c.zone, o.From, o.Value, want)
			}
		}
	}
}

// TestManyPages: pages that are as often viewed come in any order, so all are asked for at once, however many there are.
func TestManyPages(t *testing.T) {
	f := &fake{t: t, base: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), pages: 2500}
	rec, err := collect(t, f, new(collectortest.Memory), zone(t, "Europe/Helsinki"), observation.NewDate(2026, 11, 21), 1, 5)
	sum, pages := 0.0, 0
	for _, o := range rec.Observations {
		if o.Metric == "page_views" && o.Subject == "" {
			sum = o.Value
		} else if o.Metric == "page_views" {
			pages++
		}
	}
	if err != nil || sum != 2500 || pages != 5 || len(f.asked) != 5 {
		t.Errorf("%v views of all pages, %d pages, %d questions (%v); want 2500, 5 and 5", sum, pages, len(f.asked), err)
	}
}

// TestTheSessionIsNotKept: what the login gives is in no error and in no memory.
func TestTheSessionIsNotKept(t *testing.T) {
	var memory collectortest.Memory
	f := &fake{t: t, broken: true, base: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	_, err := collect(t, f, &memory, zone(t, "Europe/Helsinki"), observation.NewDate(2026, 11, 21), 1, 5)
	if err == nil || !strings.Contains(err.Error(), "/umami/") || strings.Contains(err.Error(), session) || len(memory.States()) > 0 {
		t.Errorf("error %v, memory %v", err, memory.States())
	}
}

// TestTheCloudIsAskedByKey: by a header, without a login, and below no /api.
func TestTheCloudIsAskedByKey(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("x-umami-api-key") != password || r.URL.Path != "/v1/websites/"+siteID || r.Header.Get("Authorization") != "" {
			t.Errorf("asked for %s with %v", r.URL, r.Header)
		}
		_, _ = fmt.Fprintf(w, `{"id":%q,"name":"Koske","domain":"example.fi","createdAt":"2024-02-01T10:00:00.000Z"}`, siteID)
	}))
	defer server.Close()
	client := fetch.New(fetch.Options{Spacing: -1})
	config := &Config{Site: siteID, APIKey: collector.NewSecret(password)}
	c := config.New(collector.Deps{BaseURL: server.URL + "/v1", HTTP: client.Session(fetch.Policy{AllowPrivate: true})})
	if said, err := c.(collector.Checker).Check(t.Context(), time.Now()); err != nil || !strings.Contains(said, "Koske") {
		t.Errorf("said %q, %v", said, err)
	}
}

// TestWithoutAnAddress: a user is of an Umami of one's own, and it has to be said where that is.
func TestWithoutAnAddress(t *testing.T) {
	config := &Config{Site: siteID, Username: "seuranta", Password: collector.NewSecret(password)}
	if _, err := config.New(collector.Deps{}).(collector.Checker).Check(t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), "base_url") {
		t.Errorf("error %v, want one that tells to write base_url", err)
	}
}

func TestCredentials(t *testing.T) {
	secret := collector.NewSecret("x")
	for key, c := range map[string]Config{
		"":         {Site: siteID, Username: "a", Password: secret},
		"username": {Site: siteID},
		"password": {Site: siteID, Username: "a"},
		"api_key":  {Site: siteID, Username: "a", APIKey: secret},
		"site":     {Site: "3", APIKey: secret},
	} {
		faults := c.Validate()
		if key == "" && len(faults) > 0 || key != "" && (len(faults) != 1 || faults[0].Key != key) {
			t.Errorf("want a fault of %q, have %v", key, faults)
		}
	}
}

// FuzzCount: a number of either version is what it says, or none.
func FuzzCount(f *testing.F) {
	for _, seed := range []string{`12`, `"12"`, `null`, `{"value":12,"prev":9}`, `{"value":"12","change":-3}`, `{}`, `{"value":null}`, `[]`, `-1`, `1e400`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var c count
		if json.Unmarshal(body, &c) != nil {
			return
		}
		if n, err := c.Need("x"); err == nil && (!(n >= 0) || !c.Known) {
			t.Errorf("%s is taken for %v", body, n)
		}
		var row pageRow
		if json.Unmarshal(body, &row) == nil {
			if page, err := row.page(true); err == nil && !(page.Views >= 0) {
				t.Errorf("%s is taken for %v", body, page)
			}
		}
		var m moment
		_ = json.Unmarshal(body, &m)
	})
}
