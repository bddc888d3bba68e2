package config

import (
	"testing"

	"seuranta/internal/observation"
)

func goodNetworks() []observation.Network {
	return []observation.Network{
		{ID: "keski", Name: observation.Text{"fi": "Keskiset"}, Members: []string{"koske", "osaamiskeskus"}},
		{ID: "yksi", Name: observation.Text{"": "yksi"}, Members: []string{"koske"}},
	}
}

func goodRegions() []observation.Region {
	named := func(id, in string) observation.Region {
		return observation.Region{ID: id, Name: observation.Text{"": id}, In: in}
	}
	return []observation.Region{
		{ID: "koko-suomi", Name: observation.Text{"fi": "Koko Suomi", "sv": "Hela Finland", "en": "All of Finland"}},
		named("vali-suomi", "koko-suomi"), named("keski-suomi", "vali-suomi"), named("pirkanmaa", "vali-suomi"), named("ulkomaat", ""),
	}
}

func goodTopics() []observation.Topic {
	return []observation.Topic{
		{ID: "peliongelma", Organisation: "koske", Name: observation.Text{"fi": "Rahapeliongelma"}, Rule: `rahapeli* OR "pelaamisen haitat"`,
			Must: []string{"Rahapeliongelma koskettaa monia"}, MustNot: []string{"mitä asia koskee"}},
		{ID: "nuoret", Organisation: "osaamiskeskus", Name: observation.Text{"": "nuoret"}, Rule: "nuor*"},
	}
}

func goodProjects(t *testing.T) []observation.Project {
	ten := 10.0
	return []observation.Project{
		{ID: "luontohyvaks", Organisation: "koske", Name: observation.Text{"": "LuontoHyväKS"}, Funder: observation.Text{"fi": "Keski-Suomen liitto"},
			Life: observation.Life{From: day(t, "2022-01-01"), To: day(t, "2024-01-01")},
			Members: []observation.Member{
				{Organisation: "koske", Role: "paatoteuttaja", Region: "keski-suomi"}, {Organisation: "osaamiskeskus", Role: "osatoteuttaja"},
			},
			Topics: []string{"peliongelma"},
			Goals: []observation.Goal{
				{Goal: observation.Text{"fi": "Luonto tutuksi"}, Actions: []observation.Text{{"": "Retkiä"}, {"fi": "Kirjoituksia", "en": "Articles"}},
					FollowUps: []observation.FollowUp{
						{ID: "osumat", Text: observation.Text{"": "Mediaosumat"}, Indicator: "media_hits", Topics: []string{"peliongelma"}, Target: &ten, By: day(t, "2024-03-31")},
						{ID: "seuraajat", Indicator: "followers", Channels: []string{"facebook", "linkedin"}},
					}},
				{Goal: observation.Text{"": "Kokeilut"}, FollowUps: []observation.FollowUp{
					{ID: "siimes", Text: observation.Text{"": "Siimes-tilan kokeilut"}, Status: true, By: day(t, "2023-06-30")},
				}},
			}},
		{ID: "pieni", Organisation: "osaamiskeskus", Name: observation.Text{"": "pieni"}, Life: observation.Life{From: day(t, "2024-06-01")},
			Members: []observation.Member{{Organisation: "osaamiskeskus"}}},
	}
}

// two is a configuration of two organisations with a channel each, a topic and a region.
const two = `organisations: [{id: a}, {id: b}]
channels: [{id: x, kind: website, organisation: a}, {id: y, kind: facebook, organisation: b}]
topics: [{id: t, organisation: a, rule: velka*}]
regions: {maa: {osa: }}
`

