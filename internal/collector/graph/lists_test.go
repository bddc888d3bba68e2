package graph_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

// TestList: the cursor alone is followed, whatever the address of the next page says.
func TestList(t *testing.T) {
	for name, c := range map[string]struct {
		pages map[string]string
		want  string
	}{
		"three pages": {map[string]string{
			"":  `{"data":[1,2],"paging":{"cursors":{"before":"x","after":"b"},"next":"https://evil.example/?access_token=EAAcanary&after=z"}}`,
			"b": `{"data":[],"paging":{"cursors":{"after":"c"},"next":"https://evil.example/?access_token=EAAcanary"}}`,
			"c": `{"data":[3],"paging":{"cursors":{"after":"d"}}}`,
		}, "[1 2 3] <nil>"},
		"circle":    {map[string]string{"": `{"data":[1],"paging":{"cursors":{"after":"b"},"next":"x"}}`, "b": `{"data":[1],"paging":{"cursors":{"after":"b"},"next":"x"}}`}, "[1 1] /104/posts: the list says that it goes on, and not where"},
		"no cursor": {map[string]string{"": `{"data":[1],"paging":{"next":"x"}}`}, "[1] /104/posts: the list says that it goes on, and not where"},
		"no data":   {map[string]string{"": `{}`}, `[] /104/posts: the answer has no "data": it is not what the platform is known to answer`},
		"empty":     {map[string]string{"": `{"data":[]}`}, "[] <nil>"},
	} {
		g := asks(t, graph.Options{}, func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(c.pages[r.URL.Query().Get("after")]))
		})
		var got []int
		err := graph.List(context.Background(), g, graph.Ask{Path: "/104/posts", Query: url.Values{"limit": {"2"}}}, func(n int) (bool, error) {
			got = append(got, n)
			return true, nil
		})
		if text := fmt.Sprint(got, " ", err); text != c.want {
			t.Errorf("%s: %s, want %s", name, text, c.want)
		}
	}
}

// TestListByTime: a list without cursors is turned by time as long as time moves on, and not for ever.
func TestListByTime(t *testing.T) {
	type row struct {
		ID int
		At graph.Time
	}
	for name, c := range map[string]struct {
		second func(call int, until string) string // "" says that it is the last page
		calls  int
		want   string
	}{
		"to its end":     {func(call int, _ string) string { return []string{"", "900", "800", ""}[call] }, 3, "<nil>"},
		"one second":     {func(int, string) string { return "900" }, 2, "/104/posts: the list goes on without a cursor, and what it goes on with is of no earlier time"},
		"back in time":   {func(call int, _ string) string { return []string{"", "800", "900"}[call] }, 2, "/104/posts: the list goes on without a cursor, and what it goes on with is of no earlier time"},
		"without a time": {func(int, string) string { return "null" }, 1, "/104/posts: the list says that it goes on, and not where"},
		"for ever":       {func(call int, _ string) string { return fmt.Sprint(100_000 - call) }, 500, "/104/posts: the list has more than 500 pages"},
	} {
		calls := 0
		g := asks(t, graph.Options{}, func(w http.ResponseWriter, r *http.Request) {
			calls++
			second, next := c.second(calls, r.URL.Query().Get("until")), `"x"`
			if second == "" {
				second, next = "700", "null"
			}
			_, _ = fmt.Fprintf(w, `{"data":[{"id":%d,"at":%s}],"paging":{"next":%s}}`, calls, second, next)
		})
		err := graph.ListByTime(t.Context(), g, graph.Ask{Path: "/104/posts", Query: url.Values{"limit": {"1"}}}, func(r row) time.Time { return r.At.Time }, func(row) (bool, error) { return true, nil })
		if calls != c.calls || fmt.Sprint(err) != c.want || err != nil && collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%s: %d calls, %v; want %d, %s", name, calls, err, c.calls, c.want)
		}
	}
}

// family asks for metrics of which some are dead, and returns what was asked and what is lacking.
func family(t *testing.T, state memory, now time.Time, dead ...string) (asked []string, lacking string) {
	t.Helper()
	g := asks(t, graph.Options{Deps: collector.Deps{State: state}, Now: now}, func(w http.ResponseWriter, r *http.Request) {
		metric := r.URL.Query().Get("metric")
		asked = append(asked, metric)
		for _, m := range strings.Split(metric, ",") {
			if slices.Contains(dead, m) {
				refuse(w, 400, 100, 0, "(#100) The value must be a valid insights metric")
				return
			}
		}
		_, _ = w.Write([]byte(`{"data":[]}`))
	})
	_, lack, err := g.Insights(context.Background(), graph.Insights{Path: "/104/insights", Part: "views", Metrics: []string{"a", "b", "c"}, Query: url.Values{"period": {"day"}}})
	if err != nil {
		t.Fatal(err)
	}
	return asked, inWords(lack)
}

