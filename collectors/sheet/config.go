package sheet

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// Config is the settings of one source.
type Config struct {
	Columns   map[string]string `yaml:"columns" doc:"what stands under each head, as {Pvm: date, Seuraajat: 'metric:followers'}"`
	Metrics   []string          `yaml:"metrics" doc:"the metrics of a sheet with one number a row, or those that a guess is to choose from"`
	Items     Items             `yaml:"items" doc:"where each row is a post: the heads that say which, as {id: Post ID, url: Permalink, published: Publish time}"`
	Paths     []string          `yaml:"paths" doc:"files that are read on schedule, as ./exports/*.csv; needs columns"`
	Sheet     string            `yaml:"sheet" doc:"the sheet of a workbook that holds the table; default the first that holds one"`
	Decimal   string            `yaml:"decimal" doc:"the sign before decimals, \",\" or \".\"; default what the numbers show"`
	DateOrder string            `yaml:"date_order" doc:"dmy, mdy or ymd: how 11/3/2026 is meant; default what the dates show"`
	Grain     string            `yaml:"grain" doc:"day, week, month, quarter or year: what the number of a row with a day is about; default the day"`
}

// What a column may hold.
const (
	isDate       = "date"
	isMetric     = "metric:"
	isMetricName = "metric"
	isValue      = "value"
	isDim        = "dim:"
	isProject    = "project"
	isNote       = "note"
	isIgnored    = "ignore"
)

const meanings = "date, period, metric:ID, metric, value, dim:NAME, project, note or ignore"

// meaning is what a column holds: a metric or a dimension has a name.
type meaning struct{ what, name string }

func (m meaning) String() string { return m.what + m.name }

// idForm is what metrics and dimensions are called.
var idForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)

// parseMeaning reads what stands behind a head in the configuration.
func parseMeaning(s string) (meaning, bool) {
	switch s {
	case "period":
		return meaning{what: isDate}, true
	case isDate, isMetricName, isValue, isProject, isNote, isIgnored:
		return meaning{what: s}, true
	}
	for _, what := range []string{isMetric, isDim} {
		if name, ok := strings.CutPrefix(s, what); ok && idForm.MatchString(name) && (what == isMetric || name != isProject) {
			return meaning{what, name}, true
		}
	}
	return meaning{}, false
}

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(key, message string) { out = append(out, collector.Fault{Key: key, Message: message}) }
	out = append(out, c.validateColumns()...)
	for i, id := range c.Metrics {
		if why := c.untellable(id); why != "" {
			fault(fmt.Sprintf("metrics[%d]", i), why)
		}
	}
	for i, p := range c.Paths {
		if _, err := filepath.Match(p, ""); p == "" || err != nil {
			fault(fmt.Sprintf("paths[%d]", i), "this is no pattern of files; write one as ./exports/*.csv")
		}
	}
	if c.lists() {
		out = append(out, c.validateItems()...)
	}
	if len(c.Paths) > 0 && len(c.Columns) == 0 {
		fault("paths", "files that nobody looks at need columns: run `seuranta import FILE --dry-run`, which prints the lines to put here")
	}
	for _, one := range []struct {
		key, value string
		allowed    []string
	}{
		{"decimal", c.Decimal, []string{",", "."}},
		{"date_order", c.DateOrder, []string{"dmy", "mdy", "ymd"}},
		{"grain", c.Grain, []string{"day", "week", "month", "quarter", "year"}},
	} {
		if one.value != "" && !slices.Contains(one.allowed, one.value) {
			fault(one.key, fmt.Sprintf("%q is not understood; write one of %q", tabular.Show(one.value), one.allowed))
		}
	}
	return out
}

// validateColumns checks what each column is to hold and, when that is understood, that they make up a table.
func (c *Config) validateColumns() []collector.Fault {
	var out []collector.Fault
	first := map[meaning]string{}
	kinds := map[string]int{}
	understood := true
	for _, head := range slices.Sorted(maps.Keys(c.Columns)) {
		fault := func(message string) {
			out = append(out, collector.Fault{Key: "columns", Entry: head, Message: message})
		}
		m, ok := parseMeaning(c.Columns[head])
		before, twice := first[m]
		switch {
		case !ok:
			fault(fmt.Sprintf("%q is nothing that a column can hold; write %s", tabular.Show(c.Columns[head]), meanings))
			understood = false
			continue
		case m.what == isMetric && c.untellable(m.name) != "":
			fault(c.untellable(m.name))
		case twice && m.what != isIgnored:
			fault(fmt.Sprintf("%q is %s, too; keep one, and ignore the other", tabular.Show(before), m))
		}
		kinds[m.what]++
		if !twice {
			first[m] = head
		}
	}
	if f := c.noTable(kinds); f.Message != "" && understood && len(c.Columns) > 0 && !c.lists() {
		out = append(out, f)
	}
	return out
}

