package config

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// weblog holds the settings of a made-up kind: one of every type that settings can have.
type weblog struct {
	Paths   []string          `yaml:"paths" doc:"where the logs are"`
	Lines   int               `yaml:"lines" doc:"how many"`
	Share   float64           `yaml:"share" doc:"a share"`
	Bots    bool              `yaml:"bots" doc:"count bots too"`
	Wait    time.Duration     `yaml:"wait" doc:"how long"`
	Since   observation.Date  `yaml:"since" doc:"from when"`
	Title   observation.Text  `yaml:"title" doc:"its title"`
	Headers map[string]string `yaml:"headers" doc:"headers"`
	Filter  filter            `yaml:"filter" doc:"which lines"`
	Cookie  string            `yaml:"cookie" doc:"a cookie" secret:"true"`
	Site    string            `yaml:"site" doc:"the site"`
	NotAKey string
	common  `yaml:",inline"`
}

type filter struct {
	Host string   `yaml:"host" doc:"the host"`
	Drop []string `yaml:"drop" doc:"what is left out"`
}

type common struct {
	Limit int8 `yaml:"limit" doc:"a limit"`
}

// Validate finds fault at every place that a kind can name, and shows more of the values than a kind should.
func (w *weblog) Validate() []collector.Fault {
	var faults []collector.Fault
	add := func(key, message string) { faults = append(faults, collector.Fault{Key: key, Message: message}) }
	if len(w.Paths) == 0 {
		add("paths", "no log is named; give paths: [/var/log/nginx/access.log*]")
	}
	for i, p := range w.Paths {
		if strings.Contains(p, "?") {
			add(entry("paths", i), show(p)+" has a question mark")
		}
	}
	if rest, ok := strings.CutPrefix(w.Site, "bad"); ok {
		add("site", "the site is bad: "+rest)
	}
	if strings.Contains(w.Cookie+w.Site, "worse") {
		add("", "this cannot work with "+show(w.Cookie)+" and "+w.Site)
	}
	return faults
}

func (w *weblog) New(collector.Deps) collector.Collector { return nil }

// plain is a made-up kind whose settings are no pointer.
type plain struct {
	Account string `yaml:"account" doc:"whose it is"`
	Token   Secret `yaml:"token" doc:"what it is read with"`
}

func (plain) Validate() []collector.Fault            { return nil }
func (plain) New(collector.Deps) collector.Collector { return nil }

// diary is a made-up kind that people feed; its settings say what with.
type diary struct {
	Metrics []string `yaml:"metrics" doc:"what is typed" need:"what is typed, as [followers]"`
	Mood    mood     `yaml:"mood" doc:"how it is typed"`
	Access  struct {
		Secret Secret `yaml:"secret" doc:"what opens it"`
	} `yaml:"access" doc:"how it is opened"`
}

type mood string

func (mood) Choices() []string { return []string{"glad", "tired"} }

func (*diary) Validate() []collector.Fault            { return nil }
func (*diary) New(collector.Deps) collector.Collector { return nil }
func (d *diary) Tells() collector.Telling {
	return collector.Telling{Metrics: d.Metrics, Grains: []observation.Grain{observation.Snapshot}, Channels: []string{"facebook", "linkedin"},
		ChannelOptional: true, Remind: "quarter"}
}

func fakeKinds() []collector.Kind {
	return []collector.Kind{
		{
			Name: "weblog", New: func() collector.Config { return &weblog{Lines: 7, Headers: map[string]string{"a": "b"}} },
			Metrics: []string{"views", "visitors"}, Grains: []observation.Grain{observation.Day, observation.Week, observation.Month},
			SettleDays: 2, Channels: []string{"website"},
			Definitions: []observation.Definition{{ID: "views@weblog-1", Metric: "views"}},
		},
		{
			Name: "social", New: func() collector.Config { return plain{Account: "none"} },
			Metrics: []string{"followers", "views"}, Grains: []observation.Grain{observation.Week, observation.Snapshot},
			Channels: []string{"website", "facebook", "linkedin"}, Fetches: true, BaseURL: true,
			Retention: []collector.Retention{{ID: "social-posts", Items: true, Days: 180}},
		},
		{Name: "press", New: func() collector.Config { return &plain{} }, Metrics: []string{"media_hits"}, Fetches: true},
		{Name: "diary", New: func() collector.Config { return &diary{} }, Channels: []string{"facebook", "linkedin"}, ChannelOptional: true, Typed: true},
	}
}

const (
	canary  = "c4n4ry-Xy7\"quoted"
	encoded = "c4n4ry-Xy7%22quoted" // as it stands in an address
)

func fakeEnv(name string) (string, bool) {
	value, ok := map[string]string{
		"CANARY": canary, "EMPTY": "", "BAD_CANARY": "bad" + canary, "WORSE_CANARY": "worse" + canary,
		"GOOD_DSN":  "clickhouse://seuranta:" + encoded + "@db.example.org:9000/seuranta",
		"OTHER_DSN": "mysql://seuranta:" + canary + "@db.example.org/seuranta",
		"HOOK":      "https://hooks.example.org/t/" + encoded + "?x=1",
		"LINES":     "12", "SHORT": "x",
	}[name]
	return value, ok
}

// loadText loads a configuration that is not on the disk; paths in it start from dir.
func loadText(dir, text string) (*Config, error) {
	return load("seuranta.yaml", []byte(text), surroundings{dir: dir, kinds: fakeKinds(), env: fakeEnv})
}

// mustLoad loads a configuration without faults.
func mustLoad(t *testing.T, text string) *Config {
	t.Helper()
	c, err := loadText(t.TempDir(), text)
	if err != nil {
		t.Fatalf("load\n%s\n%v", text, err)
	}
	return c
}

// faultsOf loads a configuration that must have faults.
func faultsOf(t *testing.T, dir, text string) Faults {
	t.Helper()
	_, err := loadText(dir, text)
	var faults *Faults
	if !errors.As(err, &faults) {
		t.Fatalf("load\n%s\ngot error %v, want *Faults", text, err)
	}
	return *faults
}
