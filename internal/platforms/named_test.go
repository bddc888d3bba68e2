package platforms

import (
	"io"
	"net/http"
	"testing"
	"time"
)

// TestWhoIsNamedIsCounted: answers that name somebody are counted, and others are not.
func TestWhoIsNamedIsCounted(t *testing.T) {
	s, err := Start(time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	s.Mount("/bluesky", &Bluesky{Account: Account{ID: "1", Handle: "koske"}, DID: "did:plc:koske2koske2koske2koske2"})
	for _, c := range []struct {
		path string
		want int
	}{{"/xrpc/app.bsky.actor.getProfile?actor=koske.bsky.social", 1}, {"/xrpc/app.bsky.actor.getProfile?actor=nobody.bsky.social", 1}, {"/xrpc/app.bsky.actor.getProfile?actor=koske.bsky.social", 2}} {
		answer, err := http.Get(s.URL() + "/bluesky" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if n := s.Named(); n != c.want {
			t.Errorf("after %s %d answers named somebody, want %d", c.path, n, c.want)
		}
	}
}
