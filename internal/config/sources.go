package config

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// extend adds the keys of the source's kind to those of every source, and has the kind check them. Without a known kind
// no key can be told to be unknown.
func (s *sourceKeys) extend(d *decoder, at string, n *yaml.Node) (any, bool) {
	name := ""
	eachKey(n, func(key, value *yaml.Node) {
		if key.Value == "kind" && value.Kind == yaml.ScalarNode && !isNull(value) && !fromEnv.MatchString(value.Value) {
			name = value.Value
		}
	})
	k, ok := kindNamed(d.kinds, name)
	if !ok {
		if name != "" {
			d.fault(under(at, "kind"), "there is no kind "+show(name), Instead(name, "there are", kindNames(d.kinds)))
		}
		return nil, false
	}
	s.found = &k
	settings := k.New()
	s.settings = reflect.New(reflect.TypeOf(settings))
	s.settings.Elem().Set(reflect.ValueOf(settings))
	if s.settings.Elem().Kind() == reflect.Pointer {
		return settings, true
	}
	return s.settings.Interface(), true
}

func (s *sourceKeys) takes(of string) bool { return s.found == nil || kindTakes(*s.found, of) }

// kindTakes tells whether sources of a kind take the keys with a tag of.
func kindTakes(k collector.Kind, of string) bool {
	switch of {
	case "typed":
		return k.Typed
	case "fetches":
		return k.Fetches
	case "base_url":
		return k.BaseURL
	case "retention":
		return len(k.Retention) > 0
	}
	return true
}

// secretsName is the name under which secrets of the source lie in the folder of secrets.
func (s *sourceKeys) secretsName() string { return string(s.ID) }

func kindNames(kinds []collector.Kind) []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.Name)
	}
	slices.Sort(names)
	return names
}

func (b *builder) buildSources(organisations []observation.Organisation, channels []observation.Channel) []Source {
	var all []Source
	for i, keys := range b.keys.Sources {
		at := entry("sources", i)
		if keys.found == nil {
			b.unsure = true
			continue
		}
		settings := keys.settings.Elem().Interface().(collector.Config)
		lacks := b.lackingOf(at)
		b.excuseToken(at, string(keys.ID), settings)
		b.checkSettings(at, settings)
		telling := tellingOf(*keys.found, settings, b.remarks(at, settings))
		b.checkCommon(at, keys, telling)
		s := Source{Settings: settings, AllowPrivate: keys.AllowPrivate, Fetches: keys.found.Fetches, Lacks: lacks, Spacing: keys.found.Spacing, BackfillDays: keys.found.BackfillDays, CredentialExpires: keys.CredentialExpires, Source: observation.Source{
			ID: string(keys.ID), Kind: keys.found.Name, Life: observation.Life(keys.Life), Schedule: string(keys.Schedule),
			Metrics: telling.Metrics, Grains: telling.Grains, MetricGrains: telling.MetricGrains, SettleDays: keys.found.SettleDays, Method: keys.found.Method,
			Definitions: telling.Definitions, Parts: telling.Parts, Remind: cmp.Or(string(keys.Remind), telling.Remind), Typed: telling.Typed, BaseURL: string(keys.BaseURL),
		}}
		s.Retention, s.RetentionOff = b.retention(at, keys, settings)
		s.Channel, s.Organisation = b.placeSource(at, keys, telling, channels)
		b.unsure = b.unsure || b.faulty[under(at, "channel")]
		b.checkName(at, s.Source)
		s.Zone = keys.Timezone.Location
		if o, ok := b.organisations.at[s.Organisation]; ok {
			s.Clock = organisations[o].Zone
			if s.Zone == nil {
				s.Zone = s.Clock
			}
		}
		all = append(all, s)
	}
	return all
}

// retention returns the rules by which what a source told is forgotten, and why there are none, where somebody says so.
func (b *builder) retention(at string, keys sourceKeys, settings collector.Config) (rules []collector.Retention, off string) {
	if len(keys.found.Retention) == 0 {
		return nil, ""
	}
	path, off := under(at, "retention"), strings.TrimSpace(keys.Retention.Off)
	if b.given(path) && !b.faulty[path] && len(strings.Fields(off)) < 2 {
		b.fault(path, "that the terms of the platform do not hold here needs a reason in writing, which check shows", `say it, as retention: {off: "LinkedIn gave us its leave on 3 March 2026"}, or take the key out`)
	}
	if off != "" {
		return nil, off
	}
	rules = keys.found.Retention
	if k, ok := settings.(collector.Retainer); ok {
		rules = k.Retains(rules)
	}
	return rules, ""
}

// checkCommon refuses what only sources of other kinds take, and metrics that there are not.
func (b *builder) checkCommon(at string, keys sourceKeys, telling collector.Telling) {
	for _, key := range []struct {
		name        string
		takes       bool
		wrong, todo string
	}{
		{"remind", telling.Typed, "is read by itself, so no number of it grows old", "take the key out; schedule says when it is read"},
		{"schedule", !telling.Silent, "with these settings has nothing to read by itself: its numbers are typed or handed over", "take the key out; files that are read by themselves are named in paths, where the kind takes that key"},
		{"allow_private", keys.takes("fetches"), "asks no server", "take the key out"},
		{"credential_expires", keys.takes("fetches"), "asks no server", "take the key out"},
		{"base_url", keys.takes("base_url"), "has no platform that could be elsewhere", "take the key out"},
		{"retention", keys.takes("retention"), "has no terms that limit how long its numbers are kept", "take the key out"},
	} {
		if path := under(at, key.name); b.given(path) && !key.takes {
			b.fault(path, "a source of kind "+keys.found.Name+" "+key.wrong, key.todo)
		}
	}
	if path := under(at, "base_url"); keys.found.SelfHosted && !b.given(path) {
		b.fault(path, "everybody who uses "+keys.found.Name+" has one of their own, and it is not said where yours is", "give base_url: its address, as https://tilastot.example.fi")
	}
	for _, m := range telling.Metrics {
		if _, ok := b.metrics[m]; !ok {
			place, named := telling.Places[m]
			if !named {
				place.Key = "metrics"
			}
			b.fault(pathIn(at, place), "there is no metric "+show(m), Instead(m, "there are", b.metricNames)+"; declare it under metrics at the top of the file")
		}
	}
}

