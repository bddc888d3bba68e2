package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
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
		if graph.Nowhere(err) != strings.Contains(c.want, "not where") {
			t.Errorf("%s: nowhere is %v", name, graph.Nowhere(err))
		}
		if text := fmt.Sprint(got, " ", err); text != c.want {
			t.Errorf("%s: %s, want %s", name, text, c.want)
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
	return asked, fmt.Sprint(lack)
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

// TestFamilyFails: what is neither withdrawn nor forbidden is an error of the question.
func TestFamilyFails(t *testing.T) {
	for code, want := range map[int]string{190: "auth map[]", 10: "ok map[a:{auth } b:{auth }]", 4: "waiting map[]", 368: "waiting map[]", 77: "failed map[]"} {
		g := asks(t, graph.Options{}, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 400, code, 0, "") })
		_, lack, err := g.Insights(context.Background(), graph.Insights{Path: "/104/insights", Metrics: []string{"a", "b"}})
		if got := fmt.Sprint(collector.ResultOf(err), " ", lack); got != want {
			t.Errorf("%d: %s, want %s", code, got, want)
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
