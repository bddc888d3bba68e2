package sheet

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

const (
	mostFaults  = 20      // that are shown
	mostNumbers = 500_000 // of one file
	mostParts   = 50      // different values of one dimension: more are no parts of a whole but names
	longestNote = 300     // characters
)

// key is what a number of a file is about.
type key struct {
	metric, dims string
	grain        observation.Grain
	from         observation.Date
}

// number is one number with where it stood.
type number struct {
	key
	value float64
	note  string
	row   int // of the table
	at    int // column
}

// reader takes one file apart.
type reader struct {
	layout
	config   Config
	metrics  observation.Metrics
	standard observation.Metrics // those that every installation has: numbers of things and people
	names    vocabulary          // of a sheet with one number a row
	projects []string            // that there are; nil where nobody knows
	refuses  func(observation.Observation) string
	zone     *time.Location
	now      time.Time
	today    observation.Date
	order    tabular.Order
	decimal  rune

	channelID string
	taken     time.Time // of a list of posts: when it was downloaded
	posts     []api.Post
	seen      map[string]int // the line of each post

	rows, totals int
	numbers      []number
	known        map[key]int
	days         map[string]tabular.When
	span         observation.Period
	grains       map[observation.Grain]bool // that rows name
	parts        map[string]map[string]bool // values of dimensions
	spoken       map[string]bool            // dimensions of rows, those without a number included
	told         map[string]bool            // faults of the whole file that were told
	faults       []collector.Fault
	more         int
}

func newReader(s *source, l layout, w collector.Window) *reader {
	r := &reader{layout: l, config: s.config, metrics: s.metrics, projects: s.projects, refuses: s.refuses, standard: observation.StandardMetrics(), zone: w.Zone, now: w.Now, channelID: s.channelID, seen: map[string]int{}, known: map[key]int{}, days: map[string]tabular.When{}, order: tabular.Order(s.config.DateOrder),
		grains: map[observation.Grain]bool{}, parts: map[string]map[string]bool{}, spoken: map[string]bool{}, told: map[string]bool{}}
	if r.zone == nil {
		r.zone = time.UTC
	}
	r.today = observation.DateOf(r.now.In(r.zone))
	if s.config.Decimal != "" {
		r.decimal = rune(s.config.Decimal[0])
	}
	if l.count(isMetricName) > 0 {
		r.names = newVocabulary(s.candidates(), s.channel)
	}
	return r
}

// read reads all rows. Its error is that it was stopped; what is wrong with the file is among the faults.
func (r *reader) read(ctx context.Context) error {
	r.checkMetrics()
	r.checkGain()
	r.findOrder()
	r.findDecimal()
	if r.config.lists() {
		r.findTaken()
	}
	for i := r.head + 1; i < len(r.table.Rows); i++ {
		if i%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if r.config.lists() {
			r.postRow(i)
		} else {
			r.row(i)
		}
		if len(r.numbers) > mostNumbers {
			r.fault(r.table.Rows[i], 0, fmt.Sprintf("the file has more than %d numbers; export fewer days at a time", mostNumbers))
			return nil
		}
	}
	if !r.config.lists() {
		r.checkStarts()
	}
	if r.rows == 0 && len(r.faults) == 0 {
		r.fault(r.table.Rows[r.head], 0, "there are no rows under the heads")
	}
	return nil
}

// fault notes what is wrong with a cell.
func (r *reader) fault(row tabular.Row, at int, message string) {
	if len(r.faults) == mostFaults {
		r.more++
		return
	}
	r.faults = append(r.faults, collector.Fault{Key: r.table.Place(row, at), Message: message})
}

// cellFault notes what is wrong with the text of a cell.
func (r *reader) cellFault(row tabular.Row, at int, why, todo string) {
	message := fmt.Sprintf("%s holds %q: %s", tabular.Ref(row, at), tabular.Show(row.Cell(at).Text), why)
	if todo != "" {
		message += "; " + todo
	}
	r.fault(row, at, message)
}

