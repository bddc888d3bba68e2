package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"seuranta/internal/observation"
)

// tellers are the sources of a channel, by the metrics that they tell.
type tellers map[string][]observation.Source

func (t tellers) add(s observation.Source) {
	for _, m := range s.Metrics {
		if n := len(t[m]); n == 0 || t[m][n-1].ID != s.ID {
			t[m] = append(t[m], s)
		}
	}
}

// ids lists the sources that tell a metric.
func (t tellers) ids(metric string) []string {
	var ids []string
	for _, s := range t[metric] {
		ids = append(ids, s.ID)
	}
	return ids
}

// isMetric tells whether a name is that of a metric, and reports it when it is not.
func (b *builder) isMetric(at string, name metric) bool {
	return b.isOneOf(at, string(name), b.metricNames)
}

func (b *builder) isOneOf(at, name string, names []string) bool {
	if name == "" {
		return false
	}
	if slices.Contains(names, name) {
		return true
	}
	b.fault(at, "there is no "+show(name), Instead(name, "there are", names)+"; others are declared under metrics")
	return false
}

// isShown tells whether a name is that of a metric or of what publications earned of one, and reports it when it is not.
func (b *builder) isShown(at string, name shownMetric) bool {
	m, formed := observation.Earned()[string(name)]
	if !formed {
		return b.isOneOf(at, string(name), slices.Concat(b.metricNames, earnedMetrics()))
	}
	if err := m.Shape.Grows(); err != nil {
		b.fault(at, fmt.Sprintf("there is no number of %s: %s", name, err), "choose one of "+list(earnedMetrics()))
		return false
	}
	return true
}

