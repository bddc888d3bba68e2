package wordpress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// bad is a WordPress site that behaves as badly as such sites do.
type bad struct {
	posts    []map[string]any // by date
	grows    bool             // an old post is published anew with an earlier date while the pages are turned
	perPage  int              // a plugin allows fewer than are asked for; 0 does not
	bare     bool             // the heads of answers are cut off on the way
	asked    []url.Values
	requests int
}

func (b *bad) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.requests++
	q := r.URL.Query()
	w.Header().Set("Content-Type", "application/json")
	switch route := strings.TrimPrefix(r.URL.Path, "/wp-json"); route {
	case "/":
		fmt.Fprint(w, `{"name": "Koske", "namespaces": ["wp/v2"], "timezone_string": "", "gmt_offset": 2}`)
	case "/wp/v2/posts":
		b.asked = append(b.asked, q)
		b.list(w, q)
	default:
		http.NotFound(w, r)
	}
}

// list answers a page of posts, as WordPress does: a page past the end is a 400.
func (b *bad) list(w http.ResponseWriter, q url.Values) {
	size, _ := strconv.Atoi(q.Get("per_page"))
	page, _ := strconv.Atoi(q.Get("page"))
	if b.perPage > 0 {
		size = min(size, b.perPage)
	}
	pages := (len(b.posts) + size - 1) / size
	if page > pages && pages > 0 {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"code":"rest_post_invalid_page_number","message":"","data":{"status":400}}`)
		return
	}
	if !b.bare {
		w.Header().Set("X-WP-Total", strconv.Itoa(len(b.posts)))
		w.Header().Set("X-WP-TotalPages", strconv.Itoa(pages))
	}
	from := (page - 1) * size
	_ = json.NewEncoder(w).Encode(b.posts[from:min(from+size, len(b.posts))])
	if b.grows {
		b.grows = false
		b.posts = slices.Insert(b.posts, 0, badPost(9999, time.Date(2026, 11, 9, 1, 0, 0, 0, time.UTC)))
	}
}

func badPost(id int, at time.Time) map[string]any {
	return map[string]any{"id": id, "date_gmt": at.UTC().Format("2006-01-02T15:04:05"), "link": fmt.Sprintf("https://www.example.fi/%d/", id),
		"title": map[string]any{"rendered": fmt.Sprint("Uutinen ", id)}, "tags": map[string]any{}, "categories": "none", "lang": nil}
}

// told is a sink that keeps items and what was said of days.
type told struct {
	collector.Sink
	items []observation.Item
	days  []observation.Coverage
}

func (t *told) Item(it observation.Item) error        { t.items = append(t.items, it); return nil }
func (t *told) Cover(c observation.Coverage)          { t.days = append(t.days, c) }
func (t *told) Tell(string, int64)                    {}
func (t *told) Progress(int64, int64)                 {}
func (t *told) Complete(observation.Completion)       {}
func (t *told) Observe(observation.Observation) error { return nil }

// visited visits the site for the week of 9 November.
func visited(t *testing.T, b *bad, config Config) (*told, error) {
	t.Helper()
	server := httptest.NewServer(b)
	defer server.Close()
	client := fetch.New(fetch.Options{Program: "Seuranta/test"})
	defer client.Close()
	zone, _ := time.LoadLocation("Europe/Helsinki")
	memory := new(collectortest.Memory)
	c := config.New(collector.Deps{ChannelID: "kotisivut", State: memory, Items: memory, BaseURL: server.URL, HTTP: client.Session(fetch.Policy{AllowPrivate: true})})
	out := new(told)
	from, _ := observation.ParseDate("2026-11-09")
	w := collector.Window{Period: observation.Period{From: from, To: from + 7}, Grains: []observation.Grain{observation.Day}, Zone: zone,
		Now: time.Date(2026, 11, 17, 3, 0, 0, 0, time.UTC)}
	return out, c.Collect(context.Background(), w, out)
}

// week returns so many posts, from Monday on, ten minutes apart.
func week(n int) (out []map[string]any) {
	for i := range n {
		out = append(out, badPost(i+1, time.Date(2026, 11, 9, 6, 10*i, 0, 0, time.UTC)))
	}
	return out
}

// TestPages: all posts are told, each once, however the site turns its pages.
func TestPages(t *testing.T) {
	for name, c := range map[string]struct {
		site bad
		want int
	}{
		"nothing":                         {bad{}, 0},
		"one page, to the last post":      {bad{posts: week(50)}, 50},
		"three pages":                     {bad{posts: week(121)}, 121},
		"a page past the end":             {bad{posts: week(100), bare: true}, 100},
		"nothing, and no heads":           {bad{bare: true}, 0},
		"pages of ten":                    {bad{posts: week(95), perPage: 10}, 95},
		"pages of ten without heads":      {bad{posts: week(95), perPage: 10, bare: true}, 95},
		"a post comes while pages turned": {bad{posts: week(120), grows: true}, 121},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := visited(t, &c.site, Config{})
			if err != nil {
				t.Fatal(err)
			}
			ids := map[string]bool{}
			for _, it := range out.items {
				ids[it.ID] = true
			}
			if len(out.items) != c.want || len(ids) != c.want {
				t.Errorf("%d items with %d ids, want %d", len(out.items), len(ids), c.want)
			}
			for _, d := range out.days {
				if d.Result != observation.OK {
					t.Errorf("%s is %s", d.From, d.Result)
				}
			}
			if len(out.days) != 7 {
				t.Errorf("%d days are spoken of", len(out.days))
			}
		})
	}
}

// TestAsksADayMore: a site compares with its own clock, and an old one heeds no zone, so a day more is asked for on both sides.
func TestAsksADayMore(t *testing.T) {
	b := &bad{posts: week(1)}
	if _, err := visited(t, b, Config{}); err != nil {
		t.Fatal(err)
	}
	q := b.asked[0]
	if q.Get("after") != "2026-11-07T22:00:00Z" || q.Get("before") != "2026-11-16T22:00:00Z" {
		t.Errorf("it asks after %s and before %s", q.Get("after"), q.Get("before"))
	}
	if strings.Contains(q.Get("_fields"), "author") {
		t.Error("it asks for people")
	}
}

// TestTake: what is listed twice counts once, and what cannot be read leaves the listing short of what the site counts.
func TestTake(t *testing.T) {
	l := &listing{ids: map[int64]bool{}, total: 3}
	l.take([]json.RawMessage{[]byte(`{"id":1,"date_gmt":"2026-11-10T10:00:00"}`), []byte(`{"id":1,"date_gmt":"2026-11-10T10:00:00"}`), []byte(`7`)}, time.UTC)
	if len(l.posts) != 1 || l.rejected != 1 || !l.short() || l.certain() {
		t.Errorf("%d posts, %d rejected", len(l.posts), l.rejected)
	}
}

func TestPublished(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Helsinki")
	for _, c := range []struct{ gmt, local, want string }{
		{"2026-11-11T22:30:00", "2026-11-12T00:30:00", "2026-11-11T22:30:00Z"},
		{"2026-11-11T22:30:00Z", "", "2026-11-11T22:30:00Z"},
		{"2026-11-12T00:30:00+02:00", "", "2026-11-11T22:30:00Z"},
		{"0000-00-00T00:00:00", "2026-11-12T00:30:00", "2026-11-11T22:30:00Z"},
		{"-0001-11-30T00:00:00", "2026-07-12T00:30:00", "2026-07-11T21:30:00Z"},
		{"1970-01-01T00:00:00", "0000-00-00T00:00:00", ""},
		{"", "", ""}, {"eilen", "12.11.2026", ""},
	} {
		at, ok := post{Date: word(c.local), DateGMT: word(c.gmt)}.published(zone)
		if got := at.Format(time.RFC3339); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q, %q is %s (%t), want %s", c.gmt, c.local, got, ok, c.want)
		}
	}
}

func TestAddress(t *testing.T) {
	for door, want := range map[string]string{
		"https://x.fi/wp-json":               "https://x.fi/wp-json/wp/v2/posts?page=1",
		"https://x.fi/blogi/wp-json/":        "https://x.fi/blogi/wp-json/wp/v2/posts?page=1",
		"https://x.fi/?rest_route=/":         "https://x.fi/?page=1&rest_route=%2Fwp%2Fv2%2Fposts",
		"https://x.fi/index.php?rest_route=": "https://x.fi/index.php?page=1&rest_route=%2Fwp%2Fv2%2Fposts",
	} {
		if got := (&site{door: door}).address("/wp/v2/posts", url.Values{"page": {"1"}}); got != want {
			t.Errorf("%s leads to %s, want %s", door, got, want)
		}
	}
}

func TestLinked(t *testing.T) {
	for head, want := range map[string]string{
		`<https://x.fi/wp-json/>; rel="https://api.w.org/"`:                              "https://x.fi/wp-json",
		`<https://x.fi/>; rel=shortlink, <https://x.fi/r/>; rel="https://api.w.org/"`:    "https://x.fi/r",
		`<https://x.fi/index.php?rest_route=/>; rel=https://api.w.org/`:                  "https://x.fi/index.php?rest_route=",
		`<javascript:x>; rel="https://api.w.org/"`:                                       "",
		`<https://x.fi/wp-json/wp/v2/posts/1>; rel="alternate"; type="application/json"`: "",
	} {
		if got := linked(map[string][]string{"Link": {head}}); got != want {
			t.Errorf("%s leads to %q, want %q", head, got, want)
		}
	}
}

