package twitter

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// mostFaults is how many faults of a file are shown.
const mostFaults = 20

// export is one file of X, read.
type export struct {
	table   *tabular.Table
	columns []column // by their place in the file
	date    int      // place of the days
	order   tabular.Order
	today   observation.Date // where the days are X's
	refuses func(observation.Observation) string

	rows    int
	days    []observation.Date
	lines   map[observation.Date]int // on which line each stands
	span    observation.Period
	numbers []observation.Observation
	faults  []collector.Fault
	more    int
}

// export reads a file. Its error is that it is none of X's; what is wrong with its cells is among the faults.
func (s *source) export(ctx context.Context, path string, w collector.Window, progress func(done, total int64)) (*export, error) {
	if !s.config.handed() {
		return nil, fmt.Errorf("this source asks X by itself and takes no files; add one of kind twitter for the same channel without username, id and credential: %w", collector.ErrColumns)
	}
	table, err := tabular.Read(ctx, path, tabular.Options{Progress: progress})
	if err != nil {
		return nil, err
	}
	e := &export{table: table, today: observation.DateOf(w.Now.In(time.UTC)), refuses: s.deps.Refuses, lines: map[observation.Date]int{}}
	if err := e.heads(); err != nil {
		return nil, err
	}
	e.findOrder()
	for i, row := range table.Rows[1:] {
		if i%1000 == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("read %s: %w", table.Name, ctx.Err())
		}
		e.row(row)
	}
	if e.rows == 0 && len(e.faults) == 0 {
		e.fault(table.Rows[0], 0, "there are no days under the heads; choose a longer time in X and export again")
	}
	return e, nil
}

// heads finds the columns.
func (e *export) heads() error {
	if len(e.table.Rows) == 0 {
		return fmt.Errorf("%s is empty", e.table.Name)
	}
	e.date = -1
	found := map[string]int{}
	for i, cell := range e.table.Rows[0].Cells {
		head := strings.ToLower(cell.Text)
		c := column{head: head}
		if at := slices.IndexFunc(columns(), func(c column) bool { return c.head == head }); at >= 0 {
			c = columns()[at]
		}
		if _, twice := found[head]; twice && (c.metric != "" || head == "date") {
			return fmt.Errorf("%s: the column %q is there twice; export the file again: %w", e.table.Name, cell.Text, collector.ErrColumns)
		}
		found[head] = i
		e.columns = append(e.columns, c)
	}
	if _, posts := found["post id"]; posts {
		return fmt.Errorf("%s is X's list of posts, which does not say of which moment its numbers are; export the overview instead (Analytics, Overview), account_overview_analytics.csv: %w", e.table.Name, collector.ErrColumns)
	}
	for _, head := range needed() {
		if _, there := found[head]; !there {
			return fmt.Errorf("%s has no column %q, so it is not X's overview of an account (account_overview_analytics.csv) in English; set the language of X to English and export it again: %w", e.table.Name, head, collector.ErrColumns)
		}
	}
	e.date = found["date"]
	return nil
}

// findOrder tells whether days or months stand first, in a file that a spreadsheet program has saved again: by dates that can be
// only one, else by that the days of a file follow each other.
func (e *export) findOrder() {
	for _, row := range e.table.Rows[1:] {
		switch dayFirst, monthFirst := tabular.DayBeforeMonth(row.Cell(e.date).Text); {
		case dayFirst:
			e.order = tabular.DMY
			return
		case monthFirst:
			e.order = tabular.MDY
			return
		}
	}
}

// fault notes what is wrong with a cell.
func (e *export) fault(row tabular.Row, at int, message string) {
	if len(e.faults) == mostFaults {
		e.more++
		return
	}
	e.faults = append(e.faults, collector.Fault{Key: e.table.Place(row, at), Message: message})
}

// cellFault notes what is wrong with the text of a cell.
func (e *export) cellFault(row tabular.Row, at int, why string) {
	e.fault(row, at, fmt.Sprintf("%s holds %q: %s", tabular.Ref(row, at), tabular.Show(row.Cell(at).Text), why))
}

// row reads one day.
func (e *export) row(row tabular.Row) {
	if row.Empty() {
		return
	}
	e.rows++
	day, err := e.day(row.Cell(e.date))
	first, twice := e.lines[day]
	switch {
	case err != nil:
		e.cellFault(row, e.date, err.Error())
	case day > e.today:
		e.cellFault(row, e.date, "this day is still to come")
	case twice:
		e.cellFault(row, e.date, fmt.Sprintf("this day stands in line %d already; keep one of them", first))
	default:
		e.lines[day] = row.Line
		e.days = append(e.days, day)
		e.reach(observation.Day.Holding(day))
	}
	for at, c := range e.columns {
		if c.metric != "" {
			e.number(row, at, c.metric, day)
		}
	}
}

// reach widens the days that the file speaks of.
func (e *export) reach(p observation.Period) {
	if e.span.Empty() {
		e.span = p
	}
	e.span = observation.Period{From: min(e.span.From, p.From), To: max(e.span.To, p.To)}
}

// day reads a day as X writes it, Tue, Nov 17, 2026, or as a spreadsheet program has saved it since.
func (e *export) day(cell tabular.Cell) (observation.Date, error) {
	when, err := tabular.ParsePeriod(cell.Text, e.order)
	switch {
	case errors.Is(err, tabular.ErrOrder):
		return 0, fmt.Errorf("%w; a spreadsheet program has saved the file: take it as X gave it", err)
	case err != nil:
		return 0, err
	case when.Grain != observation.Day:
		return 0, errors.New("this is no day")
	}
	return when.From, nil
}

// number reads one number. An empty cell is not known, which is no zero.
func (e *export) number(row tabular.Row, at int, metric string, day observation.Date) {
	value, known, err := count(row.Cell(at))
	if err != nil {
		e.cellFault(row, at, err.Error())
	}
	if err != nil || !known {
		return
	}
	o := observation.Observation{Key: observation.Key{Metric: metric, Grain: observation.Day, From: day}, Part: partExport, Value: value, Complete: day < e.today,
		Basis: observation.Collected, State: observation.Valid}
	if e.refuses != nil {
		if why := e.refuses(o); why != "" {
			e.cellFault(row, at, why)
			return
		}
	}
	e.numbers = append(e.numbers, o)
}

// count reads a number of things or people: whole, so that 1,234 and 1.234 are both a thousand and some.
func count(cell tabular.Cell) (value float64, known bool, err error) {
	switch cell.Kind {
	case tabular.Broken, tabular.Unworked, tabular.Day:
		return 0, false, errors.New("this is no number; take the file as X gave it")
	case tabular.Number:
		value, err = tabular.ParsePlain(cell.Text)
		known = true
	default:
		value, known, err = tabular.ParseNumber(cell.Text, 0)
		if errors.Is(err, tabular.ErrAmbiguous) {
			value, known, err = tabular.ParseNumber(strings.NewReplacer(",", "", ".", "").Replace(cell.Text), 0)
		}
	}
	switch {
	case err != nil || !known:
		return 0, known, err
	case value < 0 || value != math.Trunc(value):
		return 0, true, errors.New("what is counted is whole and not below zero")
	}
	return value, true, nil
}
