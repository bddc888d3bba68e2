package sheet

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// column is a column of the file and what it is taken for.
type column struct {
	meaning
	head   string
	reason string
}

// layout is where in a table what stands.
type layout struct {
	table   *tabular.Table
	head    int // the row of the heads
	columns []column
	guessed bool
}

// headRows is how many rows are looked at for the heads: titles and merged cells may stand above them.
const headRows = 40

// layout finds the heads, as the configuration names them, or by guessing.
func (s *source) layout(t *tabular.Table) (layout, error) {
	if len(t.Rows) == 0 {
		return layout{}, tabular.Fault{Place: t.Name, Message: "there is nothing in the table"}
	}
	if len(s.config.Columns) > 0 {
		return s.named(t)
	}
	return s.guess(t)
}

// named finds the row that has every head of the configuration.
func (s *source) named(t *tabular.Table) (layout, error) {
	wanted := map[string]string{} // by folded head
	headed := s.config.headed()
	for head := range headed {
		wanted[plain(head)] = head
	}
	best, most := 0, -1
	for i, row := range t.Rows[:min(headRows, len(t.Rows))] {
		n := 0
		for _, head := range distinct(row) {
			if _, ok := wanted[head]; ok {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if most < len(wanted) {
		return layout{}, missing(t, t.Rows[best], wanted)
	}
	l := layout{table: t, head: best}
	seen := map[string]int{}
	for i, c := range t.Rows[best].Cells {
		col := column{head: c.Text, reason: "not named in the configuration: left out"}
		if head, ok := wanted[plain(c.Text)]; ok {
			if first, twice := seen[head]; twice {
				return layout{}, tabular.Fault{Place: t.Place(t.Rows[best], i), Message: fmt.Sprintf("the head %q stands twice, in %s and here; rename one of them",
					tabular.Show(head), tabular.Ref(t.Rows[best], first))}
			}
			seen[head] = i
			col.meaning = headed[head]
			col.reason = "named in the configuration"
		}
		l.columns = append(l.columns, col)
	}
	return l, nil
}

// plain makes heads comparable to those of the configuration: whatever the letters' size and the width of spaces.
func plain(head string) string { return strings.ToLower(strings.Join(strings.Fields(head), " ")) }

func distinct(row tabular.Row) []string {
	var out []string
	for _, c := range row.Cells {
		if head := plain(c.Text); head != "" && !slices.Contains(out, head) {
			out = append(out, head)
		}
	}
	return out
}

// missing says which heads a file does not have.
func missing(t *tabular.Table, row tabular.Row, wanted map[string]string) error {
	have := distinct(row)
	var lacks []string
	for _, folded := range slices.Sorted(maps.Keys(wanted)) {
		if !slices.Contains(have, folded) {
			lacks = append(lacks, fmt.Sprintf("%q", tabular.Show(wanted[folded])))
		}
	}
	return fmt.Errorf("%w: %w", collector.ErrColumns, tabular.Fault{Place: fmt.Sprintf("%s:%d", t.Name, row.Line),
		Message: fmt.Sprintf("there is no column %s; the file has %s", strings.Join(lacks, ", "), shownHeads(row))})
}

const mostHeads = 12

func shownHeads(row tabular.Row) string {
	var out []string
	for _, c := range row.Cells {
		if c.Text != "" {
			out = append(out, fmt.Sprintf("%q", tabular.Show(c.Text)))
		}
	}
	if more := len(out) - mostHeads; more > 0 {
		return strings.Join(out[:mostHeads], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(out, ", ")
}

// candidates are the metrics that a guess may choose from.
func (s *source) candidates() observation.Metrics {
	all := storable(s.metrics)
	if len(s.config.Metrics) == 0 {
		return all
	}
	out := observation.Metrics{}
	for _, id := range s.config.Metrics {
		if m, ok := all[id]; ok {
			out[id] = m
		}
	}
	return out
}

// guess takes the row that has the most heads which mean something, the first of several.
func (s *source) guess(t *tabular.Table) (layout, error) {
	v := newVocabulary(s.candidates(), s.channel)
	best, most := layout{}, -1
	for i, row := range t.Rows[:min(headRows, len(t.Rows))] {
		if at := ofPosts(row); at >= 0 {
			return layout{}, fmt.Errorf("%w: %w", collector.ErrColumns, tabular.Fault{Place: t.Place(row, at),
				Message: fmt.Sprintf("under %q each row is a post; write items: and columns: into the source, as the page of the kind sheet shows them for Meta and TikTok", tabular.Show(row.Cell(at).Text))})
		}
		l := layout{table: t, head: i, guessed: true}
		n := 0
		for _, c := range row.Cells {
			col := guessHead(v, c.Text)
			if col.what != "" {
				n++
			}
			l.columns = append(l.columns, col)
		}
		if n > most {
			best, most = l, n
		}
	}
	best.guessDate()
	best.guessGain(s.candidates())
	best.dropTwins()
	return best, best.whole()
}

// ofPosts returns the column whose head says that each row is a post, -1 where none does.
func ofPosts(row tabular.Row) int {
	return slices.IndexFunc(row.Cells, func(c tabular.Cell) bool {
		return slices.Contains([]string{"post id", "permalink", "post link", "video link"}, plain(c.Text))
	})
}

// guessHead says what a head means by itself.
func guessHead(v vocabulary, head string) column {
	c := column{head: head, reason: "not recognised: left out"}
	folded := fold(head)
	if folded == "" {
		c.reason = "no head: left out"
		return c
	}
	found := v.metrics(head)
	m, other := heads()[folded]
	switch {
	case len(found) == 1:
		c.meaning, c.reason = meaning{isMetric, found[0]}, "the head names this metric"
	case len(found) > 1:
		c.reason = "can be " + strings.Join(found, " or ") + ": left out, name it in columns"
	case other:
		c.meaning, c.reason = m, "the head says so"
	}
	return c
}

// partsFollowers tells whether the table parts the followers by how they came, as LinkedIn's own export of new followers does.
func (l *layout) partsFollowers() bool {
	return slices.ContainsFunc(l.columns, func(c column) bool { return partOfFollowers(c.head) })
}

// guessGain takes "Total followers" of LinkedIn's own export for what it is: those of the day, not those that there are.
func (l *layout) guessGain(candidates observation.Metrics) {
	for i := range l.columns {
		c := &l.columns[i]
		if c.meaning != (meaning{isMetric, "followers"}) || !ofFollowers(c.head) || !l.partsFollowers() {
			continue
		}
		if c.meaning, c.reason = (meaning{isMetric, "gained"}), howGained; candidates["gained"].ID == "" {
			c.meaning, c.reason = meaning{}, howGained+": left out"
		}
	}
}

// checkGain refuses a configuration that takes it for the number of followers.
func (r *reader) checkGain() {
	for i, c := range r.columns {
		if c.meaning == (meaning{isMetric, "followers"}) && ofFollowers(c.head) && !partOfFollowers(c.head) && r.partsFollowers() {
			r.cellFault(r.table.Rows[r.head], i, howGained, "hand it over to one, or write metric:gained behind this head")
		}
	}
}

// guessDate looks for days in the columns when no head names them.
func (l *layout) guessDate() {
	if l.count(isDate) > 0 {
		return
	}
	for i := range l.columns {
		if l.columns[i].what == "" && l.holdsDays(i) {
			l.columns[i].meaning, l.columns[i].reason = meaning{what: isDate}, "its cells are days or periods"
			return
		}
	}
}

// holdsDays tells whether nearly all of the first cells of a column are days or periods.
func (l *layout) holdsDays(i int) bool {
	days, all := 0, 0
	for _, row := range l.table.Rows[l.head+1:] {
		c := row.Cell(i)
		if c.Text == "" || c.Kind == tabular.Number {
			continue
		}
		all++
		if _, err := tabular.ParsePeriod(c.Text, tabular.Unknown); err == nil || errors.Is(err, tabular.ErrOrder) {
			days++
		}
		if all == 50 {
			break
		}
	}
	return all > 0 && days*10 >= all*8
}

// dropTwins leaves the second of two columns out that would be the same.
func (l *layout) dropTwins() {
	seen := map[meaning]string{}
	for i := range l.columns {
		c := &l.columns[i]
		first, twice := seen[c.meaning]
		switch {
		case c.what == "":
		case !twice:
			seen[c.meaning] = c.head
		default:
			c.meaning, c.reason = meaning{}, fmt.Sprintf("%q is that already: left out", tabular.Show(first))
		}
	}
}

func (l *layout) count(what string) int {
	n := 0
	for _, c := range l.columns {
		if c.what == what {
			n++
		}
	}
	return n
}

// find returns the column of that meaning, -1 when there is none.
func (l *layout) find(what string) int {
	return slices.IndexFunc(l.columns, func(c column) bool { return c.what == what })
}

// whole refuses a guess that makes no table.
func (l *layout) whole() error {
	row := l.table.Rows[l.head]
	message := ""
	switch {
	case l.count(isDate) == 0:
		message = "no column was recognised as the day, week or month"
	case l.count(isMetric) == 0 && l.count(isValue) == 0:
		message = "no column was recognised as a metric"
	case l.count(isValue) != l.count(isMetricName):
		message = "a table with one number a row needs a column with the metric's name and one with its number"
	case l.count(isMetric) > 0 && l.count(isValue) > 0:
		message = "some columns are metrics and others hold a metric's name and its number"
	default:
		return nil
	}
	return fmt.Errorf("%w: %w", collector.ErrColumns, tabular.Fault{Place: fmt.Sprintf("%s:%d", l.table.Name, row.Line),
		Message: message + "; write columns: into the source, as {Pvm: date, Seuraajat: \"metric:followers\"}; the file has " + shownHeads(row)})
}

// shown tells the columns to people. Of what is left out nothing is shown: it may be anybody's.
func (r *reader) shown() []collector.Column {
	out := make([]collector.Column, len(r.columns))
	for i, c := range r.columns {
		out[i] = collector.Column{Head: c.head, Means: c.meaning.String(), Reason: c.reason}
		if c.what == "" || c.what == isIgnored || c.what == isItem { // a text may name people
			continue
		}
		for _, row := range r.table.Rows[r.head+1:] {
			if text := row.Cell(i).Text; text != "" {
				out[i].Sample = tabular.Show(text)
				break
			}
		}
	}
	return out
}
