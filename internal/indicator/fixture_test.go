package indicator

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// ledger is the plain reference of a store, asked as a store is.
type ledger struct {
	observation.Ledger
	commits []observation.Commit
}

func (l *ledger) add(c observation.Commit) {
	l.commits = append(l.commits, c)
	l.Add(c)
}

func (l *ledger) Observations(_ context.Context, sel observation.Selection) ([]observation.Observation, error) {
	var out []observation.Observation
	for _, o := range l.Current(sel.AsOf) {
		if selects(sel, o.Organisation, o.Channel, o.Metric, o.Grain, o.From) {
			out = append(out, o)
		}
	}
	return out, nil
}

func (l *ledger) Coverage(_ context.Context, sel observation.Selection) ([]observation.Coverage, error) {
	var out []observation.Coverage
	for _, c := range l.Ledger.Coverage(sel.AsOf) {
		if selects(sel, c.Organisation, c.Channel, c.Metric, c.Grain, c.From) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (l *ledger) Heard(_ context.Context, sources []observation.Source, asOf time.Time) ([]observation.Heard, error) {
	return l.Ledger.Heard(sources, asOf), nil
}

func (l *ledger) Items(_ context.Context, sel observation.ItemSelection) ([]observation.Item, error) {
	return l.Ledger.Items(sel), nil
}

func (l *ledger) Looks(_ context.Context, sel observation.LookSelection) ([]observation.Observation, error) {
	return l.Ledger.Looks(sel), nil
}

func (l *ledger) ItemsByID(_ context.Context, organisation string, ids []string, asOf time.Time) ([]observation.Item, error) {
	return l.Ledger.ItemsByID(organisation, ids, asOf), nil
}

func selects(sel observation.Selection, organisation, channel, metric string, g observation.Grain, from observation.Date) bool {
	return slices.Contains(sel.Organisations, organisation) && slices.Contains(sel.Channels, channel) && slices.Contains(sel.Metrics, metric) &&
		slices.Contains(sel.Grains, g) && sel.Contains(from)
}

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

func date(s string) observation.Date {
	d, err := observation.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func life(s string) (l observation.Life) {
	from, to, ok := strings.Cut(s, "..")
	if !ok {
		panic("no life: " + s)
	}
	if from != "" {
		l.From = date(from)
	}
	if to != "" {
		l.To = date(to) + 1
	}
	return l
}

func period(s string) observation.Period {
	p, err := observation.ParsePeriod(s, 0)
	if err != nil {
		panic(err)
	}
	return p
}

// centre is a made-up centre with one channel; tests change what they are about.
type centre struct {
	desk  observation.Desk
	kept  ledger
	clock time.Time // of the next commit
	now   time.Time
}

// newCentre has a website of Koske with one log that tells views and visitors by the day and visitors by the week. It is
// Monday morning after week 47 of 2026.
func newCentre() *centre {
	return &centre{
		desk: observation.Desk{
			Metrics:       observation.StandardMetrics(),
			Organisations: []observation.Organisation{{ID: "koske", Zone: mustZone("Europe/Helsinki")}},
			Channels:      []observation.Channel{{ID: "kotisivut", Organisation: "koske", Kind: "website"}},
			Sources:       []observation.Source{source("loki", "views visitors", "day week")},
		},
		clock: time.Date(2026, 11, 23, 2, 15, 0, 0, time.UTC),
		now:   time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC),
	}
}

// source makes a source of the website; every source counts by a rule named after it.
func source(id, metrics, grains string) observation.Source {
	s := observation.Source{ID: id, Organisation: "koske", Channel: "kotisivut", Kind: "made-up", Zone: mustZone("Europe/Helsinki"), Metrics: strings.Fields(metrics)}
	for _, g := range strings.Fields(grains) {
		s.Grains = append(s.Grains, observation.Grain(g))
	}
	for _, m := range s.Metrics {
		s.Definitions = append(s.Definitions, observation.Definition{ID: m + "@" + id + "-1", Metric: m})
	}
	return s
}

func (c *centre) channel() *observation.Channel { return &c.desk.Channels[0] }
func (c *centre) source(i int) *observation.Source {
	return &c.desk.Sources[i]
}

// tell commits what a source says of periods in a row, the first of which begins on from. The words:
//
//	12      a number         12~   a part of it, the log was silent       12?   an incomplete number, all else well
//	ok      answered, no number told          nodata   there was nothing
//	-       nobody asked     auth, failed, gone … that result             ~     a part was answered and no number told
func (c *centre) tell(sourceID, metric string, g observation.Grain, from, words string) {
	c.tellAs(observation.Commit{Run: observation.Run{Organisation: "koske", Source: sourceID}}, metric, g, from, words)
}

func (c *centre) tellAs(commit observation.Commit, metric string, g observation.Grain, from, words string) {
	i := slices.IndexFunc(c.desk.Sources, func(s observation.Source) bool { return s.ID == commit.Run.Source })
	s := c.desk.Sources[i]
	at := date(from)
	for _, word := range strings.Fields(words) {
		k := observation.Key{Channel: s.Channel, Metric: metric, Grain: g, From: at, Definition: s.DefinitionID(metric, at)}
		o, v := read(word, k)
		if v.Result != "" {
			v.CoverageKey = observation.CoverageKey{Channel: s.Channel, Part: "log", Metric: metric, Grain: g, From: at}
			commit.Coverage = append(commit.Coverage, v)
		}
		if o.Basis != "" {
			commit.Observations = append(commit.Observations, o)
		}
		at = g.Next(at)
	}
	c.commit(commit)
}

func (c *centre) commit(commit observation.Commit) {
	commit.Run.CommittedAt, commit.Run.Zone = c.clock, "Europe/Helsinki"
	commit.Run.Result, commit.Run.Kind = observation.OK, "made-up"
	c.clock = c.clock.Add(time.Minute)
	c.kept.add(commit)
}

// read reads a word of tell.
func read(word string, k observation.Key) (o observation.Observation, v observation.Coverage) {
	if word == "-" {
		return o, v
	}
	number := strings.TrimRight(word, "~?")
	if n, err := strconv.ParseFloat(number, 64); err == nil {
		o = observation.Observation{Key: k, Part: "log", Value: n, Complete: number == word, Basis: observation.Collected}
		if k.Grain == observation.Snapshot {
			o.ObservedAt = k.From.UTC().Add(21 * time.Hour)
		}
		v.Result = observation.OK
	}
	switch {
	case strings.HasSuffix(word, "~"):
		v.Result, v.Reason = observation.Partial, "log_silent"
	case v.Result == "":
		v.Result = observation.Result(word)
	}
	return o, v
}

func (c *centre) judge() *Judge { return New(c.desk, &c.kept, c.now, time.Time{}) }

// figure asks for one figure.
func (c *centre) figure(t testing.TB, metric, p string) Figure {
	t.Helper()
	return only(t, c.judge(), metric, period(p))
}

func only(t testing.TB, j *Judge, metric string, p observation.Period) Figure {
	t.Helper()
	got, err := j.Figures(context.Background(), Ask{Metrics: []string{metric}, Period: p})
	if err != nil {
		t.Fatal(err)
	}
	got = slices.DeleteFunc(got, func(f Figure) bool { return metric == publications && f.Channel == "" }) // those by topic are asked for as such
	if len(got) != 1 {
		t.Fatalf("there are %d figures of %s, want one", len(got), metric)
	}
	return got[0]
}

// figures says each figure in a line.
func (c *centre) figures(t testing.TB, ask Ask) []string {
	t.Helper()
	got, err := c.judge().Figures(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range got {
		out = append(out, f.ID+": "+words(f))
	}
	return out
}

// slow asks for the series of a metric that no weeks are told of.
func (c *centre) slow(t testing.TB, metric, last string, periods int) Series {
	t.Helper()
	got, err := c.judge().Slow(context.Background(), Ask{Metrics: []string{metric}}, period(last).From, periods)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 {
		t.Fatalf("there are %d slow series of %s, want one", len(got), metric)
	}
	return got[0]
}

// series asks for the weeks up to one.
func (c *centre) series(t testing.TB, metric, last string, weeks int) Series {
	t.Helper()
	got, err := c.judge().Weekly(context.Background(), Ask{Metrics: []string{metric}}, period(last).From, weeks)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 {
		t.Fatalf("there are %d series of %s, want one", len(got), metric)
	}
	return got[0]
}

// words says a figure in one line: state, value or range or parts, coverage, gaps.
func words(f Figure) string {
	out := []string{string(f.State)}
	if f.Value != nil {
		out = append(out, fmt.Sprint(*f.Value))
	}
	if f.Range != nil {
		out = append(out, fmt.Sprintf("%v–%v", f.Range.Low, f.Range.High))
	}
	if f.State == Broken {
		for _, p := range f.Parts {
			out = append(out, part(p))
		}
	}
	out = append(out, fmt.Sprintf("%d/%d", f.Coverage.Measured, f.Coverage.Expected))
	for _, g := range f.Gaps {
		out = append(out, "["+gap(g)+"]")
	}
	return strings.Join(out, " ")
}

func part(p Part) string {
	switch {
	case p.Value != nil:
		return fmt.Sprint(*p.Value)
	case p.Range != nil:
		return fmt.Sprintf("%v–%v", p.Range.Low, p.Range.High)
	}
	return "none"
}

// gap says which days of the month were not measured and why.
func gap(g Gap) string {
	first, last := g.From.UTC(), (g.To - 1).UTC()
	out := first.Format("2.1.")
	if g.To-g.From > 1 {
		out = first.Format("2.1.") + "–" + last.Format("2.1.")
	}
	out += " " + g.Reason
	if g.Partly {
		out += " partly"
	}
	return out
}

func breaks(s Series) string {
	var out []string
	for _, b := range s.Breaks {
		out = append(out, fmt.Sprintf("%s %s %s→%s", b.On, b.Kind, b.Before, b.After))
	}
	return strings.Join(out, "; ")
}
