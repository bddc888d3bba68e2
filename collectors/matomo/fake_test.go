package matomo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// fake is a Matomo that answers any range. Every seventh day nobody comes; each other has as many visits as its day of the month.
type fake struct {
	t      *testing.T
	mu     sync.Mutex
	asked  []string // method and dates
	refuse int      // this status from the second question on
}

const token = "kanarialintu-0123456789"

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.URL.RawQuery != "" || strings.Contains(r.URL.Path, token) || r.Method != http.MethodPost {
		f.t.Errorf("asked by %s %s: everything belongs into the body", r.Method, r.URL)
	}
	if err := r.ParseForm(); err != nil || r.PostForm.Get("token_auth") != token {
		f.t.Errorf("no token in the form (%v)", err)
	}
	f.asked = append(f.asked, r.PostForm.Get("method")+" "+r.PostForm.Get("date"))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if f.refuse != 0 && len(f.asked) > 1 {
		w.WriteHeader(f.refuse)
		_, _ = fmt.Fprint(w, `{"result":"error","message":"Unable to authenticate with the provided token."}`)
		return
	}
	_ = json.NewEncoder(w).Encode(f.answer(r))
}

func (f *fake) answer(r *http.Request) any {
	if r.PostForm.Get("method") == "SitesManager.getSiteFromId" {
		return map[string]any{"idsite": 3, "name": "Koske", "main_url": "https://www.example.fi", "ts_created": "2020-01-01 00:00:00", "timezone": "Europe/Helsinki"}
	}
	from, to, _ := strings.Cut(r.PostForm.Get("date"), ",")
	first, err := observation.ParseDate(from)
	last, err2 := observation.ParseDate(to)
	if err := errors.Join(err, err2); err != nil {
		f.t.Error(err)
	}
	rows := map[string]any{}
	for _, p := range observation.Grain(r.PostForm.Get("period")).Split(observation.Period{From: first, To: last + 1}) {
		key := p.From.String()
		if p.Days() > 1 {
			key += "," + (p.To - 1).String()
		}
		rows[key] = row(r.PostForm.Get("method"), p)
	}
	return rows
}

func row(method string, p observation.Period) any {
	n := p.From.UTC().Day()
	switch {
	case p.Days() == 1 && p.From%7 == 0:
		return []any{}
	case method == "Actions.getPageUrls":
		return []map[string]any{{"label": "/index", "nb_hits": n, "url": "https://www.example.fi/"}, {"label": "/Others", "nb_hits": fmt.Sprint(n), "is_summary": true}}
	}
	return map[string]any{"nb_visits": fmt.Sprint(n), "nb_uniq_visitors": n, "nb_pageviews": fmt.Sprintf("%d", 2*n), "bounce_rate": "38%"}
}

// collect reads a window from a fake.
func collect(t *testing.T, f *fake, from observation.Date, days int) (collectortest.Recording, error) {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	config := &Config{Site: 3, Token: collector.NewSecret(token), Pages: 10}
	c := config.New(collector.Deps{BaseURL: server.URL + "/index.php", ChannelID: "kotisivut", HTTP: client.Session(fetch.Policy{AllowPrivate: true, Secrets: []string{token}})})
	var out collectortest.Recorder
	to := from + observation.Date(days)
	err = c.Collect(t.Context(), collector.Window{Period: observation.Period{From: from, To: to}, Grains: Kind().Grains, Now: to.Start(zone).Add(4 * time.Hour), Zone: zone}, &out)
	return out.Recording(), err
}

// TestAYear: a year is asked for in ranges that a small server can bear, every day once, and none is lost.
func TestAYear(t *testing.T) {
	f := &fake{t: t}
	from := observation.NewDate(2025, time.January, 1)
	rec, err := collect(t, f, from, 365)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	for _, o := range rec.Observations {
		n := float64(o.From.UTC().Day())
		if want := map[bool]float64{true: 0, false: n}[o.Grain == observation.Day && o.From%7 == 0]; o.Metric == "visits" && o.Value != want || o.Metric == "views" && o.Value != 2*want || o.Metric == "visitors" && o.Value != want {
			t.Errorf("%s of %s %s is %v", o.Metric, o.Grain, o.From, o.Value)
		}
		if o.Subject == "" {
			told[o.Metric+" "+string(o.Grain)]++
		}
	}
	if told["views day"] != 365 || told["visits day"] != 365 || told["visitors day"] != 365 || told["page_views day"] != 365 || told["visitors week"] != 52 {
		t.Errorf("told %v, want 365 days of each and 52 weeks that are over", told)
	}
	if want := 1 + 12 + 12 + 11 + 53; len(f.asked) != want {
		t.Errorf("%d questions, want %d: %v", len(f.asked), want, f.asked)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(f.asked)))) != len(f.asked) {
		t.Error("something was asked for twice")
	}
}

