package plausible

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// fake is a Plausible with a site of many pages, whose days are those of a zone.
type fake struct {
	zone  *time.Location
	pages int // of each day, one view each
	asked []map[string]any
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q map[string]any
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || r.Header.Get("Authorization") != "Bearer "+token {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	f.asked = append(f.asked, q)
	from, to := observation.NewDate(2020, 6, 1), observation.NewDate(2026, 11, 23)
	if days, ok := q["date_range"].([]any); ok {
		from, _ = observation.ParseDate(days[0].(string))
		to, _ = observation.ParseDate(days[1].(string))
	}
	rows := []any{map[string]any{"metrics": []int{1, 2, 3}, "dimensions": []string{}}}
	if dimensions, ok := q["dimensions"].([]any); ok {
		rows = f.rows(dimensions, from, to)
	}
	if p, ok := q["pagination"].(map[string]any); ok {
		rows = rows[min(int(p["offset"].(float64)), len(rows)):]
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"results": rows[:min(rowsAsked, len(rows))], "meta": map[string]any{},
		"query": map[string]any{"date_range": []string{from.Start(f.zone).Format(time.RFC3339), to.End(f.zone).Add(-time.Second).Format(time.RFC3339)}},
	})
}

func (f *fake) rows(dimensions []any, from, to observation.Date) []any {
	out := []any{}
	for day := from; day <= to; day++ {
		switch {
		case dimensions[0] == "time:week" && day.Weekday() == time.Monday:
			out = append(out, map[string]any{"metrics": []int{7, 8, 9}, "dimensions": []string{day.String()}})
		case len(dimensions) == 2:
			for i := range f.pages {
				out = append(out, map[string]any{"metrics": []int{1}, "dimensions": []string{day.String(), fmt.Sprintf("/sivu-%d", i)}})
			}
		case dimensions[0] == "time:day":
			out = append(out, map[string]any{"metrics": []string{"1", "2", "3"}, "dimensions": []string{day.String()}})
		}
	}
	return out
}

const token = "kanarialintu-0123456789"

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// collect reads a window from a fake.
func collect(t *testing.T, f *fake, state collector.State, from observation.Date, days int) (collectortest.Recording, error) {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	config := &Config{Site: "www.example.fi", Token: collector.NewSecret(token), Pages: 3}
	c := config.New(collector.Deps{BaseURL: server.URL, ChannelID: "kotisivut", State: state, HTTP: client.Session(fetch.Policy{AllowPrivate: true})})
	var out collectortest.Recorder
	helsinki := zone(t, "Europe/Helsinki")
	to := from + observation.Date(days)
	err := c.Collect(t.Context(), collector.Window{Period: observation.Period{From: from, To: to}, Grains: Kind().Grains, Now: to.Start(helsinki).Add(4 * time.Hour), Zone: helsinki}, &out)
	return out.Recording(), err
}

// TestPagesOfManyRows: an answer has ten thousand rows at most, and all of them count.
func TestPagesOfManyRows(t *testing.T) {
	f := &fake{zone: zone(t, "Europe/Helsinki"), pages: 3500}
	rec, err := collect(t, f, new(collectortest.Memory), observation.NewDate(2026, 11, 16), 7)
	if err != nil {
		t.Fatal(err)
	}
	sums, pages := 0, 0
	for _, o := range rec.Observations {
		if o.Metric == "page_views" && o.Subject == "" && o.Value == 3500 {
			sums++
		} else if o.Metric == "page_views" {
			pages++
		}
	}
	if sums != 7 || pages != 21 || len(f.asked) != 6 {
		t.Errorf("%d days with all views, %d pages, %d questions; want 7, 21 and 6 (24 500 rows in three answers)", sums, pages, len(f.asked))
	}
}

// TestAYear: a year is four questions, whatever the clocks do in it.
func TestAYear(t *testing.T) {
	f := &fake{zone: zone(t, "Europe/Helsinki"), pages: 1}
	rec, err := collect(t, f, new(collectortest.Memory), observation.NewDate(2025, 1, 1), 365)
	if err != nil || len(f.asked) != 4 {
		t.Fatalf("%d questions, %v", len(f.asked), err)
	}
	told := map[string]int{}
	for _, o := range rec.Observations {
		if o.Subject == "" {
			told[o.Metric+" "+string(o.Grain)]++
		}
	}
	if told["views day"] != 365 || told["visitors day"] != 365 || told["visitors week"] != 52 || told["page_views day"] != 365 {
		t.Errorf("told %v", told)
	}
	for _, q := range f.asked[:3] {
		if got := fmt.Sprint(q["metrics"]); got != "[visitors visits pageviews]" {
			t.Errorf("asked for %s: the list is always the same", got)
		}
	}
}

