package sheet

import (
	"fmt"
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// number reads one cell of numbers.
func (r *reader) number(i, at int, metric, dims, note string, when tabular.When) {
	row := r.table.Rows[i]
	value, known, ok := r.value(row, at, metric)
	if !ok || !known {
		return
	}
	n := number{key: r.keyOf(metric, dims, when), value: value, note: note, row: i, at: at}
	first, twice := r.known[n.key]
	why := ""
	if r.refuses != nil {
		why = r.refuses(observation.Observation{Key: observation.Key{Metric: metric, Dims: dims, Grain: n.grain, From: n.from}, Value: value})
	}
	switch {
	case why != "":
		r.cellFault(row, at, why, "")
	case !twice:
		r.known[n.key] = len(r.numbers)
		r.numbers = append(r.numbers, n)
	case r.numbers[first].value != value:
		earlier := r.numbers[first]
		r.cellFault(row, at, fmt.Sprintf("%s of this day or period stands in %s already, as %v", metric, tabular.Ref(r.table.Rows[earlier.row], earlier.at), earlier.value),
			"keep one of the rows")
	}
}

// value reads the number of a cell.
func (r *reader) value(row tabular.Row, at int, metric string) (v float64, known, ok bool) {
	cell := row.Cell(at)
	_, standard := r.standard[metric]
	var err error
	switch {
	case cell.Kind == tabular.Broken:
		r.cellFault(row, at, "the spreadsheet program could not work this out", "mend it there")
		return 0, false, false
	case cell.Kind == tabular.Day:
		r.cellFault(row, at, "this is a day, where a number of "+metric+" is due", "give the cell a number format")
		return 0, false, false
	case cell.Kind == tabular.Number:
		known = true
		if v, err = tabular.ParsePlain(cell.Text); err == nil && r.config.Decimal == "" && standard && tabular.Ambiguous(cell.Text) {
			err = tabular.ErrAmbiguous
		}
	default:
		v, known, err = tabular.ParseNumber(cell.Text, r.decimal)
	}
	switch {
	case err != nil:
		r.cellFault(row, at, err.Error(), r.advice(err, cell.Text))
	case v < 0 && standard && !takenBack(metric):
		r.cellFault(row, at, "there are never fewer than no "+metric, "correct the number")
	default:
		return v, known, true
	}
	return 0, false, false
}

// takenBack tells whether people take back what a metric counts by the period, so that there may be fewer than none of it.
func takenBack(metric string) bool {
	return slices.Contains([]string{"reactions", "comments", "shares", "engagements", "link_clicks", "gained"}, metric)
}

// advice says how a number that is refused is to be written.
func (r *reader) advice(err error, text string) string {
	todo := tabular.Advice(err, text)
	switch {
	case tabular.Ambiguous(text) && err == tabular.ErrAmbiguous:
		todo += `, or decimal: "," or decimal: "." into the source`
	case err == tabular.ErrNoNumber && r.decimal != 0:
		if _, known, err := tabular.ParseNumber(text, 0); known && err == nil {
			todo = fmt.Sprintf("the other numbers of the file have %q before their decimals", r.decimal)
		}
	}
	return todo
}

// keyOf says what a number of a row is about: a level is true at the end of the row's days, as far as they are over.
func (r *reader) keyOf(metric, dims string, w tabular.When) key {
	if r.metrics[metric].Shape == observation.Level {
		return key{metric, dims, observation.Snapshot, min(w.To-1, r.today)}
	}
	return key{metric, dims, w.Grain, w.From}
}

// observation makes the i-th number one that can be stored.
func (r *reader) observation(i int) observation.Observation {
	n := r.numbers[i]
	o := observation.Observation{Key: observation.Key{Metric: n.metric, Dims: n.dims, Grain: n.grain, From: n.from}, Part: r.config.part(),
		Value: n.value, Complete: true, Basis: observation.Entered, State: observation.Valid, Note: n.note}
	if n.grain == observation.Snapshot {
		o.ObservedAt = r.instant(n.from)
	} else {
		o.Complete = o.Period().To <= r.today // what is read while the period runs is not all of it
	}
	return o
}

// instant is when a level of a day was true: at its end. Of today it is the begin, which does not change while the day lasts
// and never lies ahead. That it is another on the next day makes no other answer: nobody knows the moment better.
func (r *reader) instant(d observation.Date) time.Time {
	if d == r.today {
		return d.Start(r.zone)
	}
	return d.End(r.zone).Add(-time.Second)
}

// completions say that the file told all there is of its days: what it told of them before and no longer does is gone.
func (r *reader) completions() []observation.Completion {
	var out []observation.Completion
	for _, metric := range r.tells() {
		grains := r.grains
		if r.metrics[metric].Shape == observation.Level {
			grains = map[observation.Grain]bool{observation.Snapshot: true}
		}
		for _, g := range observation.Grains() {
			if !grains[g] {
				continue
			}
			for _, p := range g.Split(r.span) {
				if r.span.Holds(p) {
					out = append(out, observation.Completion{Part: r.config.part(), Metric: metric, Grain: g, From: p.From})
				}
			}
		}
	}
	return out
}

// tells lists the metrics of the file.
func (r *reader) tells() []string {
	var out []string
	for _, c := range r.columns {
		if c.what == isMetric {
			out = append(out, c.name)
		}
	}
	if len(out) == 0 {
		out = r.config.metrics()
	}
	if len(out) > 0 {
		return out
	}
	seen := map[string]bool{}
	for _, n := range r.numbers {
		if !seen[n.metric] {
			seen[n.metric] = true
			out = append(out, n.metric)
		}
	}
	return out
}

// checkStarts refuses a file that leaves open whether its numbers are of the days that it names or of the months or weeks
// that begin with them.
func (r *reader) checkStarts() {
	days := map[observation.Date]bool{}
	var row tabular.Row
	for _, n := range r.numbers {
		if n.grain == observation.Day {
			days[n.from] = true
			row = r.table.Rows[n.row]
		}
	}
	headed := headGrain(r.columns[r.find(isDate)].head)
	if r.config.Grain != "" || len(days) == 0 || len(days) < 3 && headed == "" {
		return
	}
	for _, g := range []observation.Grain{observation.Year, observation.Quarter, observation.Month, observation.Week} {
		if (len(days) >= 3 || g == headed) && all(days, func(d observation.Date) bool { return g.Start(d) == d }) {
			r.once("grain", row, r.find(isDate), fmt.Sprintf("every day of the file is the first of a %s, so it is open what its numbers are about", g),
				fmt.Sprintf("write grain: %s into the source, or grain: day where they are of these days only", g))
			return
		}
	}
}

// headGrain is the grain that a head of days names: two days under "Kuukausi" are enough to doubt that they are days.
func headGrain(head string) observation.Grain {
	switch fold(head) {
	case "viikko", "vk", "vko", "vecka", "week":
		return observation.Week
	case "kuukausi", "kk", "månad", "month":
		return observation.Month
	case "neljännes", "vuosineljännes", "kvartaali", "kvartal", "quarter":
		return observation.Quarter
	case "vuosi", "år", "year":
		return observation.Year
	}
	return ""
}

func all(days map[observation.Date]bool, holds func(observation.Date) bool) bool {
	for d := range days {
		if !holds(d) {
			return false
		}
	}
	return true
}

var _ collector.Teller = (*Config)(nil)
