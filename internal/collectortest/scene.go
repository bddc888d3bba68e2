package collectortest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// visit is one visit of a case: its visit.yaml, and the folder with what the source has then.
type visit struct {
	Now    time.Time        `yaml:"now"`    // the moment of the visit
	From   observation.Date `yaml:"from"`   // the first day asked for; default To
	To     observation.Date `yaml:"to"`     // the last day asked for; default the day before Now in UTC
	Import string           `yaml:"import"` // a file that is handed over instead of a visit

	folder string
}

// days returns the days asked for.
func (v visit) days() observation.Period { return observation.Period{From: v.From, To: v.To + 1} }

// readVisits returns the visits of a case: visit-1, visit-2 … where there are such folders, else the one that the case is.
func readVisits(t testing.TB, folder string) []visit {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(folder, "visit-*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) > 0 && filepath.Base(folders[0]) == "visit-1" {
		var out []visit
		for _, f := range folders {
			out = append(out, readVisit(t, f))
		}
		return out
	}
	return []visit{readVisit(t, folder)}
}

func readVisit(t testing.TB, folder string) visit {
	t.Helper()
	path := filepath.Join(folder, "visit.yaml")
	b, err := os.ReadFile(path)
	v := visit{folder: folder}
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	decoder.KnownFields(true)
	if err = errors.Join(err, decoder.Decode(&v)); err != nil {
		t.Fatalf("read visit %s: %v", path, err)
	}
	if v.Now.IsZero() {
		t.Fatalf("%s does not say now: when the visit is, as now: 2026-11-23T04:15:00+02:00", path)
	}
	v.To = cmp.Or(v.To, observation.DateOf(v.Now.UTC())-1)
	v.From = cmp.Or(v.From, v.To)
	return v
}

// scene is a source with all that it needs: its loaded configuration, its folder, its server.
type scene struct {
	*config.Config
	source config.Source
	server *server // nil when it asks none
	dir    string  // of the configuration
	log    *slog.Logger
}

