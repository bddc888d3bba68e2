package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"seuranta/collectors/entry"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
	"seuranta/internal/report"
)

// teller tells an explained figure to a person, in the language asked for.
type teller struct {
	*app
	explained
	l *locale.Locale
}

// printExplained tells all of it, from the figure to the bytes that its sources answered.
func (a *app) printExplained(e explained, d *desk, lang string) error {
	l, err := locale.For(lang)
	if err != nil {
		return err
	}
	if err := report.Figures(a.out, "table", report.FigureSet{GeneratedAt: d.now, Figures: []indicator.Figure{e.Figure}, Desk: d.Desk}, lang); err != nil {
		return err
	}
	t := teller{a, e, l}
	t.waits(d)
	t.rules()
	for _, part := range []func() error{t.answers, t.items, t.log, t.gaps, t.runs} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// waits says why a number that was told is not yet in the figure: its day or period is not over.
func (t teller) waits(d *desk) {
	for _, p := range slices.Backward(t.History) {
		switch {
		case p.CountsFrom == nil:
			continue
		case *p.CountsFrom == observation.DateOf(d.now.In(d.zoneOf(p.Source)))+1 && p.Period().Days() == 1:
			fmt.Fprintf(t.out, "\n%s\n", t.l.Text("explain.waits.today", "value", t.l.Number(p.Value)))
		default:
			fmt.Fprintf(t.out, "\n%s\n", t.l.Text("explain.waits", "value", t.l.Number(p.Value), "date", t.l.Date(*p.CountsFrom)))
		}
		return
	}
}

func (t teller) rules() {
	for _, def := range t.Definitions {
		since := t.l.Text("def.always")
		if def.From != nil {
			since = t.l.Text("def.since", "date", t.l.Date(*def.From))
		}
		if def.Until != nil {
			since = t.l.Text("def.before", "date", t.l.Date(*def.Until))
		}
		fmt.Fprintf(t.out, "\n%s %s: %s %s\n", t.l.Text("explain.rule"), cell(def.ID), cell(def.Text.In(t.l.Lang())), since)
	}
	for _, r := range t.Rules {
		fmt.Fprintf(t.out, "\n%s %s: %s\n", t.l.Text("explain.topic"), cell(r.Topic), cell(r.Rule))
	}
	for _, goal := range t.Targets {
		fmt.Fprintf(t.out, "\n%s\n", t.target(goal))
	}
}

func (t teller) target(goal indicator.TracedTarget) string {
	words := t.l.Text("head.target") + " " + t.l.Number(goal.Value)
	switch {
	case goal.Per != "":
		words += ", " + t.grain(goal.Per)
	case goal.By != nil:
		words += ", " + t.l.Date(*goal.By)
	}
	if goal.ID != "" {
		words += " (" + cell(goal.ID) + ")"
	}
	return words
}

func (t teller) grain(g observation.Grain) string { return t.l.Text("grain." + string(g)) }

// manyRows is how many rows of one kind are printed; --json has all.
const manyRows = 60

// rows writes a table under a heading, and says how many more there are.
func (t teller) rows(heading string, keys []string, rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	head := make([]string, len(keys))
	for i, k := range keys {
		head[i] = t.l.Text(k)
	}
	more := len(rows) - manyRows
	fmt.Fprintf(t.out, "\n%s\n", t.l.Text(heading))
	if err := table(t.out, head, rows[:min(len(rows), manyRows)]); err != nil || more <= 0 {
		return err
	}
	_, err := fmt.Fprintln(t.out, t.l.Text("explain.more", "n", more))
	return err
}

func (t teller) answers() error {
	var rows [][]string
	for _, p := range t.History {
		value, counts := t.l.Number(p.Value), ""
		if p.State == observation.Withdrawn {
			value = t.l.Text("explain.withdrawn")
		}
		switch {
		case p.Counts:
			counts = t.l.Text("explain.counts")
		case p.CountsFrom != nil:
			counts = t.l.Text("explain.counts.from", "date", t.l.Date(*p.CountsFrom))
		}
		rows = append(rows, []string{t.l.Date(p.From), t.grain(p.Grain), p.Source, p.Part, t.of(p.Observation), p.Definition, value, t.l.Text("basis." + string(p.Basis)),
			instant(p.CommittedAt), counts, strings.TrimSpace(p.Note + " " + by(p.By)), p.Run})
	}
	return t.rows("explain.answers", []string{"explain.from", "explain.grain", "explain.source", "explain.part", "explain.dims", "explain.rule", "head.value", "explain.basis",
		"explain.known", "explain.counts", "head.reason", "explain.run"}, rows)
}

// of tells what an answer is of: dimensions, or a single item by its title.
func (t teller) of(o observation.Observation) string {
	for _, i := range t.Items {
		if o.Subject != "" && i.ID == o.Subject {
			return cmp.Or(i.Title, i.ID)
		}
	}
	return cmp.Or(o.Dims, o.Subject)
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

func by(role string) string {
	if role == "" {
		return ""
	}
	return "(" + role + ")"
}

func (t teller) items() error {
	var rows [][]string
	for _, i := range t.Items {
		at := instant(i.At)
		if i.FirstSeen {
			at += " (" + t.l.Text("explain.first_seen") + ")"
		}
		rows = append(rows, []string{at, cmp.Or(i.Outlet, i.Channel), i.Title, i.URL, i.Source, i.ID})
	}
	err := t.rows("explain.items", []string{"explain.at", "explain.where", "explain.title", "explain.address", "explain.source", "explain.item"}, rows)
	if kinds := t.kinds(); kinds != "" && err == nil {
		_, err = fmt.Fprintln(t.out, kinds)
	}
	return err
}

// kinds says how many events of each kind were counted, "" where none were.
func (t teller) kinds() string {
	counts := map[string]int{}
	for _, i := range t.Items {
		counts[i.Kind]++
	}
	var said []string
	events := 0
	for _, kind := range entry.EventKinds() {
		events += counts[kind]
		said = append(said, t.l.Text("kind."+kind, "n", counts[kind]))
	}
	if events == 0 {
		return ""
	}
	return t.l.Text("explain.kinds", "kinds", t.l.List(said))
}

// log tells what makes the days of a log of events known, in plain words.
func (t teller) log() error {
	var rows [][]string
	for _, k := range t.Log {
		said := t.l.Text("explain.log.event")
		if k.None {
			said = t.l.Text("explain.log.none")
		}
		rows = append(rows, []string{t.l.Dates(observation.Period{From: k.From, To: k.To}), said, t.l.Date(k.Due), k.Source, k.Run})
	}
	return t.rows("explain.log", []string{"head.period", "explain.log.said", "explain.log.due", "explain.source", "explain.run"}, rows)
}

func (t teller) gaps() error {
	var rows [][]string
	for _, c := range t.Coverage {
		reason := cmp.Or(c.Reason, string(c.Result))
		if t.l.Has("reason." + reason) {
			reason = t.l.Text("reason." + reason)
		}
		rows = append(rows, []string{t.l.Date(c.From), t.grain(c.Grain), c.Source, c.Part, reason, c.Detail, c.Run})
	}
	return t.rows("explain.gaps", []string{"explain.from", "explain.grain", "explain.source", "explain.part", "head.reason", "explain.detail", "explain.run"}, rows)
}

func (t teller) runs() error {
	var rows [][]string
	for _, r := range t.Runs {
		rows = append(rows, []string{r.ID, r.Source, instant(r.StartedAt), t.window(r), string(r.Result), answerWords(r.Answers), r.Program, r.Config[:min(12, len(r.Config))], r.Note})
	}
	return t.rows("explain.runs", []string{"explain.run", "explain.source", "explain.at", "head.period", "head.state", "explain.answered", "explain.program", "explain.config", "head.reason"}, rows)
}

// window is the days that a run was asked for, marked where they were fetched afterwards; "" where it was asked for none.
func (t teller) window(r observation.Run) string {
	words := ""
	if !r.Window.Empty() {
		words = r.Window.Label()
	}
	if r.Backfill {
		words = strings.TrimSpace(words + " (" + t.l.Text("explain.backfill") + ")")
	}
	return words
}

// answerWords tells what a server answered by status, size and the beginning of its hash; the bytes are not kept.
func answerWords(answers []observation.Answer) string {
	if len(answers) == 0 {
		return ""
	}
	first := answers[0]
	words := fmt.Sprintf("%d, %d B, sha256 %s", first.Status, first.Size, first.SHA256[:min(12, len(first.SHA256))])
	if n := len(answers) - 1; n > 0 {
		words += fmt.Sprintf(" (+%d)", n)
	}
	return words
}
