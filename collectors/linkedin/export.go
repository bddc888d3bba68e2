package linkedin

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

const (
	mostFaults  = 20      // that are shown
	mostNumbers = 500_000 // of one file
	mostBytes   = 16 << 20
)

// export is one file that LinkedIn let somebody download, read.
type export struct {
	name, format, sha256 string
	size                 int64
	tables               []*table
	dateOrder            tabular.Order
	now                  time.Time
	today                observation.Date // where the days are LinkedIn's

	rows    int
	numbers []observation.Observation
	where   map[observation.Key]string // the place of each
	span    observation.Period         // of the tables by the day
	told    []observation.Completion
	posts   []api.Post
	spans   map[form]observation.Period // of each of them
	older   int                         // numbers that a newer file told, and that were left out
	taken   time.Time                   // when it was downloaded; zero where nothing tells
	stamp   time.Time                   // the same, where the name of the file tells it
	faults  []collector.Fault
	more    int
}

// table is one sheet of it.
type table struct {
	*tabular.Table
	form    form
	head    int
	heads   []meaning
	columns map[topic]int
	byPlace bool
}

// export reads a file. Its error is that it is none of LinkedIn's; what is wrong with its cells is among the faults.
func (s *source) export(ctx context.Context, path string, w collector.Window, progress func(done, total int64)) (*export, error) {
	if !s.config.handed() {
		return nil, fmt.Errorf("this source asks LinkedIn by itself and takes no files; add one of kind linkedin for the same channel without organization: %w", collector.ErrColumns)
	}
	if info, err := os.Stat(path); err == nil && info.Size() > mostBytes {
		return nil, tabular.Fault{Place: tabular.Show(filepath.Base(path)), Message: fmt.Sprintf("the file is larger than %d MB, which none of LinkedIn's is", mostBytes>>20)}
	}
	sheets, err := tabular.Sheets(ctx, path, progress)
	if err != nil {
		return nil, err
	}
	e := &export{name: sheets[0].Name, format: sheets[0].Format, sha256: sheets[0].SHA256, size: sheets[0].Size, dateOrder: tabular.Order(s.config.DateOrder), now: w.Now,
		today: observation.DateOf(w.Now.UTC()), where: map[observation.Key]string{}, spans: map[form]observation.Period{}}
	if err := e.recognise(&s.config, sheets); err != nil {
		return nil, err
	}
	e.findOrder()
	for _, t := range e.tables {
		if t.form.metrics() != nil {
			e.readDays(ctx, t)
		}
	}
	e.taken = e.takenAt(filepath.Base(path))
	for _, t := range e.tables {
		if t.form == formPosts {
			e.readPosts(ctx, t)
		}
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("read %s: %w", e.name, ctx.Err())
	}
	return e, nil
}

// recognise says which of LinkedIn's tables the sheets are.
func (e *export) recognise(s *Config, sheets []*tabular.Table) error {
	found := 0
	for i, sheet := range sheets {
		t := &table{Table: sheet}
		t.form, t.head, t.heads = formOf(sheet)
		if t.form == formUnknown && i == 0 {
			t.form, t.head, t.heads = byPlace(sheet)
			t.byPlace = t.form != formUnknown
		}
		if t.form != formUnknown && t.form != formFacet {
			if found++; !s.takes(t.form) {
				return fmt.Errorf("%w: %w", collector.ErrColumns, tabular.Fault{Place: e.name, Message: fmt.Sprintf("this is the export of %s, which the source does not take; write it under exports", t.form)})
			}
		}
		e.tables = append(e.tables, t)
	}
	if found == 0 {
		return fmt.Errorf("%w: %w", collector.ErrColumns, e.stranger())
	}
	for _, t := range e.tables {
		e.chooseColumns(t)
	}
	return nil
}

