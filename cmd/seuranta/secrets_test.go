package main

import (
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"seuranta/collectors"
	"seuranta/internal/config"
)

// TestNoSecretsAreNeededToLookAtWhatIsStored: a secret that cannot be had is a fault for commands that ask servers or tell
// people, and for no other.
func TestNoSecretsAreNeededToLookAtWhatIsStored(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"access.log": smallLog(8), "seuranta.yaml": smallDesk + `alerts:
  mail: {to: [a@example.org], from: b@example.org, smtp: {host: smtp.example.org, user: u, password_file: secrets/smtp}}
  webhook: {url: "${NO_SUCH_HOOK}"}
`})
	const now = "2026-11-09T06:00:00Z"
	for _, args := range [][]string{{"status"}, {"figures", "--period", "2026-W45"}, {"alerts"}, {"report", "weekly", "--out", "page.html"}, {"export", "backup"}, {"migrate"}} {
		_, errs, code := attempt(t, dir, nil, append(args, "--now", now)...)
		if code != exitOK || strings.Contains(errs, "NO_SUCH_HOOK") {
			t.Errorf("%v: %d: %s", args, code, errs)
		}
	}
	for _, args := range [][]string{{"collect"}, {"check"}, {"backfill", "loki", "--from", "2026-11-01"}, {"alerts", "--test"}, {"serve"}} {
		_, errs, code := attempt(t, dir, nil, append(args, "--now", now)...)
		if code != exitFailed && code != exitConfig || !strings.Contains(errs, "NO_SUCH_HOOK") || !strings.Contains(errs, "secrets/smtp") {
			t.Errorf("%v: %d: %s", args, code, errs)
		}
	}
}

// TestSourcesStayWhatTheyAreWithoutSecrets: of every kind, so that figures are the same.
func TestSourcesStayWhatTheyAreWithoutSecrets(t *testing.T) {
	without := func(string) (string, bool) { return "", false }
	with := func(string) (string, bool) { return "0123456789abcdef0123456789abcdef-us6", true }
	plain := regexp.MustCompile(`(?m)^( *)#.*\n|#.*$`) // what is commented out needs nothing
	for _, k := range collectors.Kinds() {
		path := filepath.Join(t.TempDir(), "seuranta.yaml")
		writeFiles(t, filepath.Dir(path), map[string]string{"seuranta.yaml": "organisations: [{id: koske}]\n" + channelsOf(t, k) + "sources:\n" + k.Sample})
		whole, err := config.Load(path, collectors.Kinds(), with)
		if err != nil {
			t.Logf("%s: %v", k.Name, err) // its secrets have a form of their own
			continue
		}
		stored, err := config.LoadStored(path, collectors.Kinds(), without)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if !reflect.DeepEqual(whole.Desk, stored.Desk) {
			t.Errorf("%s: without its secrets it is %+v, else %+v", k.Name, stored.Desk.Sources, whole.Desk.Sources)
		}
		if _, err := config.Load(path, collectors.Kinds(), without); strings.Contains(plain.ReplaceAllString(k.Sample, "$1"), "${") != (err != nil) || (err != nil) != (len(stored.Lacking) > 0) {
			t.Errorf("%s: %v; lacking %v", k.Name, err, stored.Lacking)
		}
	}
}
