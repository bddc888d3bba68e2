package config

import (
	"fmt"

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
			Primary:      preferences(keys.Primary),
			Targets:      targets(keys.Targets),
		})
	}
	return all
}

func preferences(keys map[metric][]preferenceKeys) map[string][]observation.Preference {
	if len(keys) == 0 {
		return nil
	}
	all := map[string][]observation.Preference{}
	for metric, ordered := range keys {
		for _, p := range ordered {
			all[string(metric)] = append(all[string(metric)], observation.Preference{Source: string(p.Source), From: p.From})
		}
	}
	return all
}

func targets(keys []targetKeys) []observation.Target {
	var all []observation.Target
	for _, t := range keys {
		all = append(all, observation.Target{
			Metric: string(t.Metric), Grain: observation.Grain(t.Per), Value: t.Value, Life: observation.Life(t.Life),
		})
	}
	return all
}

// buildEvents returns the events; one whose channels are all of one organisation is of that one.
func (b *builder) buildEvents(channels []observation.Channel) []observation.Event {
	var all []observation.Event
	for i, keys := range b.keys.Events {
		at := entry("events", i)
		e := observation.Event{On: keys.On, What: keys.What}
		implied, mixed := "", false
		for j, c := range keys.Channels {
			if !b.follow(entry(under(at, "channels"), j), c, b.channels) {
				continue
			}
			e.Channels = append(e.Channels, string(c))
			whose := channels[b.channels.at[string(c)]].Organisation
			mixed = mixed || implied != "" && implied != whose
			implied = whose
		}
		if mixed {
			implied = ""
		}
		if keys.Organisation != "" || !b.faulty[under(at, "channels")] {
			e.Organisation = b.owner(at, keys.Organisation, implied)
		}
		b.checkEventChannels(at, e, channels)
		all = append(all, e)
	}
	return all
}

func (b *builder) checkEventChannels(at string, e observation.Event, channels []observation.Channel) {
	for i, c := range e.Channels {
		whose := channels[b.channels.at[c]].Organisation
		if whose != "" && e.Organisation != "" && whose != e.Organisation {
			b.fault(entry(under(at, "channels"), i), fmt.Sprintf("%q is a channel of %s, and the event is of %s", c, whose, e.Organisation),
				"write an event for each organisation")
		}
	}
}
