package ga4

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	analyticsdata "google.golang.org/api/analyticsdata/v1beta"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

var week = observation.Period{From: 20773, To: 20780} // 2026-11-16 to 2026-11-22

// taken reads an answer as one to the question for days.
func taken(t testing.TB, body string) (*report, error) {
	t.Helper()
	var a analyticsdata.RunReportResponse
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	r := &report{left: -1}
	_, err := r.take(daysOf(week), &a)
	return r, err
}

const (
	heads = `"kind":"analyticsData#runReport","metadata":{"timeZone":"Europe/Helsinki"},"dimensionHeaders":[{"name":"date"}],"metricHeaders":[{"name":"screenPageViews"},{"name":"sessions"},{"name":"activeUsers"}]`
	row1  = `{"dimensionValues":[{"value":"20261122"}],"metricValues":[{"value":"3"},{"value":"2"},{"value":"1"}]}`
)

func TestWhatIsNoReport(t *testing.T) {
	if r, err := taken(t, `{`+heads+`,"rows":[`+row1+`],"rowCount":1}`); err != nil || len(r.rows) != 1 || r.rows[0].numbers[2] != 1 || r.left != -1 {
		t.Fatalf("%+v %v", r, err)
	}
	for what, body := range map[string]string{
		"an error with 200":  `{"error":{"code":400}}`,
		"no kind":            strings.Replace(`{`+heads+`}`, "runReport", "runPivotReport", 1),
		"no zone":            `{"kind":"analyticsData#runReport","metadata":{}}`,
		"a zone of nowhere":  `{"kind":"analyticsData#runReport","metadata":{"timeZone":"Europe/Nowhere"}}`,
		"columns exchanged":  strings.Replace(`{`+heads+`,"rows":[`+row1+`]}`, `{"name":"sessions"},{"name":"activeUsers"}`, `{"name":"activeUsers"},{"name":"sessions"}`, 1),
		"a column too few":   strings.Replace(`{`+heads+`,"rows":[`+row1+`]}`, `,{"name":"activeUsers"}`, ``, 1),
		"a value too few":    strings.Replace(`{`+heads+`,"rows":[`+row1+`]}`, `,{"value":"1"}`, ``, 1),
		"no number":          strings.Replace(`{`+heads+`,"rows":[`+row1+`]}`, `"value":"1"`, `"value":"many"`, 1),
		"an empty value":     strings.Replace(`{`+heads+`,"rows":[`+row1+`]}`, `"value":"1"`, `"value":""`, 1),
		"below zero":         strings.Replace(`{`+heads+`,"rows":[`+row1+`]}`, `"value":"1"`, `"value":"-1"`, 1),
		"a row that is null": `{` + heads + `,"rows":[null]}`,
	} {
		if r, err := taken(t, body); collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%s: %+v, %v, want a bad answer", what, r, err)
		}
	}
	for _, rows := range []string{row1 + "," + row1, strings.Replace(row1, "20261122", otherRow, 1)} {
		r, err := taken(t, `{`+heads+`,"rows":[`+rows+`]}`)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.byLabel(); collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%s: %v, %v, want a bad answer", rows, got, err)
		}
	}
}

func TestLabels(t *testing.T) {
	for day, want := range map[string][2]string{"2026-12-28": {"20261228", "202653"}, "2027-01-04": {"20270104", "202701"}, "2024-12-30": {"20241230", "202501"}} {
		d, err := observation.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if p := (observation.Period{From: d, To: d + 7}); dayLabel(p) != want[0] || weekLabel(p) != want[1] {
			t.Errorf("%s: %s %s, want %v", day, dayLabel(p), weekLabel(p), want)
		}
	}
}

func TestFaultsOfProperty(t *testing.T) {
	for property, want := range map[string]string{"123456789": "", "properties/123456789": "", "G-ABC1234": "tag", "UA-1234-1": "Universal", "": "Property details", "12x": "Property details", "properties/": "Property details"} {
		c := Config{Property: property, Key: collector.NewSecret("x")}
		faults := c.Validate()
		if want == "" && (len(faults) > 0 || c.number() != "123456789") || want != "" && (len(faults) != 1 || !strings.Contains(faults[0].Message, want)) {
			t.Errorf("%q: %v, want %q", property, faults, want)
		}
	}
}

// TestKeyFile: the file that Google gives is taken as it is, and its secret parts are in no message.
func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	text := `
organisations: [{id: koske, name: Koske}]
channels: [{id: kotisivut, kind: website}]
sources: [{id: ga4, kind: ga4, channel: kotisivut, schedule: "@daily", property: 123456789, key_file: ga4.json}]
`
	for name, text := range map[string]string{"ga4.json": jsonKey("tunniste-1234567"), "seuranta.yaml": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(filepath.Join(dir, "seuranta.yaml"), []collector.Kind{Kind()}, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	s := &source{config: *c.Sources[0].Settings.(*Config)}
	if a, err := s.account(); err != nil || a.ID != "tunniste-1234567" || len(c.Sources[0].Policy().Secrets) != 1 {
		t.Errorf("%v %v", a.ID, err)
	}
	for _, key := range []string{"", "{}", "value", `{"type":"authorized_user"}`, strings.Replace(jsonKey("x"), "BEGIN PRIVATE", "BEGIN PUBLIC", 1), `{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}`} {
		s.config.Key = collector.NewSecret(key)
		if _, err := s.account(); !errors.Is(err, collector.ErrAuth) || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%.40q: %v", key, err)
		}
	}
}

// TestNothingIsAskedOfTheFuture: days to come take no call and no token.
func TestNothingIsAskedOfTheFuture(t *testing.T) {
	var rec collectortest.Recorder
	now := time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC)
	w := collector.Window{Period: observation.Period{From: week.To + 400, To: week.To + 407}, Now: now, Zone: time.UTC, Grains: Kind().Grains}
	s := &source{config: Config{Property: "123456789", Key: collector.NewSecret("no key")}, deps: collector.Deps{HTTP: fetch.New(fetch.Options{}).Session(fetch.Policy{})}}
	if err := s.Collect(t.Context(), w, &rec); err != nil || len(rec.Recording().Coverage) > 0 {
		t.Errorf("%v %v", err, rec.Recording().Coverage)
	}
}

func TestQuotasOfADayEndInCalifornia(t *testing.T) {
	for now, want := range map[string]string{"2026-11-23T02:30:00Z": "2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z": "2026-11-24T08:00:00Z", "2026-07-01T06:59:00Z": "2026-07-01T07:00:00Z"} {
		at, _ := time.Parse(time.RFC3339, now)
		if got := midnight(at).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}

func FuzzReport(f *testing.F) {
	f.Fuzz(func(t *testing.T, body []byte) {
		var a analyticsdata.RunReportResponse
		if json.Unmarshal(body, &a) != nil {
			return
		}
		for _, q := range []*question{daysOf(week), weeksOf(week), pagesOf(week)} {
			r := &report{left: -1}
			if came, err := r.take(q, &a); err != nil || came == 0 {
				continue
			}
			for _, row := range r.rows {
				if len(row.labels) != len(q.Dimensions) || len(row.numbers) != len(q.Metrics) || row.numbers[0] < 0 {
					t.Errorf("a row of %v", row)
				}
			}
			if len(q.Dimensions) == 1 {
				_, _ = r.byLabel()
			} else {
				_, _ = r.byPage()
			}
		}
	})
}
