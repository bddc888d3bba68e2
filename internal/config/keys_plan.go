package config

import "seuranta/internal/observation"

// The keys of what is followed up: networks, topics, projects with their plans, and metrics of one's own.

type networkKeys struct {
	ID      id               `yaml:"id" doc:"name of the network in this file" need:"a short name for use in this file, as itainen"`
	Name    observation.Text `yaml:"name" doc:"its name as shown; default the id"`
	Members []ref            `yaml:"members" doc:"its organisations" need:"its organisations, as [koske, iso]"`
}

type metricKeys struct {
	ID    id               `yaml:"id" doc:"name of the metric in this file" need:"a short name for use in this file, as attendance"`
	Name  observation.Text `yaml:"name" doc:"its name as shown; default the id"`
	Unit  string           `yaml:"unit" doc:"what one of it is, as people; default the id"`
	Shape shape            `yaml:"shape" doc:"flow: it adds over time; level: the last number counts; default flow"`
}

type topicKeys struct {
	ID           id               `yaml:"id" doc:"name of the topic in this file" need:"a short name for use in this file, as peliongelma"`
	Organisation ref              `yaml:"organisation" doc:"whose it is; left out where there is only one"`
	Name         observation.Text `yaml:"name" doc:"its name as shown; default the id"`
	Rule         rule             `yaml:"rule" doc:"words that tell it, joined by OR: velka* OR \"nuorten talous*\"" need:"the words that tell it, as velka* OR takuusäätiö"`
	Must         []string         `yaml:"must" doc:"sentences that the rule must match"`
	MustNot      []string         `yaml:"must_not" doc:"sentences that it must not match"`
}

type projectKeys struct {
	ID           id               `yaml:"id" doc:"name of the project in this file" need:"a short name for use in this file, as luontohyvaks"`
	Organisation ref              `yaml:"organisation" doc:"which leads it; default the päätoteuttaja of its members, or the only one"`
	Name         observation.Text `yaml:"name" doc:"its name as shown; default the id"`
	Funder       observation.Text `yaml:"funder" doc:"who pays for it"`
	Period       life             `yaml:"period" doc:"its first and last day, as 2022-01-01..2023-12-31" need:"its first and last day, as 2022-01-01..2023-12-31"`
	Members      []memberKeys     `yaml:"members" doc:"the organisations that have a part in it"`
	Topics       []ref            `yaml:"topics" doc:"the topics that it deals with"`
	Plan         []goalKeys       `yaml:"plan" doc:"what for, what is done, and how it is followed up"`
}

type memberKeys struct {
	Organisation ref        `yaml:"organisation" short:"true" doc:"an organisation" need:"one of the organisations"`
	Role         memberRole `yaml:"role" doc:"its part in the project"`
	Region       ref        `yaml:"region" doc:"the region that it works in"`
}

type goalKeys struct {
	Goal     observation.Text   `yaml:"goal" doc:"what is to be reached" need:"what is to be reached, in a sentence"`
	Actions  []observation.Text `yaml:"actions" doc:"what is done for it"`
	FollowUp []followUpKeys     `yaml:"followup" doc:"what shows how far it is"`
}

type followUpKeys struct {
	ID        id               `yaml:"id" doc:"name of the line, once in the project" need:"a short name, once in the project, as osumat"`
	Text      observation.Text `yaml:"text" doc:"its wording in the plan"`
	Indicator shownMetric      `yaml:"indicator" doc:"the metric that shows it"`
	Channels  []ref            `yaml:"channels" doc:"only these channels count; default all of the project's members"`
	Topics    []ref            `yaml:"topics" doc:"only what deals with these topics counts"`
	Target    float64          `yaml:"target" doc:"what is to be reached"`
	By        observation.Date `yaml:"by" doc:"by when; default the project's last day"`
	Status    bool             `yaml:"status" doc:"true: it is done or not, instead of an indicator"`
}
