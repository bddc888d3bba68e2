package collectortest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// safe is the settings of a source that takes secrets in every way.
type safe struct {
	script
	Site   string           `yaml:"site"`
	Token  string           `yaml:"token"`
	Cookie string           `yaml:"cookie" secret:"true"`
	Key    collector.Secret `yaml:"key"`
	Parts  []struct {
		Password string `yaml:"password"`
	} `yaml:"parts"`
}

func TestACanaryIsPlantedInEverySecret(t *testing.T) {
	var s safe
	s.Site, s.Parts = "example.fi", make([]struct {
		Password string `yaml:"password"`
	}, 2)
	if n := plant(&s, "kanaria"); n != 5 {
		t.Errorf("%d secrets, want 5", n)
	}
	if s.Site != "example.fi" || s.Token != "kanaria" || s.Cookie != "kanaria" || s.Key.Reveal() != "kanaria" || s.Parts[1].Password != "kanaria" {
		t.Errorf("planted %+v", s)
	}
}

func TestAnEntryIsLoadedAsAConfiguration(t *testing.T) {
	if _, err := loadEntry(scriptKind(), "- {id: a, kind: script, channel: kotisivut, sivu: 1}\n", t.TempDir(), "koske"); err == nil || !strings.Contains(err.Error(), "sivu") {
		t.Errorf("an unknown key: %v", err)
	}
	c, err := loadEntry(scriptKind(), "organisations: [{id: oma, name: Oma, timezone: UTC}]\nchannels: [{id: k, kind: website}]\nsources: [{id: a, kind: script, channel: k}]\n", t.TempDir(), "koske")
	if err != nil || c.Sources[0].Organisation != "oma" || c.Sources[0].Zone.String() != "UTC" {
		t.Errorf("a whole configuration: %+v, %v", c, err)
	}
}

func TestTheFilesOfAVisit(t *testing.T) {
	folder, dir, now := t.TempDir(), t.TempDir(), time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for path, text := range map[string]string{
		"visit-1/visit.yaml": "now: 2026-11-22T04:00:00+02:00\nimport: luvut.csv\n", "visit-2/visit.yaml": "now: 2026-11-23T04:00:00+02:00\nfrom: 2026-11-01\n",
		"files/a/yhteinen.txt": "1", "visit-1/files/luvut.csv": "vanha", "visit-2/files/a/yhteinen.txt": "2",
	} {
		to := filepath.Join(folder, path)
		_ = os.MkdirAll(filepath.Dir(to), 0o700)
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	visits := readVisits(t, folder)
	if len(visits) != 2 || visits[0].Import != "luvut.csv" || visits[0].days().Label() != "2026-11-21" || visits[1].days().Label() != "2026-11-01..2026-11-22" {
		t.Fatalf("visits %+v", visits)
	}
	for _, v := range visits {
		setFiles(t, dir, folder, v)
	}
	text, err := os.ReadFile(filepath.Join(dir, "a", "yhteinen.txt"))
	info, _ := os.Stat(filepath.Join(dir, "a", "yhteinen.txt"))
	if err != nil || string(text) != "2" || !info.ModTime().Equal(now) {
		t.Errorf("%q, %v, %v", text, info, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "luvut.csv")); err == nil {
		t.Error("a file of the first visit is there at the second")
	}
}

// TestImports: a visit may be a file that is handed over; a kind that takes none says so.
func TestImports(t *testing.T) {
	sc := &scene{dir: t.TempDir()}
	v := visit{Import: "luvut.csv"}
	for _, c := range []struct {
		settings collector.Config
		want     string
	}{{takes{}, filepath.Join(sc.dir, "luvut.csv")}, {&script{}, "the kind imports no files, and visit.yaml names one"}} {
		sc.source.Settings = c.settings
		err := sc.settings(v).New(collector.Deps{Dir: sc.dir}).Collect(t.Context(), collector.Window{}, new(Recorder))
		if err == nil || err.Error() != c.want {
			t.Errorf("%T: %v", c.settings, err)
		}
	}
}

// takes is a kind that tells which file it was handed.
type takes struct{ collector.Importer }

func (takes) Validate() []collector.Fault              { return nil }
func (s takes) New(collector.Deps) collector.Collector { return s }
func (takes) Collect(context.Context, collector.Window, collector.Sink) error {
	return nil
}
func (takes) Import(_ context.Context, path string, _ collector.Window, _ collector.Sink) error {
	return handed(path)
}

type handed string

func (h handed) Error() string { return string(h) }

func TestMemoryKnowsWhatWasTold(t *testing.T) {
	var m Memory
	m.Learn([]observation.Item{{ID: "a", Aliases: []string{"url:a", "guid:1"}}, {ID: "b", Organisation: observation.Shared, Aliases: []string{"url:a"}}})
	m.Learn([]observation.Item{{ID: "a", Title: "uusi", Aliases: []string{"url:a2"}}})
	own, err := m.Known(t.Context(), "koske", []string{"url:a2", "guid:1", "url:zzz"})
	if err != nil || len(own) != 2 || own["guid:1"].Title != "uusi" || own["url:a2"].Aliases != nil {
		t.Errorf("own items %+v, %v", own, err)
	}
	shared, err := m.Known(t.Context(), observation.Shared, []string{"url:a"})
	if err != nil || len(shared) != 1 || shared["url:a"].ID != "b" {
		t.Errorf("shared items %+v, %v", shared, err)
	}
}