// once notes what is wrong with the file as a whole, at the first cell that shows it.
func (r *reader) once(what string, row tabular.Row, at int, why, todo string) {
	if !r.told[what] {
		r.told[what] = true
		r.cellFault(row, at, why, todo)
	}
}

// checkMetrics refuses columns of metrics that there are not.
func (r *reader) checkMetrics() {
	for i, c := range r.columns {
		if _, known := r.metrics[c.name]; c.what == isMetric && !known {
			r.fault(r.table.Rows[r.head], i, fmt.Sprintf("there is no metric %q; declare it under metrics in the configuration", c.name))
		}
	}
}

// findOrder tells whether the days or the months stand first in dates with strokes, by those that can only be one.
func (r *reader) findOrder() {
	at := r.find(isDate)
	if r.order != tabular.Unknown {
		return
	}
	days, months := -1, -1
	for i := r.head + 1; i < len(r.table.Rows); i++ {
		day, month := tabular.DayBeforeMonth(r.table.Rows[i].Cell(at).Text)
		if day && days < 0 {
			days = i
		}
		if month && months < 0 {
			months = i
		}
	}
	switch {
	case days >= 0 && months >= 0:
		r.once("order", r.table.Rows[max(days, months)], at, "in some dates of this column the day stands first and in others the month",
			"write all alike, as 2026-11-03")
	case days >= 0:
		r.order = tabular.DMY
	case months >= 0:
		r.order = tabular.MDY
	}
}

// findDecimal tells which sign stands before decimals, by the numbers that can only be one.
func (r *reader) findDecimal() {
	if r.decimal != 0 {
		return
	}
	var texts []string
	for i, c := range r.columns {
		if c.what != isMetric && c.what != isValue {
			continue
		}
		for _, row := range r.table.Rows[r.head+1:] {
			if cell := row.Cell(i); cell.Kind == tabular.Text && strings.ContainsAny(cell.Text, ",.") {
				texts = append(texts, cell.Text)
			}
		}
	}
	decimal, agree := tabular.DecimalIn(texts)
	if r.decimal = decimal; !agree {
		r.told["decimal"] = true
		r.fault(r.table.Rows[r.head], r.find(isDate), `some numbers of the file have decimal commas and others decimal points; write decimal: "," or decimal: "." into the source, then the others are named`)
	}
}

// row reads one row.
func (r *reader) row(i int) {
	row := r.table.Rows[i]
	at := r.find(isDate)
	if r.beyond(row) {
		return
	}
	date := row.Cell(at)
	switch {
	case row.Empty():
		return
	case isTotal(date.Text):
		r.totals++
		return
	case date.Text == "":
		if r.anyNumber(row) {
			r.fault(row, at, tabular.Ref(row, at)+" is empty: the row has numbers and no day; fill the day into each row")
		}
		return
	}
	r.rows++
	if r.unworked(row) {
		r.check(row)
		return
	}
	when, ok := r.when(row, at)
	dims, ok1 := r.dims(row)
	note, ok2 := r.note(row)
	if !ok || !ok1 || !ok2 {
		r.check(row)
		return
	}
	r.reach(when)
	r.spoken[dims] = true
	for at, c := range r.columns {
		switch c.what {
		case isMetric:
			r.number(i, at, c.name, dims, note, when)
		case isValue:
			if metric, ok := r.metricNamed(row, row.Cell(at).Text != ""); ok {
				r.number(i, at, metric, dims, note, when)
			}
		}
	}
}

// unworked notes cells that hold a formula without its result: it may be any number, and that it is none is not known.
func (r *reader) unworked(row tabular.Row) (found bool) {
	for at, c := range r.columns {
		if c.what != "" && c.what != isIgnored && row.Cell(at).Kind == tabular.Unworked {
			r.cellFault(row, at, "the file has the formula and not its result", "open it in a spreadsheet program, save it there and import it again")
			found = true
		}
	}
	return found
}

