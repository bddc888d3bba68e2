package platforms

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
)

func moment(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// served starts a server with one feed of five articles, one an hour from eight on.
func served(t *testing.T, form Form, dies time.Time) *Server {
	t.Helper()
	zone := time.FixedZone("EET", 2*60*60)
	f := Feed{Path: "/uutiset", Title: "Lakeuden & meren Viesti", Form: form, Zone: zone, Holds: 3, Dies: dies}
	for i := range 5 {
		f.Articles = append(f.Articles, Article{ID: fmt.Sprint("id-", i), Title: fmt.Sprintf("Työ <%d> & äly", i), Text: "Hän sanoi: “ei”."[:16], URL: fmt.Sprintf("https://www.lakeus.example/a/%d?x=1&y=2", i),
			Published: moment("2026-11-20T06:00:00Z").Add(time.Duration(i) * time.Hour)})
	}
	if form == Latin1 {
		for i := range f.Articles {
			f.Articles[i].Text = "Hän sanoi: ei."
		}
	}
	s, err := Start(moment("2026-11-20T09:30:00Z"), []Feed{f})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func get(t *testing.T, url, tag string) (status int, head http.Header, body string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

func TestAFeedShowsTheNewestThatAreOut(t *testing.T) {
	for _, form := range []Form{RSS, Atom, Latin1} {
		s := served(t, form, time.Time{})
		_, _, body := get(t, s.URL()+"/uutiset", "")
		if form == Latin1 {
			decoded, err := charmap.ISO8859_1.NewDecoder().String(body)
			if err != nil || !strings.Contains(body, "Ty\xf6") {
				t.Errorf("not in Latin-1: %v", err)
			}
			body = decoded
		}
		var order []int
		for _, id := range []string{"id-3", "id-2", "id-1"} {
			order = append(order, strings.Index(body, id+"<"))
		}
		if order[0] < 0 || order[0] > order[1] || order[1] > order[2] {
			t.Errorf("%s: newest first they stand at %v in\n%s", form, order, body)
		}
		for _, none := range []string{"id-0", "id-4", "<3>"} {
			if strings.Contains(body, none) {
				t.Errorf("%s: it shows %s", form, none)
			}
		}
	}
}

func TestDates(t *testing.T) {
	for form, want := range map[Form]string{
		RSS: "Fri, 20 Nov 2026 11:00:00 +0200<", Atom: "2026-11-20T11:00:00+02:00<", Latin1: "Fri, 20 Nov 2026 11:00:00<",
	} {
		if _, _, body := get(t, served(t, form, time.Time{}).URL()+"/uutiset", ""); !strings.Contains(body, want) {
			t.Errorf("%s: no %s in\n%s", form, want, body)
		}
	}
}

func TestWhoHasTheNewestIsToldSo(t *testing.T) {
	s := served(t, RSS, time.Time{})
	_, head, _ := get(t, s.URL()+"/uutiset", "")
	if status, _, body := get(t, s.URL()+"/uutiset", head.Get("ETag")); status != http.StatusNotModified || body != "" {
		t.Errorf("%d %q", status, body)
	}
	s.SetNow(moment("2026-11-20T10:00:00Z"))
	if status, _, body := get(t, s.URL()+"/uutiset", head.Get("ETag")); status != http.StatusOK || !strings.Contains(body, "id-4") {
		t.Errorf("%d: an hour later there is a new article\n%s", status, body)
	}
}

func TestADeadFeedIsAPage(t *testing.T) {
	s := served(t, RSS, moment("2026-11-20T09:31:00Z"))
	if _, _, body := get(t, s.URL()+"/uutiset", ""); !strings.HasPrefix(body, "<?xml") {
		t.Errorf("before it dies it is\n%s", body)
	}
	s.SetNow(moment("2026-11-20T09:31:00Z"))
	if status, head, body := get(t, s.URL()+"/uutiset", ""); status != http.StatusOK || !strings.HasPrefix(head.Get("Content-Type"), "text/html") || strings.Contains(body, "<rss") {
		t.Errorf("%d %s\n%s", status, head.Get("Content-Type"), body)
	}
}