// TestDaysOfAnotherZone: a zone that goes with ours in winter and not in summer is found out where it matters.
func TestDaysOfAnotherZone(t *testing.T) {
	for _, c := range []struct {
		zone string
		from observation.Date
		same bool
	}{
		{"Europe/Tallinn", observation.NewDate(2026, 7, 6), true}, {"Etc/GMT-2", observation.NewDate(2026, 7, 6), false},
		{"Europe/London", observation.NewDate(2026, 1, 5), false}, {"Etc/UTC", observation.NewDate(2026, 7, 6), false},
	} {
		rec, err := collect(t, &fake{zone: zone(t, c.zone)}, new(collectortest.Memory), c.from, 7)
		if (err == nil) != c.same || err != nil && (len(rec.Observations) > 0 || !strings.Contains(err.Error(), "timezone:")) {
			t.Errorf("%s from %s: %v with %d numbers", c.zone, c.from, err, len(rec.Observations))
		}
	}
}

// TestTheAllowanceOutlastsARestart: what was asked within the hour counts, whoever starts the program anew.
func TestTheAllowanceOutlastsARestart(t *testing.T) {
	var memory collectortest.Memory
	now := observation.NewDate(2026, 11, 23).Start(zone(t, "Europe/Helsinki")).Add(4 * time.Hour)
	memory.Set("calls", strings.TrimSpace(strings.Repeat(fmt.Sprintf("%d ", now.Add(-time.Minute).Unix()), callsAnHour-2)))
	f := &fake{zone: zone(t, "Europe/Helsinki")}
	rec, err := collect(t, f, &memory, observation.NewDate(2026, 11, 16), 7)
	if collector.ResultOf(err) != observation.Waiting || len(f.asked) != 2 || len(rec.Observations) == 0 {
		t.Errorf("ends %s (%v) after %d questions with %d numbers; want waiting after 2 with the days", collector.ResultOf(err), err, len(f.asked), len(rec.Observations))
	}
}

func TestSites(t *testing.T) {
	for site, origin := range map[string]string{"example.fi": "https://example.fi", "example.fi/blogi": "", "kaikki": ""} {
		if got := (&Config{Site: site}).origin(); got != origin {
			t.Errorf("%s is at %q, want %q", site, got, origin)
		}
	}
	for _, site := range []string{"", "https://example.fi", "example fi"} {
		c := Config{Site: site, Token: collector.NewSecret("x"), Pages: 1}
		if faults := c.Validate(); len(faults) != 1 || faults[0].Key != "site" {
			t.Errorf("%q: %v", site, faults)
		}
	}
}

// TestAnAnswerAboutOtherDays: what Plausible says that its answer is about has to be what it was asked for.
func TestAnAnswerAboutOtherDays(t *testing.T) {
	days := observation.Day.Split(observation.Period{From: 20000, To: 20003})
	for labels, right := range map[string]bool{"": true, "2024-10-04 2024-10-05 2024-10-06": true, "2024-10-04 2024-10-06": false} {
		var a answer
		if labels != "" {
			a.Meta.TimeLabels = strings.Fields(labels)
		}
		if err := a.labelled(days); (err == nil) != right {
			t.Errorf("an answer about %q: %v", labels, err)
		}
	}
}

// FuzzAnswer: whatever is answered, a number that comes of it is a count and a day a day.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"results":[{"metrics":[41,52,118],"dimensions":["2026-11-16"]}],"meta":{"time_labels":["2026-11-16"]},"query":{"date_range":["2026-11-16T00:00:00+02:00","2026-11-16T23:59:59+02:00"]}}`,
		`{"results":[{"metrics":[70],"dimensions":["2026-11-16","/"]}]}`, `{"results":[]}`, `{"error":"x"}`, `{"results":[{"metrics":[null],"dimensions":[]}]}`,
	} {
		f.Add([]byte(seed))
	}
	helsinki, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var a answer
		if json.Unmarshal(body, &a) != nil {
			return
		}
		_ = a.cutBy(helsinki)
		for _, row := range a.Results {
			for n := 1; n <= 2; n++ {
				if _, counts, err := row.of(n); err == nil && slices.ContainsFunc(counts, func(v float64) bool { return !(v >= 0) }) {
					t.Errorf("%v counts %v", row, counts)
				}
			}
		}
	})
}
