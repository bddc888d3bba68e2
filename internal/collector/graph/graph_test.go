package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/graph"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

const token = "EAAcanaryToken123"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// memory is a state.
type memory map[string]string

func (m memory) Get(key string) (string, bool) { v, ok := m[key]; return v, ok }
func (m memory) Set(key, value string)         { m[key] = value }

// asks returns the Graph API of a server that answers as f does.
func asks(t *testing.T, o graph.Options, f http.HandlerFunc) *graph.Graph {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.String(), "EAA") {
			t.Errorf("a token is in the address: %s", r.URL)
		}
		f(w, r)
	}))
	t.Cleanup(server.Close)
	o.Deps.BaseURL = server.URL
	o.Deps.HTTP = fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }}).Session(fetch.Policy{AllowPrivate: true})
	if o.Version == "" {
		o.Version = graph.DefaultVersion
	}
	if o.Token.IsZero() {
		o.Token = collector.NewSecret(token)
	}
	if o.Now.IsZero() {
		o.Now = noon
	}
	g, err := graph.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func refuse(w http.ResponseWriter, status, code, subcode int, message string) {
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"error":{"message":%q,"type":"OAuthException","code":%d,"error_subcode":%d,"fbtrace_id":"A1b2"}}`, message, code, subcode)
}

func get(g *graph.Graph) error {
	var into struct{}
	return g.Get(context.Background(), graph.Ask{Path: "/104"}, &into)
}

// TestWhatCodesMean: nearly everything comes with status 400, and the code says what it is.
func TestWhatCodesMean(t *testing.T) {
	for _, c := range []struct {
		status, code, subcode int
		message               string
		want                  observation.Result
		says                  string
		asked                 int
	}{
		{400, 190, 463, "Session has expired, Maija Mehiläinen", observation.Auth, "has expired: connect again", 1},
		{400, 100, 0, "Invalid appsecret_proof provided in the API argument", observation.Auth, "give client_secret", 1},
		{400, 190, 0, "Bad signature", observation.Auth, "no longer good", 1},
		{400, 190, 9999, "New", observation.Auth, "no longer good", 1},
		{400, 102, 460, "", observation.Auth, "changed the password", 1},
		{400, 190, 492, "", observation.Auth, "no role on the page", 1},
		{403, 10, 0, "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature.", observation.Auth, "allow pages_read_engagement", 1},
		{400, 200, 0, "Requires permission", observation.Auth, "allow everything that is asked", 1},
		{400, 299, 0, "", observation.Auth, "may not read this", 1},
		{400, 10, 0, "(#10) Not enough viewers for the media to show insights", observation.NotOffered, "too few people", 1},
		{400, 100, 2108006, "The media was posted before the most recent time that the user's account was converted to a business account", observation.NotOffered, "posted before", 1},
		{400, 100, 33, "Unsupported get request. Object with ID '104' does not exist", observation.Gone, "no such page", 1},
		{404, 803, 0, "(#803) Some of the aliases you requested do not exist: koske", observation.Gone, "no such page", 1},
		{400, 100, 0, "(#100) The value must be a valid insights metric", observation.Retired, "no such metric", 1},
		{400, 100, 0, "(#100) metric[0] must be one of the following values: reach", observation.Retired, "no such metric", 1},
		{400, 100, 0, "(#100) Tried accessing nonexisting field (fans) on node type (Page)", observation.Retired, "no such metric", 1},
		{400, 100, 0, "(#100) There cannot be more than 30 days (2592000 s) between since and until", observation.Failed, "refuses the question", 1},
		{400, 1, 0, "An unknown error occurred", observation.Failed, "not answer just now", 3},
		{400, 2, 0, "Service temporarily unavailable", observation.Failed, "not answer just now", 3},
		{400, 4, 0, "Application request limit reached", observation.Waiting, "2026-11-23T13:0", 1},
		{400, 17, 0, "", observation.Waiting, "2026-11-23T13:0", 1},
		{403, 32, 0, "", observation.Waiting, "2026-11-23T13:0", 1},
		{400, 613, 0, "", observation.Waiting, "2026-11-23T13:0", 1},
		{400, 341, 0, "", observation.Waiting, "2026-11-23T13:0", 1},
		{400, 80001, 0, "", observation.Waiting, "2026-11-23T13:0", 1},
		{400, 80002, 0, "", observation.Waiting, "2026-11-23T13:0", 1},
		{400, 368, 0, "The action attempted has been deemed abusive", observation.Waiting, "2026-11-23T18:0", 1},
		{200, 190, 463, "an error with status 200", observation.Auth, "expired", 1},
		{401, 77777, 0, "new", observation.Auth, "error 77777", 1},
		{400, 77777, 0, "new", observation.Failed, "error 77777", 1},
	} {
		calls := 0
		g := asks(t, graph.Options{}, func(w http.ResponseWriter, _ *http.Request) {
			calls++
			refuse(w, c.status, c.code, c.subcode, c.message)
		})
		err := get(g)
		if got := collector.ResultOf(err); got != c.want || !strings.Contains(err.Error(), c.says) || calls != c.asked {
			t.Errorf("%d %d/%d: %s after %d calls, %v; want %s after %d, %q", c.status, c.code, c.subcode, got, calls, err, c.want, c.asked, c.says)
		}
		if strings.Contains(fmt.Sprint(err), "Maija") || strings.Contains(fmt.Sprint(err), token) {
			t.Errorf("the error tells too much: %v", err)
		}
	}
}

// TestTransient: what Meta calls passing is asked again and may then be answered.
func TestTransient(t *testing.T) {
	calls := 0
	g := asks(t, graph.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.WriteHeader(400)
			_, _ = w.Write([]byte(`{"error":{"message":"x","code":12345,"is_transient":true}}`))
			return
		}
		_, _ = w.Write([]byte(`{}`))
	})
	if err := get(g); err != nil || calls != 2 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

// TestTransientOnce: what comes with a status of 5xx the client asks for again by itself, and three times is enough.
func TestTransientOnce(t *testing.T) {
	calls := 0
	g := asks(t, graph.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		refuse(w, 500, 2, 0, "An unexpected error has occurred.")
	})
	if err := get(g); err == nil || calls != 3 {
		t.Errorf("%v after %d calls, want 3", err, calls)
	}
}

// TestUsage: from 75 % on it goes slow, at 95 % it stops, before a call is wasted, and the next visit knows.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name, header, value string
		paused, asked       int
		until               string
	}{
		{"little", "X-App-Usage", `{"call_count":28,"total_cputime":25,"total_time":74}`, 0, 3, ""},
		{"slow", "X-App-Usage", `{"call_count":28,"total_cputime":25,"total_time":75}`, 2, 3, ""},
		{"stop", "x-app-usage", `{"call_count":95,"total_cputime":2,"total_time":3}`, 0, 1, "2026-11-23T13:00"},
		{"page", "X-Business-Use-Case-Usage", `{"104":[{"type":"pages","call_count":97,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":19}]}`, 0, 1, "2026-11-23T12:19"},
		{"page slow", "X-Business-Use-Case-Usage", `{"104":[{"type":"pages","call_count":80,"estimated_time_to_regain_access":0}]}`, 2, 3, ""},
		{"broken", "X-Business-Use-Case-Usage", `[]`, 0, 3, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls, paused, state := 0, 0, memory{}
			o := graph.Options{Deps: collector.Deps{State: state}, Pause: func(context.Context, time.Duration) error { paused++; return nil }}
			answer := func(w http.ResponseWriter, _ *http.Request) {
				calls++
				w.Header().Set(c.header, c.value)
				_, _ = w.Write([]byte(`{}`))
			}
			g := asks(t, o, answer)
			var err error
			for range 3 {
				err = get(g)
			}
			if calls != c.asked || paused != c.paused || (err != nil) != (c.until != "") || err != nil && !strings.Contains(err.Error(), c.until) {
				t.Errorf("%d calls, %d pauses, %v", calls, paused, err)
			}
			if c.until != "" && (get(asks(t, o, answer)) == nil || calls != c.asked) {
				t.Error("the next visit asked")
			}
			o.Now = noon.Add(2 * time.Hour)
			if err := get(asks(t, o, answer)); err != nil {
				t.Errorf("later: %v", err)
			}
		})
	}
}

