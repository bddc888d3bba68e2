// Package collector is the contract between Seuranta and the kinds of sources that it reads. A kind is a folder under
// collectors/; docs/contracts.md, section 6, tells the contract in words.
package collector

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// Collector reads one source.
type Collector interface {
	// Collect emits every observation and item of w that the source still offers, and says of every period of w how it
	// was answered. It may emit some and still return an error: what was emitted is kept, and periods that nothing was
	// said of take the error's class. The same w twice gives the same keys. It stops when ctx is done.
	Collect(ctx context.Context, w Window, out Sink) error
}

// Window is what one run is asked for.
type Window struct {
	observation.Period                     // the days asked for
	Grains             []observation.Grain // the grains asked for
	Now                time.Time           // the moment of the run
	Zone               *time.Location      // the source's day zone
}

// Periods returns the periods of g that touch the window and are over at w.Now, oldest first.
func (w Window) Periods(g observation.Grain) []observation.Period {
	var out []observation.Period
	for _, p := range g.Split(w.Period) {
		if !p.End(w.Zone).After(w.Now) {
			out = append(out, p)
		}
	}
	return out
}

// Asks tells whether g is among the grains asked for.
func (w Window) Asks(g observation.Grain) bool {
	for _, have := range w.Grains {
		if have == g {
			return true
		}
	}
	return false
}

// Current tells whether the window reaches to the day of its moment, so that levels are to be looked at: those of days that are
// long over cannot be looked at any more.
func (w Window) Current() bool {
	today := observation.DateOf(w.Now.In(w.Zone))
	return !w.Empty() && w.From <= today && w.To >= today
}

// Instant returns the day that what is looked at at w.Now is told for: the one whose end is nearest.
func (w Window) Instant() observation.Date {
	return observation.DateOf(w.Now.In(w.Zone).Add(12*time.Hour)) - 1
}

// Sink takes what a collector finds. It fills in organisation, source, run, version, and the channel where none is named.
// Its methods may be called from one goroutine at a time.
type Sink interface {
	// Observe takes one number. An error means that it can never be stored; the collector goes on with the next.
	Observe(observation.Observation) error
	// Item takes one thing published or found.
	Item(observation.Item) error
	// Cover says how a period of a metric was answered.
	Cover(observation.Coverage)
	// Complete says that all the source has of this metric in this period was told: what was stored and not told again is
	// withdrawn.
	Complete(observation.Completion)
	// Answered tells of one answer of the source's server, for the run's record.
	Answered(observation.Answer)
	// Tell passes on a count that the reader of the run wants to see: lines read, lines rejected.
	Tell(name string, n int64)
	// Progress tells how far the work is, in units of the collector's own (bytes, pages); total 0 is unknown.
	Progress(done, total int64)
}

// DimsSink is a sink that takes in of which dimensions a run speaks ("" is the whole). Of others its completions then take
// nothing back. Where nothing is said of it they speak of all: who has told all there is has told all dimensions.
type DimsSink interface {
	Sink
	Speaks(dims string)
}

// ZoneSink is a sink that takes in by which zone the source cuts its days, where that is not the zone of the source in the
// configuration: the site has one of its own. It is told before everything else.
type ZoneSink interface {
	Sink
	DaysOf(zone *time.Location)
}

// PartSink is a sink that takes in which parts of a source could not be read, for the run to name them, whatever becomes of its
// periods: a feed that fails today was read all the same for yesterday.
type PartSink interface {
	Sink
	// Failed says that a part was not read.
	Failed(part string, err error)
}

// State is a source's small memory, committed with the run that changed it.
type State interface {
	Get(key string) (value string, ok bool)
	Set(key, value string)
}

// Items is what is known of things published and found.
type Items interface {
	// Known returns, by alias, the items that go by one of the aliases, as they are stored now. Organisation is that of the
	// items: observation.Shared, or "" for the source's own.
	Known(ctx context.Context, organisation string, aliases []string) (map[string]observation.Item, error)
}

// Deps is what a collector works with.
type Deps struct {
	// ChannelID is the source's channel, "" without one.
	ChannelID string

	Log   *slog.Logger
	State State
	Items Items
	HTTP  *fetch.Session // every answer that it fetches is told to the sink by itself
	Dir   string         // the folder that relative paths of the configuration start from
	// Metrics are all metrics there are, with those that the configuration declares.
	Metrics     observation.Metrics
	ChannelKind string // the kind of the source's channel, "" without one: the same word means another thing elsewhere
	// Projects are the ids of the projects that there are; nil where whoever makes the collector does not know them.
	Projects []string
	// Refuses says why a number that people hand over cannot be one of this desk, and what to do; "" is no objection. It may
	// be nil.
	Refuses func(observation.Observation) string
	// BaseURL is where the source's platform is, "" at its usual place. It has neither a / at its end nor a query.
	BaseURL string
	// Credential is what `connect` got for the source; nil where nobody connected it.
	Credential Credential
}

