package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
)

// worn is a credential whose token looks good and is not; it gets another, or fails.
type worn struct {
	token   string
	fails   error
	renewed int
}

func (w *worn) Expires() time.Time { return time.Time{} }
func (w *worn) Token(context.Context) (collector.Secret, error) {
	return collector.NewSecret(w.token), nil
}

func (w *worn) Renew(_ context.Context, refused collector.Secret) (collector.Secret, error) {
	if w.renewed++; w.fails != nil {
		return collector.Secret{}, w.fails
	}
	if refused.Reveal() == w.token {
		w.token = "good"
	}
	return collector.NewSecret(w.token), nil
}

// fixed is one that can get no other.
type fixed struct{ *worn }

func (fixed) Renew() {}

// TestARefusedTokenIsRenewedOnce: only where the platform refuses it (401), and what hinders that is told in place of the refusal.
func TestARefusedTokenIsRenewedOnce(t *testing.T) {
	status := http.StatusUnauthorized
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer good" {
			w.WriteHeader(status)
		}
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(server.Close)
	later := errors.New("the platform is broken")
	for _, test := range []struct {
		status  int
		fails   error
		renewed int
		want    error
	}{
		{401, nil, 1, nil}, {401, later, 1, later}, {401, fmt.Errorf("anew: %w", collector.ErrAuth), 1, collector.ErrAuth}, {403, nil, 0, collector.ErrAuth},
	} {
		status = test.status
		w := &worn{token: "old", fails: test.fails}
		p := &Platform{HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true}), Base: server.URL, Credential: w}
		_, err := p.Fetch(t.Context(), Request{Path: "/x"})
		refused := errors.Is(test.want, collector.ErrAuth) && collector.ResultOf(err) == "auth"
		if !refused && !errors.Is(err, test.want) || (err == nil) != (test.want == nil) || w.renewed != test.renewed {
			t.Errorf("%+v: renewed %d times, %v", test, w.renewed, err)
		}
		if err != nil && strings.Contains(err.Error(), "old") {
			t.Error(err)
		}
		if test.fails == later && collector.ResultOf(err) == "auth" {
			t.Errorf("who could not be asked has refused: %v", err)
		}
	}
	p := &Platform{HTTP: fetch.New(fetch.Options{Spacing: -1}).Session(fetch.Policy{AllowPrivate: true}), Base: server.URL, Credential: fixed{&worn{token: "old"}}}
	if _, err := p.Fetch(t.Context(), Request{Path: "/x"}); collector.ResultOf(err) != "auth" {
		t.Error("a token that cannot be renewed was taken")
	}
}
