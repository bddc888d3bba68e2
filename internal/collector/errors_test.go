package collector_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// told is an error of a kind that tells its own reason.
type told struct{}

func (told) Error() string  { return "a page came" }
func (told) Reason() string { return collector.ReasonNotAFeed }

func fetched(c fetch.Class) error { return &fetch.Error{Class: c, Err: errors.New("x")} }

func TestErrorsGiveResultAndReason(t *testing.T) {
	gone := &fetch.Error{Class: fetch.NotFound, Err: io.ErrUnexpectedEOF}
	for name, c := range map[string]struct {
		err    error
		result observation.Result
		reason string
	}{
		"nothing":             {nil, observation.OK, ""},
		"anything":            {errors.New("x"), observation.Failed, "failed"},
		"wait":                {&collector.WaitError{Until: time.Unix(0, 0)}, observation.Waiting, "waiting"},
		"partial":             {collector.ErrPartial, observation.Partial, "partial"},
		"auth":                {collector.ErrAuth, observation.Auth, "auth"},
		"budget":              {collector.ErrBudget, observation.Budget, "budget"},
		"gone":                {collector.ErrGone, observation.Gone, "gone"},
		"not offered":         {collector.ErrNotOffered, observation.NotOffered, "not_offered"},
		"retired":             {collector.ErrRetired, observation.Retired, "withdrawn"},
		"own reason":          {told{}, observation.Failed, "not_a_feed"},
		"deadline":            {context.DeadlineExceeded, observation.Failed, "deadline"},
		"stopped":             {context.Canceled, observation.Failed, "stopped"},
		"stopped in a fetch":  {&fetch.Error{Class: fetch.Failed, Err: context.Canceled}, observation.Failed, "stopped"},
		"partly, and why":     {fmt.Errorf("%w: %w", collector.ErrPartial, fetched(fetch.TooLarge)), observation.Partial, "too_large"},
		"partly, out of time": {fmt.Errorf("%w: %w", collector.ErrPartial, context.DeadlineExceeded), observation.Partial, "deadline"},
		"the kind knows more": {fmt.Errorf("%w: %w", collector.ErrGone, gone), observation.Gone, "gone"},
		"404 as no offer":     {fmt.Errorf("%w: %w", collector.ErrNotOffered, gone), observation.NotOffered, "not_offered"},
		"of fetch: failed":    {fetched(fetch.Failed), observation.Failed, "failed"},
	} {
		wrapped := c.err
		if wrapped != nil {
			wrapped = fmt.Errorf("kind: read x: %w", c.err)
		}
		if result, reason := collector.ResultOf(wrapped), collector.ReasonOf(wrapped); result != c.result || reason != c.reason {
			t.Errorf("%s: %s %s, want %s %s", name, result, reason, c.result, c.reason)
		}
	}
}

// whatServersDo are the paths of a server at which each class of fetch comes to be, and what a run says of it.
var whatServersDo = map[fetch.Class]struct {
	path   string
	result observation.Result
	reason string
}{
	fetch.Failed:       {"/500", observation.Failed, "failed"},
	fetch.Deadline:     {"/slow", observation.Failed, "deadline"},
	fetch.Wait:         {"/429", observation.Waiting, "waiting"},
	fetch.Unauthorized: {"/401", observation.Auth, "auth"},
	fetch.Payment:      {"/402", observation.Budget, "budget"},
	fetch.NotFound:     {"/404", observation.Failed, "not_found"},
	fetch.Gone:         {"/410", observation.Gone, "gone"},
	fetch.TooLarge:     {"/large", observation.Failed, "too_large"},
	fetch.Refused:      {"/elsewhere", observation.Failed, "refused"},
}

func badServer(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/slow":
		<-r.Context().Done()
	case "/large":
		_, _ = io.WriteString(w, strings.Repeat("x", 1000))
	case "/elsewhere":
		http.Redirect(w, r, "ftp://example.org/", http.StatusFound)
	default:
		status, _ := strconv.Atoi(r.URL.Path[1:])
		w.WriteHeader(status)
	}
}

func TestEveryClassOfFetch(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(badServer))
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{Patience: 2 * time.Second, Tries: 1})
	session := client.Session(fetch.Policy{AllowPrivate: true})
	for _, class := range fetch.Classes() {
		want, listed := whatServersDo[class]
		if !listed {
			t.Errorf("nothing is known of class %s", class)
			continue
		}
		_, err := session.Do(t.Context(), fetch.Request{URL: server.URL + want.path, MaxBytes: 100})
		var e *fetch.Error
		if !errors.As(err, &e) || e.Class != class {
			t.Errorf("%s: %v", want.path, err)
		}
		if result, reason := collector.ResultOf(err), collector.ReasonOf(err); result != want.result || reason != want.reason {
			t.Errorf("%s: %s %s, want %s %s", class, result, reason, want.result, want.reason)
		}
		if !slices.Contains(observation.Results(), want.result) {
			t.Errorf("%s is no result", want.result)
		}
	}
}
