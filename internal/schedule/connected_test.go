package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/connect"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// joined is a source whose platform gives credentials to people; it does as a test says.
type joined struct {
	Token  collector.Secret `yaml:"token" secret:"true"`
	server string
	does   func(d collector.Deps) error
}

func (*joined) Validate() []collector.Fault { return nil }
func (j *joined) Connection() collector.Connection {
	return collector.Connection{Platform: "Koe", ClientID: "app", Exchange: j.server + "/token"}
}
func (j *joined) New(d collector.Deps) collector.Collector { return joinedVisit{j, d} }

type joinedVisit struct {
	*joined
	deps collector.Deps
}

func (v joinedVisit) Collect(context.Context, collector.Window, collector.Sink) error {
	return v.does(v.deps)
}

// tokens is a server that gives an access token of two hours for any refresh token, and says how long refresh tokens live.
func tokens(t *testing.T, refreshLife int) *httptest.Server {
	t.Helper()
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": fmt.Sprint("C4N4RY-access-", n), "refresh_token": fmt.Sprint("C4N4RY-refresh-", n), "expires_in": 7200, "refresh_token_expires_in": refreshLife})
	}))
	t.Cleanup(s.Close)
	return s
}

// connectAt connects a source at a moment.
func connectAt(t *testing.T, s config.Source, dir string, at time.Time) connect.Account {
	t.Helper()
	a, ok := Account(s, dir)
	if !ok {
		t.Fatal("it cannot be connected")
	}
	a.Now = func() time.Time { return at }
	if err := a.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	session := fetch.New(fetch.Options{}).Session(fetch.Policy{AllowPrivate: true})
	if _, err := a.Begin("http://127.0.0.1:1/callback").Exchange(t.Context(), session, "code"); err != nil {
		t.Fatal(err)
	}
	return a
}

func joinedSource(j *joined) config.Source {
	return config.Source{Source: observation.Source{ID: "x", Schedule: "*/15 * * * *", Zone: time.UTC}, Settings: j, AllowPrivate: true}
}

// A source that was refused is visited again when somebody connected it, and not before.
func TestConnectingIsAChange(t *testing.T) {
	dir, at := t.TempDir(), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	r := &Runner{Config: &config.Config{Hash: "now", Dir: dir}}
	j := &joined{server: tokens(t, 0).URL}
	s := joinedSource(j)
	due := func() bool {
		due, err := r.Due(s, observation.SourceStatus{Started: at, Result: observation.Auth, Config: "now"}, at.Add(20*time.Minute))
		return due && err == nil
	}
	if due() {
		t.Error("nobody connected it")
	}
	connectAt(t, s, dir, at.Add(-time.Minute))
	if due() {
		t.Error("the credential is the one that was refused")
	}
	connectAt(t, s, dir, at.Add(time.Minute))
	if !due() {
		t.Error("it is left alone with a new credential")
	}
	j.Token = collector.NewSecret("settings")
	if due() {
		t.Error("the token of the settings is the one that was refused")
	}
}

// visited visits a source whose memory is given, and returns what it remembers then, and the commit.
func visited(t *testing.T, j *joined, dir string, now time.Time, states map[string]string) (map[string]string, observation.Commit, error) {
	t.Helper()
	store := &shelf{states: states}
	job := job(t, website(t), nil)
	s := joinedSource(j)
	job.Settings, job.Now, job.Dir, job.Account, job.Policy = j, now, dir, (&Runner{Config: &config.Config{Dir: dir}}).account(s), s.Policy()
	out, err := Run(t.Context(), store, job)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range store.commits[0].States {
		states[state.Key] = state.Value
	}
	return states, store.commits[0], out.Failure
}

// When the credential ends is remembered for every kind; what the platform told the kind goes before where it is earlier, and
// what was remembered of another credential is forgotten.
func TestWhenTheCredentialEnds(t *testing.T) {
	dir, at := t.TempDir(), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	j := &joined{does: func(d collector.Deps) error {
		if d.Credential != nil {
			return errors.New("a credential out of nothing")
		}
		return nil
	}}
	states, _, err := visited(t, j, dir, at, map[string]string{})
	if err != nil || states[CredentialState] != "" {
		t.Fatalf("%v %v", states, err)
	}
	j.server = tokens(t, 86400).URL
	a := connectAt(t, joinedSource(j), dir, at)
	j.does = func(d collector.Deps) error { return nil }
	states, _, _ = visited(t, j, dir, at, map[string]string{CredentialState: "2026-11-20T13:00:00Z"})
	if states[CredentialState] != "2026-11-21T12:00:00Z" {
		t.Errorf("it ends %q", states[CredentialState])
	}
	for _, told := range []string{"2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"} {
		j.does = func(d collector.Deps) error { d.State.Set(CredentialState, told); return nil }
		for range 2 { // it stays so when it is told again
			if states, _, _ = visited(t, j, dir, at, states); states[CredentialState] != min(told, "2026-11-21T12:00:00Z") {
				t.Errorf("the platform said %s, and it ends %q", told, states[CredentialState])
			}
		}
	}
	if _, err := a.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	j.does = func(collector.Deps) error { return nil }
	if states, _, _ = visited(t, j, dir, at, states); states[CredentialState] != "" {
		t.Errorf("a connection that is forgotten ends %q", states[CredentialState])
	}
}

// A token that is got during a visit is shown nowhere, whatever the collector says of it.
func TestTokensThatAreGotOnTheWay(t *testing.T) {
	for _, breaks := range []bool{false, true} {
		dir, at := t.TempDir(), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		j := &joined{server: tokens(t, 0).URL}
		connectAt(t, joinedSource(j), dir, at)
		j.does = func(d collector.Deps) error {
			token, err := d.Credential.Token(context.Background())
			if err != nil || token.Reveal() != "C4N4RY-access-2" {
				t.Errorf("%s %v", token.Reveal(), err)
			}
			if breaks {
				panic("broken with " + token.Reveal())
			}
			return errors.New("refused with " + token.Reveal())
		}
		_, commit, err := visited(t, j, dir, at.Add(3*time.Hour), map[string]string{})
		if text := fmt.Sprintf("%v %+v %+v", err, commit.Run, commit.Coverage); err == nil || strings.Contains(text, "C4N4RY") {
			t.Error(text)
		}
		if commit.Run.Calls != 1 {
			t.Errorf("the question for the token is not counted: %d calls", commit.Run.Calls)
		}
	}
}
