package mastodon

import (
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// TestAbsenceIsSaidByTheInstance: an account is gone where the instance says so in its own words; a gateway that knows no such address says
// nothing of it.
func TestAbsenceIsSaidByTheInstance(t *testing.T) {
	s := &source{config: Config{Account: "@museo@mastodon.example"}}
	for body, want := range map[string]observation.Result{
		`{"error":"Record not found"}`:                               observation.Gone,
		`{"message":"no Route matched with those values"}`:           observation.Failed,
		`{"error":"Not Found"}`:                                      observation.Failed,
		`{"timestamp":1,"status":404,"error":"Not Found","path":""}`: observation.Failed,
		`{"error":"no such service"}`:                                observation.Failed,
		`<html>`:                                                     observation.Failed,
	} {
		if err := s.refusal(404, []byte(body)); collector.ResultOf(err) != want {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
	}
}