func TestNetworks(t *testing.T) {
	checkFaults(t, "whole", two+"networks: [{id: n, members: [a, b]}]\n")
	checkFaults(t, "named as an organisation", two+"networks: [{id: a, members: [b]}]\n", `"a" is an organisation already, on line 1; give the network another id`)
	checkFaults(t, "dangling", two+"networks: [{id: n, members: [a, aa]}]\n", `"aa" is not among the organisations; did you mean "a"?`)
	checkFaults(t, "twice", two+"networks: [{id: n, members: [a, b, a]}, {id: n, members: [a]}]\n", `"a" stands twice`, `"n" is taken`)
	checkFaults(t, "nobody", two+"networks: [{id: n, members: []}, {id: m}]\n", "without members is none", `"members" is missing`)
}

func TestRegions(t *testing.T) {
	checkFaults(t, "none", base+"regions:\n")
	checkFaults(t, "twice in the tree", base+"regions:\n  maa: {osa: {kyla: }}\n  muu:\n    kyla: {}\n", `"kyla" is in the tree twice: line 4 has it already`)
	checkFaults(t, "in itself", base+"regions: {maa: {maa: }}\n", `"maa" is in the tree twice`)
	checkFaults(t, "a list", base+"regions: [maa]\n", "here stands a list; wanted are regions")
	checkFaults(t, "a word in it", base+"regions: {maa: osa}\n", "here stands a single value; wanted are the regions in it")
	checkFaults(t, "no id", base+"regions: {Keski Suomi: }\n", `"Keski Suomi" is no id`)
	checkFaults(t, "name of nothing", base+"regions: {name: {fi: Maa}}\n", "no region is around it")
	checkFaults(t, "empty name", base+"regions: {maa: {name: }}\n", "this text is empty")
	checkFaults(t, "name in an unknown language", base+"regions: {maa: {name: {xx: Maa}}}\n", `there is no "xx"`)
}

func TestTopics(t *testing.T) {
	checkFaults(t, "no rule", base+"topics: [{id: t}]\n", `"rule" is missing; give the words that tell it`)
	checkFaults(t, "rule that cannot be read", base+"topics:\n  - id: t\n    rule: a*\n", "rule: a*: at least three letters")
	checkFaults(t, "of nobody", "organisations: [{id: a}, {id: b}]\ntopics: [{id: t, rule: velka}]\n", "give organisation: one of a, b")
	checkFaults(t, "twice", base+"topics: [{id: t, rule: velka}, {id: t, rule: velka}]\n", `"t" is taken`)
	checkFaults(t, "as a project", base+"topics: [{id: t, rule: velka}]\nprojects: [{id: t, period: 2022-01-01..}]\n")
}

// project is a project of a with more keys.
func project(keys string) string {
	return two + "projects:\n  - {id: p, period: 2022-01-01..2023-12-31, members: [a], " + keys + "}\n"
}

// followUp is a project with a line of follow-up.
func followUp(keys string) string {
	return project("plan: [{goal: g, followup: [{id: f, " + keys + "}]}]")
}

func TestProjects(t *testing.T) {
	checkFaults(t, "whole", project("topics: [t], funder: Liitto"))
	checkFaults(t, "no period", two+"projects: [{id: p, organisation: a}]\n", `"period" is missing; give its first and last day`)
	checkFaults(t, "dangling", project("topics: [tt], organisation: aa"), `"tt" is not among the topics`, `"aa" is not among the organisations`)
	checkFaults(t, "of which", two+"projects: [{id: p, period: 2022-01-01.., members: [a, b]}]\n", "give organisation: one of a, b")
	checkFaults(t, "of two leads", two+"projects: [{id: p, period: 2022-01-01.., members: [{organisation: a, role: paatoteuttaja}, {organisation: b, role: paatoteuttaja}]}]\n",
		"give organisation: one of a, b")
	checkFaults(t, "lead", two+"projects: [{id: p, period: 2022-01-01.., members: [a, {organisation: b, role: paatoteuttaja}]}]\n")
	checkFaults(t, "member in two regions", two+"projects: [{id: p, period: 2022-01-01.., organisation: a, members: [{organisation: a, region: maa}, {organisation: a, region: osa}, {organisation: a, region: osa}]}]\n",
		`"a" stands twice; keep one of them, or give each its region`)
	checkFaults(t, "unknown member is told once", two+"projects: [{id: p, period: 2022-01-01.., members: [{organisation: c, role: leader, region: maaa}]}]\n",
		`"c" is not among`, `there is no "leader"; there are paatoteuttaja`, `did you mean "maa"?`)
}