// Config is the settings of one source of a kind. It is decoded from the source's entry of the configuration, which takes
// no key that it does not name in a yaml tag.
type Config interface {
	// Validate returns every fault of the settings; it reads no file and no network.
	Validate() []Fault
	// New makes the collector. It is inert: no network, no file, no goroutine.
	New(Deps) Collector
}

// Fault is one thing wrong with the settings of a source: the key it stands at, and what to do about it.
type Fault struct {
	Key     string // paths, paths[2], "" for the whole entry
	Message string
	Entry   string // of a mapping that stands at Key: the key of the entry, as it is written; "" for the mapping as a whole
}

// Place is where something stands in the settings of a source: a key and, where a mapping stands there, one of its entries.
type Place struct{ Key, Entry string }

// Kind describes a kind of source to the rest of the program.
type Kind struct {
	Name    string
	New     func() Config // fresh settings with the defaults filled in
	Metrics []string
	Grains  []observation.Grain
	// MetricGrains are the grains of metrics that are told at others than Grains.
	MetricGrains map[string][]observation.Grain
	SettleDays   int
	Method       string   // how it measures, for a kind whose numbers stand beside those of kinds that measure otherwise
	Channels     []string // kinds of channel that it can feed; a source of it must name a channel then …
	// … unless ChannelOptional says that it may do without one, as what people type for a project does.
	ChannelOptional bool
	Typed           bool // fed by people: a source of it may say how long a level holds (remind)
	Fetches         bool // it asks servers, so a source of it may say allow_private
	BaseURL         bool // its platform may be at another place than usual, which a source then names by base_url …
	SelfHosted      bool // … or must name: everybody has a platform of their own
	// Spacing is the least time between two calls that the platform asks for; 0 leaves it to the client.
	Spacing time.Duration
	// BackfillDays is how many days of the past one visit asks for, in whole weeks: the fewer, the less is lost by being stopped.
	// 0 is the usual four weeks, below 0 all at once, as suits what tells all that it has whatever is asked for.
	BackfillDays int
	Definitions  []observation.Definition
	// Retention are the platform's terms: what of its numbers and items may be kept, and for how long. They hold unless a source
	// says in writing why they do not.
	Retention []Retention
	Sample    string // the commented sample.yaml; its first line says in a sentence what the kind reads
}

// Summary returns what the kind reads, in a sentence: the first line of its sample.
func (k Kind) Summary() string {
	first, _, _ := strings.Cut(k.Sample, "\n")
	return strings.TrimSpace(strings.TrimPrefix(first, "#"))
}

// Teller is implemented by settings that decide themselves what their source tells: the columns of a sheet, the role of a
// feed. What Tells returns takes the place of what the kind says; it is asked only of settings that are valid.
type Teller interface {
	Tells() Telling
}

// Telling is what one source tells.
type Telling struct {
	Metrics         []string
	Grains          []observation.Grain
	MetricGrains    map[string][]observation.Grain
	Channels        []string // nil: it feeds no channel
	ChannelOptional bool
	Typed           bool // fed by people
	Silent          bool // by people alone: there is nothing to read on schedule
	Definitions     []observation.Definition
	Remind          string // how long a typed level holds where the source does not say remind: a grain or a cron plan
	// Parts are the parts that the source has, as its coverage names them: its feeds. What is known of others is of former ones.
	// nil where they are not known before a visit.
	Parts []string
	// Places are where the settings name metrics, by their ids; those that are not in it are named under the key metrics.
	Places map[string]Place
}

// Importer is a collector that reads files which people hand it, beside or instead of what it reads by itself.
type Importer interface {
	// Preview says what the file holds and how it would be read; nothing is emitted. An error is ErrColumns where the file is
	// not one of this source. progress may be nil.
	Preview(ctx context.Context, path string, w Window, progress func(done, total int64)) (Preview, error)
	// Import emits what the file tells, as Collect does. Of a file with a fault it emits nothing.
	Import(ctx context.Context, path string, w Window, out Sink) error
}

// Preview is what a file would be read as.
type Preview struct {
	Format  string   // CSV, Windows-1252, semicolons
	SHA256  string   // of the file: what is imported later must be what was shown
	Rows    int      // of data
	Columns []Column // in the order of the file
	Period  observation.Period
	Numbers int     // that would be stored
	Guessed bool    // the columns were guessed: the configuration does not name them
	Faults  []Fault // that keep it from being read: Key is the place, as file.csv:12:C
	More    int     // faults beside those of the list
	Sample  []observation.Observation
}

// Column is a column of a file and what it is taken for.
type Column struct {
	Head   string // as the file writes it
	Means  string // date, metric:followers, dim:region, note, "" when it is left out
	Reason string // why it is taken for that
	Sample string // its first value
	Sheet  string // of a workbook of which several sheets are read; "" where one is
}

// Checker is a collector that can try its source harmlessly.
type Checker interface {
	// Check makes at most one harmless call, of a source of several parts one each, and says in one line what it found. Its
	// error names the parts that are not well. now is told in the source's day zone.
	Check(ctx context.Context, now time.Time) (string, error)
}