// check notes what is wrong with the numbers of a row that is not taken, so that all of it can be mended in one go.
func (r *reader) check(row tabular.Row) {
	for at, c := range r.columns {
		if c.what == isMetric && row.Cell(at).Kind != tabular.Unworked {
			r.value(row, at, c.name)
		}
	}
}

// beyond notes cells that stand under no head.
func (r *reader) beyond(row tabular.Row) bool {
	for at := len(r.columns); at < len(row.Cells); at++ {
		if row.Cells[at].Text != "" {
			r.cellFault(row, at, "the row has more cells than there are heads", "a text with the delimiter in it goes into quotation marks")
			return true
		}
	}
	return false
}

// isTotal tells whether a row sums the others up.
func isTotal(s string) bool {
	return slices.Contains([]string{"yhteensä", "summa", "total", "totalt", "sammanlagt", "sum", "grand total"}, strings.ToLower(strings.TrimRight(s, ":. ")))
}

// anyNumber tells whether the row tells a number.
func (r *reader) anyNumber(row tabular.Row) bool {
	for at, c := range r.columns {
		if c.what != isMetric && c.what != isValue {
			continue
		}
		if _, known, err := tabular.ParseNumber(row.Cell(at).Text, 0); known || err != nil {
			return true
		}
	}
	return false
}

// when reads the day or period of a row.
func (r *reader) when(row tabular.Row, at int) (tabular.When, bool) {
	cell := row.Cell(at)
	w, err := r.parsed(r.periodText(cell, at))
	grain := observation.Grain(r.config.Grain)
	switch {
	case cell.Kind == tabular.Broken:
		r.cellFault(row, at, "the spreadsheet program could not work this out", "mend it there")
	case errors.Is(err, tabular.ErrOrder):
		r.once("order", row, at, "day and month can be either way round, and no other date of the column tells which",
			"write date_order: dmy, or date_order: mdy, into the source")
	case errors.Is(err, errNoYear):
		r.once("year", row, at, err.Error(), "")
	case err != nil:
		r.cellFault(row, at, err.Error(), "write it as 3.11.2026, vk 47/2026, 11/2026, Q3/2026 or 2026")
	case w.From > r.today:
		r.cellFault(row, at, "this lies in the future", "take the row out")
	case grain != "" && w.Grain != observation.Day && w.Grain != grain:
		r.cellFault(row, at, fmt.Sprintf("this is a %s, and the source says grain: %s", w.Grain, grain), "make them one")
	case grain != "" && w.Grain == observation.Day:
		return tabular.When{Period: grain.Holding(w.From), Grain: grain}, true
	default:
		return w, true
	}
	return tabular.When{}, false
}

// parsed reads a day or period once, however many rows name it.
func (r *reader) parsed(text string) (tabular.When, error) {
	if w, known := r.days[text]; known {
		return w, nil
	}
	w, err := tabular.ParsePeriod(text, r.order)
	if day, yearless := tabular.ParseYearless(text, r.named()); yearless {
		if w, err = day, nil; w.From == 0 {
			err = errNoYear
		}
	}
	if err == nil {
		r.days[text] = w
	}
	return w, err
}

// errNoYear says what is to be done about days without a year, which some platforms write.
var errNoYear = errors.New("the year is missing; write the day of the download into the name of the file, as Overview 2026-11-22.csv, and it is the year before that day")

// dated is a day in the name of a file.
var dated = regexp.MustCompile(`(?:^|\D)(20[0-9]{2}-[01][0-9]-[0-3][0-9])(?:\D|$)`)

// named returns the day that stands in the name of the file, zero where none does. When the file was written to is no proof of it.
func (r *reader) named() observation.Date {
	m := dated.FindStringSubmatch(r.table.Name)
	if m == nil {
		return 0
	}
	d, err := observation.ParseDate(m[1])
	if err != nil || d > r.today {
		return 0
	}
	return d
}

