package config

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// freshCanary makes a secret that no input can hold.
func freshCanary() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// checkLoad loads any text and checks what must hold of every load.
func checkLoad(t testing.TB, dir, secret string, text []byte) {
	t.Helper()
	env := func(name string) (string, bool) { return secret, strings.Contains(name, "CANARY") }
	c, err := load("seuranta.yaml", text, surroundings{dir: dir, kinds: fakeKinds(), env: env})
	if (c == nil) == (err == nil) {
		t.Fatalf("config %v and error %v", c, err)
	}
	if err == nil {
		return
	}
	var faults *Faults
	if !errors.As(err, &faults) || len(*faults) == 0 || len(*faults) > maxFaults+1 {
		t.Fatalf("error %v, want *Faults", err)
	}
	lines := strings.Split(string(text), "\n")
	for _, f := range *faults {
		if f.Line < 1 || f.Line > len(lines) || f.Column < 1 || f.Column > utf8.RuneCountInString(lines[f.Line-1])+1 {
			t.Errorf("%v lies outside of a file of %d lines", f, len(lines))
		}
		if !utf8.ValidString(f.Message) || strings.Contains(f.Message, "\n") {
			t.Errorf("%q is no line of text", f.Message)
		}
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("the secret stands in %v", err)
	}
}

// FuzzLoad loads whatever comes. Its seeds are the good file, the bad ones and testdata/fuzz.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	for _, file := range append(files, "testdata/good.yaml") {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range withCanaries() {
		f.Add([]byte(base + text))
	}
	secret := freshCanary()
	dir := f.TempDir()
	if err := os.Mkdir(filepath.Join(dir, SecretsDir), 0o700); err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{"secret", "secrets/loki.cookie", "secrets/s.token", "secrets/mittari.token"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(secret), 0o600); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkLoad(t, dir, secret, text) })
}

// TestAnyMixOfEntries makes configurations of true and false parts, which no mutation of bytes would come upon.
func TestAnyMixOfEntries(t *testing.T) {
	secret, dir := freshCanary(), t.TempDir()
	words := []string{
		"koske", "iso", "kotisivut", "loki", "weblog", "social", "press", "website", "facebook", `"${CANARY}"`, "views", "visitors", "month", "year",
		"2022-01-01", "2022-01-01..", "..2021-12-31", "1", "-1", "", "~", "[]", "{}", "[koske]", "{views: [loki]}", "{fi: a}", `"@daily"`, "UTC", "velka*", "true", "media_hits", "https://a.example", "monthly",
		"[{organisation: koske}]", "[{goal: x, followup: [{id: koske, indicator: views, status: true}]}]", "{maa: {maa: }}", "<<", "*a", "&a",
	}
	keys := []string{
		"id", "kind", "organisation", "channel", "name", "purpose", "life", "primary", "targets", "metric", "per", "value", "on", "what", "channels",
		"rule", "members", "projects", "topics", "period", "plan", "goal", "followup", "indicator", "target", "by", "status", "shape", "remind", "base_url",
		"allow_private", "role", "region", "metrics", "succeeds", "languages", "timezone", "schedule", "paths", "cookie", "cookie_file", "site", "lines", "title", "token", "was", "zzz",
	}
	lists := []string{"organisations", "channels", "sources", "events", "networks", "topics", "projects", "metrics", "regions"}
	rapid.Check(t, func(r *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(1, 6).Draw(r, "lists") {
			b.WriteString(rapid.SampledFrom(lists).Draw(r, "list") + ":\n")
			for range rapid.IntRange(0, 4).Draw(r, "entries") {
				sign := "  - "
				for range rapid.IntRange(1, 7).Draw(r, "keys") {
					b.WriteString(sign + rapid.SampledFrom(keys).Draw(r, "key") + ": " + rapid.SampledFrom(words).Draw(r, "word") + "\n")
					sign = "    "
				}
			}
		}
		checkLoad(t, dir, secret, []byte(b.String()))
	})
}

// TestLargeAndHostileFilesEndSoon loads large files that are made to take long. Each takes well below a second; what grows
// with the square of the size would take minutes.
func TestLargeAndHostileFilesEndSoon(t *testing.T) {
	const size, limit = maxSize / 4, time.Minute
	full := func(head, part, tail string) string {
		return head + strings.Repeat(part, (size-len(head)-len(tail))/len(part)) + tail
	}
	source := base + "sources:\n"
	for name, text := range map[string]string{
		"brackets":      full("", "[", ""),
		"braces":        full("a: ", "{a: ", ""),
		"dashes":        full("", "- ", ""),
		"questions":     full("", "? ", ""),
		"comments":      full("", "#\n", ""),
		"keys":          full("", "a: 1\n", ""),
		"long key":      full("", "a", ": 1\n"),
		"long value":    full("a: ", "a", "\n"),
		"broken end":    full("", "a: 1\n", "\"\n"),
		"anchors":       full("a:\n", "- &a\n", ""),
		"unknown keys":  full("", "a: {token: x}\n", ""),
		"sources":       full(source, "  - {id: a, kind: weblog, channel: kotisivut}\n", ""),
		"targets":       full("organisations: [{id: koske}]\nchannels:\n  - id: kotisivut\n    kind: website\n    targets:\n", "    - {metric: views, per: week, value: 1, life: 2022-01-01..}\n", ""),
		"variables":     full(source+"  - {id: a, kind: weblog, channel: kotisivut, paths: [", `"${CANARY}",`, "]}\n"),
		"crons":         full(source, "  - {id: a, kind: press, schedule: 0 0 30 2 *}\n", ""),
		"organisations": full("organisations:\n", "  - {id: a, succeeds: a}\n", ""),
		"spaces":        full("", " ", "a"),
		"newlines":      full("", "\n", "a"),
		"quotes":        full("a: ", `"`, ""),
		"commas":        full("a: [", ",", "]"),
		"escapes":       full(`a: "`, `\x41`, `"`),
		"folded":        full("a: >\n", " a\n\n", ""),
		"secrets":       manySecrets(size),
		"metrics":       numbered(size/2, base+"metrics:\n", "  - {id: m%d}\n") + numbered(size/2, "projects:\n  - {id: p, period: 2022-01-01.., plan: [{goal: g, followup: [", "{id: f%d, indicator: x%[1]d}, ") + "]}]}\n",
		"references":    numbered(size/2, "organisations:\n  - id: koske\n", "  - id: o%d\n") + numbered(size/2, "networks: [{id: n, members: [", "o%d, ") + "]}]\n",
		"regions":       numbered(size, base+"regions:\n", "  r%d: {s%[1]d: {t: }}\n"),
		"parts":         numbered(size, two+"projects:\n  - id: p\n    organisation: a\n    period: 2022-01-01..\n    members:\n", "      - {organisation: a, region: r%d}\n"),
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			checkLoad(t, t.TempDir(), freshCanary(), []byte(text))
			if took := time.Since(begin); took > limit {
				t.Errorf("took %v", took)
			}
		})
	}
}

// numbered repeats a part with numbers in it.
func numbered(size int, head, part string) string {
	b := bytes.NewBufferString(head)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(b, part, i)
	}
	return b.String()
}

// manySecrets is a file of secrets that begin alike, each in a key that is not known.
func manySecrets(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%s%d: {token: %s%d}\n", strings.Repeat("a", 40), i, strings.Repeat("a", 30), i)
	}
	return b.String()
}
