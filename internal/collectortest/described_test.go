package collectortest

import (
	"slices"
	"testing"
)

func TestDescribed(t *testing.T) {
	d := describedAnswer{Request: "GET /v1/days", Fields: map[string]string{"days[].day": "string", "days[].views": "number?", "total": "integer"}, Undescribed: map[string]string{"next": "seen on real servers"}}
	for body, want := range map[string][]string{
		`{"days":[{"day":"2026-11-01","views":2.5},{"day":"2026-11-02","views":null}],"total":3,"next":{"page":2}}`: nil,
		`{"days":[{"day":"2026-11-01","views":2}]}`:                                                                 {"no answer to GET /v1/days has total, which is described"},
		`{"days":[{"day":1,"views":2}],"total":3}`:                                                                  {"a: days[].day of GET /v1/days is integer, described as string"},
		`{"days":[{"day":"2026-11-01","views":2,"visitors":1}],"total":3}`:                                          {"a: GET /v1/days has days[].visitors, which the description does not have"},
	} {
		got := d.faults([]*answer{{name: "a", method: "GET", path: "/v1/days", status: 200, body: []byte(body)}})
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	if got := d.faults([]*answer{{name: "a", method: "GET", path: "/v1/days/2", status: 200, body: []byte(`{}`)}}); len(got) != 1 {
		t.Errorf("answers to another request: %q, want one fault", got)
	}
}