func TestZone(t *testing.T) {
	for text, want := range map[string]string{
		`{"timezone_string": "Europe/Helsinki", "gmt_offset": 2}`: "2026-07-01T12:00:00+03:00",
		`{"timezone_string": "", "gmt_offset": "5.5"}`:            "2026-07-01T14:30:00+05:30",
		`{"timezone_string": "Nowhere", "gmt_offset": -3}`:        "2026-07-01T06:00:00-03:00",
		`{"gmt_offset": 99}`: "",
	} {
		var is index
		if err := json.Unmarshal([]byte(text), &is); err != nil {
			t.Fatal(err)
		}
		got := ""
		if zone := is.zone(); zone != nil {
			got = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC).In(zone).Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%s gives %q, want %q", text, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		config Config
		keys   string
	}{
		{Config{}, ""},
		{Config{Types: []string{"posts", "uutiset"}, Categories: []string{"ajankohtaista"}, Tags: []string{"päihteet", "p%c3%a4ihteet"}, Language: "fi"}, ""},
		{Config{Types: []string{"pages", "posts", "posts", "../users"}}, "types[0] types[2] types[3]"},
		{Config{Categories: []string{""}, Tags: []string{"a,b"}, Language: "suomi"}, "categories[0] tags[0] language"},
	} {
		var keys []string
		for _, f := range c.config.Validate() {
			keys = append(keys, f.Key)
		}
		if got := strings.Join(keys, " "); got != c.keys {
			t.Errorf("%+v has faults at %q, want %q", c.config, got, c.keys)
		}
	}
}

