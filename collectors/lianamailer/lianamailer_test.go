package lianamailer

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
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

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Moments: &collectortest.Moments{Source: lettersAt}})
}

// lettersAt is a list to which a letter was sent at each of the moments.
func lettersAt(moments []time.Time, days observation.Period, zone *time.Location) map[string]string {
	var sent []string
	for i, at := range moments {
		sent = append(sent, fmt.Sprintf(`{"at": %q, "type": "mailsent", "data": {"delivery-id": %d}, "list": {"id": 7}, "recipient": {"id": 1}}`, at.UTC().Format(time.RFC3339), i+1))
	}
	answer := func(kind string, limit int, items ...string) string {
		return fmt.Sprintf("GET /api/v3/events?type=%s&at_start=*&at_end=*&limit=%d&offset=0&sort=at&list_data=true\n200\nContent-Type: application/json\n\n{\"items\": [%s]}\n",
			kind, limit, strings.Join(items, ","))
	}
	return map[string]string{
		"answers/1.http": answer(typeSent, 1, `{"at": "2001-01-01T10:00:00+02:00", "type": "mailsent"}`), "answers/2.http": answer(typeJoin, 100), "answers/3.http": answer(typeQuit, 100),
		"answers/4.http": answer(typeSent, 100, sent...), "answers/5.http": answer(typeOpen, 100), "answers/6.http": answer(typeClick, 100),
	}
}

// TestSignature holds the signatures against those that the documentation of the interface shows, and the one of its sister.
func TestSignature(t *testing.T) {
	const key, date = "0123456789abcdef0123456789abcdef", "2020-01-15T12:00:00+03:00"
	for _, c := range []struct{ secret, method, date, body, target, want string }{
		{key, "POST", date, `["hello"]`, "/api/v1/echoMessage", "89b60df150aad61e42fef7d6a43883c83e642aef2f7f2338b971c681f9992c26"},
		{key, "GET", date, "", "/api/v3/events?type=mailopen&at_start=2020-01-10T12:00:00&at_end=2020-01-10T15:00:00", "22404d156bd828b157c3e6e11f5b83943b00bc7b0029eceab304dae227ef7f03"},
	} {
		sum := md5.Sum([]byte(c.body))
		if got := sign(c.secret, c.method, hex.EncodeToString(sum[:]), c.date, c.body, c.target); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.method, c.target, got, c.want)
		}
	}
}

func TestSignedHead(t *testing.T) {
	s := &source{config: Config{User: "123", Realm: "EUR", Secret: collector.NewSecret("0123456789abcdef0123456789abcdef")}}
	head := s.signed("POST", "/api/v1/echoMessage", []byte(`["hello"]`), time.Date(2020, 1, 15, 9, 0, 0, 0, time.UTC))
	sum := "1f0bf5038e61951a95c4a2a9db7c400a"
	want := map[string]string{"Content-Type": "application/json", "Content-MD5": sum, "Date": "2020-01-15T11:00:00+02:00",
		"Authorization": "EUR 123:" + sign("0123456789abcdef0123456789abcdef", "POST", sum, "2020-01-15T11:00:00+02:00", `["hello"]`, "/api/v1/echoMessage")}
	for name, value := range want {
		if got := head[name]; len(got) != 1 || got[0] != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
}

// liana answers as LianaMailer does to whoever signs as its documentation says: it keeps to the bounds and pages that it is
// asked for, and gives out events in their order.
type liana struct {
	t      *testing.T
	secret string
	events []told
	asked  []string
}

// told is an event and when it was.
type told struct {
	at    time.Time
	event map[string]any
}

func (l *liana) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	l.asked = append(l.asked, r.Method+" "+r.RequestURI)
	sum := md5.Sum(body)
	check := hex.EncodeToString(sum[:])
	at, err := time.Parse(dateForm, r.Header.Get("Date"))
	signature := sign(l.secret, r.Method, check, r.Header.Get("Date"), string(body), r.RequestURI)
	switch {
	case err != nil || at.IsZero() || r.Header.Get("Content-MD5") != check || r.Header.Get("Authorization") != "EUR 123:"+signature:
		_, _ = w.Write([]byte(`{"succeed": false, "message": "RESTv1 unauthorized"}`))
	case r.URL.Path != "/api/v3/events" || r.Method != "GET":
		http.NotFound(w, r)
	default:
		l.tell(w, r)
	}
}

func (l *liana) tell(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	helsinki, _ := time.LoadLocation("Europe/Helsinki")
	from, err1 := time.ParseInLocation("2006-01-02T15:04:05", q.Get("at_start"), helsinki)
	to, err2 := time.ParseInLocation("2006-01-02T15:04:05", q.Get("at_end"), helsinki)
	limit, err3 := strconv.Atoi(q.Get("limit"))
	offset, err4 := strconv.Atoi(q.Get("offset"))
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || limit > 100 {
		l.t.Errorf("asked %s", r.RequestURI)
	}
	items := []map[string]any{}
	for _, e := range l.events {
		if e.event["type"] == q.Get("type") && !e.at.Before(from) && !e.at.After(to) {
			items = append(items, e.event)
		}
	}
	items = items[min(offset, len(items)):]
	_ = json.NewEncoder(w).Encode(map[string]any{"items": items[:min(limit, len(items))]})
}

func (l *liana) add(kind string, at time.Time, person, delivery int) {
	l.events = append(l.events, told{at, map[string]any{"at": at.Format(time.RFC3339), "type": kind, "data": map[string]any{"delivery-id": delivery, "list-id": "7"}, "recipient": map[string]any{"id": person, "email": "x@example.fi"}}})
}

