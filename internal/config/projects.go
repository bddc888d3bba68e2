package config

import (
	"fmt"
	"slices"

	"seuranta/internal/observation"
)

// buildNetworks returns the networks. Reports are asked for by the id of an organisation or of a network, so no two share one.
func (b *builder) buildNetworks() []observation.Network {
	var all []observation.Network
	for i, keys := range b.keys.Networks {
		at := entry("networks", i)
		if o, ok := b.organisations.at[string(keys.ID)]; ok {
			b.fault(under(at, "id"), fmt.Sprintf("%q is an organisation already, on line %d", keys.ID, b.place(under(entry("organisations", o), "id")).line),
				"give the network another id: reports are asked for by either")
		}
		n := observation.Network{ID: string(keys.ID), Name: orID(keys.Name, keys.ID), Members: b.refs(under(at, "members"), keys.Members, b.organisations)}
		if members := under(at, "members"); keys.Members != nil && len(keys.Members) == 0 {
			b.fault(members, "a network without members is none", "give its organisations, as [koske, iso]")
		}
		all = append(all, n)
	}
	return all
}

func (b *builder) buildTopics() []observation.Topic {
	var all []observation.Topic
	for i, keys := range b.keys.Topics {
		all = append(all, observation.Topic{
			ID: string(keys.ID), Organisation: b.owner(entry("topics", i), keys.Organisation, ""), Name: orID(keys.Name, keys.ID),
			Rule: string(keys.Rule), Must: keys.Must, MustNot: keys.MustNot,
		})
	}
	return all
}

func (b *builder) buildProjects(channels []observation.Channel) []observation.Project {
	var all []observation.Project
	for i, keys := range b.keys.Projects {
		at := entry("projects", i)
		p := observation.Project{ID: string(keys.ID), Name: orID(keys.Name, keys.ID), Funder: keys.Funder, Life: observation.Life(keys.Period)}
		p.Members = b.members(under(at, "members"), keys.Members)
		if keys.Organisation != "" || !b.faulty[under(at, "members")] {
			p.Organisation = b.owner(at, keys.Organisation, lead(p.Members))
		}
		p.Topics = b.refs(under(at, "topics"), keys.Topics, b.topics)
		p.Goals = b.goals(under(at, "plan"), keys.Plan, p, channels)
		all = append(all, p)
	}
	return all
}

// lead returns the organisation that leads a project by what is said of its members, "" when that is open.
func lead(members []observation.Member) string {
	leads := slices.DeleteFunc(slices.Clone(members), func(m observation.Member) bool { return m.Role != "paatoteuttaja" })
	if len(leads) == 0 {
		leads = members
	}
	if len(leads) == 1 {
		return leads[0].Organisation
	}
	return ""
}

func (b *builder) members(at string, keys []memberKeys) []observation.Member {
	var all []observation.Member
	for i, k := range keys {
		path := entry(at, i)
		known := b.follow(under(path, "organisation"), k.Organisation, b.organisations)
		b.follow(under(path, "region"), k.Region, b.regions)
		m := observation.Member{Organisation: string(k.Organisation), Role: string(k.Role), Region: string(k.Region)}
		if known && slices.ContainsFunc(all, func(o observation.Member) bool { return o.Organisation == m.Organisation && o.Region == m.Region }) {
			b.fault(path, fmt.Sprintf("%q stands twice", m.Organisation), "keep one of them, or give each its region")
			continue
		}
		all = append(all, m)
	}
	return all
}

func (b *builder) goals(at string, keys []goalKeys, p observation.Project, channels []observation.Channel) []observation.Goal {
	var all []observation.Goal
	places := map[string]string{} // of the lines of follow-up, by id
	for i, k := range keys {
		path := entry(at, i)
		g := observation.Goal{Goal: k.Goal, Actions: k.Actions}
		for j, f := range k.FollowUp {
			line := entry(under(path, "followup"), j)
			if first, ok := places[string(f.ID)]; ok && f.ID != "" {
				b.fault(under(line, "id"), fmt.Sprintf("%q is taken: line %d of the file has it already", f.ID, b.place(first).line), "give each line of the plan its own id")
			}
			places[string(f.ID)] = under(line, "id")
			g.FollowUps = append(g.FollowUps, b.followUp(line, f, p, channels))
		}
		all = append(all, g)
	}
	return all
}

func (b *builder) followUp(at string, k followUpKeys, p observation.Project, channels []observation.Channel) observation.FollowUp {
	f := observation.FollowUp{ID: string(k.ID), Text: k.Text, By: k.By, Status: k.Status}
	if b.isShown(under(at, "indicator"), k.Indicator) {
		f.Indicator = string(k.Indicator)
	}
	if b.given(under(at, "target")) {
		f.Target = &k.Target
	}
	f.Channels = b.refs(under(at, "channels"), k.Channels, b.channels)
	f.Topics = b.refs(under(at, "topics"), k.Topics, b.topics)
	b.checkFollowUp(at, k, p)
	b.checkChannelsOf(under(at, "channels"), k.Channels, p, channels)
	return f
}

// checkFollowUp checks that a line of a plan is either a number or a thing that is done, and can be reached in time.
func (b *builder) checkFollowUp(at string, k followUpKeys, p observation.Project) {
	target, by := under(at, "target"), under(at, "by")
	switch {
	case b.faulty[under(at, "indicator")] || b.faulty[under(at, "status")]:
	case k.Indicator == "" && !k.Status:
		b.fault(at, "it is not said what shows how far this is", "give indicator: a metric, or status: true for what is done or not")
	case k.Indicator != "" && k.Status:
		b.fault(under(at, "status"), "this is followed by an indicator already", "keep one of indicator and status")
	case k.Status && b.given(target):
		b.fault(target, "what is done or not has no target", "take it out, or give an indicator instead of status")
	case k.Status && len(k.Text) == 0 && !b.faulty[under(at, "text")]:
		b.fault(at, "it is not said what is done or not", "give text: what it is, in the words of the plan")
	}
	if b.given(target) && k.Target <= 0 && !b.faulty[target] {
		b.fault(target, fmt.Sprintf("%v is nothing to reach", k.Target), "a target is larger than 0")
	}
	if b.given(by) && !b.faulty[by] && k.By < p.Life.From {
		b.fault(by, fmt.Sprintf("%s lies before the project, which begins on %s", k.By, p.Life.From), "give a day of the project, or one after it")
	}
}

// checkChannelsOf checks that the channels of a line are of an organisation that has a part in the project.
func (b *builder) checkChannelsOf(at string, refs []ref, p observation.Project, channels []observation.Channel) {
	if p.Organisation == "" {
		return
	}
	for i, c := range refs {
		n, ok := b.channels.at[string(c)]
		if !ok || channels[n].Organisation == "" || channels[n].Organisation == p.Organisation {
			continue
		}
		whose := channels[n].Organisation
		if !slices.ContainsFunc(p.Members, func(m observation.Member) bool { return m.Organisation == whose }) {
			b.fault(entry(at, i), fmt.Sprintf("%q is a channel of %s, which has no part in the project", c, whose), "add it to the members, or take the channel out")
		}
	}
}
