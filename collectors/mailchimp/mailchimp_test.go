package mailchimp

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
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case: "good", Halves: "halves",
		Moments: &collectortest.Moments{Metric: "sends", Source: lettersAt},
		Instead: map[string]collectortest.Instead{
			"403": {Results: []observation.Result{observation.Waiting}, Why: "Mailchimp answers 403 with a page when it has too much to do; a 403 about the key comes as a problem in JSON."},
		},
	})
}

// lettersAt is a list to which a letter to one address was sent at each moment.
func lettersAt(moments []time.Time, days observation.Period, zone *time.Location) map[string]string {
	var reports []string
	for i, at := range moments {
		reports = append(reports, fmt.Sprintf(`{"id":"m%d","type":"regular","list_id":"a1b2c3d4e5","subject_line":"Kirje","send_time":%q,"emails_sent":1,"unsubscribed":0,`+
			`"bounces":{"hard_bounces":0,"soft_bounces":0,"syntax_errors":0},"opens":{"opens_total":0,"unique_opens":0},"clicks":{"clicks_total":0,"unique_subscriber_clicks":0}}`, i, at.Format(time.RFC3339)))
	}
	head := "\n200\nContent-Type: application/json\n\n"
	out := map[string]string{
		"answers/0.http": "GET /3.0/lists/a1b2c3d4e5?fields=*" + head + `{"id":"a1b2c3d4e5","name":"Uutiskirje","date_created":"2010-02-03T10:00:00+00:00","stats":{"member_count":1}}`,
		"answers/1.http": "GET /3.0/lists/a1b2c3d4e5/activity?count=1000&offset=0&fields=*" + head + `{"activity":[],"total_items":0}`,
		"answers/2.http": "GET /3.0/reports?count=1000&offset=0&fields=*&since_send_time=*&before_send_time=*" + head + `{"reports":[` + strings.Join(reports, ",") + fmt.Sprintf(`],"total_items":%d}`, len(moments)),
	}
	for day := days.From; day < days.To; day++ {
		if observation.Month.Start(day+1) == day+1 {
			out["answers/3.http"] = "GET /3.0/lists/a1b2c3d4e5/growth-history?count=1000&offset=0&fields=*&sort_field=month&sort_dir=DESC" + head + `{"history":[],"total_items":0}`
		}
	}
	return out
}

// platform is a Mailchimp of our own, which is as trying as the real one may be.
type platform struct {
	*httptest.Server
	asked []string
	body  func(r *http.Request) string
}

func newPlatform(t *testing.T, body func(r *http.Request) string) *platform {
	t.Helper()
	p := &platform{body: body}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked = append(p.asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
		_, _ = w.Write([]byte(p.body(r)))
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *platform) source(token string) *source {
	client := fetch.New(fetch.Options{Spacing: -1})
	c := &Config{List: "a1b2c3d4e5", Token: collector.NewSecret(token)}
	return c.New(collector.Deps{ChannelID: "uutiskirje", HTTP: client.Session(fetch.Policy{AllowPrivate: true}), BaseURL: p.URL}).(*source)
}

var helsinki, _ = time.LoadLocation("Europe/Helsinki")

func window(from, to observation.Date) collector.Window {
	return collector.Window{Period: observation.Period{From: from, To: to}, Now: time.Date(2026, 11, 23, 0, 15, 0, 0, helsinki), Zone: helsinki,
		Grains: []observation.Grain{observation.Day, observation.Snapshot}}
}

// TestTenAtATime: a server that gives ten entries at once, whatever it is asked for, is asked until all are there; what it sends
// beside the fields that are needed, rates on two scales among it, changes nothing.
func TestTenAtATime(t *testing.T) {
	p := newPlatform(t, func(r *http.Request) string {
		switch {
		case strings.HasSuffix(r.URL.Path, "/activity"):
			return activityOf(r, 37)
		case strings.HasSuffix(r.URL.Path, "/reports"):
			return `{"reports":[{"id":"c1","type":"regular","list_id":"a1b2c3d4e5","subject_line":"Kirje","send_time":"2026-11-20T07:00:00+00:00","emails_sent":800,"unsubscribed":2,"abuse_reports":0,
				"bounces":{"hard_bounces":1,"soft_bounces":3,"syntax_errors":0},
				"opens":{"opens_total":610,"unique_opens":330,"open_rate":0.4125,"proxy_excluded_opens":310,"proxy_excluded_unique_opens":180,"proxy_excluded_open_rate":0.225},
				"clicks":{"clicks_total":120,"unique_clicks":60,"unique_subscriber_clicks":55,"click_rate":0.0688},"list_stats":{"open_rate":38.2,"click_rate":6.1}}],"total_items":1}`
		}
		return `{"id":"a1b2c3d4e5","name":"Uutiskirje","date_created":"2019-05-06T07:08:09+00:00","stats":{"member_count":812,"unsubscribe_count":90,"open_rate":38.2,"click_rate":6.1}}`
	})
	var out collectortest.Recorder
	today := observation.NewDate(2026, 11, 23)
	if err := p.source("0123456789-us21").Collect(context.Background(), window(today-20, today), &out); err != nil {
		t.Fatal(err)
	}
	days, got := 0, map[string]float64{}
	for _, o := range out.Recording().Observations {
		if o.Metric == "gained" {
			days++
		}
		if o.Subject != "" || o.Metric == "subscribers" {
			got[o.Metric] = o.Value
		}
	}
	want := map[string]float64{"subscribers": 812, "sends_total": 800, "bounces_total": 4, "opens_total": 610, "unique_opens_total": 330, "clicks_total": 120, "unique_clicks_total": 55, "unsubscribes_total": 2}
	if days != 20 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%d days with %v, want 20 with %v", days, got, want)
	}
	for _, asked := range p.asked {
		if !strings.HasSuffix(asked, " Bearer 0123456789-us21") || !strings.HasPrefix(asked, "GET ") {
			t.Errorf("asked %s, want a GET with the key in its head", asked)
		}
	}
}

