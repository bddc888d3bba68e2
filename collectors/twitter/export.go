package twitter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// column is a column of X's overview of an account, account_overview_analytics.csv, and what it is taken for.
type column struct {
	head   string // in small letters
	metric string // "" is left out …
	why    string // … and this is why
}

// columns are those that X is known to write. What people do and what they see is told by the day; nothing tells how many follow.
func columns() []column {
	return []column{
		{"impressions", "impressions", ""},
		{"likes", "reactions", ""},
		{"replies", "comments", ""},
		{"reposts", "shares", ""},
		{"profile visits", "profile_views", ""},
		{"new follows", "gained", ""},
		{"unfollows", "lost", ""},
		{"engagements", "engagements", ""},
		{"bookmarks", "", "saved posts are seen by nobody else"},
		{"shares", "", "times that a post was sent on by its share button; shares are reposts here, as on other platforms"},
		{"create post", "", "posts are counted from the posts themselves"},
		{"video views", "", "views of videos that X counts by a rule of its own for each kind"},
		{"media views", "", "views of videos and pictures, of the same posts as the impressions"},
	}
}

// exported lists the metrics that the file of X tells.
func exported() []string {
	var out []string
	for _, c := range columns() {
		if c.metric != "" && !slices.Contains(out, c.metric) {
			out = append(out, c.metric)
		}
	}
	slices.Sort(out)
	return out
}

// needed are the heads without which a table is not X's.
func needed() []string { return []string{"date", "impressions", "engagements"} }

// Preview says how a file would be read.
func (s *source) Preview(ctx context.Context, path string, w collector.Window, progress func(done, total int64)) (collector.Preview, error) {
	e, err := s.export(ctx, path, w, progress)
	if err != nil {
		return collector.Preview{}, fmt.Errorf("twitter: %w", err)
	}
	return collector.Preview{Format: e.table.Format, SHA256: e.table.SHA256, Rows: e.rows, Columns: e.shown(), Period: e.span, Numbers: len(e.numbers), Faults: e.faults, More: e.more,
		Sample: e.numbers[:min(3, len(e.numbers))]}, nil
}

// Import emits what a file tells. X revises the newest days, and exports overlap: of a day that a file which reaches further told
// already an older one says nothing.
func (s *source) Import(ctx context.Context, path string, w collector.Window, out collector.Sink) error {
	e, err := s.export(ctx, path, w, out.Progress)
	if err != nil {
		return fmt.Errorf("twitter: %w", err)
	}
	if len(e.faults) > 0 {
		return fmt.Errorf("twitter: %w", e.refusal())
	}
	known, this := api.KnownExports(s.deps.State), api.Export{Period: e.span}
	taken := func(day observation.Date) bool { return known.Newer(this, day) }
	if !slices.ContainsFunc(e.days, func(d observation.Date) bool { return !taken(d) }) {
		return fmt.Errorf("twitter: nothing of %s was stored: each of its days was told by a newer export already, which X had revised; import the newest one", e.table.Name)
	}
	known.Keep(this)
	return e.tell(out, w, taken)
}

// tell emits the numbers of the days that no newer file has told.
func (e *export) tell(out collector.Sink, w collector.Window, taken func(observation.Date) bool) error {
	api.NewTeller(out, w, time.UTC) // the days are X's
	out.Answered(observation.Answer{Part: partExport, Size: e.table.Size, SHA256: e.table.SHA256})
	older := int64(0)
	for _, o := range e.numbers {
		if taken(o.From) {
			older++
		} else if err := out.Observe(o); err != nil {
			return err
		}
	}
	for _, day := range e.days {
		for _, metric := range e.metrics() {
			if !taken(day) {
				out.Complete(observation.Completion{Part: partExport, Metric: metric, Grain: observation.Day, From: day})
			}
		}
	}
	out.Tell("rows_read", int64(e.rows))
	out.Tell("numbers_read", int64(len(e.numbers)))
	if older > 0 {
		out.Tell(api.CountOlder, older)
	}
	return nil
}

// metrics lists what the file tells.
func (e *export) metrics() []string {
	var out []string
	for _, c := range e.columns {
		if c.metric != "" {
			out = append(out, c.metric)
		}
	}
	return out
}

// shown lists the columns for people.
func (e *export) shown() []collector.Column {
	first := tabular.Row{}
	if len(e.table.Rows) > 1 {
		first = e.table.Rows[1]
	}
	var out []collector.Column
	for i, cell := range e.table.Rows[0].Cells {
		c := collector.Column{Head: cell.Text}
		switch known := e.columns[i]; {
		case i == e.date:
			c.Means, c.Reason = "date", "as X heads it"
		case known.metric != "":
			c.Means, c.Reason = "metric:"+known.metric, "as X heads it"
		case known.why != "":
			c.Reason = "left out: " + known.why
		default:
			c.Reason = "left out: not known"
		}
		if c.Means != "" {
			c.Sample = tabular.Show(first.Cell(i).Text)
		}
		out = append(out, c)
	}
	return out
}

// refusal tells the faults of a file in one error.
func (e *export) refusal() error {
	lines := make([]string, len(e.faults))
	for i, f := range e.faults {
		lines[i] = f.Key + ": " + f.Message
	}
	if e.more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.more))
	}
	return fmt.Errorf("nothing of %s was stored: %s", e.table.Name, strings.Join(lines, "; "))
}