// stranger says why a file is none of LinkedIn's.
func (e *export) stranger() error {
	for _, t := range e.tables {
		if t.form == formFacet {
			return tabular.Fault{Place: e.name, Message: fmt.Sprintf("the sheet %q tells of whom followers or visitors are, which is not read; hand over the sheet New followers, or the whole file", tabular.Show(t.Sheet))}
		}
	}
	first := e.tables[0]
	heads := ""
	for _, row := range first.Rows[:min(headRows, len(first.Rows))] {
		if len(row.Cells) > strings.Count(heads, `"`)/2 {
			heads = shownHeads(row)
		}
	}
	return tabular.Fault{Place: e.name, Message: "this is none of the exports of a page's analytics (content, followers, visitors) in English, Finnish or Swedish; it has the heads " + heads +
		". Set LinkedIn to English (Settings, Display, Language) and export again"}
}

// shownHeads writes heads for a message. What is longer than a head is not shown: it may be anybody's words.
func shownHeads(row tabular.Row) string {
	var out []string
	for _, c := range row.Cells {
		if c.Text != "" && len([]rune(c.Text)) <= shortHead {
			out = append(out, strconv.Quote(tabular.Show(c.Text)))
		}
	}
	if more := len(out) - 8; more > 0 {
		return strings.Join(out[:8], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(out, ", ")
}

// chooseColumns takes the columns that are read. Two that may be the same are a fault: which of them it is must not hang on their order.
func (e *export) chooseColumns(t *table) {
	if t.form == formPosts {
		apart(t.heads, t.Rows[t.head])
		t.columns, _ = choose(t.heads, []topic{topicTitle, topicLink, topicCreated, topicContent, topicImpressions, topicClicks, topicReactions, topicComments, topicShares})
		if first, second, found := alike(t.heads); found {
			e.twice(t, first, second, counterOf(t.heads[second].topic), "; where one of them is of videos only English heads tell which")
		}
		return
	}
	var twice int
	if t.columns, twice = choose(t.heads, append([]topic{topicDate}, t.form.metrics()...)); twice >= 0 {
		topic := t.heads[twice].topic
		e.twice(t, t.columns[topic], twice, string(topic), ", and leave it as LinkedIn wrote it")
	}
}

// twice notes that two columns may both be what one metric is read from.
func (e *export) twice(t *table, first, second int, metric, todo string) {
	row := t.Rows[t.head]
	e.fault(t, row, second, fmt.Sprintf("the heads %q in %s and %q here can both be %s; set LinkedIn to English (Settings, Display, Language) and export the file again%s",
		tabular.Show(row.Cell(first).Text), tabular.Ref(row, first), tabular.Show(row.Cell(second).Text), metric, todo))
}

// fault notes what is wrong with a cell.
func (e *export) fault(t *table, row tabular.Row, at int, message string) {
	if len(e.faults) == mostFaults {
		e.more++
		return
	}
	e.faults = append(e.faults, collector.Fault{Key: t.Place(row, at), Message: message})
}

// cellFault notes what is wrong with the text of a cell.
func (e *export) cellFault(t *table, row tabular.Row, at int, why string) {
	e.fault(t, row, at, fmt.Sprintf("%s holds %q: %s", tabular.Ref(row, at), tabular.Show(row.Cell(at).Text), why))
}

// readDays reads a table that has a row for each day.
func (e *export) readDays(ctx context.Context, t *table) {
	var span observation.Period
	for i, row := range t.Rows[t.head+1:] {
		if i%1000 == 0 && ctx.Err() != nil || len(e.numbers) > mostNumbers {
			break
		}
		day, ok := e.day(t, row, t.columns[topicDate])
		if !ok {
			continue
		}
		e.rows++
		if span.Empty() {
			span = observation.Period{From: day, To: day + 1}
		}
		span = observation.Period{From: min(span.From, day), To: max(span.To, day+1)}
		for _, metric := range t.form.metrics() {
			if at, has := t.columns[metric]; has {
				e.number(t, row, at, metric, day)
			}
		}
	}
	switch {
	case span.Empty() && len(e.faults) == 0:
		e.fault(t, t.Rows[t.head], 0, "there are no days under the heads; choose a longer time in LinkedIn and export again")
		return
	case len(e.numbers) > mostNumbers:
		e.fault(t, t.Rows[t.head], 0, fmt.Sprintf("the file has more than %d numbers; export fewer days at a time", mostNumbers))
	}
	e.complete(t, span)
}

// complete says that a table told all there is of its days.
func (e *export) complete(t *table, span observation.Period) {
	for _, metric := range t.form.metrics() {
		if _, has := t.columns[metric]; !has {
			continue
		}
		for day := span.From; day < span.To; day++ {
			e.told = append(e.told, observation.Completion{Part: string(t.form), Metric: string(metric), Grain: observation.Day, From: day, Definition: t.way(metric)})
		}
	}
	e.spans[t.form] = span
	if e.span.Empty() {
		e.span = span
	}
	e.span = observation.Period{From: min(e.span.From, span.From), To: max(e.span.To, span.To)}
}

// day reads the day of a row; a row without one is passed over.
func (e *export) day(t *table, row tabular.Row, at int) (observation.Date, bool) {
	cell := row.Cell(at)
	when, err := tabular.ParsePeriod(cell.Text, e.dateOrder)
	switch {
	case cell.Text == "":
		if !row.Empty() {
			e.fault(t, row, at, tabular.Ref(row, at)+" is empty: the row has no day")
		}
	case errors.Is(err, tabular.ErrOrder):
		e.cellFault(t, row, at, "day and month can be either way round, and no other day of the file tells which; write date_order: mdy into the source where the month stands first, as LinkedIn writes it, or date_order: dmy")
	case err != nil || when.Grain != observation.Day:
		e.cellFault(t, row, at, "this is no day; leave the file as LinkedIn wrote it")
	case when.From > e.today:
		e.cellFault(t, row, at, "this day lies in the future; is the order of day and month right? date_order says it")
	default:
		return when.From, true
	}
	return 0, false
}

// number reads a number of a day.
func (e *export) number(t *table, row tabular.Row, at int, metric topic, day observation.Date) {
	value, known, err := number(row.Cell(at))
	if err == nil && known && value < 0 && !takenBack(metric) {
		err = errors.New("there are never fewer than none")
	}
	if err != nil {
		e.cellFault(t, row, at, err.Error())
	}
	if err != nil || !known {
		return
	}
	o := observation.Observation{Key: observation.Key{Metric: string(metric), Grain: observation.Day, From: day, Definition: t.way(metric)}, Part: string(t.form), Value: value,
		Complete: !observation.Day.Holding(day).End(time.UTC).After(e.now), Basis: observation.Collected}
	if first, twice := e.where[o.Key]; twice {
		e.cellFault(t, row, at, "this day was told in "+first+" already; keep one of the rows")
		return
	}
	e.where[o.Key] = tabular.Ref(row, at)
	e.numbers = append(e.numbers, o)
}

// way is the definition of what a column tells: "" is the usual one, another one that of the organic column where there is no total.
func (t *table) way(metric topic) string {
	at := t.columns[metric]
	if metric == topicReach || at >= len(t.heads) || t.heads[at].share != organic {
		return ""
	}
	return "linkedin-export-organic-1"
}

// takenBack tells whether people take back what a metric counts, so that a day may have fewer than none.
func takenBack(metric topic) bool {
	return slices.Contains([]topic{topicClicks, topicReactions, topicComments, topicShares, topicFollowers}, metric)
}

// number reads a count: whole, with separators of thousands or without.
func number(c tabular.Cell) (v float64, known bool, err error) {
	switch c.Kind {
	case tabular.Number:
		known = true
		v, err = tabular.ParsePlain(c.Text)
	case tabular.Text:
		if v, known, err = tabular.ParseNumber(c.Text, '.'); err != nil || v != math.Trunc(v) { // 1,234 is LinkedIn's
			if other, have, err1 := tabular.ParseNumber(c.Text, ','); err1 == nil { // 1.234 somebody's who saved it again
				v, known, err = other, have, nil
			}
		}
	default:
		err = errors.New("a number is due here; leave the file as LinkedIn wrote it")
	}
	if err == nil && known && v != math.Trunc(v) {
		err = errors.New("a count is whole; leave the file as LinkedIn wrote it")
	}
	return v, known, err
}
