package creamailer

import (
	"context"
	"encoding/json"
	"errors"
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

func TestSignature(t *testing.T) {
	got := sign("test-secret", "https://api.example.com/v2/api/lists/123/subscribers?status=active&pagesize=50", "", "1790000000")
	if want := "9de4c37735e87ca09b6bd72806207b8dbd5ad3208ea210f22662408894ca0e02"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// cream answers as Creamailer does to whoever signs the very address that it was asked at.
type cream struct {
	t      *testing.T
	url    string
	people int
	page   int    // the most that it lists at once, whatever it is asked for
	pager  string // total, last_page, links, beside or none: what its answers say of the pages
	asked  []string
	clock  time.Time // of the server
}

func (c *cream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.asked = append(c.asked, r.RequestURI)
	at, _ := strconv.ParseInt(r.Header.Get("X-Request-Timestamp"), 10, 64)
	off := time.Unix(at, 0).Sub(c.clock).Abs()
	if r.Header.Get("X-Access-Token") != "tunnus" || off > 5*time.Minute ||
		r.Header.Get("X-Request-Signature") != sign("salaisuus", c.url+r.RequestURI, "", r.Header.Get("X-Request-Timestamp")) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"message": "Invalid signature.", "errors": {}}`))
		return
	}
	size, _ := strconv.Atoi(r.FormValue("pagesize"))
	number, _ := strconv.Atoi(r.FormValue("page"))
	if size = min(size, c.page); r.URL.Path != "/v2/api/lists/123/subscribers" || r.FormValue("status") != "active" || size < 1 || number < 1 {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"message": "List not found.", "errors": {}}`))
		return
	}
	_ = json.NewEncoder(w).Encode(c.answer(size, number))
}

func (c *cream) answer(size, number int) map[string]any {
	people := []map[string]any{}
	for i := (number - 1) * size; i < min(c.people, number*size); i++ {
		people = append(people, map[string]any{"id": i, "email": fmt.Sprintf("tilaaja%d@example.fi", i), "status": "active"})
	}
	out, last := map[string]any{"data": people}, max(1, (c.people+size-1)/size)
	var next any
	if number < last {
		next = fmt.Sprintf("%s/v2/api/lists/123/subscribers?page=%d", c.url, number+1)
	}
	switch c.pager {
	case "total":
		out["meta"] = map[string]any{"total": strconv.Itoa(c.people), "last_page": last, "per_page": size, "current_page": number}
	case "last_page":
		out["meta"] = map[string]any{"last_page": last}
	case "beside":
		out["last_page"], out["current_page"] = last, number
	case "links":
		out["links"] = map[string]any{"next": next}
	}
	return out
}

var evening = time.Date(2026, 11, 22, 23, 50, 0, 0, time.UTC)

// sourceAt returns a source of a Creamailer, and the memory that it has.
func sourceAt(t *testing.T, c *cream, secret string) (collector.Collector, *collectortest.Memory) {
	t.Helper()
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	c.t, c.url, c.clock = t, s.URL, evening
	memory := &collectortest.Memory{}
	config := Config{Token: collector.NewSecret("tunnus"), Secret: collector.NewSecret(secret), List: "123"}
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	return config.New(collector.Deps{BaseURL: s.URL, State: memory, HTTP: client.Session(fetch.Policy{AllowPrivate: true, Secrets: []string{secret}})}), memory
}

func visitAt(t *testing.T, c collector.Collector, now time.Time, back observation.Date) (collectortest.Recording, error) {
	t.Helper()
	day := observation.DateOf(now) - back
	var out collectortest.Recorder
	err := c.Collect(t.Context(), collector.Window{Period: observation.Period{From: day - 1, To: day}, Now: now, Zone: time.UTC, Grains: Kind().Grains}, &out)
	return out.Recording(), err
}

func TestCounts(t *testing.T) {
	for pager, calls := range map[string]int{"total": 1, "last_page": 1 + 9, "beside": 1 + 9, "links": 1 + 9, "none": 1 + 10} {
		for _, people := range []int{812, 0} {
			c := &cream{people: people, page: 100, pager: pager} // pages are shorter than what is asked for
			s, _ := sourceAt(t, c, "salaisuus")
			rec, err := visitAt(t, s, evening, 0)
			if err != nil || len(rec.Observations) != 1 || rec.Observations[0].Value != float64(people) {
				t.Errorf("%s: %+v, %v, want %d subscribers", pager, rec.Observations, err, people)
			}
			if people > 0 && len(c.asked) != calls {
				t.Errorf("%s: %d calls, want %d", pager, len(c.asked), calls)
			}
			if text, _ := json.Marshal(rec); strings.Contains(string(text), "@") {
				t.Errorf("%s: an address is told", pager)
			}
		}
	}
}

