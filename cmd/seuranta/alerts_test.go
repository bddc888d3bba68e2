package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/alarm"
	"seuranta/internal/config"
	"seuranta/internal/mail/mailtest"
	"seuranta/internal/observation"
)

const canaryPassword, canaryToken = "c4n4ry-0f-the-mail", "c4n4ry-0f-the-hook"

// alerted is an installation whose log is not there, with real servers that are told.
type alerted struct {
	t    *testing.T
	dir  string
	mail *mailtest.Server
	env  []string
	said strings.Builder // all that commands printed

	mu    sync.Mutex
	calls []map[string]any
}

func newAlerted(t *testing.T) *alerted {
	a := &alerted{t: t, dir: t.TempDir(), mail: mailtest.Start(t, &mailtest.Server{User: "koske", Password: canaryPassword})}
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m map[string]any
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.URL.Path != "/"+canaryToken {
			t.Errorf("%s: %v", r.URL, err)
		}
		a.mu.Lock()
		a.calls = append(a.calls, m)
		a.mu.Unlock()
	}))
	t.Cleanup(hook.Close)
	writeFiles(t, a.dir, map[string]string{"roots.pem": string(a.mail.PEM), "password": canaryPassword + "\n", "seuranta.yaml": fmt.Sprintf(`
organisations: [{id: koske, name: Koske}]
channels: [{id: kotisivut, kind: website, name: Kotisivut}]
sources:
  - {id: loki, kind: accesslog, channel: kotisivut, schedule: "@every 1m", paths: [access.log]}
  - {id: uutiset, kind: feed, role: media, schedule: "0 0 1 1 *", life: 2026-11-20.., allow_private: true, credential_expires: 2026-12-01, feeds: [{url: "http://127.0.0.1:9/rss", outlet: Yle}]}
alerts:
  mail: {to: [a@example.org], from: b@example.org, smtp: {host: %s, port: %d, user: koske, password_file: password}}
  webhook: {url: "${HOOK}", allow_private: true}
server: {listen: "127.0.0.1:0"}
`, a.mail.Host, a.mail.Port)})
	a.env = []string{"SSL_CERT_FILE=" + filepath.Join(a.dir, "roots.pem"), "HOOK=" + hook.URL + "/" + canaryToken}
	return a
}

func (a *alerted) run(want int, args ...string) string {
	a.t.Helper()
	out, errs, code := attempt(a.t, a.dir, a.env, args...)
	a.mu.Lock()
	a.said.WriteString(out + errs)
	a.mu.Unlock()
	if code != want {
		a.t.Errorf("seuranta %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, out, errs)
	}
	return out
}

func (a *alerted) told(what string, n int) {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if letters := len(a.mail.Letters()); letters != n || len(a.calls) != n {
		a.t.Errorf("%s: %d letters and %d calls, want %d of each", what, letters, len(a.calls), n)
	}
}

// hour returns the flag of the moment some hours into the test.
func hour(n int) string {
	return "--now=" + time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC).Add(time.Duration(n)*time.Hour).Format(time.RFC3339)
}

func TestAlertsOfTheProgram(t *testing.T) {
	a := newAlerted(t)
	if out := a.run(1, "check", hour(0)); !strings.Contains(out, "alerts by mail     ok") || !strings.Contains(out, "it takes the login") || !strings.Contains(out, "alerts --test") {
		t.Error(out)
	}
	a.told("a check", 0)
	a.run(1, "collect", "--due", hour(0))
	a.told("a credential ends in eight days", 1)
	var group sync.WaitGroup
	for range 2 { // processes at once
		group.Go(func() { attempt(t, a.dir, a.env, "collect", "--due", hour(1)) })
	}
	group.Wait()
	a.told("the log is missing for the second time", 2)
	for n := range 3 {
		a.run(1, "collect", "--due", hour(2+n))
	}
	a.told("it stays so", 2)
	a.showsWhatStands()
	a.checkPage()
	a.run(0, "alerts", "--test", hour(8))
	a.mail.Set(func(line string) string {
		return map[bool]string{true: "421 busy " + canaryPassword}[line == "greeting"]
	})
	a.run(1, "alerts", "--test", hour(8))
	a.checkDiscreet()
}

func (a *alerted) showsWhatStands() {
	a.t.Helper()
	var shown struct {
		Alarms []alarmed
		Ways   []wayRow
	}
	if err := json.Unmarshal([]byte(a.run(0, "alerts", "--json", hour(8))), &shown); err != nil {
		a.t.Fatal(err)
	}
	for _, f := range shown.Alarms {
		if f.Kind == "credential_expires" && (f.Source != "uutiset" || len(f.Told) != 2 || f.Text == "" || f.Severity != "warning") {
			a.t.Errorf("%+v", f)
		}
	}
	if len(shown.Alarms) == 0 || len(shown.Ways) != 2 {
		a.t.Errorf("%+v", shown)
	}
	if out := a.run(0, "alerts", hour(8)); !strings.Contains(out, "the credential of the source uutiset ends on") {
		a.t.Error(out)
	}
}

func (a *alerted) checkPage() {
	a.t.Helper()
	page := strings.ReplaceAll(a.run(0, "report", "weekly", "--week=2026-W47", "--pictures=false", hour(8)), "\u00a0", " ")
	if !strings.Contains(page, "Lähteen uutiset tunnus vanhenee 1.12.2026 klo 0.00.") {
		a.t.Error("the page does not tell of the credential")
	}
}

