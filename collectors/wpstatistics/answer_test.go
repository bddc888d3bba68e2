package wpstatistics

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

var sunday = observation.DateOf(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))

// TestLabelsOfDays: the list has no years and is in any language; what cannot be these days is refused, never counted from its end.
func TestLabelsOfDays(t *testing.T) {
	for labels, last := range map[string]observation.Date{
		"Nov 20|Nov 21|Nov 22": sunday, "20.11.|21.11.|22.11.": sunday, "2026-11-20|2026-11-21|2026-11-22": sunday, "20. marraskuuta|21. marraskuuta|22. marraskuuta": sunday,
		"Nov 20|Nov 21": sunday - 1, "Nov 22|Nov 23": sunday + 1, "21/11/2026|22/11/2026": sunday,
		"Nov 19|Nov 20": 0, "Nov 20|Nov 22": 0, "Nov 22|Nov 21": 0, "2025-11-21|2025-11-22": 0, "a|b": 0, "": 0,
	} {
		var list []hit
		for label := range strings.SplitSeq(labels, "|") {
			list = append(list, hit{Date: label, Visit: api.Number{Value: 2, Known: true}, Visitor: api.Number{Value: 1, Known: true}})
		}
		got, err := dated(list, sunday)
		if _, there := got[last]; err == nil && (!there || last == 0) || err != nil && last != 0 {
			t.Errorf("%q: %v, %v, want the last to be %s", labels, got, err, last)
		}
	}
}

func TestVisitorsOfAWeek(t *testing.T) {
	for body, want := range map[string]float64{`{"visitors":"12"}`: 12, `{"total":3}`: 3, `7`: 7, `"7"`: 7, `[]`: -1, `[{}]`: -1, `[{"date":"Nov 1","count":3}]`: -1} {
		n, told, err := visitorsOf(json.RawMessage(body))
		if err != nil || told != (want >= 0) || told && n != want {
			t.Errorf("%s: %v %v %v, want %v", body, n, told, err, want)
		}
	}
	for _, body := range []string{`{}`, `null`, `{"error":"x"}`, `"many"`, `{"visitors":-1}`, `true`} {
		if n, told, err := visitorsOf(json.RawMessage(body)); collector.ReasonOf(err) != collector.ReasonBadAnswer || told {
			t.Errorf("%s: %v %v %v, want a bad answer", body, n, told, err)
		}
	}
}

func TestZones(t *testing.T) {
	for _, c := range []struct {
		name   string
		offset float64
		want   string
	}{{"Europe/Helsinki", 2, "Europe/Helsinki"}, {"", 2, "Etc/GMT-2"}, {"", -5, "Etc/GMT+5"}, {"", 0, "Etc/GMT+0"}, {"", 5.5, "UTC+5.5"}} {
		zone, err := zoneOf(c.name, api.Number{Value: c.offset, Known: true})
		if err != nil || zone.String() != c.want {
			t.Errorf("%+v: %v, %v", c, zone, err)
		}
		if _, seconds := sunday.UTC().In(zone).Zone(); err == nil && seconds != int(c.offset*3600) {
			t.Errorf("%+v: %d seconds", c, seconds)
		}
	}
	if zone, err := zoneOf("", api.Number{}); err == nil {
		t.Errorf("a zone out of nothing: %v", zone)
	}
}

// TestPagesAreTurned: the end of a list is found whether the add-on knows the parameters or not, and nothing counts twice.
func TestPagesAreTurned(t *testing.T) {
	for _, turns := range []bool{true, false} {
		asked := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			from := 0
			if n, _ := strconv.Atoi(r.FormValue("paged")); turns {
				from = (n - 1) * pagesAtOnce
			}
			var rows []map[string]any
			for i := from; i < min(from+pagesAtOnce, 1200); i++ {
				rows = append(rows, map[string]any{"uri": fmt.Sprintf("/sivu-%d/", i), "count": "2"})
			}
			_ = json.NewEncoder(w).Encode(rows)
		}))
		a := addon{&api.Platform{HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true}), Base: s.URL}, "tunnus-12345"}
		pages, err := a.pages(t.Context(), sunday)
		if want := map[bool]int{true: 1200, false: pagesAtOnce}[turns]; err != nil || len(pages) != want || asked > 3 {
			t.Errorf("turns %v: %d pages by %d calls, %v, want %d", turns, len(pages), asked, err, want)
		}
		s.Close()
	}
}

// TestNobodyIsAskedFor: no request of a visit asks for more than counts.
func TestNobodyIsAskedFor(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fields := r.FormValue("_fields"); fields == "" || strings.Contains(fields, "ip") || strings.Contains(fields, "agent") {
			t.Errorf("%s asks for the fields %q", r.URL.Path, fields)
		}
		if strings.HasSuffix(r.URL.Path, "/wp-json/") {
			_, _ = w.Write([]byte(`{"timezone_string":"Europe/Helsinki"}`))
			return
		}
		_, _ = w.Write([]byte(`[]`))
	}))
	defer s.Close()
	deps := collector.Deps{HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true}), BaseURL: s.URL, State: new(collectortest.Memory)}
	w := collector.Window{Period: observation.Period{From: sunday - 6, To: sunday + 1}, Now: (sunday + 1).UTC().Add(6 * time.Hour), Zone: time.UTC, Grains: Kind().Grains}
	var rec collectortest.Recorder
	err := (&source{config: Config{Token: collector.NewSecret("tunnus-12345"), Pages: 5}, deps: deps}).Collect(t.Context(), w, &rec)
	if collector.ReasonOf(err) != collector.ReasonBadAnswer || len(rec.Recording().Observations) > 0 {
		t.Errorf("an empty list of days: %v, %v", err, rec.Recording().Observations)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Fuzz(func(t *testing.T, body []byte) {
		var list []hit
		if api.Decode(body, &list) == nil {
			days, err := dated(list, sunday)
			if err == nil && len(days) != len(list) {
				t.Errorf("%d days of a list of %d", len(days), len(list))
			}
			for _, c := range days {
				if c.views < 0 || c.visitors < 0 {
					t.Errorf("%+v", c)
				}
			}
		}
		if n, told, err := visitorsOf(body); told && (err != nil || n < 0) {
			t.Errorf("%v %v", n, err)
		}
		var rows []page
		if api.Decode(body, &rows) == nil {
			_, _ = fresh(rows, map[string]bool{})
		}
	})
}