// earnedMetrics lists what publications earn and a number can be had of.
func earnedMetrics() []string {
	var out []string
	for id, m := range observation.Earned() {
		if m.Shape.Grows() == nil {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// catalogue returns the metrics of every installation and those that the file declares.
func (b *builder) catalogue() observation.Metrics {
	all := observation.StandardMetrics()
	for i, keys := range b.keys.Metrics {
		name := string(keys.ID)
		_, ok := all[name]
		if _, formed := observation.Earned()[name]; (ok || formed) && !b.declared[name] {
			b.fault(under(entry("metrics", i), "id"), fmt.Sprintf("%q is a metric that every installation has", name), "give yours another id, or use that one")
			continue
		}
		if name == "" {
			continue
		}
		b.declared[name] = true
		all[name] = observation.Metric{ID: name, Shape: observation.Shape(cmp.Or(string(keys.Shape), string(observation.Flow))),
			Unit: cmp.Or(keys.Unit, name), Name: orID(keys.Name, keys.ID)}
	}
	return all
}

// checkMetrics checks what channels say of metrics against what their sources tell.
func (b *builder) checkMetrics(channels []observation.Channel, sources []observation.Source) {
	byChannel := map[string]tellers{}
	for _, s := range sources {
		if byChannel[s.Channel] == nil {
			byChannel[s.Channel] = tellers{}
		}
		byChannel[s.Channel].add(s)
	}
	for i, c := range channels {
		if c.ID == "" || b.channels.at[c.ID] != i {
			continue
		}
		at := entry("channels", i)
		b.checkCandidates(at, c, byChannel[c.ID])
		b.checkPrimary(at, c, byChannel[c.ID])
		b.checkTargets(at, c, byChannel[c.ID])
	}
}

// checkCandidates reports the metrics that several sources tell and no preference decides.
func (b *builder) checkCandidates(at string, c observation.Channel, told tellers) {
	if b.faulty[under(at, "primary")] {
		return
	}
	undecided := map[string][]string{} // by the ids of the sources
	for _, m := range slices.Sorted(maps.Keys(told)) {
		if ids := list(told.ids(m)); len(told[m]) > 1 && len(c.Primary[m]) == 0 {
			undecided[ids] = append(undecided[ids], m)
		}
	}
	for _, ids := range slices.Sorted(maps.Keys(undecided)) {
		metrics := undecided[ids]
		b.fault(at, fmt.Sprintf("several sources (%s) tell %s of %q, and it is not said which counts", ids, list(metrics), c.ID),
			fmt.Sprintf("give primary: {%s: [%s]}, the preferred source first", metrics[0], ids))
	}
}

// checkPrimary checks that each preferred source is one of the channel's and tells the metric.
func (b *builder) checkPrimary(at string, c observation.Channel, told tellers) {
	for _, m := range slices.Sorted(maps.Keys(c.Primary)) {
		path := under(under(at, "primary"), m)
		if !b.unheard(path, m, c.ID, told) {
			b.checkPreferences(path, m, c.Primary[m], told.ids(m))
		}
	}
}

func (b *builder) checkPreferences(at, metric string, preferred []observation.Preference, ids []string) {
	seen := map[observation.Preference]bool{}
	tells := map[string]bool{}
	for _, id := range ids {
		tells[id] = true
	}
	for i, p := range preferred {
		this := entry(at, i)
		switch {
		case !b.follow(this, ref(p.Source), b.sources):
		case !tells[p.Source] && !b.unsure:
			b.fault(this, fmt.Sprintf("%q does not tell %s of this channel", p.Source, metric), "it is told by "+list(ids))
		case seen[p]:
			b.fault(this, fmt.Sprintf("%q stands twice", p.Source), "keep one of them, or give each its from:")
		}
		seen[p] = true
	}
}

// unheard tells whether no source of a channel tells a metric, and reports it.
func (b *builder) unheard(at, metric, channel string, told tellers) bool {
	if len(told[metric]) > 0 {
		return false
	}
	if b.unsure {
		return true
	}
	todo := "its sources tell " + list(slices.Sorted(maps.Keys(told)))
	if len(told) == 0 {
		todo = "it has no source yet: add one under sources"
	}
	b.fault(at, fmt.Sprintf("no source of %q tells %s", channel, metric), todo)
	return true
}

// checkTargets checks that what each target asks for can be known.
func (b *builder) checkTargets(at string, c observation.Channel, told tellers) {
	for i, t := range c.Targets {
		path := entry(under(at, "targets"), i)
		if value := under(path, "value"); t.Value <= 0 && !b.faulty[value] && b.given(value) {
			b.fault(value, fmt.Sprintf("%v is nothing to reach", t.Value), "a target is larger than 0")
		}
		if t.Metric == "" || t.Grain == "" {
			continue
		}
		b.checkTarget(path, c, t, told)
		for _, other := range c.Targets[:i] {
			if other.Metric == t.Metric && other.Grain == t.Grain && overlap(other.Life, t.Life) {
				b.fault(path, fmt.Sprintf("%s per %s has a target for some of these days already", t.Metric, t.Grain), "keep one, or give each its life:")
				break
			}
		}
	}
}

func (b *builder) given(at string) bool {
	_, ok := b.places[at]
	return ok
}

func overlap(a, b observation.Life) bool {
	return (a.To == 0 || b.From < a.To) && (b.To == 0 || a.From < b.To)
}

func (b *builder) checkTarget(at string, c observation.Channel, t observation.Target, told tellers) {
	path := under(at, "metric")
	if earned, formed := observation.Earned()[t.Metric]; formed { // of periods of any length
		b.unheard(path, earned.Counter, c.ID, told)
		return
	}
	m := b.metrics[t.Metric]
	switch {
	case m.Shape == observation.Counted:
		b.fault(path, t.Metric+" is counted from what was published or found", "targets for counted metrics come with a later version; take it out until then")
		return
	case m.Lifetime:
		b.fault(path, t.Metric+" is the counter of a single publication", "choose a metric of the channel")
		return
	case b.unheard(path, t.Metric, c.ID, told):
		return
	}
	var have []observation.Grain
	for _, s := range told[t.Metric] {
		have = append(have, s.Grains...)
	}
	if reason := cannotForm(m, have, t.Grain); reason != "" {
		b.fault(under(at, "per"), fmt.Sprintf("there is no %s per %s: %s", t.Metric, t.Grain, reason), possible(m, have))
	}
}

// cannotForm returns the reason why a number of a grain can neither be had from a source nor be made of what it tells.
func cannotForm(m observation.Metric, have []observation.Grain, want observation.Grain) string {
	if slices.Contains(have, want) {
		return ""
	}
	if err := m.Shape.Allows(observation.OverTime); err != nil {
		return err.Error()
	}
	if m.Shape == observation.Unique {
		return "the same person may come in several periods, so these do not add, and no source tells it per " + string(want)
	}
	for _, g := range have {
		if g.MakesUp(want) || g == observation.Snapshot && m.Shape == observation.Level {
			return ""
		}
	}
	return "the periods that its sources tell do not add up to a " + string(want)
}

// possible says for which periods a target can be set.
func possible(m observation.Metric, have []observation.Grain) string {
	var names []string
	for _, name := range targetGrain("").Choices() {
		if cannotForm(m, have, observation.Grain(name)) == "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "choose another metric"
	}
	return "it can be had per " + list(names)
}
