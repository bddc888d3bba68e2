package config

import (
	"reflect"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// The keys of a configuration file. A key exists because it stands here (or in the settings of a kind of source), its
// type says what it takes, and its tags say the rest:
//
//	yaml    its name
//	doc     what it is for
//	need    the entry cannot do without it; the text says what to give
//	short   the entry may be this value alone instead of a mapping
//	secret  "true": a secret, given as ${NAME}, by the file that KEY_file names, or for a source by secrets/SOURCE.KEY;
//	        every collector.Secret is one; "part": may be written out, and may be given like a secret, as it can hold one
//	of      only sources of some kinds take it: those that are typed, that fetch, or whose platform may be elsewhere
//
// A key of the type later is known to come; until it does, it is refused by name.

type fileKeys struct {
	Organisations []organisationKeys `yaml:"organisations" doc:"whose communication is followed" need:"at least one, as organisations: [{id: koske, name: Koske}]"`
	Networks      []networkKeys      `yaml:"networks" doc:"groups of organisations that are looked at together"`
	Regions       regionTree         `yaml:"regions" doc:"the places that numbers are told for, each in the one that it lies in"`
	Contact       contact            `yaml:"contact" doc:"mail or web address of yours, told to every server that is asked"`
	Storage       storageKeys        `yaml:"storage" doc:"where the numbers are kept"`
	Server        serverKeys         `yaml:"server" doc:"where the pages are served"`
	Alerts        alertKeys          `yaml:"alerts" doc:"who is told when something is wrong"`
	Channels      []channelKeys      `yaml:"channels" doc:"the places where the organisations speak"`
	Sources       []sourceKeys       `yaml:"sources" doc:"where the numbers come from"`
	Metrics       []metricKeys       `yaml:"metrics" doc:"what you count beside the metrics that every installation has"`
	Topics        []topicKeys        `yaml:"topics" doc:"what articles and publications are looked through for"`
	Projects      []projectKeys      `yaml:"projects" doc:"work with a funder, a period and a plan"`
	Events        []eventKeys        `yaml:"events" doc:"what charts must show beside the numbers"`
}

type storageKeys struct {
	Path    string `yaml:"path" doc:"folder of the store in this process; default ./data"`
	DSN     dsn    `yaml:"dsn" secret:"part" doc:"address of a ClickHouse server instead, as clickhouse://host:9000/seuranta"`
	Library string `yaml:"library" doc:"the engine's library, where it is not found by itself"`
}

type serverKeys struct {
	Listen listen `yaml:"listen" doc:"address and port of the pages; default 127.0.0.1:8080"`
	Pages  string `yaml:"pages" doc:"folder that the pages are kept in; default ./pages"`
}

type organisationKeys struct {
	ID        id               `yaml:"id" doc:"name of the organisation in this file" need:"a short name for use in this file, as koske"`
	Name      observation.Text `yaml:"name" doc:"its name as shown; default the id"`
	Timezone  zone             `yaml:"timezone" doc:"its time zone; default Europe/Helsinki"`
	Languages []language       `yaml:"languages" doc:"its languages, the first is shown first; default [fi]"`
	Life      life             `yaml:"life" doc:"from when to when it exists, as 2001-01-01..2024-05-31"`
	Succeeds  ref              `yaml:"succeeds" doc:"the organisation whose series it carries on"`
	Regions   later            `yaml:"regions"`
	Was       later            `yaml:"was"`
}

type channelKeys struct {
	ID           id                          `yaml:"id" doc:"name of the channel in this file" need:"a short name for use in this file, as kotisivut"`
	Organisation ref                         `yaml:"organisation" doc:"whose it is; left out where there is only one"`
	Kind         channelKind                 `yaml:"kind" doc:"what it is" need:"what the channel is, as website or newsletter"`
	Name         observation.Text            `yaml:"name" doc:"its name as shown; default the id"`
	Purpose      observation.Text            `yaml:"purpose" doc:"what it is for"`
	Life         life                        `yaml:"life" doc:"from when to when it exists"`
	Primary      map[metric][]preferenceKeys `yaml:"primary" doc:"which source counts for a metric that several tell"`
	Targets      []targetKeys                `yaml:"targets" doc:"what it is to reach"`
	Was          later                       `yaml:"was"`
	Accounts     later                       `yaml:"accounts"`
}

type preferenceKeys struct {
	Source ref              `yaml:"source" short:"true" doc:"a source of the channel" need:"a source of this channel"`
	From   observation.Date `yaml:"from" doc:"the day from which on it counts; default always"`
}

type targetKeys struct {
	Metric shownMetric `yaml:"metric" doc:"what is to reach it" need:"what is to reach the value, as visits"`
	Per    targetGrain `yaml:"per" doc:"in each week, month, quarter or year" need:"one of week, month, quarter, year"`
	Value  float64     `yaml:"value" doc:"what is to be reached" need:"the number to reach"`
	Life   life        `yaml:"life" doc:"from when to when it is aimed at"`
}

type sourceKeys struct {
	ID           id      `yaml:"id" doc:"name of the source in this file" need:"a short name for use in this file, as verkkoloki"`
	Kind         kind    `yaml:"kind" doc:"what it is; its other keys follow from that" need:"what the source is, as accesslog"`
	Organisation ref     `yaml:"organisation" doc:"whose it is; default that of its channel"`
	Channel      ref     `yaml:"channel" doc:"the channel that it tells of"`
	Schedule     cron    `yaml:"schedule" doc:"when it is read, as 15 4 * * * or @daily"`
	Timezone     zone    `yaml:"timezone" doc:"the zone of its days; default that of its organisation"`
	Life         life    `yaml:"life" doc:"from when to when it is read"`
	Remind       remind  `yaml:"remind" of:"typed" doc:"how long a typed level, or a log of events, holds: weekly, monthly, quarterly, yearly, or a plan as 0 9 1 * *"`
	AllowPrivate bool    `yaml:"allow_private" of:"fetches" doc:"it may reach private and loopback addresses; default false"`
	BaseURL      baseURL `yaml:"base_url" of:"base_url" doc:"where its platform is, when it is not at its usual place"`
	// The day is written by whoever got the credential; what the source tells by itself goes before it.
	CredentialExpires observation.Date `yaml:"credential_expires" of:"fetches" doc:"the day from which on its credential is no longer good, as 2027-01-31"`
	Retention         retentionKeys    `yaml:"retention" of:"retention" doc:"how long what it told is kept; default as long as the terms of its platform allow"`
	Was               later            `yaml:"was"`

	found    *collector.Kind // nil when there is no such kind
	settings reflect.Value   // points to the kind's settings
}

// retentionKeys may set the terms of a platform aside, in writing.
type retentionKeys struct {
	Off string `yaml:"off" doc:"why the terms of its platform do not hold here, in a sentence; then nothing is forgotten by itself"`
}

type eventKeys struct {
	On           observation.Date `yaml:"on" doc:"the day" need:"the day, as 2022-11-17"`
	What         observation.Text `yaml:"what" doc:"what happened" need:"what happened, in a few words"`
	Channels     []ref            `yaml:"channels" doc:"the channels that it concerns; default all of the organisation"`
	Organisation ref              `yaml:"organisation" doc:"whose it is; left out where there is only one"`
	Projects     []ref            `yaml:"projects" doc:"the projects that it concerns"`
}

// Defaults of keys that are not given.
const (
	defaultPath     = "./data"
	defaultListen   = "127.0.0.1:8080"
	defaultPages    = "./pages"
	defaultZone     = "Europe/Helsinki"
	defaultLanguage = "fi"
)