// TestARefusedTokenIsNotTriedAgain: Matomo counts tokens that are wrong and shuts out our address.
func TestARefusedTokenIsNotTriedAgain(t *testing.T) {
	for _, status := range []int{200, 401, 403} {
		f := &fake{t: t, refuse: status}
		rec, err := collect(t, f, observation.NewDate(2026, time.November, 16), 7)
		if collector.ResultOf(err) != observation.Auth || len(f.asked) != 2 || len(rec.Observations) != 0 {
			t.Errorf("%d: ends %s after %v with %d numbers: %v", status, collector.ResultOf(err), f.asked, len(rec.Observations), err)
		}
		if err != nil && strings.Contains(err.Error(), token) {
			t.Error("the error shows the token")
		}
	}
}

func TestZones(t *testing.T) {
	at := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for name, want := range map[string]int{"Europe/Helsinki": 3 * 3600, "UTC": 0, "UTC+2": 2 * 3600, "UTC-3.5": -12600, "UTC+14": 14 * 3600, "America/New_York": -4 * 3600} {
		zone, err := zoneOf(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, got := at.In(zone).Zone(); got != want {
			t.Errorf("%s is %d s from UTC, want %d", name, got, want)
		}
	}
	for _, name := range []string{"", "Local", "Helsinki", "UTC+x", "UTC+99"} {
		if zone, err := zoneOf(name); err == nil {
			t.Errorf("%q is taken for %v", name, zone)
		}
	}
}

func TestColumns(t *testing.T) {
	for text, want := range map[string]float64{`[]`: 0, ` [ ] `: 0, `{"nb_visits":"7"}`: 7, `{"nb_visits":7,"goals":{"a":[1]},"bounce_rate":"38%"}`: 7} {
		if got, err := columns(json.RawMessage(text), "nb_visits"); err != nil || got[0] != want {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{`{}`, `null`, `{"nb_visits":null}`, `{"nb_visits":-1}`, `{"nb_visits":1.5}`, `7`, `"7"`, `{"nb_actions":7}`} {
		if got, err := columns(json.RawMessage(text), "nb_visits"); err == nil {
			t.Errorf("%s is taken for %v visits", text, got)
		}
	}
}

// FuzzReport: whatever is answered, a number that comes of it is a count.
func FuzzReport(f *testing.F) {
	for _, seed := range []string{
		`{"2026-11-16":[],"2026-11-17":{"nb_visits":"52","nb_uniq_visitors":41}}`, `{"2026-11-16,2026-11-22":{"nb_uniq_visitors":163}}`,
		`{"2026-11-16":[{"label":"\/index","nb_hits":"20","url":"https:\/\/www.example.fi\/"},{"label":"\/Others","nb_hits":3,"is_summary":true}]}`,
		`{"result":"error","message":"x"}`, `[]`, `null`, `{"2026-11-16":null}`, `{"2026-11-16":{"nb_visits":1e300}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var r report
		if json.Unmarshal(body, &r) != nil {
			return
		}
		for _, row := range r {
			if counts, err := columns(row, "nb_visits"); err == nil && !(counts[0] >= 0) {
				t.Errorf("%s: %v visits", row, counts)
			}
			if pages, err := pagesOf(row); err == nil && slices.ContainsFunc(pages, func(p api.Page) bool { return !(p.Views >= 0) }) {
				t.Errorf("%s: %v", row, pages)
			}
		}
	})
}

// TestAWrongFolderIsNamed: a server that has no Matomo at base_url answers 404, with a page of its own.
func TestAWrongFolderIsNamed(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	config := &Config{Site: 3, Token: collector.NewSecret(token)}
	c := config.New(collector.Deps{BaseURL: server.URL + "/wrong", HTTP: client.Session(fetch.Policy{AllowPrivate: true, Secrets: []string{token}})})
	from := observation.NewDate(2026, time.November, 16)
	err := c.Collect(t.Context(), collector.Window{Period: observation.Period{From: from, To: from + 1}, Grains: Kind().Grains, Now: from.UTC().AddDate(0, 0, 2), Zone: time.UTC}, &collectortest.Recorder{})
	if err == nil || !strings.Contains(err.Error(), "base_url is not where index.php of Matomo is") {
		t.Errorf("the wrong folder is not named: %v", err)
	}
}