// TestThrottledTellsWhen: where Meta says when there are calls again, it is asked then.
func TestThrottledTellsWhen(t *testing.T) {
	g := asks(t, graph.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Business-Use-Case-Usage", `{"104":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":7}]}`)
		refuse(w, 400, 80001, 0, "")
	})
	var wait *collector.WaitError
	if err := get(g); !errors.As(err, &wait) || wait.Until.Sub(noon).Round(time.Minute) != 7*time.Minute {
		t.Errorf("%v", err)
	}
}

// TestValues reads numbers, objects, rows that are told apart, totals and their breakdowns.
func TestValues(t *testing.T) {
	const end = `"end_time":"2026-11-18T08:00:00+0000"`
	for body, want := range map[string]string{
		`[{"name":"m","period":"day","values":[{"value":412,` + end + `}]}]`:                                                                                 "412 true map[]",
		`[{"name":"m","period":"day","values":[{"value":0,` + end + `}]}]`:                                                                                   "0 true map[]",
		`[{"name":"m","period":"day","values":[{"value":null,` + end + `}]}]`:                                                                                "0 false map[]",
		`[{"name":"m","period":"day","values":[{` + end + `}]}]`:                                                                                             "0 false map[]",
		`[{"name":"m","period":"day","values":[{"value":"few",` + end + `}]}]`:                                                                               "NaN true map[]", // something else
		`[{"name":"m","period":"day","values":[{"value":[],` + end + `}]}]`:                                                                                  "NaN true map[]",
		`[{"name":"m","period":"day","values":[{"value":{"like":"x"},` + end + `}]}]`:                                                                        "NaN true map[]",
		`[{"name":"m","period":"day","values":[{"value":{"like":3,"love":1},` + end + `}]}]`:                                                                 "4 true map[like:3 love:1]",
		`[{"name":"m","period":"day","values":[{"value":{},` + end + `}]}]`:                                                                                  "0 true map[]",
		`[{"name":"m","period":"day","values":[{"value":5,"is_from_ads":"0",` + end + `},{"value":2,"is_from_ads":"1",` + end + `}]}]`:                       "7 true map[is_from_ads=0:5 is_from_ads=1:2]",
		`[{"name":"m","period":"day","values":[{"value":5,"is_from_ads":"0",` + end + `},{"value":5,"is_from_ads":"0",` + end + `}]}]`:                       "5 true map[is_from_ads=0:5]",
		`[{"name":"m","period":"week","values":[{"value":9,` + end + `}]},{"name":"m","period":"day","values":[{"value":4,` + end + `}]}]`:                   "4 true map[]",
		`[{"name":"m","period":"day","total_value":{"breakdowns":[{"results":[{"dimension_values":["X"],"value":3}]}]},"values":[{"value":1,` + end + `}]}]`: "1 true map[] total 3 true",
		`[{"name":"m","period":"day","link_total_values":[{"value":3,"link_url":"https://a.example/"},{"value":2}]}]`:                                        "0 false map[] total 5 true",
		`[{"name":"m","period":"day","link_total_values":[]}]`:                                                                                               "0 false map[] total 0 true",
		`[{"name":"m","period":"day","link_total_values":[{"value":3},{"link_url":"https://a.example/"}]}]`:                                                  "0 false map[] total 3 false",
	} {
		var answer graph.Told
		if err := json.Unmarshal([]byte(`{"data":`+body+`}`), &answer); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		series, err := answer.Series("day")
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		v, _ := series["m"].Day(observation.NewDate(2026, 11, 17))
		if len(series["m"].Values) > 0 && !v.Number.Known {
			v = series["m"].Values[0]
		}
		got := fmt.Sprintf("%v %v %v", v.Number.Value, v.Number.Known, orNone(v.Parts))
		if total := series["m"].Total; total != nil {
			got += fmt.Sprintf(" total %v %v", total.Number.Value, total.Number.Known)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

// TestPeopleAreNotAddedUp: numbers that count people each once, told apart by anything, have no sum. One that came twice is one, and
// a whole that Meta itself tells beside its parts counts.
func TestPeopleAreNotAddedUp(t *testing.T) {
	const end = `,"end_time":"2026-11-18T08:00:00+0000"}`
	for _, name := range []string{"page_total_media_view_unique", "post_impressions_unique", "reach"} {
		for values, want := range map[string]string{
			`"values":[{"value":500` + end + `]`:                                                                                               "500 true",
			`"values":[{"value":500` + end + `,{"value":500` + end + `]`:                                                                       "500 true",
			`"values":[{"value":300,"is_from_ads":"0"` + end + `]`:                                                                             "300 true",
			`"values":[{"value":300,"is_from_ads":"0"` + end + `,{"value":200,"is_from_ads":"1"` + end + `]`:                                   "NaN true",
			`"values":[{"value":300,"is_from_ads":"0"` + end + `,{"value":300,"is_from_ads":"1"` + end + `]`:                                   "NaN true",
			`"values":[{"value":300,"is_from_ads":"0"` + end + `,{"is_from_ads":"1"` + end + `]`:                                               "NaN true",
			`"values":[{"value":300` + end + `,{"value":200` + end + `]`:                                                                       "NaN true",
			`"values":[{"value":300,"is_from_ads":"0"},{"value":200,"is_from_ads":"1"}]`:                                                       "NaN true",
			`"values":[{"value":{"fan":300,"other":200}` + end + `]`:                                                                           "NaN true",
			`"values":[{"value":{"fan":300}` + end + `]`:                                                                                       "300 true",
			`"total_value":{"breakdowns":[{"results":[{"dimension_values":["A"],"value":3},{"dimension_values":["B"],"value":2}]}]}`:           "NaN true",
			`"total_value":{"value":4,"breakdowns":[{"results":[{"dimension_values":["A"],"value":3},{"dimension_values":["B"],"value":2}]}]}`: "4 true",
		} {
			var answer graph.Told
			if err := json.Unmarshal([]byte(`{"data":[{"name":"`+name+`","period":"day",`+values+`}]}`), &answer); err != nil {
				t.Fatalf("%s: %v", values, err)
			}
			series, err := answer.Series("day")
			v, ok := series[name].Lifetime()
			if got := fmt.Sprint(v.Number.Value, " ", v.Number.Known); err != nil || !ok || got != want {
				t.Errorf("%s, %s: %s, %v, %v; want %s", name, values, got, ok, err, want)
			}
		}
	}
}

func orNone(m map[string]float64) map[string]float64 { return maps.Clone(m) }

// TestDays: a bucket is of the day that ends with it in the Pacific zone, also where the clock changes.
func TestDays(t *testing.T) {
	for end, want := range map[string]string{"2026-11-18T08:00:00+0000": "2026-11-17", "2026-07-18T07:00:00+0000": "2026-07-17", "2026-03-08T08:00:00+0000": "2026-03-07",
		"2026-03-09T07:00:00+0000": "2026-03-08", "2026-11-01T07:00:00+0000": "2026-10-31", "2026-11-02T08:00:00+0000": "2026-11-01", "2027-01-01T08:00:00+00:00": "2026-12-31"} {
		var at graph.Time
		if err := json.Unmarshal([]byte(`"`+end+`"`), &at); err != nil || graph.DayOf(at.Time).String() != want {
			t.Errorf("%s is of %s, %v; want %s", end, graph.DayOf(at.Time), err, want)
		}
	}
	var at graph.Time
	if err := json.Unmarshal([]byte(`"yesterday"`), &at); collector.ReasonOf(err) != collector.ReasonBadAnswer {
		t.Errorf("yesterday: %v", err)
	}
	p := observation.Period{From: observation.NewDate(2026, 3, 1), To: observation.NewDate(2026, 9, 1)}
	days := 0
	for _, c := range graph.Chunks(p, graph.MostDays) {
		q := graph.Seconds(c)
		if days += c.Days(); c.Days()+1 > 88 || q.Get("since") >= q.Get("until") {
			t.Errorf("%v: %v", c, q)
		}
	}
	if days != p.Days() || graph.Dates(p).Encode() != "since=2026-03-01&until=2026-09-02" || graph.Seconds(p).Encode() != "since=1772352000&until=1788245999" {
		t.Errorf("%d days, %v, %v", days, graph.Dates(p), graph.Seconds(p))
	}
}

// TestProof: the proof is the token signed with the secret, by the known answer of the algorithm.
func TestProof(t *testing.T) {
	for _, path := range []string{"get", "batch"} {
		g := asks(t, graph.Options{Token: collector.NewSecret("what do ya want for nothing?"), AppSecret: collector.NewSecret("Jefe")}, func(w http.ResponseWriter, r *http.Request) {
			if got, want := r.FormValue("appsecret_proof"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"; got != want { // RFC 4231, case 2
				t.Errorf("%s: proof %s, want %s", path, got, want)
			}
			if got := r.Header.Get("Authorization"); got != "Bearer what do ya want for nothing?" {
				t.Errorf("Authorization: %s", got)
			}
			_, _ = w.Write([]byte(`{"data":[]}`))
		})
		if path == "get" {
			if err := get(g); err != nil {
				t.Error(err)
			}
		} else if _, err := g.Expiry(context.Background(), ""); err == nil {
			t.Error("an answer that is no batch was read")
		}
	}
}

// TestExpiry: when the token ends is asked in the body of a question, once a day, and the alarms know.
func TestExpiry(t *testing.T) {
	for name, c := range map[string]struct {
		answer, want string
	}{
		"token first": {`[{"code":200,"body":"{\"data\":{\"is_valid\":true,\"expires_at\":1796000000,\"data_access_expires_at\":1797000000,\"scopes\":[\"read_insights\"]}}"}]`, "2026-11-30T00:53:20Z"},
		"data first":  {`[{"code":200,"body":"{\"data\":{\"is_valid\":true,\"expires_at\":0,\"data_access_expires_at\":1797000000}}"}]`, "2026-12-11T14:40:00Z"},
		"never":       {`[{"code":200,"body":"{\"data\":{\"is_valid\":true,\"expires_at\":0}}"}]`, ""},
		"may not":     {`[{"code":400,"body":"{\"error\":{\"code\":100}}"}]`, ""},
		"no batch":    {`[null]`, ""},
		"no moment":   {`[{"code":200,"body":"{\"data\":{\"is_valid\":true,\"expires_at\":9223372036854775807,\"data_access_expires_at\":1796000000000}}"}]`, ""},
		"in 11 years": {`[{"code":200,"body":"{\"data\":{\"is_valid\":true,\"expires_at\":2142400000}}"}]`, ""},
		"in 9 years":  {`[{"code":200,"body":"{\"data\":{\"is_valid\":true,\"expires_at\":2079300000}}"}]`, "2035-11-21T23:20:00Z"},
		"too far":     {`[{"code":200,"body":"{\"data\":{\"is_valid\":true,\"expires_at\":99999999999999,\"data_access_expires_at\":1797000000}}"}]`, "2026-12-11T14:40:00Z"},
	} {
		state, calls := memory{}, 0
		g := asks(t, graph.Options{Deps: collector.Deps{State: state}}, func(w http.ResponseWriter, r *http.Request) {
			calls++
			if r.Method != "POST" || !strings.Contains(r.FormValue("batch"), "debug_token?input_token="+token) {
				t.Errorf("%s %s", r.Method, r.FormValue("batch"))
			}
			_, _ = w.Write([]byte(c.answer))
		})
		for range 2 {
			if err := g.RememberExpiry(context.Background(), ""); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := state["credential_expires"]; got != c.want || calls != 1 {
			t.Errorf("%s: %q after %d calls, want %q", name, got, calls, c.want)
		}
	}
}

// TestExpiryNonsense: what Meta says of the token may be nonsense: the numbers do not hang on it, and the next visit asks again.
func TestExpiryNonsense(t *testing.T) {
	for _, answer := range []string{`<html>`, `[{"code":200,"body":"<html>"}]`, `[{"code":200,"body":"{\"data\":{\"expires_at\":\"soon\"}}"}]`, `{}`, `[{"code":200,"bo`} {
		state, calls := memory{}, 0
		g := asks(t, graph.Options{Deps: collector.Deps{State: state}}, func(w http.ResponseWriter, _ *http.Request) {
			calls++
			_, _ = w.Write([]byte(answer))
		})
		for range 2 {
			if err := g.RememberExpiry(context.Background(), ""); err != nil || state["credential_expires"] != "" {
				t.Errorf("%s: %v, %q", answer, err, state["credential_expires"])
			}
		}
		if _, err := g.Expiry(context.Background(), ""); err == nil || calls != 3 {
			t.Errorf("%s: who looks is told nothing of it, after %d calls", answer, calls)
		}
	}
}

// TestAsPage: the token of a person is changed for that of the page, which shows up nowhere.
func TestAsPage(t *testing.T) {
	accounts := `{"data":[{"id":"7","name":"Toinen"},{"id":"104","name":"Esimerkki ry","username":"esimerkki","fan_count":300,"followers_count":310,"access_token":"EAApageToken"}]}`
	for page, want := range map[string]string{"104": "/v26.0/104", "esimerkki": "/v26.0/esimerkki", "Esimerkki Ry": "/v26.0/me/accounts", "Esi": "/v26.0/Esi", "Muu ry": "/v26.0/me/accounts"} {
		var asked []string
		g := asks(t, graph.Options{}, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.URL.Path+" "+r.Header.Get("Authorization"))
			switch r.URL.Path {
			case "/v26.0/me/accounts":
				_, _ = w.Write([]byte(accounts))
			case "/v26.0/Esi":
				refuse(w, 404, 803, 0, "")
			default:
				_, _ = w.Write([]byte(`{"id":"104","name":"Esimerkki ry","fan_count":300,"access_token":"EAApageToken"}`))
			}
		})
		own, p, err := g.AsPage(context.Background(), page, "")
		if strings.Contains(fmt.Sprintf("%+v %#v %v", p, p, err), "EAApage") || len(asked) != 1 || asked[0] != want+" Bearer "+token {
			t.Errorf("%s: asked %v, got %+v, %v", page, asked, p, err)
		}
		if page == "Esi" || page == "Muu ry" {
			if collector.ResultOf(err) != observation.Gone {
				t.Errorf("%s: %v, want that it is gone", page, err)
			}
			continue
		}
		if err := get(own); err != nil || p.ID != "104" || asked[1] != "/v26.0/104 Bearer EAApageToken" {
			t.Errorf("%s: %v, %+v, %v", page, asked, p, err)
		}
	}
}

// TestVersions: a version that has ended is refused with the day.
func TestVersions(t *testing.T) {
	for version, want := range map[string]string{"v26.0": "", "v21.0": "", "v20.0": "2026-09-24", "v2.0": "2026-09-24", "26": "no version", "v26": "no version", "": "no version"} {
		if got := fmt.Sprint(graph.FaultsOfVersion(version)); (want == "") != (got == "[]") || !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %q", version, got, want)
		}
	}
	for at, want := range map[string]string{"2027-01-20": "<nil>", "2027-01-21": "ended on 2027-01-21"} {
		now, _ := time.Parse(time.DateOnly, at)
		_, err := graph.New(graph.Options{Version: "v21.0", Token: collector.NewSecret("x"), Now: now})
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, want %q", at, err, want)
		}
	}
	if _, err := graph.New(graph.Options{Version: "v26.0", Now: noon}); collector.ResultOf(err) != observation.Auth {
		t.Errorf("without a token: %v", err)
	}
}

// TestConnection: everything that Meta is sent to is of one version.
func TestConnection(t *testing.T) {
	c := graph.Connection("v25.0", "77", collector.NewSecret("s"), "read_insights")
	if c.Authorize != "https://www.facebook.com/v25.0/dialog/oauth" || c.Base+c.Exchange != "https://graph.facebook.com/v25.0/oauth/access_token" || c.LongLived != c.Exchange || c.PKCE || c.ClientID != "77" || len(c.Scopes) != 1 {
		t.Errorf("%+v", c)
	}
}

// TestNeeded: what nothing goes on without is a fault where it is withdrawn, and no quiet end of a metric.
func TestNeeded(t *testing.T) {
	g := asks(t, graph.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, 400, 100, 0, "(#100) Tried accessing nonexisting field (fan_count) on node type (Page)")
	})
	if _, _, err := g.AsPage(context.Background(), "104", ""); collector.ResultOf(err) != observation.Failed || collector.ReasonOf(err) != collector.ReasonBadAnswer {
		t.Errorf("%v", err)
	}
	if err := graph.Needed(collector.ErrGone); !errors.Is(err, collector.ErrGone) {
		t.Errorf("%v", err)
	}
}

// connected is a credential whose first token looks good and is not.
type connected struct {
	token  string
	renews int
	broken error
}

func (c *connected) Token(context.Context) (collector.Secret, error) {
	return collector.NewSecret(c.token), nil
}
func (c *connected) Expires() time.Time { return time.Time{} }
func (c *connected) Renew(_ context.Context, refused collector.Secret) (collector.Secret, error) {
	if c.renews++; c.broken == nil && refused.Reveal() == c.token {
		c.token = "EAAnew"
	}
	return collector.NewSecret(c.token), c.broken
}

// TestRenews: a connected token that is refused is got anew once; one that stays refused is a matter for people.
func TestRenews(t *testing.T) {
	for name, c := range map[string]struct {
		good   string
		broken error
		want   observation.Result
		calls  int
	}{
		"good again": {"EAAnew", nil, observation.OK, 2}, "never good": {"EAAnever", nil, observation.Auth, 2}, "cannot be renewed": {"EAAnew", collector.ErrAuth, observation.Auth, 1},
		"no net": {"EAAnew", errors.New("no net"), observation.Failed, 1},
	} {
		credential, calls := &connected{token: "EAAold", broken: c.broken}, 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if calls++; r.Header.Get("Authorization") != "Bearer "+c.good {
				refuse(w, 400, 190, 463, "expired")
				return
			}
			_, _ = w.Write([]byte(`{}`))
		}))
		g, err := graph.New(graph.Options{Version: "v26.0", Now: noon, Deps: collector.Deps{BaseURL: server.URL, Credential: credential, HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true})}})
		if err != nil {
			t.Fatal(err)
		}
		if err := get(g); collector.ResultOf(err) != c.want || calls != c.calls || credential.renews != 1 || (err == nil) != (c.want == observation.OK) {
			t.Errorf("%s: %v after %d calls and %d renewals", name, err, calls, credential.renews)
		}
		server.Close()
	}
}
