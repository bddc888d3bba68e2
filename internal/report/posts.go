package report

import (
	"cmp"
	"slices"
	"strings"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// postsView is what the publications of a channel brought: two tables.
type postsView struct {
	Of            string // the anchor of the channel
	Anchor        string
	EarnedCaption string
	Earned        []earnedRow // empty where nothing of that is usual
	ListCaption   string
	Heads         []string // of the counters
	Rows          []postRow
	Totals        []totalCell // one a counter; nil where nothing was published
	Notes         []string
}

// earnedRow is one indicator in the table of what was earned.
type earnedRow struct {
	Figure, BeforeFigure, LastFigure string
	Name, Value, Code, State         string
	Before, Change, LastYear, Note   string
}

type postRow struct {
	ID, Title, URL, Kind, Day string
	Deleted                   string // the word for it, "" where it is still there
	Counts                    []string
}

type totalCell struct{ Figure, Value, State string }

// counters is the order in which what publications have come to is listed.
var counters = []string{"reactions_total", "comments_total", "shares_total", "link_clicks_total", "views_total", "impressions_total", "reach_total",
	"sends_total", "delivered_total", "unique_opens_total", "opens_total", "unique_clicks_total", "clicks_total", "bounces_total", "unsubscribes_total"}

// postsOf words what the publications of a channel brought; nil where its sources do not tell it.
func (m maker) postsOf(c channelView) *postsView {
	for _, p := range m.in.Posts {
		if p.Channel == c.ID && p.Organisation == c.Organisation {
			v := m.posts(p, c.Name.Text)
			v.Anchor, v.Of = c.Anchor+"-posts", c.Anchor
			return &v
		}
	}
	return nil
}

func (m maker) posts(p indicator.Posts, channel string) postsView {
	_, week := p.Period.From.ISOWeek()
	v := postsView{
		EarnedCaption: m.l.Text("posts.earned.caption", "channel", channel, "week", week),
		ListCaption:   m.l.Text("posts.list.caption", "channel", channel, "week", week),
	}
	for _, e := range p.Earned {
		v.Earned = append(v.Earned, m.earnedRow(e))
	}
	told := m.told(p)
	for _, f := range told {
		v.Heads = append(v.Heads, locale.Sentence(m.l.Text("posts.counter."+f.Indicator)))
	}
	for _, post := range p.Posts {
		v.Rows = append(v.Rows, m.postRow(post, told))
	}
	if len(p.Posts) > 0 {
		for _, f := range told {
			v.Totals = append(v.Totals, totalCell{chart.Plain(f.ID), m.value(f), m.stateUnlessWhole(f)})
		}
	}
	v.Notes = m.postNotes(p, told)
	return v
}

// told lists the counters that are listed, in their order: those that could be measured.
func (m maker) told(p indicator.Posts) []indicator.Figure {
	out := slices.DeleteFunc(slices.Clone(p.Reached), func(f indicator.Figure) bool {
		return f.State == indicator.NotApplicable || !slices.Contains(counters, f.Indicator)
	})
	slices.SortStableFunc(out, func(a, b indicator.Figure) int {
		return slices.Index(counters, a.Indicator) - slices.Index(counters, b.Indicator)
	})
	return out
}

// earnedRow words one indicator beside the week before and the same week of the year before.
func (m maker) earnedRow(e indicator.Earning) earnedRow {
	c := m.compare(e.Now, &e.Before, e.Breaks, "no.before.missing")
	return earnedRow{
		Figure: chart.Plain(e.Now.ID), BeforeFigure: chart.Plain(e.Before.ID), LastFigure: chart.Plain(e.YearBefore.ID),
		Name: locale.Sentence(m.l.Text("posts.counter." + e.Metric.Counter)), Value: m.value(e.Now), Code: string(stateOf(e.Now)), State: m.stateUnlessWhole(e.Now),
		Before: m.value(e.Before), Change: c.words(), LastYear: m.lastYearCell(e.YearBefore, e.Exact), Note: m.note(e.Now),
	}
}

func (m maker) postRow(p indicator.Post, told []indicator.Figure) postRow {
	row := postRow{ID: chart.Plain(p.ID), Title: cmp.Or(chart.Plain(p.Title), m.l.Text("posts.untitled")), URL: linkable(p.URL), Kind: m.named("posts.kind.", p.Kind),
		Day: m.l.Date(observation.DateOf(p.At.In(m.zone)))}
	if p.Deleted {
		row.Deleted = m.l.Text("posts.deleted")
	}
	for _, f := range told {
		n, known := p.Counts[f.Indicator]
		if !known {
			row.Counts = append(row.Counts, notMeasurable)
			continue
		}
		row.Counts = append(row.Counts, m.l.Number(n))
	}
	return row
}

// linkable returns an address that a page may lead to, else "".
func linkable(address string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return chart.Plain(address)
	}
	return ""
}

