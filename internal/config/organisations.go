package config

import (
	"cmp"
	"fmt"
	"time"

	"seuranta/internal/observation"
)

func (b *builder) buildOrganisations() []observation.Organisation {
	var all []observation.Organisation
	if b.keys.Organisations != nil && len(b.keys.Organisations) == 0 {
		b.fault("organisations", "there is no organisation", "give at least one, as organisations: [{id: koske, name: Koske}]")
	}
	standard := b.standardZone()
	for i, keys := range b.keys.Organisations {
		at := entry("organisations", i)
		all = append(all, observation.Organisation{
			ID:        string(keys.ID),
			Name:      orID(keys.Name, keys.ID),
			Zone:      cmp.Or(keys.Timezone.Location, standard),
			Languages: b.languages(at, keys.Languages),
			Life:      observation.Life(keys.Life),
			Succeeds:  string(keys.Succeeds),
		})
	}
	rings := b.rings(all)
	for i := range all {
		b.checkSuccession(entry("organisations", i), all, i, rings[i])
	}
	return all
}

// orID returns the name of a thing, which is its id where it has none.
func orID(name observation.Text, id id) observation.Text {
	if len(name) > 0 {
		return name
	}
	return observation.Text{"": string(id)}
}

func (b *builder) standardZone() *time.Location {
	var standard zone
	if standard.UnmarshalText([]byte(defaultZone)) != nil {
		b.fault("", "the time zones of the world are not found", "install the package tzdata")
	}
	return standard.Location
}

func (b *builder) languages(at string, given []language) []string {
	at = under(at, "languages")
	if given == nil {
		return []string{defaultLanguage}
	}
	if len(given) == 0 {
		b.fault(at, "there is no language in the list", "name at least one, as [fi], or take the key out")
	}
	var languages []string
	seen := map[language]bool{}
	for i, l := range given {
		if seen[l] && l != "" {
			b.fault(entry(at, i), fmt.Sprintf("%q stands twice", l), "keep one of them")
		}
		seen[l] = true
		languages = append(languages, string(l))
	}
	return languages
}

// checkSuccession checks that an organisation carries on one that had ended by the day it began.
func (b *builder) checkSuccession(at string, all []observation.Organisation, i int, ring bool) {
	at = under(at, "succeeds")
	heir := all[i]
	if !b.follow(at, ref(heir.Succeeds), b.organisations) {
		return
	}
	if ring {
		b.fault(at, fmt.Sprintf("%q would in the end succeed itself", heir.ID), "succeeds: names the older organisation")
		return
	}
	before := all[b.organisations.at[heir.Succeeds]]
	switch {
	case b.faulty[under(parentOf(at), "life")] || b.faulty[under(entry("organisations", b.organisations.at[before.ID]), "life")]:
	case before.Life.To == 0:
		b.fault(at, fmt.Sprintf("%q has no last day", before.ID), "give it one, as life: ..2024-05-31")
	case heir.Life.From == 0:
		b.fault(at, fmt.Sprintf("%q has no first day", heir.ID), "give it one, as life: "+before.Life.To.String()+"..")
	case heir.Life.From < before.Life.To:
		b.fault(at, fmt.Sprintf("%q begins on %s, while %q lives until %s", heir.ID, heir.Life.From, before.ID, before.Life.To-1),
			"what one carries on must have ended the day before, or the days of both would count twice")
	}
}

// rings finds the organisations that in the end succeed themselves. Each succession is followed once.
func (b *builder) rings(all []observation.Organisation) map[int]bool {
	ring, walk := map[int]bool{}, make([]int, len(all)) // walk: by whose walk it was first come upon, from 1
	next := func(i int) (int, bool) {
		to, ok := b.organisations.at[all[i].Succeeds]
		return to, ok
	}
	for start := range all {
		at, ok := start, true
		for ok && walk[at] == 0 {
			walk[at] = start + 1
			at, ok = next(at)
		}
		if !ok || walk[at] != start+1 {
			continue
		}
		for !ring[at] {
			ring[at] = true
			at, _ = next(at)
		}
	}
	return ring
}
