package sheet

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"seuranta/internal/address"
	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// findTaken finds out of which moment a list of posts is: the end of the day in the name of the file. When it was written to says
// nothing: a copy is as young as one likes.
func (r *reader) findTaken() {
	day := r.named()
	if day == 0 {
		r.fault(r.table.Rows[r.head], r.find(isDate),
			"nothing tells when this list was downloaded, and what posts came to is true of that moment: write the day into the name of the file, as posts 2026-11-20.csv")
		return
	}
	r.taken = r.instant(day)
}

// row of a list of posts: one post with what it came to.
func (r *reader) postRow(i int) {
	row, at := r.table.Rows[i], r.find(isDate)
	switch {
	case r.beyond(row), row.Empty():
		return
	case r.totalOfPosts(row):
		r.totals++
		return
	}
	if r.rows++; r.unworked(row) || r.ofOneDay(row) {
		return
	}
	p, ok := r.post(row)
	published, dated := r.published(row, at)
	counts, counted := r.counts(row)
	if !ok || !dated || !counted {
		return
	}
	if first, twice := r.seen[p.ID]; twice {
		r.fault(row, r.nameColumn(), fmt.Sprintf("this post stands in line %d already; keep one of the rows, and export what posts came to in their lifetime, not by the day", first))
		return
	}
	r.seen[p.ID] = row.Line
	p.At, p.Counts = published, counts
	r.posts = append(r.posts, p)
	r.reach(tabular.When{Period: observation.Day.Holding(observation.DateOf(published.In(r.zone))), Grain: observation.Day})
}

// ofOneDay refuses rows of what posts came to on a single day, as Meta heads them in an export by the day; in one of their lifetime the
// column says so. A column that the configuration ignores is not looked at.
func (r *reader) ofOneDay(row tabular.Row) bool {
	at := slices.IndexFunc(r.columns, func(c column) bool { return c.what == "" && plain(c.head) == "date" })
	if at < 0 {
		return false
	}
	if when, err := r.parsed(row.Cell(at).Text); err != nil && !errors.Is(err, tabular.ErrOrder) || err == nil && when.Grain != observation.Day {
		return false
	}
	r.once("of one day", row, at, "the numbers of this row are of one day", "export what posts came to in their lifetime; where this column says something else write Date: ignore under columns")
	return true
}

// totalOfPosts tells whether a row sums posts up.
func (r *reader) totalOfPosts(row tabular.Row) bool {
	if row.Cell(r.find(isDate)).Text != "" {
		return false
	}
	return slices.ContainsFunc(row.Cells, func(c tabular.Cell) bool { return isTotal(c.Text) })
}

// item returns the column of something of a post, -1 where there is none.
func (r *reader) item(name string) int {
	return slices.IndexFunc(r.columns, func(c column) bool { return c.meaning == meaning{isItem, name} })
}

// nameColumn is the column that posts are told apart by.
func (r *reader) nameColumn() int {
	if at := r.item("id"); at >= 0 {
		return at
	}
	return r.item("url")
}

// text returns what a cell of a post says, "" where the table has no such column.
func (r *reader) text(row tabular.Row, name string) string {
	if at := r.item(name); at >= 0 {
		return row.Cell(at).Text
	}
	return ""
}

// post reads which post a row is about.
func (r *reader) post(row tabular.Row) (p api.Post, ok bool) {
	p = api.Post{Title: r.text(row, "title"), Text: r.text(row, "text"), Kind: r.config.Items.Kind}
	if form := strings.ToLower(r.text(row, "type")); containsAny(form, []string{"video", "reel"}) {
		p.Kind = "video"
	}
	ok = true
	if at := r.item("url"); at >= 0 {
		p.URL, ok = r.address(row, at)
	}
	if at := r.item("id"); at >= 0 {
		id, whole := r.name(row, at)
		p.ID, ok = id, ok && whole
	} else if canonical, err := address.Canonical(p.URL); ok {
		if p.ID = canonical; err != nil || canonical == "" {
			r.cellFault(row, r.item("url"), "this is no address of a post", "leave the file as it was downloaded")
			return p, false
		}
	}
	return p, ok
}