func TestFollowUp(t *testing.T) {
	checkFaults(t, "a number", followUp("indicator: media_hits, target: 10, by: 2024-06-30, topics: [t]"))
	checkFaults(t, "a status", followUp("text: Kokeilut, status: true, by: 2022-06-30"))
	checkFaults(t, "neither", followUp("text: Kokeilut"), "it is not said what shows how far this is")
	checkFaults(t, "a status that is none", followUp("text: Kokeilut, status: false"), "it is not said what shows")
	checkFaults(t, "both", followUp("text: x, indicator: views, status: true"), "keep one of indicator and status")
	checkFaults(t, "a status with a target", followUp("text: x, status: true, target: 3"), "has no target")
	checkFaults(t, "a status of what", followUp("status: true"), "it is not said what is done or not")
	checkFaults(t, "unknown metric is told once", followUp("indicator: media_hit"), `there is no "media_hit"; did you mean "media_hits"?`)
	checkFaults(t, "target of nothing", followUp("indicator: views, target: 0"), "0 is nothing to reach")
	checkFaults(t, "target that is no number", followUp("indicator: views, target: many"), `"many" is no number`)
	checkFaults(t, "too early", followUp("indicator: views, target: 1, by: 2021-12-31"), "2021-12-31 lies before the project, which begins on 2022-01-01")
	checkFaults(t, "dangling", followUp("indicator: views, channels: [x, z], topics: [u]"), `"z" is not among the channels`, `"u" is not among the topics`)
	checkFaults(t, "of no member", followUp("indicator: views, channels: [x, y]"), `"y" is a channel of b, which has no part in the project`)
	checkFaults(t, "twice in a plan", project("plan: [{goal: g, followup: [{id: f, indicator: views}]}, {goal: h, followup: [{id: f, indicator: views}]}]"),
		`"f" is taken: line 6 of the file has it already`)
	checkFaults(t, "earned", followUp("indicator: reactions_earned, target: 200"))
	checkFaults(t, "earned by channels", followUp("indicator: views_earned, channels: [x], target: 200"))
	checkFaults(t, "earned people", followUp("indicator: reach_earned"), "there is no number of reach_earned: people who came twice are counted once")
	checkFaults(t, "earned, misspelt", followUp("indicator: reactons_earned"), `there is no "reactons_earned"; did you mean "reactions_earned"?`)
	checkFaults(t, "no goal", project("plan: [{actions: [a]}]"), `"goal" is missing`)
}

func TestEventsOfProjects(t *testing.T) {
	c := mustLoad(t, project("topics: [t]")+"events: [{on: 2022-05-05, what: w, projects: [p]}, {on: 2022-05-05, what: w, channels: [y], projects: [p]}]\n")
	if e := c.Desk.Events; e[0].Organisation != "a" || e[1].Organisation != "b" || e[1].Projects[0] != "p" {
		t.Errorf("events %+v", e)
	}
	checkFaults(t, "dangling", two+"events: [{on: 2022-05-05, what: w, projects: [p]}]\n", `"p" is not among the projects`)
}