// postNotes says what is wrong with the list: each once.
func (m maker) postNotes(p indicator.Posts, told []indicator.Figure) []string {
	var out []string
	all := slices.Concat(told, p.Reached)
	switch {
	case len(p.Posts) > 0:
	case len(all) > 0 && stateOf(all[0]) != indicator.Zero:
		out = append(out, locale.Sentence(m.l.Text("sum.state.reason", "week", weekNumber(all[0]), "state", m.state(all[0]), "reason", m.reasons(all[0]))))
	default:
		out = append(out, m.l.Text("posts.none"))
	}
	if p.More > 0 {
		out = append(out, m.l.Text("posts.more", "n", p.More))
	}
	for _, f := range told {
		f.Deleted = 0 // each row says it
		if note := m.note(f); note != "" && len(p.Posts) > 0 {
			out = append(out, locale.Sentence(m.l.Text("posts.counter."+f.Indicator))+": "+note)
		}
	}
	return out
}

// itemsNote says of how many items a figure of items is, where that is not all, and how many of them are gone.
func (w words) itemsNote(f indicator.Figure) []string {
	var out []string
	if f.Coverage.Unit != "items" {
		return nil
	}
	earned := strings.HasSuffix(f.Indicator, "_earned")
	switch {
	case f.State == indicator.Refused || f.Coverage.Measured == f.Coverage.Expected:
	case earned:
		out = append(out, w.l.Text("note.items.earned", "measured", f.Coverage.Measured, "expected", f.Coverage.Expected))
	default:
		out = append(out, w.l.Text("note.items.reached", "measured", f.Coverage.Measured, "expected", f.Coverage.Expected, "metric", w.named("posts.counter.", f.Indicator)))
	}
	if f.Deleted > 0 {
		out = append(out, w.l.Text("note.items.deleted", "n", f.Deleted))
	}
	if f.State == indicator.Refused && earned {
		out = append(out, w.l.Text("note.unique"))
	}
	return out
}

// postFigures lists the figures that the tables of publications show.
func postFigures(all []indicator.Posts) []roleFigure {
	var out []roleFigure
	for _, p := range all {
		for i := range p.Earned {
			e := &p.Earned[i]
			out = append(out, roleFigure{&e.Now, "week"}, roleFigure{&e.Before, "week"}, roleFigure{&e.YearBefore, "year_before"})
		}
		for i := range p.Reached {
			out = append(out, roleFigure{&p.Reached[i], "week"})
		}
	}
	return out
}

// earnedLines and postLines lay the two tables out for a terminal or a letter.
func (w words) earnedLines(v postsView) []string {
	rows := [][]string{w.heads("head.metric", "head.value", "head.before.week", "head.change", "head.lastyear", "head.reason", "head.figure")}
	for _, r := range v.Earned {
		value := r.Value
		if r.State != "" {
			value += " (" + r.State + ")"
		}
		rows = append(rows, []string{r.Name, value, r.Before, r.Change, r.LastYear, r.Note, r.Figure})
	}
	return columns(rows)
}

func (w words) postLines(v postsView) []string {
	rows := [][]string{append(append(w.heads("posts.day", "posts.kind"), v.Heads...), w.heads("posts.title")...)}
	for _, r := range v.Rows {
		title := r.Title
		if r.Deleted != "" {
			title += " (" + r.Deleted + ")"
		}
		if r.URL != "" {
			title += " " + r.URL
		}
		rows = append(rows, append(append([]string{r.Day, r.Kind}, r.Counts...), title))
	}
	if len(v.Totals) > 0 {
		total := []string{w.l.Text("posts.all"), ""}
		for _, c := range v.Totals {
			total = append(total, c.Value)
		}
		rows = append(rows, append(total, ""))
	}
	if len(v.Rows) == 0 {
		return v.Notes
	}
	return append(columns(rows), v.Notes...)
}