// inWords is why metrics are lacking, without the words for whoever mends it.
func inWords(lack map[string]api.Lack) string {
	out := map[string]string{}
	for metric, l := range lack {
		out[metric] = "{" + string(l.Result) + " " + l.Reason + "}"
	}
	return fmt.Sprint(out)
}

// TestWithdrawnMetrics: one dead metric leaves the others, costs one question a week, and is seen when it comes back.
func TestWithdrawnMetrics(t *testing.T) {
	state := memory{}
	for _, c := range []struct {
		after         time.Duration
		dead          []string
		asked, lacked string
	}{
		{0, nil, "[a,b,c]", "map[]"},
		{time.Hour, []string{"b"}, "[a,b,c a b c]", "map[b:{withdrawn }]"},
		{24 * time.Hour, []string{"b"}, "[a,c]", "map[b:{withdrawn }]"},
		{6 * 24 * time.Hour, []string{"b"}, "[a,c]", "map[b:{withdrawn }]"},
		{8 * 24 * time.Hour, []string{"b"}, "[a,c b]", "map[b:{withdrawn }]"},
		{9 * 24 * time.Hour, nil, "[a,c]", "map[b:{withdrawn }]"},
		{16 * 24 * time.Hour, nil, "[a,c b]", "map[]"},
		{17 * 24 * time.Hour, nil, "[a,b,c]", "map[]"},
		{18 * 24 * time.Hour, []string{"a", "b", "c"}, "[a,b,c a b c]", "map[a:{withdrawn } b:{withdrawn } c:{withdrawn }]"},
		{19 * 24 * time.Hour, []string{"a", "b", "c"}, "[]", "map[a:{withdrawn } b:{withdrawn } c:{withdrawn }]"},
	} {
		asked, lacked := family(t, state, noon.Add(c.after), c.dead...)
		if fmt.Sprint(asked) != c.asked || lacked != c.lacked {
			t.Errorf("after %v: asked %v, lacking %s; want %s, %s", c.after, asked, lacked, c.asked, c.lacked)
		}
	}
}

// TestRefusals: what Meta refuses a family may be because of one metric: each is then asked for alone, and what is refused of one is
// nothing to the others. What is of the token, the account or the allowance ends the visit.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		code    int
		message string
		of      string // the metric that it is refused because of; "" is every question
		want    string
		asked   int
	}{
		"unknown, one":    {77, "", "b", "ok map[b:{failed failed}]", 4},
		"unknown, all":    {77, "", "", "ok map[a:{failed failed} b:{failed failed} c:{failed failed}]", 4},
		"a parameter":     {100, "(#100) Invalid parameter", "b", "ok map[b:{failed failed}]", 4},
		"permission, one": {10, "", "b", "ok map[b:{auth }]", 4},
		"permission, all": {200, "", "", "ok map[a:{auth } b:{auth } c:{auth }]", 4},
		"too much":        {1, "Please reduce the amount of data you're asking for", "b", "ok map[b:{failed failed}]", 4},
		"passing":         {2, "", "", "ok map[a:{failed failed} b:{failed failed} c:{failed failed}]", 3},
		"too few people":  {10, "(#10) Not enough viewers for the media to show insights", "", "ok map[a:{not_offered withheld} b:{not_offered withheld} c:{not_offered withheld}]", 1},
		"the token":       {190, "", "", "auth map[]", 1},
		"the proof":       {100, "Invalid appsecret_proof", "", "auth map[]", 1},
		"the account":     {803, "", "", "gone map[]", 1},
		"the app":         {4, "", "", "waiting map[]", 1},
		"the person":      {17, "", "", "waiting map[]", 1},
		"the page":        {32, "", "", "waiting map[]", 1},
		"calls":           {613, "", "", "waiting map[]", 1},
		"calls of a page": {80001, "", "", "waiting map[]", 1},
		"a block":         {368, "", "", "waiting map[]", 1},
	} {
		asked := 0
		g := asks(t, graph.Options{}, func(w http.ResponseWriter, r *http.Request) {
			if asked++; c.of == "" || slices.Contains(strings.Split(r.URL.Query().Get("metric"), ","), c.of) {
				refuse(w, 400, c.code, 0, c.message)
				return
			}
			_, _ = w.Write([]byte(`{"data":[]}`))
		})
		_, lack, err := g.Insights(context.Background(), graph.Insights{Path: "/104/insights", Metrics: []string{"a", "b", "c"}})
		if got := fmt.Sprint(collector.ResultOf(err), " ", inWords(lack)); got != c.want || asked != c.asked {
			t.Errorf("%s: %s after %d questions, want %s after %d (%v)", name, got, asked, c.want, c.asked, err)
		}
		if lack["b"].Result == observation.Failed && !strings.Contains(lack["b"].Detail, fmt.Sprint("error ", c.code)) {
			t.Errorf("%s: %q does not say what was refused", name, lack["b"].Detail)
		}
	}
}

