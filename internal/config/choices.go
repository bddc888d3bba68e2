package config

import (
	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// The closed lists of names.

// Choices lists the languages that the program speaks.
func (language) Choices() []string { return []string{"fi", "sv", "en"} }

// Choices lists the kinds of channel.
func (channelKind) Choices() []string { return collector.ChannelKinds() }

// Choices lists the periods that a target can be for.
func (targetGrain) Choices() []string {
	var names []string
	for _, g := range []observation.Grain{observation.Week, observation.Month, observation.Quarter, observation.Year} {
		names = append(names, string(g))
	}
	return names
}

// Choices lists the parts that an organisation can have in a project, in the words of its funders.
func (memberRole) Choices() []string {
	return []string{"paatoteuttaja", "osatoteuttaja", "yhteistyokumppani"}
}

// Choices lists the shapes that a declared metric can have: what people type either adds, or stands at a level.
func (shape) Choices() []string { return []string{string(observation.Flow), string(observation.Level)} }