// FuzzPage reads whatever stands in an answer: nothing breaks down, no post is told twice, none without id and date.
func FuzzPage(f *testing.F) {
	f.Add([]byte(`[{"id":1,"date":"2026-11-12T00:30:00","date_gmt":"2026-11-11T22:30:00","link":"https://x.fi/1/","title":{"rendered":"A &amp; B"},"tags":[1,"2",null],"categories":{}}]`))
	f.Add([]byte(`[{"id":1},{"id":-1},7,null,{"id":1,"date_gmt":null,"date":false,"lang":{"a":1}}]`))
	f.Add([]byte(`[{"id":3,"date_gmt":"2026-11-11T22:30:00","title":"text","content":{"rendered":7}}]`))
	v := &visit{source: &source{deps: collector.Deps{ChannelID: "a", BaseURL: "https://x.fi"}}, terms: map[string]map[int64]string{}}
	f.Fuzz(func(t *testing.T, body []byte) {
		var found []json.RawMessage
		if json.Unmarshal(body, &found) != nil {
			return
		}
		l := &listing{ids: map[int64]bool{}}
		l.take(found, time.UTC)
		seen := map[int64]bool{}
		for _, p := range l.posts {
			it := v.item(p)
			n := v.called(p, nil)
			if p.ID <= 0 || p.at.Before(earliest) || seen[p.ID] || it.Kind != "article" || n.own == "" || len(n.id(nil)) != 24 {
				t.Errorf("post %d at %s is told as %+v", p.ID, p.at, it)
			}
			seen[p.ID] = true
		}
		if len(l.posts)+l.rejected > len(found) {
			t.Errorf("%d posts and %d rejected of %d", len(l.posts), l.rejected, len(found))
		}
	})
}

// TestReason: what cannot be right has the reason that all languages have words for.
func TestReason(t *testing.T) {
	if err := fmt.Errorf("read: %w", error(&fault{"so"})); collector.ReasonOf(err) != collector.ReasonBadAnswer || errors.Unwrap(err).Error() != "so" {
		t.Error(collector.ReasonOf(err))
	}
}
