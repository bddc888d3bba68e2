//go:build linux && amd64

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/store/embedded/embeddedtest"
)

const termsDesk = `organisations: [{id: koske, name: Koske}]
channels: [{id: sivut, kind: website, name: Kotisivut}]
sources: [{id: loki, kind: accesslog, channel: sivut, paths: [access.log]}]
`

// The terms of a platform are applied once a day, to what they speak of alone; a source that sets them aside keeps everything, and
// check says why.
func TestTermsOfAPlatform(t *testing.T) {
	ctx, dir, library := context.Background(), t.TempDir(), embeddedtest.Library(t)
	writeFiles(t, dir, map[string]string{"seuranta.yaml": termsDesk, "access.log": ""})
	var out, errs bytes.Buffer
	a := newApp(&out, &errs, func(name string) (string, bool) { return library, name == "SEURANTA_LIBCHDB" })
	a.configPath, a.nowText = filepath.Join(dir, "seuranta.yaml"), "2026-11-20T10:00:00Z"
	d, err := a.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer d.store.Close()
	d.Sources[0].Retention = []collector.Retention{{ID: "posts", Metrics: []string{"views"}, Days: 10}, {ID: "names", Items: true, Days: 400}}
	c := observation.Commit{Run: observation.Run{Organisation: "koske", Source: "loki", Zone: "Europe/Helsinki", StartedAt: d.now}}
	for day := observation.NewDate(2026, 11, 1); day < observation.NewDate(2026, 11, 20); day++ {
		for _, metric := range []string{"views", "visits"} {
			c.Observations = append(c.Observations, observation.Observation{Key: observation.Key{Channel: "sivut", Metric: metric, Grain: observation.Day, From: day, Definition: "accesslog-1"},
				Value: 3, Complete: true, Basis: observation.Collected})
		}
	}
	if _, err := d.store.Commit(ctx, c); err != nil {
		t.Fatal(err)
	}
	due := func(dry bool) (numbers int64) {
		t.Helper()
		done, err := d.forgetDue(ctx, dry)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range done {
			numbers += f.Would.Numbers
		}
		return numbers
	}
	// the tenth of November is ten days old when it is over for ten days: on the 21st
	for i, want := range []int64{9, 9, 0} {
		if got := due(i == 0); got != want {
			t.Errorf("time %d: %d numbers, want %d", i, got, want)
		}
	}
	d.now = d.now.AddDate(0, 0, 1)
	if got := due(false); got != 1 {
		t.Errorf("a day later %d numbers are forgotten, want 1", got)
	}
	if r, err := d.store.Commit(ctx, c); err != nil || r.New+r.Changed != 0 || r.Unchanged != 28 {
		t.Errorf("told again: %d new, %d changed, %d unchanged, %v", r.New, r.Changed, r.Unchanged, err)
	}
	a.json = true
	if err := a.listForgotten(ctx, d); err != nil {
		t.Fatal(err)
	}
	var list struct{ Tombstones []observation.Tombstone }
	if err := json.Unmarshal(out.Bytes(), &list); err != nil || len(list.Tombstones) != 2 {
		t.Fatalf("%v: %s", err, &out)
	}
	for _, tomb := range list.Tombstones {
		if wants := map[string]int64{"posts": 10, "names": 0}; tomb.Removed.Numbers != wants[tomb.Rule] || !tomb.Done || strings.Contains(tomb.Rule, "@") {
			t.Errorf("the list tells %+v", tomb)
		}
	}
	if words := keptWords(d.Sources[0]); words != "; forgotten by its platform's terms: posts after 10 days, names after 400 days" {
		t.Errorf("check says %q", words)
	}
	d.Sources[0].Retention, d.Sources[0].RetentionOff = nil, "their leave of 3 March"
	d.now = d.now.AddDate(0, 0, 5)
	if words := keptWords(d.Sources[0]); due(false) != 0 || !strings.Contains(words, "their leave of 3 March") {
		t.Errorf("set aside check says %q", words)
	}
}

// While a daemon runs the engine, which alone changes tables, a command has it remove what is asked for.
func TestForgetBesideADaemon(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": termsDesk + "server: {listen: \"127.0.0.1:0\"}\n", "access.log": smallLog(15)})
	program(t, dir, exitPartial, "collect", "--now", daemonNow)
	serving(t, dir, "--now", daemonNow)
	out, _ := program(t, dir, 0, "forget", "--source", "loki", "--reason", "not ours to keep", "--yes", "--now", daemonNow, "--json")
	if !strings.Contains(out, `"done": true`) || strings.Contains(out, `"numbers": 0`) {
		t.Errorf("it says %s", out)
	}
}

// What a file tells and a tombstone keeps out is counted beside the rest, before it is stored and after.
func TestImportCountsWhatIsForgotten(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske, name: Koske}]
channels: [{id: linkedin, kind: linkedin}]
sources: [{id: taulukko, kind: sheet, channel: linkedin, columns: {Päivä: date, Näyttökerrat: "metric:impressions"}}]
`, "luvut.csv": "Päivä;Näyttökerrat\n1.11.2026;3\n2.11.2026;4\n3.11.2026;5\n"})
	now := "--now=2026-11-20T10:00:00Z"
	if out, _ := program(t, dir, 0, "import", "luvut.csv", now); !strings.Contains(out, "stored: 3 new, 0 changed, 0 unchanged, 0 taken back\n") {
		t.Errorf("first: %s", out)
	}
	program(t, dir, 0, "forget", "--source", "taulukko", "--from", "2026-11-02", "--to", "2026-11-02", "--reason", "not ours to keep", "--yes", now)
	if out, _ := program(t, dir, 0, "import", "luvut.csv", "--dry-run", now); !strings.Contains(out, "would be: 0 new, 0 changed, 2 unchanged, 0 taken back, 1 not taken in because forgotten") {
		t.Errorf("dry run: %s", out)
	}
	out, _ := program(t, dir, 0, "import", "luvut.csv", "--json", now)
	var told struct{ Imported imported }
	if err := json.Unmarshal([]byte(out), &told); err != nil || !told.Imported.Stored || told.Imported.Forgotten != 1 || told.Imported.Unchanged != 2 {
		t.Errorf("%v: %s", err, out)
	}
}
