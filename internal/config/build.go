package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// builder makes a Config of the keys of a file, and checks what no key tells alone.
type builder struct {
	*reporter
	keys          *fileKeys
	metrics       observation.Metrics
	metricNames   []string // sorted
	organisations index
	channels      index
	sources       index
	topics        index
	projects      index
	regions       index
	declared      map[string]bool // the metrics that the file declares
	unsure        bool            // it is not known of every source what it tells and of which channel
	secretsDir    string
	lenient       bool // see surroundings
}

func build(r *reporter, keys *fileKeys, c *Config, lenient bool) {
	b := &builder{reporter: r, keys: keys, declared: map[string]bool{}, secretsDir: filepath.Join(c.Dir, SecretsDir), lenient: lenient}
	b.index()
	b.metrics = b.catalogue()
	b.metricNames = slices.Sorted(maps.Keys(b.metrics))
	c.Contact = string(keys.Contact)
	c.Storage = b.storage(c.Dir)
	c.Server = Server{Listen: string(keys.Server.Listen), Pages: absolute(c.Dir, keys.Server.Pages)}
	c.Alerts = b.buildAlerts()
	c.Desk.Metrics = b.metrics
	c.Desk.Organisations = b.buildOrganisations()
	c.Desk.Channels = b.buildChannels()
	c.Sources = b.buildSources(c.Desk.Organisations, c.Desk.Channels)
	for _, s := range c.Sources {
		c.Desk.Sources = append(c.Desk.Sources, s.Source)
	}
	b.checkMetrics(c.Desk.Channels, c.Desk.Sources)
	c.Desk.Networks = b.buildNetworks()
	c.Desk.Regions = b.buildRegions()
	c.Desk.Topics = b.buildTopics()
	c.Desk.Projects = b.buildProjects(c.Desk.Channels)
	c.Desk.Events = b.buildEvents(c.Desk.Channels, c.Desk.Projects)
}

func (b *builder) storage(dir string) Storage {
	keys := b.keys.Storage
	s := Storage{DSN: keys.DSN.Secret, Library: absolute(dir, keys.Library)}
	_, givesPath := b.places["storage.path"]
	if _, givesDSN := b.places["storage.dsn"]; givesDSN && givesPath {
		b.fault("storage.path", "the store is either in a folder or on a server; here are both path and dsn", "keep one of them")
	}
	if s.DSN.IsZero() {
		s.Path = absolute(dir, keys.Path)
	}
	if keys.Path == "" {
		b.fault("storage.path", "no folder is named", "write a folder, as ./data, or take the key out")
	}
	return s
}

func absolute(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// index finds the things of one list of the file by their ids.
type index struct {
	list string
	at   map[string]int
	ids  []string
}

func (b *builder) index() {
	b.organisations = indexOf(b.reporter, "organisations", b.keys.Organisations, func(k organisationKeys) id { return k.ID })
	b.channels = indexOf(b.reporter, "channels", b.keys.Channels, func(k channelKeys) id { return k.ID })
	b.sources = indexOf(b.reporter, "sources", b.keys.Sources, func(k sourceKeys) id { return k.ID })
	b.topics = indexOf(b.reporter, "topics", b.keys.Topics, func(k topicKeys) id { return k.ID })
	b.projects = indexOf(b.reporter, "projects", b.keys.Projects, func(k projectKeys) id { return k.ID })
	b.regions = b.indexRegions()
	indexOf(b.reporter, "networks", b.keys.Networks, func(k networkKeys) id { return k.ID })
	indexOf(b.reporter, "metrics", b.keys.Metrics, func(k metricKeys) id { return k.ID })
}

func indexOf[T any](r *reporter, list string, all []T, idOf func(T) id) index {
	x := index{list: list, at: map[string]int{}}
	for i, one := range all {
		name := string(idOf(one))
		if name == "" {
			continue
		}
		if first, ok := x.at[name]; ok {
			at := under(entry(list, first), "id")
			r.fault(under(entry(list, i), "id"), fmt.Sprintf("%q is taken: line %d has it already", name, r.place(at).line), "give each its own id")
			continue
		}
		x.at[name] = i
		x.ids = append(x.ids, name)
	}
	return x
}

// follow tells whether a reference leads to a thing of the list, and reports it when it does not.
func (b *builder) follow(at string, to ref, x index) bool {
	if to == "" {
		return false
	}
	if _, ok := x.at[string(to)]; ok {
		return true
	}
	if len(x.ids) == 0 && b.faulty[x.list] {
		return false // the list itself could not be read
	}
	b.fault(at, fmt.Sprintf("%s is not among the %s", show(string(to)), x.list), Instead(string(to), "there are", x.ids))
	return false
}

// refs returns where the references of a list lead to, each once. Those that lead nowhere, or twice to the same, are reported.
func (b *builder) refs(at string, all []ref, x index) []string {
	var out []string
	for i, to := range all {
		switch {
		case !b.follow(entry(at, i), to, x):
		case slices.Contains(out, string(to)):
			b.fault(entry(at, i), fmt.Sprintf("%q stands twice", to), "keep one of them")
		default:
			out = append(out, string(to))
		}
	}
	return out
}

// owner returns the organisation of an entry: the one that it names, else the one that follows from what it belongs to,
// else the only one.
func (b *builder) owner(at string, named ref, implied string) string {
	path := under(at, "organisation")
	switch {
	case named != "":
		if !b.follow(path, named, b.organisations) {
			return ""
		}
		return string(named)
	case implied != "" || b.faulty[path]:
		return implied
	case len(b.organisations.ids) == 1 && len(b.keys.Organisations) == 1:
		return b.organisations.ids[0]
	case len(b.organisations.ids) > 1:
		b.fault(at, "it is not said whose this is, and there are several organisations", "give organisation: one of "+list(b.organisations.ids))
	}
	return ""
}

// kindNamed returns a kind of source.
func kindNamed(kinds []collector.Kind, name string) (collector.Kind, bool) {
	for _, k := range kinds {
		if k.Name == name {
			return k, true
		}
	}
	return collector.Kind{}, false
}