// address reads the address of a post. Where posts have names it may be missing.
func (r *reader) address(row tabular.Row, at int) (string, bool) {
	text := row.Cell(at).Text
	u, err := url.Parse(text)
	switch {
	case text == "" && r.item("id") >= 0:
		return "", true
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil:
		r.cellFault(row, at, "the address of a post is due here", "leave the file as it was downloaded")
		return "", false
	}
	return text, true
}

const (
	longestName = 200 // characters that a platform calls a post by
	exactDigits = 15  // of a number, which is as many as spreadsheet programs keep
)

// shortened is a number that a spreadsheet program has cut short: 1.22158E+17.
var shortened = regexp.MustCompile(`^[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+$`)

// name reads what the platform calls a post by.
func (r *reader) name(row tabular.Row, at int) (string, bool) {
	cell := row.Cell(at)
	switch {
	case cell.Text == "":
		r.fault(row, at, tabular.Ref(row, at)+" is empty: the row does not say which post it is about")
	case shortened.MatchString(cell.Text), cell.Kind == tabular.Number && len(strings.TrimLeft(cell.Text, "-")) > exactDigits:
		r.cellFault(row, at, "a spreadsheet program has cut this number short, and posts could be mixed up", "hand the file over as it was downloaded, or leave id out where the table has addresses (url)")
	case cell.Kind == tabular.Broken, cell.Kind == tabular.Day, utf8.RuneCountInString(cell.Text) > longestName, strings.ContainsAny(cell.Text, " \t\n|"):
		r.cellFault(row, at, "this is nothing that a platform calls a post by", "leave the file as it was downloaded")
	default:
		return cell.Text, true
	}
	return "", false
}

// clock is a time of day at the end of a moment: T14:30:00+0000, 2:30 PM.
var clock = regexp.MustCompile(`(?i)[ t](\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?(?: ?([ap])\.?m\.?)?(?: ?(z|utc|gmt|[+-]\d{2}:?\d{2}))?$`)

// published reads when a post was published: in the zone of the source, where the cell names none. Of a day alone it is noon.
func (r *reader) published(row tabular.Row, at int) (time.Time, bool) {
	cell := row.Cell(at)
	if cell.Text == "" {
		r.fault(row, at, tabular.Ref(row, at)+" is empty: the row does not say when the post was published")
		return time.Time{}, false
	}
	when, ok := r.when(row, at)
	if !ok {
		return time.Time{}, false
	}
	if when.Grain != observation.Day {
		r.cellFault(row, at, fmt.Sprintf("this is a %s, where the day is due on which the post was published", when.Grain), "leave the file as it was downloaded")
		return time.Time{}, false
	}
	moment, err := r.moment(when.From, cell.Text)
	switch {
	case err != nil:
		r.cellFault(row, at, err.Error(), "leave the file as it was downloaded")
	case moment.After(r.now):
		r.cellFault(row, at, "this lies in the future", "is the order of day and month right, and the timezone of the source?")
	case !r.taken.IsZero() && observation.DateOf(moment.In(r.zone)) > observation.DateOf(r.taken.In(r.zone)):
		r.cellFault(row, at, "this lies after the day in the name of the file", "write the day of the download into the name")
	case !r.taken.IsZero() && moment.After(r.taken): // of today, which is not over
		return r.taken, true
	default:
		return moment, true
	}
	return time.Time{}, false
}

// moment adds the time of day that a text ends in to a day.
func (r *reader) moment(day observation.Date, text string) (time.Time, error) {
	d := day.UTC()
	m := clock.FindStringSubmatch(strings.Join(strings.Fields(text), " "))
	if m == nil {
		return time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, r.zone), nil
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	second, _ := strconv.Atoi(m[3])
	if half := strings.ToLower(m[4]); half != "" {
		if hour < 1 || hour > 12 {
			return time.Time{}, errNoClock
		}
		hour = hour % 12
		if half == "p" {
			hour += 12
		}
	}
	zone, err := zoneOf(m[5], r.zone)
	if err != nil || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, errNoClock
	}
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, second, 0, zone), nil
}