// periodText is the text of a cell of days. Where the head or the configuration says that it is about weeks, 47/2026 is one.
func (r *reader) periodText(cell tabular.Cell, at int) string {
	head := fold(r.columns[at].head)
	week := r.config.Grain == string(observation.Week) || slices.Contains([]string{"viikko", "vk", "vko", "vecka", "week"}, head)
	if week && cell.Kind == tabular.Text && strings.Count(cell.Text, "/") == 1 && len(cell.Text) <= len("47 / 2026") && cell.Text[0] <= '9' {
		return "vk " + cell.Text
	}
	return cell.Text
}

// reach widens the days that the file speaks of.
func (r *reader) reach(w tabular.When) {
	r.grains[w.Grain] = true
	if r.span.Empty() {
		r.span = w.Period
	}
	r.span = observation.Period{From: min(r.span.From, w.From), To: max(r.span.To, w.To)}
}

// dims reads the parts of the whole that a row is about.
func (r *reader) dims(row tabular.Row) (string, bool) {
	var out map[string]string
	for at, c := range r.columns {
		name := c.name
		if c.what == isProject {
			name = isProject
		}
		text := row.Cell(at).Text
		if c.what != isDim && c.what != isProject || text == "" {
			continue
		}
		value := slug(text)
		if !idForm.MatchString(value) {
			r.cellFault(row, at, "this cannot name a part of the whole", "write a short name of letters and digits, as keski-suomi")
			return "", false
		}
		if c.what == isProject && r.projects != nil && !slices.Contains(r.projects, value) {
			r.cellFault(row, at, "there is no such project", r.namedProjects())
			return "", false
		}
		if !r.part(name, value) {
			r.once("parts of "+name, row, at, fmt.Sprintf("this column has more than %d different values, so they are no parts of a whole", mostParts), "leave the column out")
			return "", false
		}
		if out == nil {
			out = map[string]string{}
		}
		out[name] = value
	}
	return observation.Dims(out), true
}

// namedProjects says what may stand in a column of projects.
func (r *reader) namedProjects() string {
	if len(r.projects) == 0 {
		return "the configuration has no projects: leave the column out"
	}
	names := strings.Join(r.projects[:min(len(r.projects), mostHeads)], ", ")
	if more := len(r.projects) - mostHeads; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return "the projects are " + names
}

// part notes a value of a dimension; false when there are too many.
func (r *reader) part(name, value string) bool {
	if r.parts[name] == nil {
		r.parts[name] = map[string]bool{}
	}
	r.parts[name][value] = true
	return len(r.parts[name]) <= mostParts
}

// slug writes a name as ids are: keski-suomi.
func slug(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case 'ä', 'å':
			return 'a'
		case 'ö':
			return 'o'
		case ' ', '\u00a0':
			return '-'
		}
		return r
	}, strings.ToLower(s))
	return strings.Trim(s, "-")
}

// note reads the remark of a row. Nothing of a person is stored.
func (r *reader) note(row tabular.Row) (string, bool) {
	at := r.find(isNote)
	if at < 0 {
		return "", true
	}
	text := strings.Join(strings.Fields(row.Cell(at).Text), " ")
	found := collector.Personal(text)
	switch {
	case found != "":
		r.fault(row, at, fmt.Sprintf("%s holds %s; no data of persons is stored: take it out", tabular.Ref(row, at), found))
	case utf8.RuneCountInString(text) > longestNote:
		r.cellFault(row, at, fmt.Sprintf("a note has at most %d characters", longestNote), "shorten it")
	default:
		return text, true
	}
	return "", false
}

// metricNamed returns the metric that a row of one number names.
func (r *reader) metricNamed(row tabular.Row, needed bool) (string, bool) {
	at := r.find(isMetricName)
	text := row.Cell(at).Text
	found := r.names.metrics(text)
	switch {
	case text == "" && !needed:
	case len(found) == 1:
		return found[0], true
	case len(found) > 1:
		r.cellFault(row, at, "this can be "+strings.Join(found, " or "), "write one of these")
	default:
		r.cellFault(row, at, "this is none of the metrics of the source", "write the name of one of them, or take the row out")
	}
	return "", false
}