// activityOf answers with ten days at most, the newest first.
func activityOf(r *http.Request, days int) string {
	offset := 0
	_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
	var rows []string
	for i := offset; i < min(days, offset+10); i++ {
		rows = append(rows, fmt.Sprintf(`{"day":%q,"emails_sent":0,"subs":1,"unsubs":0,"other_adds":0,"other_removes":0}`, (observation.NewDate(2026, 11, 23)-observation.Date(i)).String()))
	}
	return fmt.Sprintf(`{"activity":[%s],"total_items":%d}`, strings.Join(rows, ","), days)
}

func TestWhereTheAccountIs(t *testing.T) {
	for token, want := range map[string]string{"0123-us21": "https://us21.api.mailchimp.com/3.0", " 0123-us2\n": "https://us2.api.mailchimp.com/3.0"} {
		c := &Config{List: "a1b2c3d4e5", Token: collector.NewSecret(token)}
		if got := c.New(collector.Deps{}).(*source).platform(time.Now()).Base; got != want || len(c.Validate()) > 0 {
			t.Errorf("%q: %s, %v, want %s", token, got, c.Validate(), want)
		}
	}
	for _, token := range []string{"0123", "0123-evil.example.com/x", "0123-us21@evil", "0123-us21/../x", "-", "0123-us 21"} {
		c := &Config{List: "a1b2c3d4e5", Token: collector.NewSecret(token)}
		var out collectortest.Recorder
		today := observation.NewDate(2026, 11, 23)
		err := c.New(collector.Deps{HTTP: fetch.New(fetch.Options{}).Session(fetch.Policy{})}).Collect(context.Background(), window(today-1, today), &out)
		if collector.ResultOf(err) != observation.Auth {
			t.Errorf("%q: %v, want a refusal of the key", token, err)
		}
	}
	if faults := (&Config{List: "../x"}).Validate(); len(faults) != 2 {
		t.Errorf("%v, want faults of list and token", faults)
	}
}

// TestMonthEnds: the months of Mailchimp fill in what nobody looked at, and only that.
func TestMonthEnds(t *testing.T) {
	for _, c := range []struct {
		from, to observation.Date
		want     string
	}{
		{observation.NewDate(2026, 8, 31), observation.NewDate(2026, 11, 23), "[2026-08-31 2026-09-30 2026-10-31]"},
		{observation.NewDate(2026, 9, 1), observation.NewDate(2026, 9, 30), "[]"},
		{observation.NewDate(2028, 2, 1), observation.NewDate(2028, 3, 1), "[]"},
	} {
		v := &visit{window: window(c.from, c.to)}
		if got := fmt.Sprint(v.monthEnds()); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
	v := &visit{window: window(observation.NewDate(2026, 11, 27), observation.NewDate(2026, 12, 3))}
	v.window.Now = time.Date(2026, 12, 3, 0, 15, 0, 0, helsinki)
	if got := v.monthEnds(); len(got) > 0 {
		t.Errorf("%v of last week, which was looked at itself", got)
	}
}

// FuzzReport: whatever a report says, no letter has a number that was not told.
func FuzzReport(f *testing.F) {
	f.Add([]byte(`{"id":"c1","type":"regular","send_time":"2026-11-20T07:00:00+00:00","emails_sent":800,"unsubscribed":2,"bounces":{"hard_bounces":1,"soft_bounces":3,"syntax_errors":0},"opens":{"opens_total":610,"unique_opens":330},"clicks":{"clicks_total":120,"unique_subscriber_clicks":55}}`))
	f.Add([]byte(`{"id":"c1","send_time":"2026-11-20T07:00:00+00:00","emails_sent":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var r report
		if json.Unmarshal(body, &r) != nil {
			return
		}
		i, err := r.issue()
		if err != nil {
			return
		}
		if i.ID == "" || i.SentAt.IsZero() || len(i.Counts) != len(counters()) {
			t.Errorf("%s: %+v", body, i)
		}
		for metric, n := range i.Counts {
			if n < 0 || n != float64(int64(n)) && n < 1e15 {
				t.Errorf("%s: %s is %v", body, metric, n)
			}
		}
	})
}

// FuzzActivity: whatever a row says, no day comes to less than nothing.
func FuzzActivity(f *testing.F) {
	f.Add([]byte(`{"day":"2026-11-20","subs":2,"unsubs":1,"other_adds":0,"other_removes":3}`))
	f.Add([]byte(`{"day":"","subs":-2}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var d activityDay
		out := map[observation.Date]change{}
		if api.Decode(body, &d) != nil || d.addTo(out) != nil {
			return
		}
		if c := out[d.Day]; len(out) != 1 || c.gained < 0 || c.lost < 0 {
			t.Errorf("%s: %+v", body, out)
		}
	})
}