// TestRefusedAgain: a metric that was refused is asked for alone from then on, and after three times in a row no more in this visit;
// one that is answered in between is as good as the others.
func TestRefusedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		refused []bool // of b, question by question
		asked   string
	}{
		"always":       {[]bool{true, true, true, true, true}, "[a,b a b][a b][a b][a][a]"},
		"now and then": {[]bool{true, false, true, false, false}, "[a,b a b][a b][a,b a b][a b][a,b]"},
	} {
		var asked []string
		refusing := false
		g := asks(t, graph.Options{}, func(w http.ResponseWriter, r *http.Request) {
			metric := r.URL.Query().Get("metric")
			if asked = append(asked, metric); refusing && strings.Contains(metric, "b") {
				refuse(w, 400, 77, 0, "")
				return
			}
			_, _ = w.Write([]byte(`{"data":[]}`))
		})
		got := ""
		for _, refusing = range c.refused {
			asked = nil
			_, lack, err := g.Insights(context.Background(), graph.Insights{Path: "/104/insights", Metrics: []string{"a", "b"}})
			if _, lacks := lack["b"]; err != nil || lacks != refusing || len(lack) > 1 {
				t.Errorf("%s: %v, %v", name, lack, err)
			}
			got += fmt.Sprint(asked)
		}
		if got != c.asked {
			t.Errorf("%s: asked %s, want %s", name, got, c.asked)
		}
	}
}

// TestBusy: a server that is busy says in Meta's own way until when, and is asked once; one that says nothing is asked again.
func TestBusy(t *testing.T) {
	for name, c := range map[string]struct {
		header, body string
		asked        int
		until        time.Duration
	}{
		"when":    {`{"104":[{"type":"pages","call_count":80,"estimated_time_to_regain_access":25}]}`, "", 1, 25 * time.Minute},
		"spent":   {`{"104":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":0}]}`, "", 1, time.Hour},
		"a code":  {"", `{"error":{"code":4,"message":"x"}}`, 1, time.Hour},
		"a year":  {`{"104":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":525600}]}`, "", 1, 7 * 24 * time.Hour},
		"ever":    {`{"104":[{"type":"pages","call_count":1e308,"estimated_time_to_regain_access":1e300}]}`, "", 1, 7 * 24 * time.Hour},
		"nothing": {"", "", 3, 0},
	} {
		asked, state := 0, memory{}
		answer := func(w http.ResponseWriter, _ *http.Request) {
			asked++
			if c.header != "" {
				w.Header().Set("X-Business-Use-Case-Usage", c.header)
			}
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(c.body))
		}
		err := get(asks(t, graph.Options{Deps: collector.Deps{State: state}}, answer))
		if collector.ResultOf(err) != observation.Waiting || asked != c.asked {
			t.Errorf("%s: %v after %d questions, want %d", name, err, asked, c.asked)
		}
		var wait *collector.WaitError
		if c.until > 0 && (!errors.As(err, &wait) || wait.Until.Sub(noon).Round(time.Minute) != c.until) {
			t.Errorf("%s: %v, want to wait %v", name, err, c.until)
		}
		if asked = 0; c.until > 0 && (get(asks(t, graph.Options{Deps: collector.Deps{State: state}}, answer)) == nil || asked > 0) {
			t.Errorf("%s: the next visit asked", name)
		}
	}
}

// TestTooMuch: where Meta finds a page of a list too long, shorter ones are asked for, from where it was.
func TestTooMuch(t *testing.T) {
	var asked []string
	g := asks(t, graph.Options{}, func(w http.ResponseWriter, r *http.Request) {
		limit, after := r.URL.Query().Get("limit"), r.URL.Query().Get("after")
		asked = append(asked, limit+after)
		switch {
		case len(limit) > 1 && after != "":
			refuse(w, 400, 1, 0, "Please reduce the amount of data you're asking for, then retry your request")
		case after == "":
			_, _ = w.Write([]byte(`{"data":[1],"paging":{"cursors":{"after":"b"},"next":"x"}}`))
		default:
			_, _ = w.Write([]byte(`{"data":[2]}`))
		}
	})
	var got []int
	ask := graph.Ask{Path: "/104/posts", Query: url.Values{"limit": {"25"}}}
	err := graph.List(context.Background(), g, ask, func(n int) (bool, error) { got = append(got, n); return true, nil })
	if fmt.Sprint(got, asked, err, ask.Query) != "[1 2] [25 25b 12b 6b] <nil> map[limit:[25]]" {
		t.Errorf("%v %v %v %v", got, asked, err, ask.Query)
	}
	all := asks(t, graph.Options{}, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 500, 1, 0, "Please reduce the amount of data") })
	if err := graph.List(context.Background(), all, ask, func(int) (bool, error) { return true, nil }); collector.ResultOf(err) != observation.Failed || !strings.Contains(err.Error(), "too much") {
		t.Errorf("%v", err)
	}
}