// pathIn returns the path of a place in the source at a path.
func pathIn(at string, p collector.Place) string {
	path := under(at, p.Key)
	if p.Entry != "" {
		path = under(path, p.Entry)
	}
	return path
}

// tellingOf returns what a source of the kind with these settings tells.
func tellingOf(k collector.Kind, settings collector.Config, faults []collector.Fault) collector.Telling {
	if t, ok := settings.(collector.Teller); ok && len(faults) == 0 {
		telling := t.Tells()
		telling.Typed = telling.Typed || k.Typed
		return telling
	}
	return collector.Telling{Metrics: k.Metrics, Grains: k.Grains, MetricGrains: k.MetricGrains, Channels: k.Channels,
		ChannelOptional: k.ChannelOptional, Typed: k.Typed, Definitions: k.Definitions}
}

// checkSettings passes on what a kind finds wrong with its settings, where the decoder has not already reported it.
func (b *builder) checkSettings(at string, settings collector.Config) {
	told, more := 0, 0
	for _, f := range b.remarks(at, settings) {
		path := at
		if f.Key != "" {
			path = pathIn(at, collector.Place{Key: f.Key, Entry: f.Entry})
			if b.faulty[path] {
				continue
			}
			if from, ok := b.tainted(path); ok {
				b.fault(path, "the value taken from "+from+" does not fit here; it is not shown", "")
				continue
			}
		}
		if told++; told > maxOfKind {
			more++
			continue
		}
		b.fault(path, f.Message, "")
	}
	if more > 0 {
		b.fault(at, fmt.Sprintf("and %d more faults of this source", more), "mend these first")
	}
}

// lackingOf returns the keys of a source's secrets that could not be had.
func (b *builder) lackingOf(at string) (keys []string) {
	for path := range b.lacks {
		if parentOf(path) == at {
			keys = append(keys, keyOf(path))
		}
	}
	slices.Sort(keys)
	return keys
}

// excuseToken lets a source do without a token that people get in a browser: when somebody has connected it, and where nobody is
// asked, as by the command that connects it.
func (b *builder) excuseToken(at, id string, settings collector.Config) {
	if _, ok := settings.(collector.Connectable); !ok || id == "" {
		return
	}
	_, err := os.Lstat(filepath.Join(b.secretsDir, collector.CredentialFile(id)))
	if b.lenient || err == nil {
		b.lacks[under(at, collector.TokenKey)] = true
	}
}

// remarks returns what a kind finds wrong with its settings, but for secrets that were left empty.
func (b *builder) remarks(at string, settings collector.Config) []collector.Fault {
	return slices.DeleteFunc(slices.Clone(settings.Validate()), func(f collector.Fault) bool { return b.lacks[pathIn(at, collector.Place{Key: f.Key})] })
}

// checkName refuses the name of a channel for a source that tells of something else: numbers are typed for either by its name.
func (b *builder) checkName(at string, s observation.Source) {
	if _, taken := b.channels.at[s.ID]; taken && s.Channel != s.ID && !b.faulty[under(at, "channel")] {
		b.fault(under(at, "id"), strconv.Quote(s.ID)+" is a channel, and this source does not tell of it", "give one of them another id: numbers are typed for either by its name")
	}
}

// placeSource returns the channel and the organisation of a source.
func (b *builder) placeSource(at string, keys sourceKeys, telling collector.Telling, channels []observation.Channel) (channel, organisation string) {
	path := under(at, "channel")
	kind := *keys.found
	kind.Channels = telling.Channels
	needed := len(kind.Channels) > 0 && !telling.ChannelOptional
	switch {
	case keys.Channel == "" && needed && !b.faulty[path]:
		b.fault(at, `"channel" is missing`, "give the channel that this source tells of: one of kind "+list(kind.Channels))
	case keys.Channel != "" && len(kind.Channels) == 0:
		b.fault(path, "a source of kind "+kind.Name+" feeds no channel", "take the key out")
	case b.follow(path, keys.Channel, b.channels):
		c := channels[b.channels.at[string(keys.Channel)]]
		channel, organisation = c.ID, c.Organisation
		b.checkFeed(path, kind, c)
	}
	if keys.Organisation == "" && organisation == "" && (keys.Channel != "" || needed) {
		return channel, "" // the fault of its channel hides whose it is
	}
	named := b.owner(at, keys.Organisation, organisation)
	if named != "" && organisation != "" && named != organisation {
		b.fault(under(at, "organisation"), fmt.Sprintf("the channel %q is of %s, not of %s", channel, organisation, named),
			"take the key out, or name another channel")
	}
	return channel, named
}

func (b *builder) checkFeed(at string, kind collector.Kind, c observation.Channel) {
	if c.Kind != "" && !slices.Contains(kind.Channels, c.Kind) {
		b.fault(at, fmt.Sprintf("a source of kind %s cannot feed %s, which is of kind %s", kind.Name, strconv.Quote(c.ID), c.Kind),
			"it feeds channels of kind "+list(kind.Channels))
	}
}
