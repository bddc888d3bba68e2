package mailman

import (
	"context"
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

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{
		Case: "good",
		Skip: map[string]string{
			"clocks": "The kind tells how many there are at the moment of the visit, and puts nothing that happened into days.",
			"halves": "A visit looks at the moment alone: of days that are over it tells nothing, which TestThePastIsNotTold holds.",
		},
	})
}

// core answers as a core does that knows one list with three members: 401 without the right name and password, 404 for other
// lists. Whoever asks for members is told on.
func core(t *testing.T) (base string, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.RequestURI)
		user, password, _ := r.BasicAuth()
		switch {
		case user != "restadmin" || password != "kissa:koira":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"title": "401 Unauthorized", "description": "REST API authorization failed"}`))
		case r.URL.Path == "/3.1/lists/ryhma.lists.example.fi", r.URL.Path == "/3.1/lists/ryhma@lists.example.fi":
			_, _ = w.Write([]byte(`{"list_id": "ryhma.lists.example.fi", "fqdn_listname": "ryhma@lists.example.fi", "display_name": "Ryhmä", "member_count": 3}`))
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"title": "404 Not Found"}`))
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

func sourceAt(base, password, list string) *source {
	c := Config{User: "restadmin", Password: collector.NewSecret(password), List: list}
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	return c.New(collector.Deps{BaseURL: base, HTTP: client.Session(fetch.Policy{AllowPrivate: true, Secrets: []string{password}})}).(*source)
}

// visit visits a source in the evening of a day.
func visit(t *testing.T, s *source) (collectortest.Recording, error) {
	t.Helper()
	now := time.Date(2026, 11, 22, 23, 50, 0, 0, time.UTC)
	day := observation.DateOf(now)
	var out collectortest.Recorder
	err := s.Collect(t.Context(), collector.Window{Period: observation.Period{From: day - 1, To: day}, Now: now, Zone: time.UTC, Grains: Kind().Grains}, &out)
	return out.Recording(), err
}

func TestAListIsCountedWithoutAskingForMembers(t *testing.T) {
	for _, list := range []string{"ryhma.lists.example.fi", "ryhma@lists.example.fi"} {
		for _, version := range []string{"", "/3.1", "/3.0"} {
			base, asked := core(t)
			rec, err := visit(t, sourceAt(base+version, "kissa:koira", list))
			if err != nil || len(rec.Observations) != 1 || rec.Observations[0].Value != 3 || rec.Observations[0].From.String() != "2026-11-22" {
				t.Errorf("%s at %q: %+v, %v, want 3 members of the day", list, version, rec.Observations, err)
			}
			if len(*asked) != 1 || strings.Contains((*asked)[0], "member") || strings.Contains((*asked)[0], "roster") {
				t.Errorf("%s: asked %v, want the list alone", list, *asked)
			}
		}
	}
}

func TestThePastIsNotTold(t *testing.T) {
	base, asked := core(t)
	now := time.Date(2026, 11, 23, 4, 15, 0, 0, time.UTC)
	day := observation.DateOf(now)
	var out collectortest.Recorder
	w := collector.Window{Period: observation.Period{From: day - 30, To: day - 7}, Now: now, Zone: time.UTC, Grains: Kind().Grains}
	if err := sourceAt(base, "kissa:koira", "ryhma.lists.example.fi").Collect(t.Context(), w, &out); err != nil {
		t.Fatal(err)
	}
	if rec := out.Recording(); len(rec.Observations)+len(rec.Coverage)+len(*asked) > 0 {
		t.Errorf("of days long over it asked %v and told %+v", *asked, rec)
	}
}

func TestErrors(t *testing.T) {
	base, _ := core(t)
	for name, c := range map[string]struct {
		source *source
		result observation.Result
		says   string
	}{
		"wrong password": {sourceAt(base, "hauki", "ryhma.lists.example.fi"), observation.Auth, "401"},
		"no such list":   {sourceAt(base, "kissa:koira", "toinen.lists.example.fi"), observation.Failed, "mailman lists"},
	} {
		rec, err := visit(t, c.source)
		if collector.ResultOf(err) != c.result || !strings.Contains(err.Error(), c.says) || len(rec.Observations) > 0 {
			t.Errorf("%s: %v (%s), want %s, saying %q", name, err, collector.ResultOf(err), c.result, c.says)
		}
		if _, checked := c.source.Check(t.Context(), time.Now()); collector.ResultOf(checked) != c.result {
			t.Errorf("%s: check says %v", name, checked)
		}
	}
}

func TestCheck(t *testing.T) {
	base, asked := core(t)
	said, err := sourceAt(base, "kissa:koira", "ryhma.lists.example.fi").Check(t.Context(), time.Now())
	if want := `list "Ryhmä" (ryhma.lists.example.fi): 3 members; the password lets do everything on this server, and does not lapse`; err != nil || said != want || len(*asked) != 1 {
		t.Errorf("%q, %v after %d calls, want %q after one", said, err, len(*asked), want)
	}
}

func TestSettings(t *testing.T) {
	good := Config{User: "restadmin", Password: collector.NewSecret("x"), List: "ryhma.lists.example.fi"}
	if faults := good.Validate(); len(faults) > 0 {
		t.Errorf("a good source has faults: %v", faults)
	}
	if faults := (&Config{}).Validate(); len(faults) != 3 {
		t.Errorf("an empty source has the faults %v, want one of each key", faults)
	}
	for _, list := range []string{"ryhma/roster/member", "a b", "x@y@z", "ryhma?count=1", "%2e%2e"} {
		c := good
		c.List = list
		if faults := c.Validate(); len(faults) != 1 || faults[0].Key != "list" {
			t.Errorf("list %q: %v, want a fault", list, faults)
		}
	}
}

// FuzzList reads what may come in place of a list: either a count or an error, and no count that is none.
func FuzzList(f *testing.F) {
	f.Add([]byte(`{"list_id":"ryhma.lists.example.fi","fqdn_listname":"ryhma@lists.example.fi","member_count":3}`))
	f.Add([]byte(`{"start":0,"total_size":0}`))
	f.Add([]byte(`{"list_id":"ryhma.lists.example.fi","member_count":-1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var l list
		if api.Decode(body, &l) != nil {
			return
		}
		if n, err := l.members("ryhma.lists.example.fi"); err == nil && (n < 0 || l.ID == "" || !l.Members.Known) {
			t.Errorf("%q: read as %v members", body, n)
		}
	})
}
