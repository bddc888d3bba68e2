package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"seuranta/internal/observation"
)

func day(t *testing.T, s string) observation.Date {
	t.Helper()
	d, err := observation.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func zoneNamed(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

var sameZone = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

func TestGood(t *testing.T) {
	c, err := Load("testdata/good.yaml", fakeKinds(), fakeEnv)
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(c.Dir) || filepath.Base(c.Dir) != "testdata" || c.Path != "testdata/good.yaml" {
		t.Errorf("dir %q, path %q", c.Dir, c.Path)
	}
	text, err := os.ReadFile("testdata/good.yaml")
	if err != nil || string(text) != string(c.Text) || len(c.Hash) != 64 {
		t.Errorf("text or hash %q differs from the file (%v)", c.Hash, err)
	}
	storage := Storage{Path: filepath.Join(c.Dir, "numbers"), Library: filepath.Join(c.Dir, "lib/libchdb.so")}
	if diff := cmp.Diff(storage, c.Storage); diff != "" {
		t.Errorf("storage (-want +got):\n%s", diff)
	}
	if c.Server.Listen != "[::1]:8081" || c.Server.Pages != "/srv/pages" {
		t.Errorf("server %+v", c.Server)
	}
	if diff := cmp.Diff(goodDesk(t), c.Desk, sameZone, cmpopts.IgnoreFields(observation.Desk{}, "Metrics")); diff != "" {
		t.Errorf("desk (-want +got):\n%s", diff)
	}
	if c.Contact != "viestinta@koske.example.org" || !c.Sources[1].AllowPrivate || c.Sources[0].AllowPrivate {
		t.Errorf("contact %q, sources %+v", c.Contact, c.Sources)
	}
	metrics := observation.StandardMetrics()
	metrics["participants"] = observation.Metric{ID: "participants", Shape: observation.Level, Unit: "people",
		Name: observation.Text{"fi": "Osallistujat", "sv": "Deltagare", "en": "Participants"}}
	metrics["certificates"] = observation.Metric{ID: "certificates", Shape: observation.Flow, Unit: "certificates", Name: observation.Text{"": "certificates"}}
	if diff := cmp.Diff(metrics, c.Desk.Metrics); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func goodDesk(t *testing.T) observation.Desk {
	helsinki, end := zoneNamed(t, "Europe/Helsinki"), day(t, "2024-06-01")
	kinds := fakeKinds()
	return observation.Desk{
		Organisations: []observation.Organisation{
			{ID: "koske", Name: observation.Text{"": "Koske"}, Zone: helsinki, Languages: []string{"fi", "sv", "en"},
				Life: observation.Life{From: day(t, "2001-01-01"), To: end}},
			{ID: "osaamiskeskus", Name: observation.Text{"fi": "Osaamiskeskus", "en": "Centre of Expertise"}, Zone: helsinki,
				Languages: []string{"fi"}, Life: observation.Life{From: end}, Succeeds: "koske"},
		},
		Channels: []observation.Channel{
			{ID: "kotisivut", Organisation: "koske", Kind: "website", Name: observation.Text{"fi": "Kotisivut", "sv": "Webbplats", "en": "Website"},
				Purpose: observation.Text{"fi": "Artikkelit, blogit, tapahtumat"}, Life: observation.Life{To: end},
				Primary: map[string][]observation.Preference{"views": {{Source: "verkkoloki"}, {Source: "mittari", From: day(t, "2023-01-01")}}},
				Targets: []observation.Target{
					{Metric: "views", Grain: observation.Year, Value: 120000},
					{Metric: "visitors", Grain: observation.Month, Value: 2500.5, Life: observation.Life{From: day(t, "2023-01-01"), To: day(t, "2024-01-01")}},
					{Metric: "visitors", Grain: observation.Month, Value: 3000, Life: observation.Life{From: day(t, "2024-01-01")}},
					{Metric: "followers", Grain: observation.Quarter, Value: 100},
				}},
			{ID: "facebook", Organisation: "osaamiskeskus", Kind: "facebook", Name: observation.Text{"": "facebook"}},
			{ID: "linkedin", Organisation: "osaamiskeskus", Kind: "linkedin", Name: observation.Text{"": "linkedin"},
				Targets: []observation.Target{{Metric: "participants", Grain: observation.Year, Value: 50}}},
		},
		Sources: []observation.Source{
			{ID: "verkkoloki", Organisation: "koske", Channel: "kotisivut", Kind: "weblog", Zone: time.UTC, Clock: helsinki, Life: observation.Life{From: day(t, "2010-01-01")},
				Schedule: "15 4 * * *", Metrics: kinds[0].Metrics, Grains: kinds[0].Grains, SettleDays: 2, Definitions: kinds[0].Definitions},
			{ID: "mittari", Organisation: "koske", Channel: "kotisivut", Kind: "social", Zone: helsinki, Clock: helsinki, Schedule: "@every 6h",
				BaseURL: "http://localhost:8080/api", Metrics: kinds[1].Metrics, Grains: kinds[1].Grains},
			{ID: "seuraajat", Organisation: "osaamiskeskus", Channel: "facebook", Kind: "social", Zone: helsinki, Clock: helsinki,
				Metrics: kinds[1].Metrics, Grains: kinds[1].Grains},
			{ID: "uutiset", Organisation: "osaamiskeskus", Kind: "press", Zone: helsinki, Clock: helsinki, Metrics: kinds[2].Metrics},
			{ID: "kasin", Organisation: "osaamiskeskus", Channel: "linkedin", Kind: "diary", Zone: helsinki, Clock: helsinki, Metrics: []string{"participants"},
				Grains: []observation.Grain{observation.Snapshot}, Remind: "month", Typed: true},
			{ID: "vihko", Organisation: "koske", Kind: "diary", Zone: helsinki, Clock: helsinki, Metrics: []string{"certificates", "followers"},
				Grains: []observation.Grain{observation.Snapshot}, Remind: "0 9 1 1 *", Typed: true},
		},
		Events: []observation.Event{
			{On: day(t, "2022-11-17"), What: observation.Text{"fi": "Ylen haastattelu"}, Channels: []string{"kotisivut"}, Projects: []string{"luontohyvaks"}, Organisation: "koske"},
			{On: day(t, "2023-05-05"), What: observation.Text{"": "Retki"}, Projects: []string{"luontohyvaks"}, Organisation: "koske"},
			{On: end, What: observation.Text{"": "Uusi nimi"}, Organisation: "osaamiskeskus"},
		},
		Topics: goodTopics(), Projects: goodProjects(t), Networks: goodNetworks(), Regions: goodRegions(),
	}
}

func TestSettingsOfEveryType(t *testing.T) {
	c, err := Load("testdata/good.yaml", fakeKinds(), fakeEnv)
	if err != nil {
		t.Fatal(err)
	}
	want := &weblog{
		Paths: []string{"/var/log/nginx/koske.access.log*"}, Lines: 100, Share: 0.25, Bots: true, Wait: 90 * time.Second,
		Since: day(t, "2020-02-29"), Title: observation.Text{"": "Loki"}, Headers: map[string]string{"accept": "text/plain", "x": "x"},
		Filter: filter{Host: "koske.example.org", Drop: []string{"/admin"}}, Cookie: canary, Site: "x", common: common{Limit: -3},
	}
	if diff := cmp.Diff(want, c.Sources[0].Settings, cmp.AllowUnexported(weblog{})); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{plain{Account: "none", Token: NewSecret(canary)}, plain{Account: "osaamiskeskus"}}, []any{c.Sources[1].Settings, c.Sources[2].Settings}); diff != "" {
		t.Errorf("settings that are no pointer (-want +got):\n%s", diff)
	}
}

// TestDefaults checks that the least that can be written is a valid configuration, with the defaults as documented.
func TestDefaults(t *testing.T) {
	dir := t.TempDir()
	c, err := loadText(dir, "organisations: [{id: koske}]\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.Storage.Path != filepath.Join(dir, "data") || c.Server.Listen != "127.0.0.1:8080" || !c.Storage.DSN.IsZero() {
		t.Errorf("storage %v, server %v", c.Storage, c.Server)
	}
	want := []observation.Organisation{{
		ID: "koske", Name: observation.Text{"": "koske"}, Zone: zoneNamed(t, "Europe/Helsinki"), Languages: []string{"fi"},
	}}
	if diff := cmp.Diff(want, c.Desk.Organisations, sameZone); diff != "" {
		t.Errorf("organisations (-want +got):\n%s", diff)
	}
}

func TestSettingsKeepTheirDefaults(t *testing.T) {
	c := mustLoad(t, base+"sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], headers: }]\n")
	got := c.Sources[0].Settings.(*weblog)
	if got.Lines != 7 || got.Headers["a"] != "b" {
		t.Errorf("settings %+v lost their defaults", got)
	}
	c = mustLoad(t, base+"sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], headers: {c: d}}]\n")
	if got := c.Sources[0].Settings.(*weblog).Headers; len(got) != 1 || got["c"] != "d" {
		t.Errorf("headers %v, want those of the file only", got)
	}
}

// base is a configuration with a channel, to which tests add.
const base = "organisations: [{id: koske}]\nchannels: [{id: kotisivut, kind: website}]\n"

func TestEmptyListsAreNothing(t *testing.T) {
	c := mustLoad(t, base+"sources:\n#  - none yet\nserver:\nstorage:\nevents: []\n")
	if len(c.Sources) != 0 || c.Server.Listen == "" {
		t.Errorf("got %v %v", c.Sources, c.Server)
	}
}

func TestByteOrderMarkAndWindowsLineEnds(t *testing.T) {
	mustLoad(t, "\uFEFForganisations:\r\n  - id: koske\r\n")
	faults := faultsOf(t, "", "\uFEFForganisations:\r\n  - id: koske\r\n    nme: x\r\n")
	if faults[0].Line != 3 || faults[0].Column != 5 {
		t.Errorf("fault %v", faults[0])
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(filepath.Join(dir, "seuranta.yaml"), nil, fakeEnv)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "--config") || !strings.Contains(err.Error(), "organisations:") {
		t.Errorf("no such file: %v", err)
	}
	if _, err = Load(dir, nil, fakeEnv); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder: %v", err)
	}
	big := filepath.Join(dir, "big.yaml")
	if err := os.WriteFile(big, []byte(strings.Repeat("# more\n", 200_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err = Load(big, nil, fakeEnv); err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("a large file: %v", err)
	}
	closed := filepath.Join(dir, "closed.yaml")
	if err := os.WriteFile(closed, nil, 0); err != nil {
		t.Fatal(err)
	}
	if _, err = Load(closed, nil, fakeEnv); os.Getuid() != 0 && (err == nil || !strings.Contains(err.Error(), "let the user")) {
		t.Errorf("an unreadable file: %v", err)
	}
}

func TestReferencesFromOneOrganisation(t *testing.T) {
	c := mustLoad(t, base+"sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a]}, {id: uutiset, kind: press}]\nevents: [{on: 2022-01-01, what: x}]\n")
	for _, got := range []string{c.Desk.Channels[0].Organisation, c.Sources[0].Organisation, c.Sources[1].Organisation, c.Desk.Events[0].Organisation} {
		if got != "koske" {
			t.Errorf("organisation %q, want the only one", got)
		}
	}
}
