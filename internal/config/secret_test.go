package config

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// printed writes a value in every way that it could get out by accident.
func printed(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	fmt.Fprintf(&b, "%v %+v %#v\n", []any{v}, map[string]any{"a": v}, struct{ Inner, inner any }{v, v})
	if text, err := json.Marshal(v); err == nil {
		b.Write(text)
	}
	if text, err := yaml.Marshal(v); err == nil {
		b.Write(text)
	}
	if text, err := xml.Marshal(v); err == nil {
		b.Write(text)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		slog.New(handler).Info("value", "value", v, "group", slog.GroupValue(slog.Any("in", v)))
	}
	return b.String()
}

// gaveAway tells whether a text holds a canary in any of its spellings.
func gaveAway(text, secret string) bool {
	spellings := []string{secret, fmt.Sprintf("%q", secret), fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret)}
	for _, s := range append(spellings, strings.Split(secret, "\"")...) {
		if s = strings.Trim(s, `"`); len(s) > 3 && strings.Contains(text, s) {
			return true
		}
	}
	return false
}

func TestSecretPrintsItselfAsStars(t *testing.T) {
	s := NewSecret(canary)
	hidden := struct{ dsn Secret }{s} // package fmt cannot ask it how to print itself
	for _, v := range []any{s, &s, []Secret{s}, map[string]Secret{"a": s}, hidden, &hidden, dsn{s}} {
		if out := printed(t, v); gaveAway(out, canary) {
			t.Errorf("%T gave itself away: %s", v, out)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		if got := fmt.Sprintf(verb, s); got != "***" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
	if s.Reveal() != canary || s.String() != "***" || s.IsZero() || !s.Equal(NewSecret(canary)) || s.Equal(Secret{}) {
		t.Error("the secret is not what it was made of")
	}
	if (Secret{}).Reveal() != "" || !(Secret{}).IsZero() {
		t.Error("the zero secret is not empty")
	}
}

// TestConfigPrintsNoSecret prints a good configuration that is full of secrets.
func TestConfigPrintsNoSecret(t *testing.T) {
	c := mustLoad(t, base+`storage: {dsn: "${GOOD_DSN}"}
sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], cookie: "${CANARY}", headers: {token: "${CANARY}"}}]
`)
	if !strings.Contains(c.Storage.DSN.Reveal(), encoded) || c.Storage.Path != "" {
		t.Errorf("storage %v", c.Storage)
	}
	if got := c.Sources[0].Settings.(*weblog); got.Cookie != canary || got.Headers["token"] != canary {
		t.Error("the settings lack the secret")
	}
	for _, v := range []any{c, *c, c.Storage, c.Sources, c.Sources[0], &c.Sources[0]} {
		if out := printed(t, v); gaveAway(out, canary) {
			t.Errorf("%T gave a secret away: %s", v, out)
		}
	}
}

// withCanaries are entries that put a value taken from elsewhere into every place where it can be wrong.
func withCanaries() []string {
	source := "sources:\n  - id: loki\n    kind: weblog\n    channel: kotisivut\n    paths: [a]\n    "
	var all []string
	for _, key := range []string{
		"lines", "share", "bots", "wait", "since", "title", "filter", "headers", "limit", "site", "cookie", "schedule", "timezone", "life",
		"kind", "id", "channel", "organisation", "nothing", "paths", "settings", "api_key",
	} {
		for _, name := range []string{"CANARY", "BAD_CANARY", "WORSE_CANARY"} {
			all = append(all, source+key+`: "${`+name+`}"`, source+key+`: ["${`+name+`}"]`, source+key+`: {host: "${`+name+`}"}`)
		}
	}
	for _, entry := range []string{
		`storage: {dsn: "${OTHER_DSN}"}`, `storage: {dsn: "${CANARY}"}`, `server: {listen: "${CANARY}"}`, `events: [{on: "${CANARY}", what: x}]`,
		`events: [{on: 2022-01-01, what: {fi: "${CANARY}"}, channels: ["${CANARY}"]}]`, `projects: "${CANARY}"`, `nothing: "${CANARY}"`,
	} {
		all = append(all, entry, entry+"\n"+entry)
	}
	return all
}

func TestNoFaultGivesASecretAway(t *testing.T) {
	for _, text := range withCanaries() {
		_, err := loadText(t.TempDir(), base+text+"\nzzz: 1\n")
		var faults *Faults
		if !errors.As(err, &faults) {
			t.Fatalf("%s\ngot %v", text, err)
		}
		for _, v := range []any{err, faults, *faults, (*faults)[0]} {
			if out := printed(t, v); gaveAway(out, canary) {
				t.Errorf("%s\ngave a secret away: %s", text, out)
			}
		}
	}
}

// TestLiteralSecretIsRefused writes secrets into the file and expects them refused by line and column, not shown.
func TestLiteralSecretIsRefused(t *testing.T) {
	const secret = "l1t3r4l-s3cr3t"
	for _, entry := range []string{
		"token: " + secret, "password: " + secret, "client_secret: '" + secret + "'", "apikey: " + secret, "clientSecret: " + secret,
		"api_key: " + secret, "key: " + secret, "credentials: {user: a, pass: " + secret + "}", "tokens: [" + secret + "]", "password2: " + secret,
		"cookie: " + secret, "cookie: [" + secret + "]", "cookie: {a: " + secret + "}", "headers: {X-Api-Key: " + secret + "}",
		"site: https://a:" + secret + "@example.org", "site: 'https://a:/" + secret + "@example.org/'", "site: https://:" + secret + "@x",
		"site: https://example.org/?api_key=" + secret, "site: https://example.org/?a=b&token=" + secret, "site: https://example.org/#access_token=" + secret,
		"password: |\n      " + secret, "password: &" + secret + " " + secret, "password: !" + secret + " x",
	} {
		faults := faultsOf(t, t.TempDir(), base+"sources:\n  - id: loki\n    kind: weblog\n    channel: kotisivut\n    paths: [a]\n    "+entry+"\n")
		if out := printed(t, faults); gaveAway(out, secret) {
			t.Errorf("%s is shown: %s", entry, out)
		}
		refused := false
		for _, f := range faults {
			refused = refused || f.Line == 8 && strings.Contains(f.Message, "${SEURANTA_")
		}
		if !refused {
			t.Errorf("%s is not refused with the way to do it right: %v", entry, faults)
		}
	}
}

func TestLooksSecret(t *testing.T) {
	for _, key := range []string{"token", "Token", "api_key", "api-key", "apiKey", "APIKEY", "passwords", "client.secret", "key", "_password_", "credential2"} {
		if !looksSecret(key) {
			t.Errorf("%s is not taken for a secret", key)
		}
	}
	for _, key := range []string{"monkey", "token_file", "token_url", "keyword", "secretary", "", "kind", "primary", strings.Repeat("x", 300) + "_token"} {
		if looksSecret(key) {
			t.Errorf("%s is taken for a secret", key)
		}
	}
}

func TestAddressesWithoutPassword(t *testing.T) {
	for _, s := range []string{
		"https://example.org", "https://example.org:8080/@yle", "https://user@example.org", "https://mastodon.example/@yle", "https://example.org/?page=2",
		"https://example.org/a:b", "clickhouse://db:9000,other:9000/x", "mailto:a:b@c", "https://example.org?token=",
	} {
		if passwordInURL(s) {
			t.Errorf("%s is taken for an address with a password", s)
		}
	}
}
