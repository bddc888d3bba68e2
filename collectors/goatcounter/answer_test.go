package goatcounter

import (
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

// counter behaves as the source of GoatCounter reads: hits stand in hours of UTC, days are cut by the distance to UTC of now,
// the end of an interval is an hour that is in it.
type counter struct {
	now    time.Time
	zone   *time.Location
	visits []time.Time
	events []time.Time
	calls  int
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.calls++
	if r.URL.Path == "/api/v0/me" {
		_, _ = fmt.Fprintf(w, `{"user": {"settings": {"timezone": "FI.%s"}}, "token": {"permissions": 68}}`, c.zone)
		return
	}
	start, _ := time.Parse(time.RFC3339, r.FormValue("start"))
	end, _ := time.Parse(time.RFC3339, r.FormValue("end"))
	all, days := 0, map[string]int{}
	_, shift := c.now.In(c.zone).Zone()
	shifted := func(at time.Time) string {
		return at.UTC().Add(time.Duration(shift) * time.Second).Format(time.DateOnly)
	}
	add := func(hits []time.Time) (n int) {
		for _, at := range hits {
			if hour := at.Truncate(time.Hour); !hour.Before(start) && !hour.After(end) {
				n++
				days[shifted(at)]++
			}
		}
		all += n
		return n
	}
	add(c.visits)
	events := add(c.events)
	var stats []map[string]any
	for at := start; !at.After(end); at = at.Add(24 * time.Hour) {
		stats = append(stats, map[string]any{"day": shifted(at), "hourly": make([]int, 24), "daily": days[shifted(at)]})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"total": all, "total_events": events, "total_utc": all, "stats": stats})
}

// TestDaysOfAYear: every day of a year has what happened on it by the clocks of the site, and no hour is lost or doubled; the
// calls of it stay within an hour's allowance.
func TestDaysOfAYear(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	for _, events := range []bool{false, true} {
		c := &counter{now: time.Date(2026, 11, 23, 4, 20, 0, 0, zone), zone: zone}
		year := observation.Period{From: observation.DateOf(time.Date(2025, 11, 23, 0, 0, 0, 0, zone)), To: observation.DateOf(c.now)}
		for d := year.From; d < year.To; d++ {
			c.visits = append(c.visits, d.Start(zone).Add(time.Minute), d.End(zone).Add(-time.Minute), d.Start(zone).Add(10*time.Hour))
			if events && d.Weekday() == time.Wednesday {
				c.events = append(c.events, d.Start(zone).Add(12*time.Hour))
			}
		}
		told := c.collect(t, year)
		for _, o := range told.Observations {
			if want := map[observation.Grain]float64{observation.Day: 3, observation.Week: 21}[o.Grain]; o.Value != want && o.From >= year.From {
				t.Errorf("%s of %s: %v, want %v", o.Grain, o.From, o.Value, want)
			}
		}
		if len(told.Observations) < 365+52 || c.calls > callsAnHour {
			t.Errorf("%d numbers by %d calls", len(told.Observations), c.calls)
		}
		t.Logf("%d calls, with events: %v", c.calls, events)
	}
}

// collect reads a window of the fake.
func (c *counter) collect(t *testing.T, days observation.Period) collectortest.Recording {
	t.Helper()
	s := httptest.NewServer(c)
	defer s.Close()
	client := fetch.New(fetch.Options{Spacing: -1})
	deps := collector.Deps{HTTP: client.Session(fetch.Policy{AllowPrivate: true}), BaseURL: s.URL, State: new(collectortest.Memory)}
	config := &Config{Key: collector.NewSecret("avain-123456")}
	var rec collectortest.Recorder
	w := collector.Window{Period: days, Now: c.now, Zone: time.UTC, Grains: Kind().Grains}
	if err := config.New(deps).Collect(t.Context(), w, &rec); err != nil {
		t.Fatal(err)
	}
	return rec.Recording()
}

func TestZones(t *testing.T) {
	for text, want := range map[string]string{`"FI.Europe/Helsinki"`: "Europe/Helsinki", `"US.America/Argentina/Buenos_Aires"`: "America/Argentina/Buenos_Aires", `null`: "UTC", `".UTC"`: "UTC"} {
		zone, err := settings(text).location()
		if err != nil || zone.String() != want {
			t.Errorf("%s: %v, %v, want %s", text, zone, err, want)
		}
	}
	for _, text := range []string{`"Europe/Helsinki"`, `"FI."`, `"FI.Local"`, `"FI.Europe/Nowhere"`, `""`, `"FI.../../etc/passwd"`} {
		if zone, err := settings(text).location(); collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%s: %v, %v, want a bad answer", text, zone, err)
		}
	}
}

func settings(zone string) (m me) {
	if err := api.Decode([]byte(`{"user":{"settings":{"timezone":`+zone+`}}}`), &m); err != nil {
		panic(err)
	}
	return m
}

func TestCheckSaysWhatTheKeyMay(t *testing.T) {
	for permissions, want := range map[string]string{"64": "may read statistics and does", "126": "may also write", "0": "may read statistics", "12": "Read statistics"} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, `{"user": {"email": "anna@example.fi", "settings": {"timezone": "FI.Europe/Helsinki"}}, "token": {"permissions": %s}}`, permissions)
		}))
		deps := collector.Deps{HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true}), BaseURL: s.URL, State: new(collectortest.Memory)}
		said, err := (&source{config: Config{Key: collector.NewSecret("avain-123456")}, deps: deps}).Check(t.Context(), time.Now())
		if err != nil {
			said = err.Error()
		}
		if (err != nil) != (permissions == "12") || !strings.Contains(said, want) || strings.Contains(said, "anna") {
			t.Errorf("%s: %q, want %q in it", permissions, said, want)
		}
		s.Close()
	}
}

func FuzzAnswers(f *testing.F) {
	f.Fuzz(func(t *testing.T, body []byte) {
		var m me
		if api.Decode(body, &m) == nil {
			if zone, err := m.location(); err == nil && zone == nil {
				t.Error("neither a zone nor an error")
			}
			_, _ = m.rights(), m.may()
		}
		var n total
		if api.Decode(body, &n) != nil || n.weigh() != nil {
			return
		}
		if v, err := n.daily(observation.Period{From: 20779, To: 20780}); err == nil && v < 0 || n.events > n.all {
			t.Errorf("%v of a day; %v events of %v", v, n.events, n.all)
		}
	})
}