var errNoClock = errors.New("there is no such time of day")

// zoneOf reads the zone that a moment names: Z, UTC, +0200.
func zoneOf(text string, otherwise *time.Location) (*time.Location, error) {
	if text == "" {
		return otherwise, nil
	}
	if text[0] != '+' && text[0] != '-' {
		return time.UTC, nil
	}
	t, err := time.Parse("-0700", strings.Replace(text, ":", "", 1))
	if err != nil {
		return nil, err
	}
	_, offset := t.Zone()
	return time.FixedZone("", offset), nil
}

// counts reads what a post came to. An empty cell is not known, which is no zero.
func (r *reader) counts(row tabular.Row) (map[string]float64, bool) {
	out, whole := map[string]float64{}, true
	for at, c := range r.columns {
		if c.what != isMetric {
			continue
		}
		v, known, ok := r.value(row, at, c.name)
		if ok && known && v != math.Trunc(v) {
			r.cellFault(row, at, tabular.NotWhole(c.name), "")
			ok = false
		}
		if whole = whole && ok; ok && known {
			out[c.name] = v
		}
	}
	return out, whole
}

// tellPosts emits the posts of a file with what they had come to at its moment. A post that a later file has as well is worded by that
// one; what it had come to before stands beside, but for two files of the same day.
func (r *reader) tellPosts(ctx context.Context, out collector.Sink, later []*reader) error {
	tell := api.NewTeller(out, collector.Window{Period: r.span, Grains: []observation.Grain{observation.Day}, Now: r.taken, Zone: r.zone}, nil)
	out.Answered(observation.Answer{Part: r.config.part(), Size: r.table.Size, SHA256: r.table.SHA256})
	var newest []api.Post
	var refused []error
	for _, p := range r.posts {
		at := slices.IndexFunc(later, func(l *reader) bool { return len(l.faults) == 0 && l.seen[p.ID] > 0 })
		switch {
		case at < 0:
			newest = append(newest, p)
		case !slices.ContainsFunc(later[at:], func(l *reader) bool { return l.taken.Equal(r.taken) && l.seen[p.ID] > 0 }):
			refused = append(refused, r.tellCounts(out, tell.Instant(), p))
		}
	}
	posts := api.Posts{Kind: "sheet", Channel: r.channelID, Part: r.config.part(), Metrics: r.config.metrics(), Since: r.span.From}
	refused = append(refused, tell.Posts(ctx, posts, newest))
	out.Tell("rows_read", int64(r.rows))
	out.Tell("rows_of_totals_left_out", int64(r.totals))
	out.Tell("numbers_read", int64(r.count()))
	return errors.Join(refused...)
}

// tellCounts tells what a post had come to.
func (r *reader) tellCounts(out collector.Sink, day observation.Date, p api.Post) error {
	var refused []error
	for _, metric := range slices.Sorted(maps.Keys(p.Counts)) {
		refused = append(refused, out.Observe(observation.Observation{
			Key:  observation.Key{Metric: metric, Subject: api.ItemID(r.channelID + "|sheet:" + p.ID), Grain: observation.Snapshot, From: day},
			Part: r.config.part(), ObservedAt: r.taken, Value: p.Counts[metric], Complete: true, Basis: observation.Collected}))
	}
	return errors.Join(refused...)
}

// count is how many numbers the file tells.
func (r *reader) count() int {
	n := len(r.numbers)
	for _, p := range r.posts {
		n += len(p.Counts)
	}
	return n
}

// byMoment orders files by when they were downloaded.
func byMoment(a, b *reader) int { return a.taken.Compare(b.taken) }
