package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// TestWhoeverAnswers: a firewall that answers 403 in the platform's place refuses no credential.
func TestWhoeverAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<html><body>Attention required!</body></html>"))
	}))
	defer server.Close()
	p := &api.Platform{HTTP: fetch.New(fetch.Options{}).Session(fetch.Policy{AllowPrivate: true}), Base: server.URL}
	_, err := p.Ask(t.Context(), api.Request{Path: "/a"}, new(any))
	if collector.ResultOf(err) != observation.Auth {
		t.Errorf("403: %v", err)
	}
	p.Refusal = func(int, []byte) error { return &api.BadAnswerError{Text: "a firewall answers"} }
	_, err = p.Ask(t.Context(), api.Request{Path: "/a"}, new(any))
	if collector.ResultOf(err) != observation.Failed || collector.ReasonOf(err) != collector.ReasonBadAnswer {
		t.Errorf("403 of a firewall: %v is %s (%s), want a bad answer", err, collector.ResultOf(err), collector.ReasonOf(err))
	}
}