// loadScene writes the case's config.yaml as the configuration file of an organisation into dir and loads it.
func loadScene(t testing.TB, kind collector.Kind, folder, dir, organisation string, s *server) *scene {
	t.Helper()
	entry, err := os.ReadFile(filepath.Join(folder, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := loadEntry(kind, s.name(string(entry)), dir, organisation)
	if err != nil {
		t.Fatalf("%s: %v", folder, err)
	}
	if len(c.Sources) != 1 {
		t.Fatalf("%s: config.yaml has %d sources, want the one that the case is about", folder, len(c.Sources))
	}
	return &scene{Config: c, source: c.Sources[0], server: s, dir: dir, log: slog.New(slog.DiscardHandler)}
}

// loadEntry loads a source's entry as it stands in a configuration file: a list of one, as sample.yaml shows it. Whose it is
// and the channels that it names are written around it. A text that is no list is a whole configuration.
func loadEntry(kind collector.Kind, entry, dir, organisation string) (*config.Config, error) {
	text := entry
	var sources []struct{ Channel string }
	if yaml.Unmarshal([]byte(entry), &sources) == nil {
		text = "organisations:\n- {id: " + organisation + ", name: Koske}\n" + channelsOf(kind, sources) + "sources:\n" + entry
	}
	path := filepath.Join(dir, "seuranta.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return config.Load(path, []collector.Kind{kind}, env)
}

// channelsOf writes the channels that the sources name, of the first kind that theirs can feed.
func channelsOf(kind collector.Kind, sources []struct{ Channel string }) string {
	what := "website"
	if len(kind.Channels) > 0 {
		what = kind.Channels[0]
	}
	out, written := "channels:\n", map[string]bool{"": true}
	for _, s := range sources {
		if !written[s.Channel] {
			out += fmt.Sprintf("- {id: %s, kind: %s}\n", s.Channel, what)
		}
		written[s.Channel] = true
	}
	return out
}

// env gives every environment variable that a configuration names a value.
func env(name string) (string, bool) { return "value-of-" + strings.ToLower(name), true }

// setFiles makes dir hold the files of a visit and nothing else but the configuration: those of the case and, over them,
// those of the visit. They were last written to at the moment of the visit.
func setFiles(t testing.TB, dir, folder string, v visit) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.Name() != "seuranta.yaml" {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	for _, from := range []string{folder, v.folder} {
		err = errors.Join(err, lay(dir, filepath.Join(from, "files"), v.Now))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// lay copies a folder into dir, over what is there, if there is such a folder.
func lay(dir, folder string, at time.Time) error {
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, e fs.DirEntry, err error) error {
		to := filepath.Join(dir, name)
		if err != nil || e.IsDir() {
			return errors.Join(err, os.MkdirAll(to, 0o700))
		}
		b, err := os.ReadFile(filepath.Join(folder, name))
		return errors.Join(err, os.WriteFile(to, b, 0o600), os.Chtimes(to, at, at))
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// answersOf returns the answers of a visit: its own, else those of its case.
func answersOf(t testing.TB, folder string, v visit) []*answer {
	t.Helper()
	for _, from := range []string{v.folder, folder} {
		out, err := readAnswers(filepath.Join(from, "answers"))
		if err != nil {
			t.Fatal(err)
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// window returns what the source is asked for.
func (s *scene) window(v visit) collector.Window {
	return collector.Window{Period: v.days(), Grains: s.source.Grains, Now: v.Now, Zone: s.source.Zone}
}

// settings returns the source's settings: those of the configuration, or ones that read the visit's file.
func (s *scene) settings(v visit) collector.Config {
	if v.Import == "" {
		return s.source.Settings
	}
	return importing{s.source.Settings, v.Import}
}

// read reads the source without a store.
func (s *scene) read(ctx context.Context, m *Memory, v visit, w collector.Window) (Recording, error) {
	var r Recorder
	policy := s.source.Policy()
	policy.Answered = func(part string, status int, size int64, sha256 string) {
		r.Answered(observation.Answer{Part: part, Status: status, Size: size, SHA256: sha256})
	}
	err := s.settings(v).New(s.deps(m, v, policy)).Collect(ctx, w, &r)
	rec := r.Recording()
	m.Learn(rec.Items)
	return rec, err
}

// deps returns what the collector works with.
func (s *scene) deps(m *Memory, v visit, policy fetch.Policy) collector.Deps {
	return collector.Deps{Log: s.log, State: m, Items: m, HTTP: fetch.New(s.options(v, patience)).Session(policy), Dir: s.dir,
		ChannelID: s.source.Channel, Metrics: s.Desk.Metrics, BaseURL: s.source.BaseURL}
}

// patience is how long a request of a test may take: long enough for a busy machine to give a good answer.
const patience = 20 * time.Second

// options are those of a client that never waits between two tries.
func (s *scene) options(v visit, patience time.Duration) fetch.Options {
	return fetch.Options{
		Program: "Seuranta/test", Contact: "viestinta@example.org", Log: s.log, Spacing: -1, Patience: patience,
		Now:   func() time.Time { return v.Now },
		Pause: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

// importing makes a visit of handing a file over.
type importing struct {
	collector.Config
	path string
}

// New makes a collector that imports the file.
func (i importing) New(d collector.Deps) collector.Collector {
	return importer{i.Config.New(d), filepath.Join(d.Dir, i.path)}
}

type importer struct {
	collector.Collector
	path string
}

// Collect imports the file.
func (i importer) Collect(ctx context.Context, w collector.Window, out collector.Sink) error {
	return i.work(ctx, w)(out)
}

// work returns what imports the file into a sink.
func (i importer) work(ctx context.Context, w collector.Window) func(collector.Sink) error {
	return func(out collector.Sink) error {
		to, ok := i.Collector.(collector.Importer)
		if !ok {
			return errors.New("the kind imports no files, and visit.yaml names one")
		}
		return to.Import(ctx, i.path, w, out)
	}
}
