package platforms

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// troubled starts a server with a feed of one article that is in troubles one after the other, an hour each from ten on.
func troubled(t *testing.T, troubles ...Trouble) *Server {
	t.Helper()
	from := moment("2026-11-20T10:00:00Z")
	for i := range troubles {
		troubles[i].From, troubles[i].To = from.Add(time.Duration(i)*time.Hour), from.Add(time.Duration(i+1)*time.Hour)
	}
	s, err := Start(from.Add(-time.Minute), []Feed{{Path: "/rss", Form: RSS, Zone: time.FixedZone("EET", 2*60*60), Holds: 3, Troubles: troubles, Moves: from.Add(10 * time.Hour), MovedTo: time.UTC,
		Articles: []Article{{ID: "id-0", Title: "Yksi", URL: "https://www.example.org/1", Published: moment("2026-11-20T06:00:00Z")}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestTroubles(t *testing.T) {
	s := troubled(t, Trouble{Status: 500}, Trouble{Status: 429, After: 6 * time.Hour}, Trouble{Status: 503, After: time.Hour, Dated: true}, Trouble{Delay: 30 * time.Millisecond})
	for i, want := range []struct {
		status int
		after  string
	}{{200, ""}, {500, ""}, {429, "21600"}, {503, "Fri, 20 Nov 2026 13:30:00 GMT"}, {200, ""}} {
		s.SetNow(moment("2026-11-20T09:30:00Z").Add(time.Duration(i) * time.Hour))
		begun := time.Now()
		status, head, body := get(t, s.URL()+"/rss", "")
		if status != want.status || head.Get("Retry-After") != want.after || (status == 200) != strings.Contains(body, "Yksi") {
			t.Errorf("in hour %d: %d, Retry-After %q\n%s", i, status, head.Get("Retry-After"), body)
		}
		if slow := time.Since(begun) >= 30*time.Millisecond; i == 4 && !slow {
			t.Error("it is not slow")
		}
	}
	s.SetNow(moment("2026-11-20T20:00:00Z"))
	if _, _, body := get(t, s.URL()+"/rss", ""); !strings.Contains(body, "Fri, 20 Nov 2026 06:00:00 +0000") {
		t.Errorf("the clock did not move:\n%s", body)
	}
}

func TestACutAnswer(t *testing.T) {
	s := troubled(t, Trouble{Cut: true})
	s.RunFrom(moment("2026-11-20T10:00:00Z"))
	answer, err := http.Get(s.URL() + "/rss")
	if err == nil {
		_, err = answer.Body.Read(make([]byte, 1000))
		for err == nil {
			_, err = answer.Body.Read(make([]byte, 1000))
		}
	}
	if err == nil || err.Error() == "EOF" {
		t.Errorf("the answer ended with %v", err)
	}
}

func TestRequestsAreTakenDown(t *testing.T) {
	s := troubled(t, Trouble{Status: 500})
	_, head, _ := get(t, s.URL()+"/rss", "")
	_, _, _ = get(t, s.URL()+"/rss", head.Get("ETag"))
	s.RunFrom(moment("2026-11-20T10:00:00Z"))
	time.Sleep(5 * time.Millisecond)
	_, _, _ = get(t, s.URL()+"/rss", "")
	got := s.Requests()
	if len(got) != 3 || got[0].Status != 200 || !got[0].Body || got[1].Status != 304 || !got[1].Body || got[2].Status != 500 || got[2].Body {
		t.Fatalf("%+v", got)
	}
	if !got[0].At.Equal(moment("2026-11-20T09:59:00Z")) || !got[2].At.After(moment("2026-11-20T10:00:00Z")) || got[2].Path != "/rss" {
		t.Errorf("%+v", got)
	}
}
