package config

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestVeiled(t *testing.T) {
	for in, want := range map[string]string{
		"":                                        "",
		"127.0.0.1:8080":                          "127.0.0.1:8080",
		"anna@example.org":                        "anna@example.org",
		"https://example.org/a?b=c":               "https://example.org/a?b=c",
		"clickhouse://u:hunter2@h:9000/x":         "clickhouse://***@h:9000/x",
		"clickhouse://u:hun@ter2@h":               "clickhouse://***@h",
		"clickhouse://u:hun/ter2@h":               "clickhouse://***@h",
		"https://hunter2@example.org":             "https://***@example.org",
		"u:hunter2@h:9000":                        "***@h:9000",
		"hunter2 x://u:p@h":                       "***@h",
		"https://example.org/?a=b&token=hunter2":  "https://example.org/?a=b&token=***",
		"https://example.org/?token=hunter2&a=b#": "https://example.org/?token=***&a=b#",
		"password=hun ter2":                       "password=***",
		"token=":                                  "token=",
		"a=b=c":                                   "a=b=c",
	} {
		if got := veiled(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestSecretAsAKey is what a tester found: an address for a key, and one where host:port belongs.
func TestSecretAsAKey(t *testing.T) {
	for _, text := range []string{
		`storage: {"clickhouse://u:hunter2@h": 1}`, `server: {listen: "clickhouse://u:hunter2@h"}`, `server: {listen: "u:hunter2@h:80"}`,
		`"https://u:x.hunter2@h.example.org": 1`, `"https://hunter2@h": 1`, `"https://h/?token=hunter2": {x: 1, x: 2}`,
		`channels: [{"tcp://u:a[hunter2@h": [1]}]`, `password: {hunter2: 1, hunter2: 2}`, `password: {hunter2_token: 1}`, `token: [{hunter2: {x: 1, x: 1}}]`,
		`organisations: "https://u:hunter2@h"`, `sources: [{kind: "https://u:hunter2@h"}]`, `sources: [{kind: "https://hunter2@h", channel: "https://hunter2@h"}]`,
		`channels: [{id: a, kind: website, primary: {"https://u:hunter2@h": [a], views: ["https://u:hunter2@h"]}, name: {"https://u:hunter2@h": x}}]`,
		`sources: [{id: a, kind: weblog, cookie: {hunter2: 1, hunter2: 2}}]`, `sources: [{id: a, kind: weblog, site: "worse", headers: {token: hunter2}}]`,
		`server: {listen: "clickhouse://` + strings.Repeat("u", 50) + `:hunter2hunter2@h"}`, `zzz: 1
password: hunter2
hunter2: 1
hunter2hunter2hunter2: [1]`,
	} {
		faults := faultsOf(t, t.TempDir(), base+text+"\nzzz2: 1\n")
		if out := strings.ToLower(printed(t, faults)); strings.Contains(out, "hunter2") || strings.Contains(out, "hunter…") {
			t.Errorf("%s is shown:\n%v", text, faults)
		}
		if len(faults) < 2 {
			t.Errorf("%s: only %v", text, faults)
		}
	}
}

// positions are places of a configuration where anything can be written: key, value or entry, known or not. SECRET stands
// for it, in quotes; it also stands where a key is expected that names a secret.
func positions() []string {
	all := []string{
		`SECRET: 1`, `SECRET: {a: 1, a: 2}`, `SECRET: [1, {b: ~}]`, `zzz: SECRET`, `zzz: [SECRET]`, `zzz: {SECRET: SECRET}`, `organisations: SECRET`, `events: {SECRET: 1}`,
		`storage: SECRET`, `storage: {SECRET: 1}`, `storage: {path: SECRET, dsn: SECRET}`, `storage: {dsn: [SECRET]}`, `storage: {dsn_file: SECRET}`, `storage: {library: SECRET, library: 1}`,
		`server: {listen: SECRET}`, `server: {listen: {SECRET: 1}}`, `server: {SECRET: SECRET, SECRET: 1}`, `events: [SECRET]`, `events: [{on: SECRET, what: SECRET}]`,
		`events: [{on: 2022-01-01, what: {SECRET: a}, channels: [SECRET], organisation: SECRET}]`, `networks: SECRET`, `projects: [{id: SECRET}]`, `[SECRET]: 1`, `? {SECRET: 1}`,
		`zzz: &a SECRET`, `zzz: !x SECRET`, `SECRET: &a 1`, `zzz: {a: {b: {c: {d: {SECRET: {e: SECRET}}}}}}`,
	}
	for _, key := range []string{
		"id", "kind", "organisation", "channel", "schedule", "timezone", "life", "role", "was", "base_url", "paths", "lines", "share", "bots", "wait", "since", "title",
		"headers", "filter", "cookie", "cookie_file", "site", "limit", "zzz",
	} {
		for _, value := range []string{`SECRET`, `[SECRET]`, `{SECRET: 1}`, `{token: SECRET}`, `{host: SECRET, drop: [SECRET]}`, `{fi: SECRET}`} {
			all = append(all, "sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], "+key+": "+value+"}]")
		}
		all = append(all, "sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], SECRET: x}]")
	}
	for _, value := range []string{
		"id: SECRET", "kind: SECRET", "name: {SECRET: a}", "life: SECRET", "primary: SECRET", "primary: {SECRET: [a]}", "primary: {views: [SECRET]}", "primary: {views: [{source: SECRET, from: SECRET}]}",
		"targets: [{metric: SECRET, per: SECRET, value: SECRET}]", "targets: SECRET", "SECRET: SECRET",
	} {
		all = append(all, "channels: [{id: blogi, kind: blog, "+value+"}]", "organisations: [{id: iso, "+value+", succeeds: SECRET, languages: [SECRET], timezone: SECRET}]")
	}
	return all
}

// TestNoPositionShowsASecret puts anything that looks like a secret anywhere into a configuration, and looks for it in all
// that is said of it.
func TestNoPositionShowsASecret(t *testing.T) {
	dir, places := t.TempDir(), positions()
	rapid.Check(t, func(r *rapid.T) {
		secret := rapid.StringOfN(rapid.SampledFrom([]rune("abcXYZ019%.:/[]{} @!#?&;=\"'\\ä-_")), 8, 30, -1).Draw(r, "secret")
		core := "c4N" + rapid.StringMatching(`[a-z0-9]{8}`).Draw(r, "core") // what must not be seen
		secret = core + secret + core
		long := strings.Repeat("x", rapid.SampledFrom([]int{0, 0, 1, 40, 300}).Draw(r, "long"))
		value := rapid.SampledFrom([]string{
			"clickhouse://user" + long + ":" + secret + "@db.example.org:9000/seuranta", "https://" + secret + "@example.org/" + long, "tcp://:" + secret + "@h",
			"https://example.org/" + long + "?a=b&token=" + core, "https://example.org/#api_key=" + core + "&a=b", "user:" + secret + "@host:80",
		}).Draw(r, "value")
		place := rapid.SampledFrom(places).Draw(r, "place")
		text := base + strings.ReplaceAll(place, "SECRET", quoteYAML(value)) + "\nanother: 1\n"
		if rapid.Bool().Draw(r, "under a secret's name") {
			text = strings.Replace(text, "another: 1", "another: 1\npassword: "+quoteYAML(core)+"\ntokens: [{"+core+": "+core+"x}, "+core+"y]\n"+core+"z: 1", 1)
		}
		c, err := loadText(dir, text)
		if err == nil {
			r.Fatalf("%s\nis taken: %v", text, c)
		}
		if strings.Contains(strings.ToLower(err.Error()), strings.ToLower(core)) {
			r.Fatalf("%s\nis shown:\n%v", text, err)
		}
		for _, line := range strings.Split(err.Error(), "\n") {
			if n := utf8.RuneCountInString(line); n > 1500 {
				r.Fatalf("a line of %d characters: %.200s", n, line)
			}
		}
	})
}

// quoteYAML writes a text for YAML, whatever is in it.
func quoteYAML(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// TestOneSourceTellsFewFaults: a kind that finds a thousand faults is not let to tell them all, and none at length.
func TestOneSourceTellsFewFaults(t *testing.T) {
	paths := strings.Repeat(`"a?", `, 1000) + `"` + strings.Repeat("ä?", 100_000) + `"`
	faults := faultsOf(t, t.TempDir(), base+"sources: [{id: loki, kind: weblog, channel: kotisivut, paths: ["+paths+"]}]\n")
	if len(faults) != maxOfKind+1 || !strings.Contains(faults.Error(), "and 991 more faults of this source") {
		t.Errorf("%d faults, %.400s", len(faults), faults.Error())
	}
	faults = faultsOf(t, t.TempDir(), base+"sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], site: bad"+strings.Repeat("ä", 100_000)+"}]\n")
	if n := utf8.RuneCountInString(faults[0].Message); n > maxMessage+1 || !strings.HasSuffix(faults[0].Message, "…") {
		t.Errorf("a message of %d characters", n)
	}
}