func sourceAt(t *testing.T, l *liana, secret string) collector.Collector {
	t.Helper()
	s := httptest.NewServer(l)
	t.Cleanup(s.Close)
	c := Config{User: "123", Realm: "EUR", Secret: collector.NewSecret(secret), List: "7"}
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	return c.New(collector.Deps{BaseURL: s.URL, HTTP: client.Session(fetch.Policy{AllowPrivate: true, Secrets: []string{secret}}), ChannelID: "kirje"})
}

var morning = time.Date(2026, 11, 23, 4, 15, 0, 0, home())

func read7Days(t *testing.T, c collector.Collector, back observation.Date) (collectortest.Recording, error) {
	t.Helper()
	day := observation.DateOf(morning) - back
	var out collectortest.Recorder
	err := c.Collect(t.Context(), collector.Window{Period: observation.Period{From: day - 7, To: day}, Now: morning, Zone: home(), Grains: []observation.Grain{observation.Day, observation.Snapshot}}, &out)
	return out.Recording(), err
}

// TestAgainstAPlatform reads a year of a list whose letters go out over midnight, with a letter of welcome beside them.
func TestAgainstAPlatform(t *testing.T) {
	l := &liana{t: t, secret: "salaisuus"}
	for week := range 52 {
		at := time.Date(2026, 11, 17, 23, 59, 0, 0, home()).AddDate(0, 0, -7*(51-week))
		for person := range 250 {
			l.add(typeSent, at.Add(time.Duration(person)*time.Second), person+1, week+1)
			if person%2 == 0 {
				l.add(typeOpen, at.Add(time.Hour), person+1, week+1)
				l.add(typeOpen, at.Add(24*time.Hour), person+1, week+1)
			}
		}
		l.add(typeClick, at.Add(2*time.Hour), 1, week+1)
		l.add(typeJoin, at.Add(3*time.Hour), 1000+week, 0)
		l.add(typeSent, at.Add(3*time.Hour), 1000+week, 999)
	}
	slices.SortStableFunc(l.events, func(a, b told) int { return a.at.Compare(b.at) })
	for name, back := range map[string]observation.Date{"the last week": 0, "a week in summer": 140} {
		rec, err := read7Days(t, sourceAt(t, l, "salaisuus"), back)
		if err != nil {
			t.Fatal(err)
		}
		checkWeek(t, name, rec, back > 0)
	}
}

// checkWeek checks a week with one letter, which went out on its second day.
func checkWeek(t *testing.T, name string, rec collectortest.Recording, past bool) {
	t.Helper()
	sums, last := map[string]float64{}, map[string]float64{}
	for _, o := range rec.Observations {
		sums[o.Metric] += o.Value
		if o.Subject != "" {
			last[o.Metric] = max(last[o.Metric], o.Value)
		}
	}
	if sums["sends"] != 250 || sums["gained"] != 1 || sums["lost"] != 0 {
		t.Errorf("%s: %v, want 250 sends and one who joined", name, sums)
	}
	if last["sends_total"] != 250 || last["unique_opens_total"] != 125 || last["opens_total"] != 250 || last["unique_clicks_total"] != 1 {
		t.Errorf("%s: of a letter %v, want 250 sends, 125 readers, 250 openings, one click", name, last)
	}
	if past && len(rec.Items) != 1 || !past && len(rec.Items) != 8 {
		t.Errorf("%s: %d letters, and none of welcome", name, len(rec.Items))
	}
	if text, _ := json.Marshal(rec); strings.Contains(string(text), "x@example.fi") {
		t.Errorf("%s: an address is told", name)
	}
}

func TestCheck(t *testing.T) {
	l := &liana{t: t, secret: "salaisuus"}
	said, err := sourceAt(t, l, "salaisuus").(collector.Checker).Check(t.Context(), morning)
	if err != nil || !strings.Contains(said, "user 123 in EUR may read events, it knows of no letter yet") || len(l.asked) != 1 {
		t.Errorf("%q, %v after %v", said, err, l.asked)
	}
	wrong := sourceAt(t, l, "hauki")
	if _, err := wrong.(collector.Checker).Check(t.Context(), morning); collector.ResultOf(err) != observation.Auth {
		t.Errorf("with a wrong secret: %v, want it to be refused", err)
	}
	if _, err := read7Days(t, wrong, 0); collector.ResultOf(err) != observation.Auth || strings.Contains(err.Error(), "hauki") {
		t.Errorf("with a wrong secret: %v, want it to be refused", err)
	}
}

func TestSettings(t *testing.T) {
	good := Config{User: "123", Realm: "PV", Secret: collector.NewSecret("x"), List: "7"}
	if faults := good.Validate(); len(faults) > 0 {
		t.Errorf("a good source has faults: %v", faults)
	}
	if faults := (&Config{}).Validate(); len(faults) != 4 {
		t.Errorf("an empty source has the faults %v, want one of each key", faults)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte(`{"items": [{"at": "2026-11-17T08:00:00+02:00", "type": "mailsent", "data": {"delivery-id": 77, "list-id": 7}, "recipient": {"id": 5, "email": "x@example.fi"}, "list": {"id": 7, "name": "Kirje"}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var p page
		if refusal(200, body) != nil || api.Decode(body, &p) != nil {
			return
		}
		told, err := p.happenings()
		if err != nil {
			return
		}
		if p.Items == nil || len(told) != len(*p.Items) {
			t.Errorf("%q: %d events of a page that has others", body, len(told))
		}
		letters := map[string]*letter{}
		for _, h := range told {
			if err := sent(letters, h); err == nil && (h.at.IsZero() || h.delivery == "") {
				t.Errorf("%q: read as %+v", body, h)
			}
		}
	})
}
