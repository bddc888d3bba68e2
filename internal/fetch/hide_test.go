package fetch_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"seuranta/internal/fetch"
)

// A token that was got in the midst of a visit is kept back from then on, in the words of servers, too.
func TestWhatIsLearntLaterIsHidden(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Echo", r.URL.Query().Get("t"))
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("no to " + r.URL.Query().Get("t")))
	})
	session := fetch.New(quick()).Session(fetch.Policy{AllowPrivate: true, Secrets: []string{"vanha-tunnus"}})
	told := func() string {
		_, err := session.Get(t.Context(), s.URL+"/a/uusi-tunnus?t=uusi-tunnus", "")
		var failed *fetch.Error
		if !errors.As(err, &failed) {
			t.Fatal(err)
		}
		return err.Error() + failed.Header().Get("X-Echo") + string(failed.Body())
	}
	if !strings.Contains(told(), "uusi-tunnus") {
		t.Fatal("the test shows nothing")
	}
	session.Hide("", "uusi-tunnus", "uusi-tunnus", "vanha-tunnus")
	if text := told(); strings.Contains(text, "uusi-tunnus") {
		t.Error(text)
	}
	if got := session.Secrets(); !slices.Equal(got, []string{"vanha-tunnus", "uusi-tunnus"}) {
		t.Errorf("%q", got)
	}
}

// Hiding and asking go on at the same time.
func TestHidingWhileAsking(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	session := home(quick())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			session.Hide("tunnus-" + strings.Repeat("x", 20))
			if _, err := session.Get(t.Context(), s.URL, ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