func TestDeclaredMetrics(t *testing.T) {
	checkFaults(t, "one that is formed", base+"metrics: [{id: reactions_earned}]\n", `"reactions_earned" is a metric that every installation has`)
	checkFaults(t, "standard one", base+"metrics: [{id: views}]\n", `"views" is a metric that every installation has`)
	checkFaults(t, "twice", base+"metrics: [{id: participants}, {id: participants}]\n", `"participants" is taken`)
	checkFaults(t, "shape", base+"metrics: [{id: participants, shape: unique}]\n", `there is no "unique"; there are flow, level`)
	checkFaults(t, "told and declared", base+"metrics: [{id: participants}]\nsources: [{id: s, kind: diary, metrics: [participants]}]\n")
	checkFaults(t, "told and not declared", base+"sources:\n  - id: s\n    kind: diary\n    metrics: [partisipants]\nmetrics: [{id: participants}]\n",
		`metrics: there is no metric "partisipants"; did you mean "participants"?`)
	checkFaults(t, "in a plan", two+"metrics: [{id: participants}]\nprojects: [{id: p, organisation: a, period: 2022-01-01.., plan: [{goal: g, followup: [{id: f, indicator: participants}]}]}]\n")
}

func TestKeysOfSomeKinds(t *testing.T) {
	web := func(keys string) string {
		return base + "sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], " + keys + "}]\n"
	}
	social := func(keys string) string {
		return base + "sources: [{id: s, kind: social, channel: kotisivut, " + keys + "}]\n"
	}
	checkFaults(t, "asks nobody", web("allow_private: true"), "a source of kind weblog asks no server; take the key out")
	checkFaults(t, "asks nobody, and says so", web("allow_private: false"), "asks no server")
	checkFaults(t, "no platform", web("base_url: https://a.example"), "has no platform that could be elsewhere")
	checkFaults(t, "no terms", web("retention: {off: we may}"), "a source of kind weblog has no terms that limit how long its numbers are kept; take the key out")
	for _, off := range []string{"off", "{off: x}", "{}"} {
		checkFaults(t, "no reason "+off, social("retention: "+off), "retention: ")
	}
	kept, off := mustLoad(t, base+"sources: [{id: s, kind: social, channel: kotisivut}]\n").Sources[0], mustLoad(t, social("retention: {off: their leave of 3 March}")).Sources[0]
	if len(kept.Retention) != 1 || kept.RetentionOff != "" || off.Retention != nil || off.RetentionOff != "their leave of 3 March" {
		t.Errorf("by default %+v is forgotten, without the terms %+v because of %q", kept.Retention, off.Retention, off.RetentionOff)
	}
	checkFaults(t, "not typed", social("remind: monthly"), "a source of kind social is read by itself")
	checkFaults(t, "reminder", base+"sources: [{id: d, kind: diary, metrics: [followers], remind: montly}]\n", `"montly" does not say how long a number holds; write weekly`)
	checkFaults(t, "reminder as a plan", base+"sources: [{id: d, kind: diary, metrics: [followers], remind: 0 9 1 * *}]\n")
	c := mustLoad(t, base+"sources: [{id: d, kind: diary, metrics: [followers]}]\n")
	if got := c.Sources[0].Remind; got != "quarter" {
		t.Errorf("remind %q, want that of the kind", got)
	}
	for address, want := range map[string]string{
		"ftp://a.example": "no web address", "matomo": "no web address", "https://": "no web address", "https://me@a.example": "a user stands in the address",
		"'https://a.example?x=1'": "something follows the path", "'https://a.example/#x'": "something follows the path", "'https://a.example:port'": "no web address",
		"'https://a b.example'": "no web address",
	} {
		checkFaults(t, address, social("base_url: "+address), want)
	}
}

func TestContact(t *testing.T) {
	for _, good := range []string{"viestinta@example.org", "https://example.org/yhteys", "a.b+c@mail.example.org"} {
		if c := mustLoad(t, base+"contact: "+good+"\n"); c.Contact != good {
			t.Errorf("contact %q, want %q", c.Contact, good)
		}
	}
	for _, bad := range []string{"nobody", "a@b", "a@b@example.org", "'a b@example.org'", "ftp://example.org", "'https://example.org/ (x)'", "'\"a\"@example.org'", "https://u@example.org"} {
		checkFaults(t, bad, base+"contact: "+bad+"\n", "is no address to write to")
	}
}