// checkDiscreet looks for the secrets in all that was printed, sent and stored.
func (a *alerted) checkDiscreet() {
	a.t.Helper()
	texts := map[string]string{"the output": a.said.String(), "mail and calls": fmt.Sprint(a.mail.Letters(), a.calls)}
	err := filepath.WalkDir(filepath.Join(a.dir, "data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		texts[path] = string(b)
		return err
	})
	if err != nil {
		a.t.Error(err)
	}
	for where, text := range texts {
		if strings.Contains(text, "c4n4ry") {
			a.t.Errorf("a secret stands in %s", where)
		}
	}
}

// Untold faults are the first that status says.
func TestStatusSaysThatNobodyCouldBeTold(t *testing.T) {
	a := newAlerted(t)
	a.mail.Close()
	for n := range 2 {
		a.run(1, "collect", "--due", hour(n))
	}
	out := a.run(0, "status", hour(2))
	if !strings.HasPrefix(out, "2 faults could not be told by mail since 2026-11-23 06:30Z (2 tries): mail: 127.0.0.1:") || strings.Contains(out, "by webhook") {
		t.Error(out)
	}
	if out := a.run(0, "status", "--json", hour(2)); !strings.Contains(out, `"untold": 2`) || !strings.Contains(out, `"id": "koske/loki/source_failed"`) {
		t.Error(out)
	}
	a.checkDiscreet()
}

func TestAlertsWithoutAlerts(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": "organisations: [{id: koske}]\n"})
	out, errs := program(t, dir, 0, "alerts")
	if out != "nothing is wrong\n" || !strings.Contains(errs, "nobody is told") {
		t.Errorf("%q %q", out, errs)
	}
	if _, errs := program(t, dir, 2, "alerts", "--test"); !strings.Contains(errs, "names nobody who is told") {
		t.Errorf("%q", errs)
	}
}

// The daemon tells of a fault once, also when it is killed and started again, and of its end once.
func TestTheDaemonTellsOfFaults(t *testing.T) {
	a := newAlerted(t)
	for name, value := range map[string]string{"SSL_CERT_FILE": a.env[0], "HOOK": a.env[1]} {
		t.Setenv(name, strings.TrimPrefix(value, name+"="))
	}
	for round := range 3 {
		r := serving(t, a.dir)
		if round == 2 {
			writeFiles(t, a.dir, map[string]string{"access.log": smallLog(15)})
			r.until(t, "the end of the fault is told", func() bool { return strings.Contains(a.subjects(), "loki) vastaa taas") })
		}
		r.until(t, "the metrics tell what stands", func() bool {
			_, metrics := r.get(t, "/metrics")
			return strings.Contains(metrics, fmt.Sprintf(`seuranta_alarms{kind="source_failed"} %d`, map[bool]int{true: 1}[round < 2])) && strings.Contains(metrics, "seuranta_store_disk_bytes")
		})
		r.until(t, "it looks some more times", func() bool { time.Sleep(3 * time.Second); return true })
		_ = r.Process.Kill()
		_ = r.Wait()
		a.said.WriteString(r.said())
	}
	if subjects := a.subjects(); strings.Count(subjects, "Seuranta: ") != 2 || !strings.Contains(subjects, "Seuranta: lähteestä Kotisivut (loki) ei saada") {
		t.Errorf("told is\n%s", subjects)
	}
	a.checkDiscreet()
}

// subjects are the heads of all that was told.
func (a *alerted) subjects() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out strings.Builder
	for _, m := range a.calls {
		out.WriteString(fmt.Sprint(m["text"]) + "\n")
	}
	return out.String()
}

// TestFaultsOfWhatIsAskedFor: a source that was taken out, or whose life is over, and a feed that its source no longer has, are
// asked for no more.
func TestFaultsOfWhatIsAskedFor(t *testing.T) {
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	of := func(id string, life observation.Life, parts ...string) config.Source {
		return config.Source{Source: observation.Source{Organisation: "koske", ID: id, Schedule: "@daily", Zone: time.UTC, Life: life, Parts: parts}}
	}
	long := observation.Life{From: observation.DateOf(now) - 900}
	ended := observation.Life{From: long.From, To: observation.DateOf(now) - 30}
	d := &desk{Config: &config.Config{Sources: []config.Source{of("uutiset", long, "a", "b"), of("loki", long), of("vanha", ended)}}}
	for f, want := range map[alarm.Fault]bool{
		{Kind: alarm.DiskFull}: true,
		{Kind: alarm.SourceFailed, Organisation: "koske", Source: "loki"}:                  true,
		{Kind: alarm.SourceFailed, Organisation: "koske", Source: "loki", Part: "x"}:       true, // it does not say which parts it has
		{Kind: alarm.SourceFailed, Organisation: "koske", Source: "uutiset", Part: "a"}:    true,
		{Kind: alarm.SourceFailed, Organisation: "koske", Source: "uutiset", Part: "gone"}: false,
		{Kind: alarm.SourceFailed, Organisation: "koske", Source: "gone"}:                  false,
		{Kind: alarm.SourceFailed, Organisation: "iso", Source: "loki"}:                    false,
		{Kind: alarm.SourceLate, Organisation: "koske", Source: "vanha"}:                   false,
	} {
		if d.asksFor(f, now) != want {
			t.Errorf("%s: want %v", f.ID(), want)
		}
	}
}