// noTable says why columns of these meanings make up no table, which has a day, and a number.
func (c *Config) noTable(kinds map[string]int) collector.Fault {
	switch {
	case kinds[isDate] == 0:
		return collector.Fault{Key: "columns", Message: "no column is the day or the period; write date behind its head"}
	case kinds[isMetricName] != kinds[isValue]:
		return collector.Fault{Key: "columns", Message: "a sheet with one number a row has both a column metric and a column value"}
	case kinds[isMetric] == 0 && kinds[isValue] == 0:
		return collector.Fault{Key: "columns", Message: "no column holds a number; write metric:followers, or another metric, behind its head"}
	case kinds[isMetric] > 0 && kinds[isValue] > 0:
		return collector.Fault{Key: "columns", Message: "either each metric has a column, as metric:followers, or there are the columns metric and value; here are both"}
	case kinds[isValue] > 0 && len(c.Metrics) == 0:
		return collector.Fault{Key: "metrics", Message: "a sheet with one number a row needs metrics: the list of those that it tells"}
	}
	return collector.Fault{}
}

// untellable says why a metric cannot stand in a sheet, "" when it can. What is not among the standard ones may be declared
// by the configuration.
func (c *Config) untellable(id string) string {
	m, standard := observation.StandardMetrics()[id]
	switch {
	case !idForm.MatchString(id):
		return fmt.Sprintf("%q is no name of a metric; write it as followers", tabular.Show(id))
	case standard && m.Shape == observation.Counted:
		return id + " is counted from what was published or found, and never stored"
	case standard && m.Lifetime && !c.lists():
		return id + " is the counter of a single publication; choose a metric of the channel, or write items where each row of the table is a post"
	}
	return ""
}

// New makes the collector. It touches no file.
func (c *Config) New(d collector.Deps) collector.Collector {
	metrics := d.Metrics
	if metrics == nil {
		metrics = observation.StandardMetrics()
	}
	return &source{config: *c, dir: d.Dir, metrics: metrics, channel: d.ChannelKind, channelID: d.ChannelID, projects: d.Projects, refuses: d.Refuses}
}

// Tells returns what the columns tell.
func (c *Config) Tells() collector.Telling {
	if c.lists() {
		return c.tellsPosts()
	}
	metrics := c.metrics()
	all := union(metrics, slices.Sorted(maps.Keys(storable(observation.StandardMetrics()))))
	t := collector.Telling{Metrics: metrics, MetricGrains: grainsOf(metrics, observation.Grain(c.Grain)), Channels: collector.ChannelKinds(),
		ChannelOptional: true, Typed: true, Silent: len(c.Paths) == 0, Definitions: definitionsOf(all), // a guess may find any of them
		Places: c.places()}
	for _, g := range observation.Grains() {
		if slices.ContainsFunc(metrics, func(m string) bool { return slices.Contains(t.MetricGrains[m], g) }) {
			t.Grains = append(t.Grains, g)
		}
	}
	return t
}

// metrics lists what the sheet tells, sorted: what its columns are, else what it is said to tell.
func (c *Config) metrics() []string {
	var out []string
	for _, text := range c.Columns {
		if m, ok := parseMeaning(text); ok && m.what == isMetric {
			out = append(out, m.name)
		}
	}
	if len(out) == 0 {
		out = slices.Clone(c.Metrics)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// places are where metrics are named: in the columns, else in their list.
func (c *Config) places() map[string]collector.Place {
	out := map[string]collector.Place{}
	for i, id := range c.Metrics {
		out[id] = collector.Place{Key: fmt.Sprintf("metrics[%d]", i)}
	}
	for head, text := range c.Columns {
		if m, ok := parseMeaning(text); ok && m.what == isMetric {
			out[m.name] = collector.Place{Key: "columns", Entry: head}
		}
	}
	return out
}

func union(list, more []string) []string {
	out := slices.Concat(list, more)
	slices.Sort(out)
	return slices.Compact(out)
}

// part is the name under which a sheet's numbers stand. It is not that of the file: a corrected one is often renamed.
func (c *Config) part() string { return cmp.Or(c.Sheet, "table") }

// grainsOf returns at which grains a sheet tells metrics: a level is true on a day, everything else is told of the periods
// that the rows name, or of those of one grain.
func grainsOf(metrics []string, one observation.Grain) map[string][]observation.Grain {
	out := map[string][]observation.Grain{}
	for _, m := range metrics {
		switch {
		case isLevel(m):
			out[m] = []observation.Grain{observation.Snapshot}
		case one != "":
			out[m] = []observation.Grain{one}
		default:
			out[m] = []observation.Grain{observation.Day, observation.Week, observation.Month, observation.Quarter, observation.Year}
		}
	}
	return out
}

// isLevel tells whether a metric is true at an instant. Those that a configuration declares are flows.
func isLevel(metric string) bool {
	return observation.StandardMetrics()[metric].Shape == observation.Level
}
