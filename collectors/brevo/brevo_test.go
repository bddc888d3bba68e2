package brevo

import (
	"encoding/json"
	"errors"
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

func TestDescribed(t *testing.T) { collectortest.Described(t, "testdata/described.yaml") }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case: "good", Halves: "halves",
		Moments: &collectortest.Moments{Metric: "sends", Source: lettersAt},
		Instead: map[string]collectortest.Instead{"404@5": deleted, "410@5": deleted},
	})
}

// deleted is the end of a visit to a list one of whose letters is not there any more.
var deleted = collectortest.Instead{Results: []observation.Result{observation.Partial}, Reasons: []string{collector.ReasonBadAnswer},
	Why: "The fifth request is about one letter: what is gone is that letter, and only the sends of its day are not known."}

// lettersAt is a list to which a letter to one address was sent at each moment. They are asked for ten days later.
func lettersAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	var campaigns []string
	for i, at := range moments {
		campaigns = append(campaigns, letter(i+1, at.UTC().Format("2006-01-02T15:04:05.000Z"), 1))
	}
	list := "GET /v3/contacts/lists/3\n200\nContent-Type: application/json\n\n" + `{"id":3,"name":"Uutiskirje","totalSubscribers":1,"createdAt":"2010-03-13T17:05:09.000Z"}`
	return map[string]string{"answers/0.http": list, "answers/1.http": "GET /v3/emailCampaigns?type=classic&status=sent&statistics=globalStats&startDate=*&endDate=*&limit=100&offset=0&excludeHtmlContent=true" +
		"\n200\nContent-Type: application/json\n\n" + fmt.Sprintf(`{"campaigns":[%s],"count":%d}`, strings.Join(campaigns, ","), len(moments))}
}

// letter is a letter to list 3 as Brevo tells of it.
func letter(id int, at string, sent int) string {
	return fmt.Sprintf(`{"id":%d,"subject":"Kirje","sentDate":%q,"recipients":{"lists":[3]},"statistics":{"globalStats":{"sent":%d,"delivered":%[3]d,"uniqueViews":0,"viewed":0,"uniqueClicks":0,
		"clickers":0,"unsubscriptions":0,"hardBounces":0,"softBounces":0}}}`, id, at, sent)
}

var helsinki, _ = time.LoadLocation("Europe/Helsinki")

// hour is a Brevo of our own that keeps to its hundred calls an hour, and counts those of others, too.
type hour struct {
	*httptest.Server
	campaigns func(r *http.Request) string
	calls     int // of this hour, for letters
	over      int // that it refused
}

func newHour(t *testing.T, campaigns func(r *http.Request) string) *hour {
	t.Helper()
	h := &hour{campaigns: campaigns}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("api-key") != "xkeysib-1" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/v3/contacts/") {
			_, _ = w.Write([]byte(`{"id":3,"name":"Uutiskirje","totalSubscribers":812,"uniqueSubscribers":852,"createdAt":"2021-03-13T17:05:09.000+02:00"}`))
			return
		}
		if h.calls++; h.calls > callsAnHour {
			h.over++
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = w.Write([]byte(h.campaigns(r)))
	}))
	t.Cleanup(h.Close)
	return h
}

// visit makes one visit with what the source remembers.
func (h *hour) visit(t *testing.T, state collector.State, now time.Time, from, to observation.Date) (collectortest.Recording, error) {
	t.Helper()
	client := fetch.New(fetch.Options{Spacing: -1})
	c := &Config{List: 3, Token: collector.NewSecret("xkeysib-1")}
	var out collectortest.Recorder
	w := collector.Window{Period: observation.Period{From: from, To: to}, Now: now, Zone: helsinki, Grains: []observation.Grain{observation.Day, observation.Snapshot}}
	err := c.New(collector.Deps{ChannelID: "uutiskirje", State: state, HTTP: client.Session(fetch.Policy{AllowPrivate: true}), BaseURL: h.URL}).Collect(t.Context(), w, &out)
	return out.Recording(), err
}

// daily answers for one letter a day in 2026, by the list without numbers of old ones, and by themselves.
func daily(r *http.Request) string {
	first := observation.NewDate(2026, 1, 1)
	if id := 0; strings.HasPrefix(r.URL.Path, "/v3/emailCampaigns/") {
		_, _ = fmt.Sscan(strings.TrimPrefix(r.URL.Path, "/v3/emailCampaigns/"), &id)
		return letter(id, (first+observation.Date(id-1)).String()+"T09:00:00+02:00", 500)
	}
	q := r.URL.Query()
	from, _ := time.Parse(time.RFC3339, q.Get("startDate"))
	to, _ := time.Parse(time.RFC3339, q.Get("endDate"))
	offset, sent := 0, 500
	_, _ = fmt.Sscan(q.Get("offset"), &offset)
	if q.Get("statistics") == "" {
		sent = 0
	}
	var all []string
	for id := 327; id > 0; id-- {
		at := (first + observation.Date(id-1)).String() + "T09:00:00+02:00"
		if when, _ := time.Parse(time.RFC3339, at); !when.Before(from) && !when.After(to) {
			all = append(all, letter(id, at, sent))
		}
	}
	page := all[min(offset, len(all)):min(offset+100, len(all))]
	return fmt.Sprintf(`{"campaigns":[%s],"count":%d}`, strings.Join(page, ","), len(page)) // the count of the answer, as it is described
}

