//go:build linux && amd64

package main

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/observation"
	"seuranta/internal/store/embedded/embeddedtest"
)

const (
	formerDesk = `organisations: [{id: koske, name: Koske}]
channels: [{id: linkedin, kind: linkedin}, {id: kasin, kind: linkedin}, {id: muu, kind: linkedin}, {id: youtube, kind: youtube, name: YouTube}, {id: sivut, kind: website, name: Kotisivut}]
sources:
`
	formerSources = `  - {id: kysely, kind: linkedin, channel: linkedin, organization: "2414183", token: "${LINKEDIN}"}
  - {id: tiedostot, kind: linkedin, channel: kasin}
  - {id: lupa, kind: linkedin, channel: muu, organization: "2414184", token: "${LINKEDIN}", retention: {off: "their leave of 3 March"}}
  - {id: videot, kind: youtube, channel: youtube, channel_id: "@museo", key: "${YOUTUBE}"}
`
	keptSource = "  - {id: loki, kind: accesslog, channel: sivut, paths: [access.log]}\n"
)

// formerly opens a desk with a configuration. Of secrets only the engine's library is there.
func formerly(t *testing.T, dir, library, sources string) *desk {
	t.Helper()
	var out, errs bytes.Buffer
	writeFiles(t, dir, map[string]string{"seuranta.yaml": formerDesk + sources})
	a := newApp(&out, &errs, func(name string) (string, bool) {
		there := map[string]string{"SEURANTA_LIBCHDB": library}
		if strings.Contains(sources, "videot") {
			there["LINKEDIN"], there["YOUTUBE"] = "secret-1", "secret-2"
		}
		value, ok := there[name]
		return value, ok
	})
	a.configPath, a.nowText = filepath.Join(dir, "seuranta.yaml"), "2026-11-20T10:00:00Z"
	d, err := a.open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.store.Close() })
	return d
}

// told commits a number for every tenth day of the past 500 days.
func (d *desk) told(t *testing.T, s config.Source, metric string) {
	t.Helper()
	c := observation.Commit{Run: observation.Run{Organisation: "koske", Source: s.ID, Kind: s.Kind, Zone: "Europe/Helsinki", Config: d.Hash, StartedAt: d.now}}
	for ago := observation.Date(1); ago <= 491; ago += 10 {
		o := observation.Observation{Key: observation.Key{Channel: s.Channel, Metric: metric, Grain: observation.Day, From: observation.NewDate(2026, 11, 20) - ago, Definition: "x-1"}, Value: 3, Complete: true, Basis: observation.Collected}
		c.Observations = append(c.Observations, o)
	}
	if _, err := d.store.Commit(context.Background(), c); err != nil {
		t.Fatal(err)
	}
}

// The terms of a platform go on when its source is taken out of the configuration: by the settings that it had when it told last, also
// when its secrets are gone. What files told, and what somebody has a leave to keep, stays.
func TestTermsOfSourcesThatAreGone(t *testing.T) {
	ctx, dir, library := context.Background(), t.TempDir(), embeddedtest.Library(t)
	d := formerly(t, dir, library, formerSources+keptSource)
	for _, s := range d.Sources {
		d.told(t, s, map[string]string{"youtube": "subscribers", "linkedin": "impressions", "accesslog": "views"}[s.Kind])
	}
	_ = d.store.Close()
	d = formerly(t, dir, library, keptSource)
	gone, err := d.gone(ctx)
	if ids := sourceIDs(gone); err != nil || !slices.Equal(ids, []string{"kysely", "lupa", "tiedostot", "videot"}) {
		t.Fatalf("gone are %q, %v", ids, err)
	}
	for i, want := range []map[string]int64{{"kysely": 13, "videot": 47}, {}} {
		done, err := d.forgetDue(ctx, false)
		got := map[string]int64{}
		for _, f := range done {
			got[f.Source] += f.Removed.Numbers
		}
		if err != nil || len(got) != len(want) || got["kysely"] != want["kysely"] || got["videot"] != want["videot"] {
			t.Errorf("time %d: forgotten %v, want %v; %v", i, got, want, err)
		}
	}
	rows, err := d.store.Coverage(ctx, observation.Selection{Organisations: []string{"koske"}, Channels: []string{"youtube"}, Metrics: []string{"subscribers"}, Grains: []observation.Grain{observation.Day},
		Period: observation.Period{From: observation.NewDate(2026, 1, 1), To: observation.NewDate(2026, 1, 2)}})
	if err != nil || len(rows) != 1 || rows[0].Reason != observation.ReasonForgotten {
		t.Errorf("of a day that was forgotten it is said %+v, %v", rows, err)
	}
	// By hand, too: all of a source that is gone; one that never was is not known.
	s, err := d.sourceEver(ctx, "lupa")
	if err != nil || s.Channel != "muu" || s.RetentionOff == "" {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := d.sourceEver(ctx, "lup"); err == nil || !strings.Contains(err.Error(), "the sources are loki") {
		t.Error(err)
	}
}

// Where nobody can read any more how a source was configured, nothing of it is forgotten, which cannot be undone; it is said, and others
// go on.
func TestGoneWithAConfigurationThatCannotBeRead(t *testing.T) {
	ctx, dir, library := context.Background(), t.TempDir(), embeddedtest.Library(t)
	d := formerly(t, dir, library, formerSources)
	d.told(t, d.Sources[3], "subscribers")
	d.Hash = "0123"
	d.told(t, d.Sources[0], "impressions")
	_ = d.store.Close()
	d = formerly(t, dir, library, keptSource)
	done, err := d.forgetDue(ctx, false)
	if len(done) != 1 || done[0].Source != "videot" || err == nil || !strings.Contains(err.Error(), "the source kysely is no longer in the configuration") || !strings.Contains(err.Error(), "put it back") {
		t.Errorf("%+v %v", done, err)
	}
	d.Sources = append(d.Sources, config.Source{Source: observation.Source{ID: "kysely", Organisation: "koske"}, Retention: []collector.Retention{}})
	if _, err := d.forgetDue(ctx, false); err != nil {
		t.Errorf("put back: %v", err)
	}
}
