package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/collector"
)

// joined are the settings of a made-up kind whose platform gives credentials to people.
type joined struct {
	Token    Secret `yaml:"token" doc:"a finished token"`
	ClientID string `yaml:"client_id" doc:"the app"`
	Secret   Secret `yaml:"client_secret" doc:"what the app is shown with"`
	Page     string `yaml:"page" doc:"which page"`
}

func (j *joined) Validate() (out []collector.Fault) {
	if j.Token.IsZero() && j.ClientID == "" {
		out = append(out, collector.Fault{Key: "token", Message: "there is no credential"})
	}
	if j.Page == "" {
		out = append(out, collector.Fault{Key: "page", Message: "there is no page"})
	}
	return out
}

func (*joined) New(collector.Deps) collector.Collector { return nil }
func (j *joined) Connection() collector.Connection     { return collector.Connection{ClientID: j.ClientID} }

func loadJoined(dir, settings string, lenient bool) (*Config, error) {
	kinds := []collector.Kind{{Name: "joined", New: func() collector.Config { return &joined{} }, Metrics: []string{"followers"}, Channels: []string{"website"}, Fetches: true}}
	return load("seuranta.yaml", []byte(base+"sources: [{id: x, kind: joined, channel: kotisivut, "+settings+"}]\n"), surroundings{dir: dir, kinds: kinds, env: fakeEnv, lenient: lenient})
}

// A source that was connected needs no token, and neither does who asks nobody, as the command that connects it. All else that
// is wrong with it stays wrong.
func TestASourceThatWasConnectedNeedsNoToken(t *testing.T) {
	dir := t.TempDir()
	lacks := func(settings string, lenient bool) string {
		_, err := loadJoined(dir, settings, lenient)
		var faults *Faults
		if err != nil && !errors.As(err, &faults) {
			t.Fatal(err)
		}
		if err == nil {
			return ""
		}
		return err.Error()
	}
	if got := lacks("page: a", false); !strings.Contains(got, "there is no credential") {
		t.Errorf("nobody has connected it: %q", got)
	}
	if got := lacks("page: a", true) + lacks("page: a, client_id: b", false); got != "" {
		t.Error(got)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, SecretsDir), 0o700), os.WriteFile(filepath.Join(dir, SecretsDir, collector.CredentialFile("x")), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if got := lacks("page: a", false); got != "" {
		t.Error(got)
	}
	if got := lacks("client_id: b", true); !strings.Contains(got, "there is no page") {
		t.Errorf("the page: %q", got)
	}
}

// What a source gives, and what it lacks, is known by the key.
func TestWhatASourceGives(t *testing.T) {
	c, err := loadJoined(t.TempDir(), `page: a, client_id: b, token: "${CANARY}", client_secret: "${NOT_SET}"`, true)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources[0]
	if !s.Gives("token") || s.Gives("client_secret") || s.Gives("page") || s.Gives("else") || !slices.Equal(s.Lacks, []string{"client_secret"}) {
		t.Errorf("gives token %t, client_secret %t, page %t; lacks %q", s.Gives("token"), s.Gives("client_secret"), s.Gives("page"), s.Lacks)
	}
	if (Source{}).Gives("token") || (Source{Settings: plain{}}).Gives("token") {
		t.Error("what has no settings gives a token")
	}
}