// TestTheHour: what was sent every day of a year is read in as many hours as it takes, never with more than a hundred calls in one,
// and each hour tells the days that it came to.
func TestTheHour(t *testing.T) {
	h := newHour(t, daily)
	var state collectortest.Memory
	now := time.Date(2026, 11, 23, 4, 15, 0, 0, helsinki)
	from, to := observation.NewDate(2026, 1, 1), observation.NewDate(2026, 11, 23)
	told := map[observation.Date]bool{}
	for range 5 {
		h.calls = 0
		rec, err := h.visit(t, &state, now, from, to)
		for _, o := range rec.Observations {
			if o.Metric != "sends" {
				continue
			}
			if told[o.From] = true; o.Value != 500 {
				t.Errorf("sends of %s are %v, want 500", o.From, o.Value)
			}
		}
		var wait *collector.WaitError
		if err == nil {
			break
		}
		if !errors.As(err, &wait) || wait.Until.Before(now) || wait.Until.After(now.Add(time.Hour+time.Second)) {
			t.Fatalf("%v, want to wait for the next hour", err)
		}
		again := h.calls
		if _, err := h.visit(t, &state, now.Add(time.Minute), from, to); err == nil || h.calls != again {
			t.Fatalf("%v after %d calls more within the hour, want none", err, h.calls-again)
		}
		now, to = wait.Until.Add(time.Minute), from
		for day := observation.NewDate(2026, 11, 22); day >= from && told[day]; day-- {
			to = day
		}
	}
	if len(told) != 326 || h.over > 0 {
		t.Errorf("%d days are told and %d calls were refused, want 326 and none", len(told), h.over)
	}
}

// TestHeedsTheHeader: when Brevo says that nothing is left, because others used the account, nothing more is asked until then.
func TestHeedsTheHeader(t *testing.T) {
	s := (&Config{List: 3}).New(collector.Deps{State: &collectortest.Memory{}}).(*source)
	a := s.allowance(time.Date(2026, 11, 23, 4, 15, 0, 0, helsinki))
	for head, want := range map[string]string{"0 1200": "0 20m true", "17 45": "17 1m true", " ": "0 none false", "x 3": "0 none false", "5 99999999": "0 none false", "0 -3": "0 none false"} {
		left, reset, _ := strings.Cut(head, " ")
		n, until, ok := a.Told(func(name string) string {
			return map[string]string{"x-sib-ratelimit-remaining": left, "x-sib-ratelimit-reset": reset}[name]
		})
		got := "none"
		if !until.IsZero() {
			got = fmt.Sprintf("%.0fm", until.Sub(a.Now()).Minutes())
		}
		if got = fmt.Sprintf("%d %s %v", n, got, ok); got != want {
			t.Errorf("%q: %s, want %s", head, got, want)
		}
	}
}

func TestAddress(t *testing.T) {
	for message, want := range map[string]string{
		"We have detected you are using an unrecognised IP address 2001:db8::7. If you": " (2001:db8::7)",
		"We have detected you are using an unrecognised IP address":                     "",
	} {
		if got := address(message); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	if faults := (&Config{List: -1}).Validate(); len(faults) != 2 {
		t.Errorf("%v, want faults of list and token", faults)
	}
}

// FuzzCampaign: whatever Brevo says of a letter, it has all its numbers or none, and none below zero.
func FuzzCampaign(f *testing.F) {
	f.Add([]byte(letter(41, "2026-11-17T09:00:00.000+02:00", 800)))
	f.Add([]byte(`{"id":1,"sentDate":"2026-11-17T09:00:00Z","recipients":{"lists":[3,7]},"statistics":{"campaignStats":[{"listId":3,"sent":0}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var c campaign
		if json.Unmarshal(body, &c) != nil || c.read() != nil {
			return
		}
		counts, err := c.counts(3)
		if err != nil {
			return
		}
		if c.at.IsZero() && !strings.Contains(c.Sent, "0001-01-01") || len(counts) != 0 && len(counts) != len(counters()) || counts != nil && counts["sends_total"] == 0 {
			t.Errorf("%s: %v", body, counts)
		}
		for metric, n := range counts {
			if n < 0 {
				t.Errorf("%s: %s is %v", body, metric, n)
			}
		}
	})
}
