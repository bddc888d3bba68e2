package collectortest

import (
	"net/url"
	"reflect"
	"slices"
	"testing"
)

func TestParametersAreDescribed(t *testing.T) {
	d := describedAnswer{Request: "GET /v1/days", Fields: map[string]string{}, Parameters: map[string]string{"limit": "1..100", "filter": "all|new", "cursor": "string", "part": "views|visits*"}}
	for query, want := range map[string][]string{
		"limit=100&filter=new&cursor=2026&part=views,visits": nil,
		"limit=*":   nil,
		"":          nil,
		"limit=101": {"a: GET /v1/days is asked with limit=101, described as 1..100"},
		"limit=0":   {"a: GET /v1/days is asked with limit=0, described as 1..100"},
		"filter=x":  {"a: GET /v1/days is asked with filter=x, described as all|new"},
		"part=x":    {"a: GET /v1/days is asked with part=x, described as views|visits*"},
		"token=1":   {"a: GET /v1/days is asked with token, which the description does not have"},
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.faults([]*answer{{name: "a", method: "GET", path: "/v1/days", query: q, status: 200, body: []byte(`{}`)}}); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestWhatIsReadIsDescribed(t *testing.T) {
	type row struct {
		Day   string `json:"day"`
		Count *int   `json:"count"`
	}
	type page struct {
		Rows  *[]row `json:"rows"`
		Extra struct {
			Deep []string `json:"deep"`
		} `json:"extra"`
		Ignored string `json:"-"`
	}
	d := described{Answers: []describedAnswer{{Request: "GET /v1/days", Fields: map[string]string{"rows[].day": "string", "extra.deep[]": "string"}}}}
	if got, want := d.unknown("GET /v1/days", reflect.TypeFor[page]()), []string{"of GET /v1/days the field rows[].count is read, which the description does not have"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := d.unknown("GET /v1/weeks", reflect.TypeFor[page]()); len(got) != 1 {
		t.Errorf("of a request that is not described: %q", got)
	}
}
