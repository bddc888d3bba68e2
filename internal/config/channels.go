package config

import (
	"seuranta/internal/observation"
)

func (b *builder) buildChannels() []observation.Channel {
	var all []observation.Channel
	for i, keys := range b.keys.Channels {
		at := entry("channels", i)
		all = append(all, observation.Channel{
			ID:           string(keys.ID),
			Organisation: b.owner(at, keys.Organisation, ""),
			Kind:         string(keys.Kind),
			Name:         orID(keys.Name, keys.ID),
			Purpose:      keys.Purpose,
			Life:         observation.Life(keys.Life),
			Primary:      b.preferences(under(at, "primary"), keys.Primary),
			Targets:      b.targets(under(at, "targets"), keys.Targets),
		})
	}
	return all
}

func (b *builder) preferences(at string, keys map[metric][]preferenceKeys) map[string][]observation.Preference {
	if len(keys) == 0 {
		return nil
	}
	all := map[string][]observation.Preference{}
	for metric, ordered := range keys {
		if !b.isMetric(under(at, string(metric)), metric) {
			continue
		}
		for _, p := range ordered {
			all[string(metric)] = append(all[string(metric)], observation.Preference{Source: string(p.Source), From: p.From})
		}
	}
	return all
}

// targets returns the targets; one of a metric that there is not has none.
func (b *builder) targets(at string, keys []targetKeys) []observation.Target {
	var all []observation.Target
	for i, t := range keys {
		if !b.isShown(under(entry(at, i), "metric"), t.Metric) {
			t.Metric = ""
		}
		all = append(all, observation.Target{
			Metric: string(t.Metric), Grain: observation.Grain(t.Per), Value: t.Value, Life: observation.Life(t.Life),
		})
	}
	return all
}
