package linkedin

import (
	"slices"

	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// export is what is remembered of a table by the day of a file.
func (e *export) export(f form) api.Export {
	out := api.Export{Period: e.spans[f], What: string(f)}
	if f == formUnknown {
		out = api.Export{Period: e.days()}
	}
	if !e.stamp.IsZero() {
		out.Taken = e.stamp.Unix()
	}
	return out
}

// leaveOlder leaves out the numbers of days that a newer file told, and what it says of those days. It returns how many there are. What
// posts had come to is of the moment of the download and stays beside what newer files tell.
func (e *export) leaveOlder(known *api.Exports) int {
	older := func(f form, day observation.Date) bool { return known.Newer(e.export(f), day) }
	before := len(e.numbers)
	e.numbers = slices.DeleteFunc(e.numbers, func(o observation.Observation) bool { return older(form(o.Part), o.From) })
	e.told = slices.DeleteFunc(e.told, func(c observation.Completion) bool { return older(form(c.Part), c.From) })
	e.older = before - len(e.numbers)
	return e.older
}

// keep has the file remembered.
func (e *export) keep(known *api.Exports) {
	for _, t := range e.tables {
		if _, ok := e.spans[t.form]; ok {
			known.Keep(e.export(t.form))
		}
	}
}
