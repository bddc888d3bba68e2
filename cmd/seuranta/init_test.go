package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"seuranta/collectors"
	"seuranta/internal/config"
	"seuranta/internal/config/configtest"
)

// TestInitialConfigurations writes configurations of all sorts of wishes, and loads them as an editor and the program do;
// the entries that are commented out, too.
func TestInitialConfigurations(t *testing.T) {
	schemaText, err := config.Schema(collectors.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	schema := configtest.Compile(t, schemaText)
	for name, w := range map[string]wishes{
		"nothing": {}, "odd name": {Name: `"Äö: #1", {x}`}, "id only": {ID: "koske"},
		"whole": {Name: "Koske", ID: "koske", Languages: []string{"fi", "sv", "en"}, Website: "https://koske.example", Log: "/var/log/nginx/*.log",
			Feed: "https://koske.example/feed/", Channels: []string{"newsletter", "facebook", "linkedin", "podcast", "mailing_list"}, Data: "/var/lib/seuranta"},
		"log only": {Log: `C:\logs\site.log`},
	} {
		if err := w.complete(); err != nil {
			t.Fatal(err)
		}
		text, err := w.text()
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range [][]byte{text, uncommented(text)} {
			if err, readable := schema.Check(text); err != nil || !readable {
				t.Errorf("%s: the schema refuses %v\n%s", name, err, text)
			}
			if _, err := config.Parse(filepath.Join(t.TempDir(), configName), text, collectors.Kinds(), os.LookupEnv); err != nil {
				t.Errorf("%s: does not load: %v\n%s", name, err, text)
			}
		}
	}
}

var commentedKey = regexp.MustCompile(`(?m)^( *)# ((?:[a-z_]+:|- | +- | +[a-z]+:).*)$`)

// uncommented takes entries in that are commented out: lines that begin with a key or a dash.
func uncommented(text []byte) []byte { return commentedKey.ReplaceAll(text, []byte("$1$2")) }

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Koske": "koske", "Keski-Suomen sosiaalialan osaamiskeskus": "keski-suomen-sosiaalialan-osaamiskeskus", "Åbo Äö Ö": "abo-ao-o", "3T ry": "t-ry", "": "organisaatio",
		"Центр": "organisaatio", "A  &  B!": "a-b", strings.Repeat("ab ", 30): "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-a",
	} {
		if got := slug(name); got != want {
			t.Errorf("slug(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestInitAsksOnATerminal answers the questions as a person does.
func TestInitAsksOnATerminal(t *testing.T) {
	screen, tty := terminalPair(t)
	dir := t.TempDir()
	cmd := underTest(t, dir, nil, "init", "--languages", "sv,fi")
	var out bytes.Buffer
	cmd.Stdin, cmd.Stderr, cmd.Stdout = tty, tty, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(screen, "Oma keskus\n\nhttps://oma.example\n/var/log/oma.log\n\n\n"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, configName))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"id: oma-keskus", `name: "Oma keskus"`, "languages: [sv, fi]", `contact: "https://oma.example"`, `paths: ["/var/log/oma.log"]`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if !strings.Contains(out.String(), "seuranta check\n") {
		t.Errorf("it is not said what to do next: %s", out.String())
	}
}

// TestInterviewCanBeLeft ends the questions half way: by Ctrl-C, and by an end of the answers.
func TestInterviewCanBeLeft(t *testing.T) {
	a := newApp(io.Discard, io.Discard, os.LookupEnv)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	silent, hold := io.Pipe()
	defer hold.Close()
	a.in = silent
	if err := a.interview(ctx, &wishes{}); err != context.DeadlineExceeded {
		t.Errorf("stopped: %v", err)
	}
	a.in = strings.NewReader("Koske\n")
	if err := a.interview(context.Background(), &wishes{}); err == nil || !strings.Contains(err.Error(), "nothing was written") {
		t.Errorf("the end of the answers: %v", err)
	}
}
