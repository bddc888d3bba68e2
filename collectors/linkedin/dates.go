package linkedin

import (
	"regexp"
	"strconv"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// findOrder tells whether the day or the month stands first in the dates of a file: by those that can only be one, else by which
// reading makes days that follow one another, as LinkedIn's do. Where both do, or neither, it stays open.
func (e *export) findOrder() {
	if e.dateOrder != tabular.Unknown {
		return
	}
	var first, last *place
	for _, t := range e.tables {
		for _, column := range []topic{topicDate, topicCreated} {
			at, has := t.columns[column]
			for i := t.head + 1; has && i < len(t.Rows); i++ {
				dayFirst, monthFirst := tabular.DayBeforeMonth(t.Rows[i].Cell(at).Text)
				if dayFirst && first == nil {
					first = &place{t, t.Rows[i], at}
				}
				if monthFirst && last == nil {
					last = &place{t, t.Rows[i], at}
				}
			}
		}
	}
	switch {
	case first != nil && last != nil:
		e.cellFault(last.t, last.row, last.at, "in some dates of the file the day stands first and in others the month; export it again, and leave it as LinkedIn wrote it")
	case first != nil:
		e.dateOrder = tabular.DMY
	case last != nil:
		e.dateOrder = tabular.MDY
	default:
		e.dateOrder = e.orderBySequence()
	}
}

// place is a cell of a table.
type place struct {
	t   *table
	row tabular.Row
	at  int
}

// orderBySequence returns the order that makes the days of a table follow one another, where only one does.
func (e *export) orderBySequence() tabular.Order {
	for _, t := range e.tables {
		if t.form.metrics() == nil {
			continue
		}
		mdy, dmy := t.follow(tabular.MDY), t.follow(tabular.DMY)
		switch {
		case mdy && !dmy:
			return tabular.MDY
		case dmy && !mdy:
			return tabular.DMY
		}
	}
	return tabular.Unknown
}

// follow tells whether the days of a table, two at least, follow one another, oldest or newest first.
func (t *table) follow(order tabular.Order) bool {
	var before observation.Date
	step, rows := observation.Date(0), 0
	for _, row := range t.Rows[t.head+1:] {
		text := row.Cell(t.columns[topicDate]).Text
		if text == "" {
			continue
		}
		when, err := tabular.ParsePeriod(text, order)
		if err != nil {
			return false
		}
		if rows++; rows == 2 {
			step = when.From - before
		}
		if rows >= 2 && (when.From-before != step || step != 1 && step != -1) {
			return false
		}
		before = when.From
	}
	return rows >= 2
}

var (
	// stamped is the moment in the names that LinkedIn gives its files: koske_content_1763900000000.xls.
	stamped = regexp.MustCompile(`(?:^|\D)(1[0-9]{12})(?:\D|$)`)
	// dated is a day that somebody wrote into the name of a file.
	dated = regexp.MustCompile(`(?:^|\D)(20[0-9]{2}-[01][0-9]-[0-3][0-9])(?:\D|$)`)
)

// takenAt returns when a file was downloaded: as its name says, else at the end of its last day. When it was written to says
// nothing: a copy is as young as one likes.
func (e *export) takenAt(name string) time.Time {
	if m := stamped.FindStringSubmatch(name); m != nil {
		ms, _ := strconv.ParseInt(m[1], 10, 64)
		if at := time.UnixMilli(ms).UTC(); !at.After(e.now) && observation.DateOf(at) >= e.span.To-1 {
			e.stamp = at
			return at
		}
	}
	if m := dated.FindStringSubmatch(name); m != nil {
		if day, err := observation.ParseDate(m[1]); err == nil && day <= e.today && day >= e.span.To-1 {
			return e.endOf(day)
		}
	}
	if e.span.Empty() {
		return time.Time{}
	}
	return e.endOf(e.span.To - 1)
}

// endOf is the last second of a day; of today the first one, which does not move while the day lasts.
func (e *export) endOf(day observation.Date) time.Time {
	if day >= e.today {
		return day.Start(time.UTC)
	}
	return day.End(time.UTC).Add(-time.Second)
}
