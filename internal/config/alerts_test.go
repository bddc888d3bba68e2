package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var sameSecret = cmp.Comparer(func(a, b Secret) bool { return a.Equal(b) })

func TestAlertsOfTheGoodFile(t *testing.T) {
	c, err := Load("testdata/good.yaml", fakeKinds(), fakeEnv)
	if err != nil {
		t.Fatal(err)
	}
	hook, _ := fakeEnv("HOOK")
	want := Alerts{Language: "sv",
		Mail: &Mail{To: []string{"viestinta@koske.example.org", "Anna <anna@koske.example.org>"}, From: "Seuranta <seuranta@koske.example.org>",
			Host: "smtp.example.org", Port: 2525, User: "koske", Password: NewSecret(canary), TLS: TLSFirst},
		Webhook: &Webhook{URL: NewSecret(hook), Discreet: true, AllowPrivate: true}}
	if diff := cmp.Diff(want, c.Alerts, sameSecret); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	if c.Sources[1].CredentialExpires != day(t, "2027-01-31") || c.Sources[0].CredentialExpires != 0 {
		t.Errorf("the credential of %v ends %v", c.Sources[1], c.Sources[1].CredentialExpires)
	}
}

func TestAlertsHaveDefaults(t *testing.T) {
	const mail = "alerts: {mail: {to: [a@example.org], from: b@example.org, smtp: {host: %}}}\n"
	for smtp, want := range map[string]Mail{
		"{host: mail.example.org}":             {Host: "mail.example.org", Port: 587, TLS: TLSStart},
		"{host: mail.example.org, tls: tls}":   {Host: "mail.example.org", Port: 465, TLS: TLSFirst},
		"{host: localhost, tls: none}":         {Host: "localhost", Port: 25, TLS: TLSNone},
		`{host: "::1", tls: none, port: 2525}`: {Host: "::1", Port: 2525, TLS: TLSNone},
	} {
		want.To, want.From = []string{"a@example.org"}, "b@example.org"
		c := mustLoad(t, base+strings.Replace(mail, "{host: %}", smtp, 1))
		if diff := cmp.Diff(&want, c.Alerts.Mail, sameSecret); diff != "" {
			t.Errorf("%s (-want +got):\n%s", smtp, diff)
		}
		if c.Alerts.Webhook != nil || !c.Alerts.Any() || c.Alerts.Language != "fi" {
			t.Errorf("%s: %+v", smtp, c.Alerts)
		}
	}
	c := mustLoad(t, "organisations: [{id: koske, languages: [sv, fi]}]\nalerts: {webhook: {url: 'https://hooks.example.org/seuranta'}}\n")
	if a := c.Alerts; a.Mail != nil || a.Webhook.Discreet || a.Webhook.AllowPrivate || a.Language != "sv" {
		t.Errorf("%+v", a)
	}
	if c := mustLoad(t, base); c.Alerts.Any() {
		t.Errorf("without alerts: %+v", c.Alerts)
	}
}

func TestAlertsFromFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"password": canary + "\n", "hook": "https://hooks.example.org/" + encoded + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := loadText(dir, base+"alerts: {mail: {to: [a@example.org], from: b@example.org, smtp: {host: mail.example.org, user: a, password_file: password}}, webhook: {url_file: hook}}\n")
	if err != nil {
		t.Fatal(err)
	}
	if !c.Alerts.Mail.Password.Equal(NewSecret(canary)) || !c.Alerts.Webhook.Discreet || c.Alerts.Webhook.URL.Reveal() != "https://hooks.example.org/"+encoded {
		t.Errorf("%+v", c.Alerts)
	}
}

func TestAlertsThatAreRefused(t *testing.T) {
	const mail = "alerts: {mail: {to: [a@example.org], from: b@example.org, smtp: {host: mail.example.org, "
	checkFaults(t, "a password for nobody", base+mail+`password: "${CANARY}"}}}`, "nobody to log in with it")
	checkFaults(t, "a user without a password", base+mail+"user: a}}}", "there is no password")
	checkFaults(t, "in the open", base+mail+"tls: none}}}", "anybody on the way could read")
	checkFaults(t, "nearly this machine", base+strings.Replace(mail, "mail.example.org", "localhost.example.org", 1)+"tls: none}}}", "anybody on the way could read")
	for _, to := range []string{"a", "a@", "@b", "a b@c.example.org", `"a\nb@c.example.org"`, `"A\r\nBcc: <x@y.example.org>"`, `'"a b"@c.example.org'`, "a@b.example.org, c@d.example.org"} {
		checkFaults(t, to, base+"alerts: {mail: {to: ["+strings.ReplaceAll(to, ",", `","`)+"], from: b@example.org, smtp: {host: h}}}", "")
	}
	for _, url := range []string{"ftp://a.example.org", "https://", "hooks.example.org", "'https://a.example.org/#x'", "https://u:hunter2@a.example.org", "'https://a.example.org/x y'"} {
		faults := faultsOf(t, "", base+"alerts: {webhook: {url: "+url+"}}\n")
		if strings.Contains(faults.Error(), "hunter2") {
			t.Errorf("%v", faults)
		}
	}
}
