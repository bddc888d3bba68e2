package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// FigureSet is figures with the moment they were made and the day they are told as of.
type FigureSet struct {
	GeneratedAt time.Time          `json:"generated_at"`
	AsOf        *observation.Date  `json:"as_of"` // nil: all that is known now
	Figures     []indicator.Figure `json:"figures"`
	Desk        observation.Desk   `json:"-"` // that names what the figures are of; empty, they are named by their ids
}

// Figures writes a set as json, csv or table, in a fixed order. The language matters to the table and to the notes.
func Figures(w io.Writer, format string, set FigureSet, lang string) error {
	l, err := locale.For(lang)
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	say := words{l: l}
	var figs []roleFigure
	for i := range set.Figures {
		figs = append(figs, roleFigure{Figure: &set.Figures[i]})
	}
	figs = sorted(figs)
	switch format {
	case "json":
		return writeJSON(w, say, set, figs)
	case "csv":
		return writeCSV(w, say, figs)
	case "table":
		return say.writeTable(w, set, figs)
	}
	return fmt.Errorf("write figures: format %q: want json, csv or table", format)
}

// JSON writes the figures of the review as `figures --format json` does.
func (r *WeeklyReview) JSON(w io.Writer) error {
	return writeJSON(w, r.words, FigureSet{GeneratedAt: r.made, AsOf: r.asOf}, r.figures)
}

// figuresOf lists the figures that a review shows, each once.
func figuresOf(tracks []track) []roleFigure {
	var out []roleFigure
	for _, t := range tracks {
		for i, w := range t.weeks {
			out = append(out, roleFigure{&t.weeks[i].now, "week"})
			if w.last != nil {
				out = append(out, roleFigure{w.last, "year_before"})
			}
		}
		for i, g := range t.goals {
			out = append(out, roleFigure{&t.goals[i].Figure, "goal_" + string(cmp.Or(g.grain, "period"))})
		}
	}
	return slices.CompactFunc(sorted(out), func(a, b roleFigure) bool {
		return a.ID == b.ID && a.role == b.role && a.Period == b.Period && a.Channel == b.Channel && a.Indicator == b.Indicator
	})
}

// targetOf names what a figure is of by the ids of the configuration.
func (w words) targetOf(f indicator.Figure) string {
	name := chart.Plain(cmp.Or(f.Channel, f.Project, f.Topic, f.Organisation))
	if f.Beside != "" {
		name += " ~ " + chart.Plain(f.Beside)
	}
	if f.Dims != "" {
		name += " (" + chart.Plain(f.Dims) + ")"
	}
	return name
}

func metricOf(f indicator.Figure, desk observation.Desk) observation.Metric {
	m, stored := desk.Metrics[f.Indicator]
	if !stored {
		m = observation.Earned()[f.Indicator]
	}
	m.ID = f.Indicator
	return m
}

func sorted(figs []roleFigure) []roleFigure {
	slices.SortStableFunc(figs, func(a, b roleFigure) int {
		return cmp.Or(
			cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Project, b.Project), cmp.Compare(a.Channel, b.Channel),
			cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.role, b.role), cmp.Compare(a.Beside, b.Beside),
			cmp.Compare(a.Period.From, b.Period.From), cmp.Compare(a.Period.To, b.Period.To), cmp.Compare(a.ID, b.ID),
		)
	})
	return figs
}

func writeJSON(w io.Writer, say words, set FigureSet, figs []roleFigure) error {
	set.GeneratedAt = set.GeneratedAt.UTC().Truncate(time.Second)
	set.Figures = []indicator.Figure{}
	for _, named := range figs {
		f := *named.Figure
		f.Note = say.note(f)
		if how := say.method(f, set.Desk); how != "" {
			f.Note = strings.TrimSpace(f.Note + " " + how)
		}
		f.Parts, f.Sources, f.Gaps = list(f.Parts), list(f.Sources), list(f.Gaps)
		f.State = stateOf(f)
		set.Figures = append(set.Figures, f)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	if err := enc.Encode(set); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

// list is s, or an empty list where JSON would say null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// writeTable writes figures in columns for a terminal.
func (w words) writeTable(out io.Writer, set FigureSet, figs []roleFigure) error {
	rows := [][]string{w.heads("head.channel", "head.metric", "head.period", "head.value", "head.state", "head.coverage", "head.target", "head.reason", "head.figure")}
	for _, f := range figs {
		rows = append(rows, w.tableRow(*f.Figure, set.Desk))
	}
	lines := columns(rows)
	if len(figs) == 0 {
		lines = []string{w.l.Text("figures.none")}
	}
	lines = append(lines, w.methods(figs, set.Desk)...)
	if set.AsOf != nil {
		lines = append([]string{w.l.Text("figures.asof", "date", w.l.Date(*set.AsOf))}, lines...)
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	return nil
}

// methods says of sources that are shown beside each other how each measures, which is why they differ: a line for each
// method with its sources, and one more where several sources of one thing share a method and differ all the same.
func (w words) methods(figs []roleFigure, desk observation.Desk) []string {
	var order []string
	sources := map[string][]string{} // by method
	first := map[[4]string]string{}  // the first source of what is measured, by method
	alike := false
	for _, f := range figs {
		how := methodOf(*f.Figure, desk)
		if how == "" {
			continue
		}
		if sources[how] == nil {
			order = append(order, how)
		}
		if id := chart.Plain(f.Beside); !slices.Contains(sources[how], id) {
			sources[how] = append(sources[how], id)
		}
		what := [4]string{f.Organisation, f.Channel, f.Indicator, how}
		first[what] = cmp.Or(first[what], f.Beside)
		alike = alike || first[what] != f.Beside
	}
	var out []string
	for _, how := range order {
		out = append(out, strings.Join(sources[how], ", ")+": "+w.named("method.", how))
	}
	if alike {
		out = append(out, w.l.Text("figures.alike"))
	}
	return out
}

// method says how the source measures that a figure was asked of alone; "" where it is not of one, or nothing is known of it.
func (w words) method(f indicator.Figure, desk observation.Desk) string {
	if how := methodOf(f, desk); how != "" {
		return chart.Plain(f.Beside) + ": " + w.named("method.", how)
	}
	return ""
}

// methodOf is the method of the source that a figure was asked of alone.
func methodOf(f indicator.Figure, desk observation.Desk) string {
	for _, s := range desk.Sources {
		if f.Beside != "" && f.Beside == s.ID && f.Organisation == s.Organisation {
			return s.Method
		}
	}
	return ""
}

// standing says how a figure stands against its target: towards it while the period runs, and what became of it afterwards.
func (w words) standing(f indicator.Figure) string {
	switch {
	case f.Pace == indicator.NoPace:
		return ""
	case f.Open || f.Pace == indicator.Met:
		return w.named("pace.", string(f.Pace))
	case f.State == indicator.Partial:
		return w.l.Text("target.unknown")
	}
	return w.l.Text("goal.unmet")
}

func (w words) tableRow(f indicator.Figure, desk observation.Desk) []string {
	target := notMeasurable
	if f.Target != nil {
		target = w.l.Number(*f.Target)
		if s := w.standing(f); s != "" {
			target += ", " + s
		}
	}
	return []string{
		w.targetOf(f), w.metric(metricOf(f, desk)), w.l.Period(f.Period.Days()), w.value(f), w.state(f),
		w.coverage(f.Coverage), target, w.note(f), chart.Plain(f.ID),
	}
}
