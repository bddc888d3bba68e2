package twitter

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
)

// FuzzAnswers: whatever X answers, it is read without breaking; a counter is a whole number that came, and nothing else.
func FuzzAnswers(f *testing.F) {
	f.Add(200, `{"data":[`+entryOf("5", time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), 3)+`],"meta":{"result_count":1,"next_token":"a"}}`)
	f.Add(200, someone)
	f.Add(200, `{"data":[{"id":"5","created_at":"2026-11-20T09:00:00.000Z","public_metrics":{"repost_count":"4","quote_count":null,"like_count":-1}}],"meta":{"result_count":1}}`)
	f.Add(429, `{"title":"UsageCapExceeded","period":"Monthly","type":"https://api.x.com/2/problems/usage-capped"}`)
	f.Add(400, `{"errors":[{"message":"The query parameter [tweet.fields] is not one of [post.fields]"}],"type":"https://api.x.com/2/problems/invalid-request"}`)
	f.Add(404, ``)
	f.Fuzz(func(t *testing.T, status int, body string) {
		err := refusal(status, []byte(body))
		if status >= 400 && status < 404 && err != nil && collector.ResultOf(err) == "ok" {
			t.Errorf("%d %q is no failure", status, body)
		}
		var answer struct {
			Data json.RawMessage `json:"data"`
		}
		if api.Decode([]byte(body), &answer) != nil {
			return
		}
		var u user
		if api.Decode(answer.Data, &u) == nil {
			if a, err := u.account(""); err == nil && (a.id == "" || strings.ContainsAny(a.id+a.name, "/?#% ")) {
				t.Errorf("the account is %+v", a)
			}
		}
		var all []post
		if api.Decode(answer.Data, &all) != nil {
			return
		}
		for _, p := range all {
			x, missing, err := p.told("koske")
			if err != nil {
				continue
			}
			if !idForm.MatchString(x.ID) || len(x.Counts)+len(missing) != 4 {
				t.Errorf("%+v, missing %v", x, missing)
			}
			for metric, n := range x.Counts {
				if n < 0 || n != float64(int64(n)) {
					t.Errorf("%s is %v", metric, n)
				}
			}
		}
	})
}
