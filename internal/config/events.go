package config

import (
	"fmt"

	"seuranta/internal/observation"
)

// buildEvents returns the events; one whose channels and projects are all of one organisation is of that one.
func (b *builder) buildEvents(channels []observation.Channel, projects []observation.Project) []observation.Event {
	var all []observation.Event
	for i, keys := range b.keys.Events {
		at := entry("events", i)
		e := observation.Event{On: keys.On, What: keys.What}
		whose := map[string]bool{}
		for _, c := range b.refs(under(at, "channels"), keys.Channels, b.channels) {
			e.Channels = append(e.Channels, c)
			whose[channels[b.channels.at[c]].Organisation] = true
		}
		for _, p := range b.refs(under(at, "projects"), keys.Projects, b.projects) {
			e.Projects = append(e.Projects, p)
			if len(keys.Channels) == 0 {
				whose[projects[b.projects.at[p]].Organisation] = true
			}
		}
		implied := ""
		for o := range whose {
			if implied = o; len(whose) > 1 {
				implied = ""
				break
			}
		}
		if keys.Organisation != "" || !b.faulty[under(at, "channels")] && !b.faulty[under(at, "projects")] {
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
