package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/report"
)

// explainedRun is a run with all that it changed.
type explainedRun struct {
	Run      observation.Run        `json:"run"`
	Numbers  []writtenNumber        `json:"numbers"`  // that it wrote, also those that it took back
	Coverage []observation.Coverage `json:"coverage"` // what it said of periods, where that was news
	Items    []writtenItem          `json:"items"`
}

// writtenNumber is a number with the one that it took the place of.
type writtenNumber struct {
	observation.Observation
	Replaced *past `json:"replaced"` // null: nothing was known before
}

// writtenItem is an item as a run told it.
type writtenItem struct {
	observation.Item
	Change string `json:"change"` // new, changed or withdrawn
}

// explainRun tells of one run.
func (a *app) explainRun(ctx context.Context, k *looking, id string) error {
	found, err := k.store.RunsByID(ctx, []string{id})
	if err != nil {
		return err
	}
	if len(found) == 0 || !k.knows(found[0].CommittedAt) {
		return k.unknown("run", id)
	}
	e, err := k.explainedRun(ctx, found[0])
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, e)
	}
	return k.teller(a).run(e)
}

func (k *looking) explainedRun(ctx context.Context, r observation.Run) (explainedRun, error) {
	e := explainedRun{Run: r, Numbers: []writtenNumber{}, Coverage: []observation.Coverage{}, Items: []writtenItem{}}
	wrote, err := k.store.Wrote(ctx, r)
	if err != nil {
		return e, err
	}
	e.Coverage = append(e.Coverage, wrote.Coverage...)
	before, err := k.before(ctx, r, wrote.Observations)
	if err != nil {
		return e, err
	}
	for _, o := range wrote.Observations {
		n := writtenNumber{Observation: o}
		if p, known := before[o.Key]; known {
			n.Replaced = &p
		}
		e.Numbers = append(e.Numbers, n)
	}
	for _, organisation := range slices.Sorted(maps.Keys(wrote.Items)) {
		items, err := k.writtenItems(ctx, r, organisation, wrote.Items[organisation])
		if err != nil {
			return e, err
		}
		e.Items = append(e.Items, items...)
	}
	return e, nil
}

// before returns what was known of the numbers just before a run.
func (k *looking) before(ctx context.Context, r observation.Run, wrote []observation.Observation) (map[observation.Key]past, error) {
	out := map[observation.Key]past{}
	if len(wrote) == 0 {
		return out, nil
	}
	sel := observation.Selection{Organisations: []string{r.Organisation}, AsOf: r.CommittedAt, Period: observation.Period{From: wrote[0].From, To: wrote[0].From + 1}}
	channels, metrics, grains, keys := map[string]bool{}, map[string]bool{}, map[observation.Grain]bool{}, map[observation.Key]bool{}
	for _, o := range wrote {
		channels[o.Channel], metrics[o.Metric], grains[o.Grain], keys[o.Key] = true, true, true, true
		sel.From, sel.To = min(sel.From, o.From), max(sel.To, o.From+1)
	}
	sel.Channels, sel.Metrics, sel.Grains = slices.Sorted(maps.Keys(channels)), slices.Sorted(maps.Keys(metrics)), slices.Sorted(maps.Keys(grains))
	all, err := k.store.History(ctx, sel)
	for _, p := range all {
		if keys[p.What.Key] { // the oldest first: the last stays
			out[p.What.Key] = past{Observation: p.What, CommittedAt: p.CommittedAt.UTC().Truncate(time.Second)}
		}
	}
	return out, err
}

// writtenItems returns items as a run told them, with what that changed.
func (k *looking) writtenItems(ctx context.Context, r observation.Run, organisation string, ids []string) (out []writtenItem, err error) {
	all, err := k.store.ItemHistory(ctx, organisation, ids, r.CommittedAt.Add(time.Millisecond))
	seen := map[string]bool{}
	for _, p := range all {
		if p.What.Run == r.ID {
			change := "new"
			switch {
			case p.Withdrawn:
				change = "withdrawn"
			case seen[p.What.ID]:
				change = "changed"
			}
			out = append(out, writtenItem{p.What, change})
		}
		seen[p.What.ID] = true
	}
	return out, err
}

// changeKeys are the words for what a run did to an item.
var changeKeys = map[string]string{"new": "explain.new", "changed": "explain.changed", "withdrawn": "explain.withdrawn"}

