package mailerlite

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
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Moments: &collectortest.Moments{Metric: "sends", Source: lettersAt}})
}

// lettersAt is a group to which a letter to one address was sent at each moment. Days that are past have no level to look at.
func lettersAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	var campaigns []string
	for i, at := range moments {
		campaigns = append(campaigns, letter(fmt.Sprint(i+1), at.UTC().Format(time.DateTime)))
	}
	head := "\n200\nContent-Type: application/json\n\n"
	return map[string]string{
		"answers/0.http": "GET /api/groups?limit=100&page=1" + head + `{"data":[{"id":"98765432109876543","name":"Uutiskirje","active_count":1,"created_at":"2010-08-01 06:00:00"}],"meta":{"total":1}}`,
		"answers/1.http": "GET /api/campaigns?filter[status]=sent&limit=100&page=1" + head + fmt.Sprintf(`{"data":[%s],"meta":{"total":%d}}`, strings.Join(campaigns, ","), len(moments)),
	}
}

func letter(id, at string) string {
	return fmt.Sprintf(`{"id":%q,"name":"Kirje","filter":[[{"operator":"in_any","args":["groups",["98765432109876543"]]}]],"started_at":%q,"stats":{"sent":1,"opens_count":0,"unique_opens_count":0,
		"clicks_count":0,"unique_clicks_count":0,"unsubscribes_count":0,"hard_bounces_count":0,"soft_bounces_count":0}}`, id, at)
}

var helsinki, _ = time.LoadLocation("Europe/Helsinki")

func morning() collector.Window {
	today := observation.NewDate(2026, 11, 23)
	return collector.Window{Period: observation.Period{From: today - 7, To: today}, Now: time.Date(2026, 11, 23, 4, 15, 0, 0, helsinki), Zone: helsinki,
		Grains: []observation.Grain{observation.Day, observation.Snapshot}}
}

// TestTheListMovesOn: a letter that is sent while the pages are read pushes another onto the next page; it is one letter all the
// same. What a question must have in its head is there.
func TestTheListMovesOn(t *testing.T) {
	pages := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, want := range map[string]string{"Authorization": "Bearer eyJ0.1", "Accept": "application/json", "Content-Type": "application/json", "X-Version": version} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		q := r.URL.Query()
		if strings.HasSuffix(r.URL.Path, "/subscribers") {
			if q.Get("limit") != "0" || q.Get("filter[status]") != "active" {
				t.Errorf("asked for %s: people might come", r.URL.RawQuery)
			}
			_, _ = w.Write([]byte(`{"total":"812"}`))
			return
		}
		pages++
		if q.Get("page") == "1" {
			_, _ = fmt.Fprintf(w, `{"data":[%s,%s],"meta":{"total":3}}`, letter("3", "2026-11-20 07:00:00"), letter("2", "2026-11-19 07:00:00"))
			return
		}
		_, _ = fmt.Fprintf(w, `{"data":[%s,%s],"meta":{"total":4}}`, letter("2", "2026-11-19 07:00:00"), letter("1", "2026-11-18 07:00:00"))
	}))
	defer server.Close()
	c := &Config{Token: collector.NewSecret("eyJ0.1")}
	var out collectortest.Recorder
	err := c.New(collector.Deps{ChannelID: "uutiskirje", HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true}), BaseURL: server.URL}).Collect(context.Background(), morning(), &out)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, o := range out.Recording().Observations {
		if o.Metric == "sends" {
			sum += o.Value
		}
	}
	if n := len(out.Recording().Items); n != 3 || sum != 3 || pages != 2 {
		t.Errorf("%d letters, %v sends, %d pages, want 3, 3, 2", n, sum, pages)
	}
}

func TestKeysOfClassic(t *testing.T) {
	for token, want := range map[string]string{"": "give the API token", "0123456789abcdef0123456789abcdef": "MailerLite Classic", "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.x": ""} {
		faults := (&Config{Token: collector.NewSecret(token)}).Validate()
		if got := fmt.Sprint(faults); (want == "") != (len(faults) == 0) || !strings.Contains(got, want) || token != "" && strings.Contains(got, token) {
			t.Errorf("%q: %v, want %q", token, faults, want)
		}
	}
	if faults := (&Config{Group: "Uutiskirje", Token: collector.NewSecret("eyJ0.e30.x")}).Validate(); len(faults) != 1 || faults[0].Key != "group" {
		t.Errorf("%v, want a fault of the group", faults)
	}
}

func TestMoment(t *testing.T) {
	for text, want := range map[string]string{"2026-11-19 22:30:00": "2026-11-20 00:30", "2026-03-29 00:59:59": "2026-03-29 02:59", "2026-03-29 01:00:00": "2026-03-29 04:00",
		"2026-11-19T22:30:00.000000Z": "2026-11-20 00:30", "2026-11-19": "", "": ""} {
		at, err := moment(text)
		if got := at.In(helsinki).Format("2006-01-02 15:04"); (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%q: %s, %v, want %s", text, got, err, want)
		}
	}
}

func TestWhomItWentTo(t *testing.T) {
	for filter, want := range map[string]bool{
		`[[{"operator":"in_any","args":["groups",["7"]]}]]`: true, `[[{"operator":"in_any","args":["groups",["8"]]}],[{"operator":"in_any","args":["groups",["9","7"]]}]]`: true,
		`[[{"operator":"not_in_any","args":["groups",["7"]]}]]`: false, `[[{"operator":"in_any","args":["segments",["7"]]}]]`: false, `[[{"operator":"in_any","args":["groups"]}]]`: false,
		`[]`: false, `null`: false, ``: false, `[[{"operator":"in_any","args":["groups",[70,"77"]]}]]`: false,
	} {
		if got, err := (campaign{ID: "1", Filter: json.RawMessage(filter)}).isTo("7"); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", filter, got, err, want)
		}
	}
	if _, err := (campaign{ID: "1", Filter: json.RawMessage(`{"a":1}`)}).isTo("7"); collector.ReasonOf(err) != collector.ReasonBadAnswer {
		t.Errorf("another form of whom it went to: %v, want a bad answer", err)
	}
}

// FuzzCampaign: whatever MailerLite says of a letter, no number is told that was not there.
func FuzzCampaign(f *testing.F) {
	f.Add([]byte(letter("1", "2026-11-20 07:00:00")))
	f.Add([]byte(`{"id":"1","started_at":"2026-11-20 07:00:00","settings":{"track_opens":false},"stats":{"sent":null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var c campaign
		if json.Unmarshal(body, &c) != nil {
			return
		}
		_, _ = c.isTo("7")
		i, err := c.issue()
		if err != nil {
			return
		}
		untracked := c.Settings.TrackOpens != nil && !*c.Settings.TrackOpens
		if want := len(counters()); i.Counts != nil && len(i.Counts) != want && !(untracked && len(i.Counts) == want-2) || i.ID == "" {
			t.Errorf("%s: %v", body, i.Counts)
		}
		for metric, n := range i.Counts {
			if n < 0 {
				t.Errorf("%s: %s is %v", body, metric, n)
			}
		}
	})
}