func TestTheAllowanceOutlivesARestart(t *testing.T) {
	c := &cream{people: 2000, page: 10, pager: "none"}
	s, memory := sourceAt(t, c, "salaisuus")
	_, err := visitAt(t, s, evening, 0)
	var wait *collector.WaitError
	if !errors.As(err, &wait) || len(c.asked) != callsAnHour {
		t.Fatalf("%v after %d calls, want to wait after %d", err, len(c.asked), callsAnHour)
	}
	again := s.(*source)
	fresh := again.config.New(collector.Deps{BaseURL: c.url, State: memory, HTTP: again.deps.HTTP})
	c.people = 5
	if _, err := visitAt(t, fresh, evening.Add(30*time.Minute), 0); !errors.As(err, &wait) || len(c.asked) != callsAnHour {
		t.Errorf("half an hour later: %v after %d calls, want to wait", err, len(c.asked))
	}
	c.clock = evening.Add(61 * time.Minute)
	if rec, err := visitAt(t, fresh, c.clock, 0); err != nil || len(rec.Observations) != 1 || rec.Observations[0].Value != 5 {
		t.Errorf("an hour later: %+v, %v, want 5 subscribers", rec.Observations, err)
	}
}

func TestThePastIsNotTold(t *testing.T) {
	c := &cream{people: 5, page: 1000, pager: "total"}
	s, _ := sourceAt(t, c, "salaisuus")
	rec, err := visitAt(t, s, evening, 30)
	if err != nil || len(rec.Observations)+len(rec.Coverage)+len(c.asked) > 0 {
		t.Errorf("of days long over it asked %v and told %+v (%v)", c.asked, rec, err)
	}
}

func TestErrors(t *testing.T) {
	wrong, _ := sourceAt(t, &cream{people: 5, page: 1000}, "hauki")
	if _, err := visitAt(t, wrong, evening, 0); collector.ResultOf(err) != observation.Auth || !strings.Contains(err.Error(), "clock") {
		t.Errorf("with a wrong secret: %v", err)
	}
	c := &cream{people: 5, page: 1000}
	off, _ := sourceAt(t, c, "salaisuus")
	if _, err := visitAt(t, off, evening.Add(6*time.Minute), 0); collector.ResultOf(err) != observation.Auth {
		t.Errorf("with a clock that is off: %v", err)
	}
	none, _ := sourceAt(t, c, "salaisuus")
	none.(*source).config.List = "124"
	if _, err := visitAt(t, none, evening, 0); collector.ReasonOf(err) != collector.ReasonNotFound || !strings.Contains(err.Error(), "no such list") {
		t.Errorf("without the list: %v", err)
	}
}

func TestCheck(t *testing.T) {
	c := &cream{people: 812, page: 1000, pager: "total"}
	s, _ := sourceAt(t, c, "salaisuus")
	said, err := s.(collector.Checker).Check(t.Context(), evening)
	if err != nil || !strings.HasPrefix(said, "list 123: 812 active subscribers; 99 of 100 calls are left") || len(c.asked) != 1 {
		t.Errorf("%q, %v after %d calls", said, err, len(c.asked))
	}
}

func TestSettings(t *testing.T) {
	good := Config{Token: collector.NewSecret("x"), Secret: collector.NewSecret("y"), List: "123"}
	if faults := good.Validate(); len(faults) > 0 {
		t.Errorf("a good source has faults: %v", faults)
	}
	if faults := (&Config{}).Validate(); len(faults) != 3 {
		t.Errorf("an empty source has the faults %v, want one of each key", faults)
	}
}

// FuzzPage reads what may come in place of a page: no count that is none, and nobody on it.
func FuzzPage(f *testing.F) {
	f.Add([]byte(`{"data": [{"id": 1, "email": "x@example.fi"}], "meta": {"total": 812, "last_page": 812}, "links": {"next": null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var p page
		if api.Decode(body, &p) != nil || p.Data == nil {
			return
		}
		if n := p.total(); n.Known {
			if count, err := p.checked(n); err == nil && (count < 0 || count < float64(len(*p.Data))) {
				t.Errorf("%q: read as %v people", body, count)
			}
		}
		if p.last(1) && p.Meta.LastPage.Known && p.Meta.LastPage.Value > 1 {
			t.Errorf("%q: read as the last page", body)
		}
	})
}