// run tells a person of a run, from what it was to what it changed.
func (t teller) run(e explainedRun) error {
	r := e.Run
	t.line("explain.run", r.ID)
	t.line("explain.source", r.Organisation+"/"+r.Source+" ("+r.Kind+")")
	t.line("explain.at", instant(r.StartedAt))
	t.line("explain.known", instant(r.CommittedAt))
	t.line("head.period", t.window(r))
	t.line("head.state", t.reasonWords(r.Result, r.Reason))
	t.line("explain.failing", report.FailingWords(t.l, r.Failing))
	t.line("explain.detail", r.Detail)
	t.line("head.reason", r.Note)
	t.line("explain.told", strings.Join(toldLines(r.Told), ", "))
	t.line("explain.changes", t.l.Text("explain.changes.of", "new", r.New, "changed", r.Changed, "unchanged", r.Unchanged, "withdrawn", r.Withdrawn))
	t.line("explain.program", r.Program)
	t.line("explain.config", r.Config[:min(12, len(r.Config))])
	return cmp.Or(t.replies(r), t.numbers(e.Numbers), t.said(e.Coverage), t.written(e.Items))
}

// replies are the answers of the source's server.
func (t teller) replies(r observation.Run) error {
	var rows [][]string
	for _, a := range r.Answers {
		status := ""
		if a.Status != 0 {
			status = strconv.Itoa(a.Status)
		}
		rows = append(rows, []string{a.Part, status, strconv.FormatInt(a.Size, 10), a.SHA256})
	}
	return t.rows("explain.replies", []string{"explain.part", "explain.http", "explain.size", "explain.hash"}, rows)
}

func (t teller) numbers(numbers []writtenNumber) error {
	var rows [][]string
	for _, n := range numbers {
		before := ""
		if n.Replaced != nil {
			before = t.value(n.Replaced.Observation)
		}
		rows = append(rows, []string{t.l.Date(n.From), t.grain(n.Grain), n.Channel, n.Metric, n.Dims, n.Part, t.value(n.Observation), before, strings.TrimSpace(n.Note + " " + by(n.By))})
	}
	return t.rows("explain.wrote", []string{"explain.from", "explain.grain", "head.channel", "head.metric", "explain.dims", "explain.part", "head.value", "explain.before", "head.reason"}, rows)
}

// value is a number, or that it was taken back.
func (t teller) value(o observation.Observation) string {
	if o.State == observation.Withdrawn {
		return t.l.Text("explain.withdrawn")
	}
	return t.l.Number(o.Value)
}

// said is what was said of the periods: those in a row of which the same was said stand in one.
func (t teller) said(coverage []observation.Coverage) error {
	var rows [][]string
	of := observation.Coverage{}
	var days observation.Period
	flush := func() {
		if !days.Empty() {
			rows = append(rows, []string{t.l.Dates(days), t.grain(of.Grain), of.Metric, of.Part, t.reasonWords(of.Result, of.Reason), of.Detail})
		}
	}
	sorted := slices.SortedFunc(slices.Values(coverage), func(a, b observation.Coverage) int {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Grain, b.Grain), cmp.Compare(a.Part, b.Part), cmp.Compare(a.From, b.From))
	})
	for _, c := range sorted {
		same := c.Metric == of.Metric && c.Grain == of.Grain && c.Part == of.Part && c.Result == of.Result && c.Reason == of.Reason && c.Detail == of.Detail
		if same && c.From == days.To {
			days.To = c.Period().To
			continue
		}
		flush()
		of, days = c, c.Period()
	}
	flush()
	return t.rows("explain.said", []string{"head.period", "explain.grain", "head.metric", "explain.part", "head.state", "explain.detail"}, rows)
}

func (t teller) written(items []writtenItem) error {
	var rows [][]string
	for _, i := range items {
		rows = append(rows, []string{t.l.Text(changeKeys[i.Change]), t.itemMoment(i.Item), cmp.Or(i.Outlet, i.Channel), i.Title, i.URL, i.ID})
	}
	return t.rows("explain.run.items", []string{"explain.change", "explain.at", "explain.where", "explain.title", "explain.address", "explain.item"}, rows)
}

// itemMoment is when an item counts, and whether that is only when it was first seen.
func (t teller) itemMoment(i observation.Item) string {
	if i.PublishedAt.IsZero() {
		return fmt.Sprintf("%s (%s)", instant(i.At()), t.l.Text("explain.first_seen"))
	}
	return instant(i.At())
}
