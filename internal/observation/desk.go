package observation

import "time"

// Desk is what a configuration says there is: whose communication, in which channels, fed by which sources. Indicators
// judge what is stored against it.
type Desk struct {
	Organisations []Organisation
	Channels      []Channel
	Sources       []Source
	Events        []Event
	Topics        []Topic
	Projects      []Project
	Networks      []Network
	Regions       []Region // each after the one that it lies in
	Metrics       Metrics
}

// Text is one wording in several languages, by language code; "" is the wording for every other language.
type Text map[string]string

// In returns the wording in lang, else the one for all, else any, the first by code.
func (t Text) In(lang string) string {
	for _, l := range []string{lang, "", "fi", "sv", "en"} {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

// Life is the stretch of days in which something exists: half-open, zero at an end that is open.
type Life struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Within returns the days of p that lie in the life.
func (l Life) Within(p Period) Period {
	if l.From != 0 {
		p.From = max(p.From, l.From)
	}
	if l.To != 0 {
		p.To = min(p.To, l.To)
	}
	p.To = max(p.From, p.To)
	return p
}

// Organisation is whose communication is followed.
type Organisation struct {
	ID        string
	Name      Text
	Zone      *time.Location
	Languages []string
	Life      Life
	Succeeds  string // the organisation whose series this one carries on
}

// Channel is a place where an organisation speaks.
type Channel struct {
	ID           string
	Organisation string
	Kind         string // website, newsletter, facebook …
	Name         Text
	Purpose      Text
	Life         Life
	Primary      map[string][]Preference // by metric, in order of preference; empty when one source tells the metric
	Targets      []Target
}

// Preference names a source that counts from a day on (always, when From is zero).
type Preference struct {
	Source string
	From   Date
}

// Target is a value that a channel's metric is to reach in every period of a grain.
type Target struct {
	Metric string
	Grain  Grain
	Value  float64
	Life   Life
}

// Source is one configured way in.
type Source struct {
	ID           string
	Organisation string
	Channel      string
	Kind         string
	Zone         *time.Location // the zone of its day buckets
	Life         Life
	Schedule     string         // when it is due, as cron writes it
	Method       string         // how it measures, where sources of one channel differ in that: MethodLog …
	Clock        *time.Location // the zone of the schedule: the organisation's
	Metrics      []string       // what its kind tells
	Grains       []Grain        // at which grains it tells them …
	// MetricGrains are the grains of metrics that are told at others than Grains.
	MetricGrains map[string][]Grain
	Remind       string       // how long a typed level, or a log of events, holds: a grain or a cron plan; "" for what is read by itself
	Typed        bool         // fed by people
	BaseURL      string       // where its platform is, "" at its usual place
	SettleDays   int          // how many of the newest days it may still revise
	Parts        []string     // the parts that it has, where it says so; what is known of others is of former ones
	Definitions  []Definition // of its kind, dated
}

// How sources of websites measure, which is why two of one site never agree. Every language says what that means.
const (
	MethodLog      = "log"      // requests as the server's log tells them
	MethodScript   = "script"   // by a script that runs in the reader's browser
	MethodSessions = "sessions" // by such a script, each page once for a session of some hours: between people and views
	MethodSite     = "site"     // by the software of the site, when it makes a page
)

// Definition is one wording of how a metric is counted, in force from a day on.
type Definition struct {
	ID     string // views@accesslog-1
	Metric string
	From   Date // zero: from the beginning; of the first of a metric the day on which the source began to tell it
	Until  Date // zero: it goes on; else the first day of which the source tells no such number any more
	Text   Text

	// Replaces is the metric that the source told until From, and ReplacedBy the one that it tells from Until on: other numbers,
	// which are never joined with this one. "" is none.
	Replaces, ReplacedBy string

	// Way is how the source gets the number where there are several ways that count otherwise: "" is the usual one, another one that
	// it falls back on. What was told by another way counts, and is never joined with what was told by the usual one.
	Way string
}

// Definition returns the definition of metric that is in force on d, of the usual way, and whether there is one. Days before the first
// go by that one's name: it is the only one there is.
func (s Source) Definition(metric string, d Date) (Definition, bool) {
	var best, first Definition
	found, any := false, false
	for _, def := range s.Definitions {
		if def.Metric != metric || def.Way != "" {
			continue
		}
		if !any || def.From < first.From {
			first, any = def, true
		}
		if def.From <= d && (!found || def.From >= best.From) {
			best, found = def, true
		}
	}
	if !found {
		return first, any
	}
	return best, true
}

// DefinitionID names the rule that the source counts metric by on d, as it is stored with each number: the definition in
// force and the zone of the days, because other days are counted in another zone. It is "" when nothing defines the metric.
func (s Source) DefinitionID(metric string, d Date) string {
	def, ok := s.Definition(metric, d)
	if !ok {
		return ""
	}
	return def.ID + "@" + s.Zone.String()
}

// GrainsOf returns at which grains the source tells a metric.
func (s Source) GrainsOf(metric string) []Grain {
	if own, ok := s.MetricGrains[metric]; ok {
		return own
	}
	return s.Grains
}

// Topic is what articles and publications are looked through for.
type Topic struct {
	ID           string
	Organisation string
	Name         Text
	Rule         string   // as internal/match reads it
	Must         []string // sentences that the rule must match …
	MustNot      []string // … and must not
}

// Project is work with a funder, a period and a plan.
type Project struct {
	ID           string
	Organisation string // that leads it, or whose configuration it is in
	Name         Text
	Funder       Text
	Life         Life
	Members      []Member
	Topics       []string
	Goals        []Goal
}

// Member is an organisation's part in a project.
type Member struct {
	Organisation string
	Role         string // paatoteuttaja, osatoteuttaja, yhteistyokumppani
	Region       string
}

// Goal is one row of a project's plan: what for, what is done, and how it is followed up.
type Goal struct {
	Goal      Text
	Actions   []Text
	FollowUps []FollowUp
}

// FollowUp is what shows how far a goal is: an indicator with its target, or a thing that is done or not.
type FollowUp struct {
	ID        string
	Text      Text
	Indicator string // a metric, "" where it is a status
	Channels  []string
	Topics    []string
	Target    *float64
	By        Date // the day by which the target is to be reached; zero: the end of the project
	Status    bool // it is done or not, with a date and a note
}

// Network is a group of organisations that are looked at together.
type Network struct {
	ID      string
	Name    Text
	Members []string // organisations
}

// Region is a place that numbers are told for; regions nest.
type Region struct {
	ID   string
	Name Text
	In   string // the region that it lies in, "" at the top
}

// Event is something that happened and that charts must show.
type Event struct {
	On           Date
	What         Text
	Channels     []string // none: all of the organisation
	Projects     []string
	Organisation string
}
