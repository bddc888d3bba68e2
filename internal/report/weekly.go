package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"seuranta/dashboards"
	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// WeeklyInput is all that a weekly review is made of.
type WeeklyInput struct {
	Organisation observation.Organisation
	Week         observation.Period  // the closed week that the review is about
	Series       []indicator.Series  // in any order
	Slow         []indicator.Series  // of longer grains than the week, in any order
	Months       []indicator.Figure  // of the newest whole month, of what the page tells of one
	Pages        []indicator.Ranking // of websites whose sources tell them
	Posts        []indicator.Posts   // of channels whose sources read what publications have come to
	Regions      []observation.Region
	Warnings     []string          // what else of the installation readers must know: a credential that ends, a full disk
	Order        []string          // ids of channels: in this order those of one kind come, others after them by their ids
	Now          time.Time         // when the review is made; ages are counted to it
	AsOf         *observation.Date // the day that the review is told as of; nil: all that is known now
	Lang         string            // fi, sv, en
	Program      string            // version of this program
	Config       string            // hash of the configuration in force; "" when it does not matter
}

// WeeklyReview is a weekly review, worked out and ready to be written as HTML, Text, CSV or JSON.
type WeeklyReview struct {
	view    weeklyView
	figures []roleFigure
	words   words
	made    time.Time
	asOf    *observation.Date
}

// Weekly works a review out. It fails when the language is unknown, when the week is none, or when a number cannot be drawn.
func Weekly(in WeeklyInput) (*WeeklyReview, error) {
	plan, err := dashboards.Weekly()
	if err != nil {
		return nil, fmt.Errorf("make weekly review: %w", err)
	}
	l, err := locale.For(in.Lang)
	if err != nil {
		return nil, fmt.Errorf("make weekly review: %w", err)
	}
	if !in.Week.Is(observation.Week) {
		return nil, fmt.Errorf("make weekly review: %s is not a week", in.Week.Label())
	}
	m := maker{words: words{l: l, base: plan.PercentBase}, plan: plan, in: in, zone: in.Organisation.Zone}
	if m.zone == nil {
		m.zone = time.UTC
	}
	r := &WeeklyReview{words: m.words, made: in.Now, asOf: in.AsOf}
	tracks := m.tracks()
	if r.view, err = m.page(tracks); err != nil {
		return nil, fmt.Errorf("make weekly review of %s: %w", in.Week.Label(), err)
	}
	r.figures = append(figuresOf(tracks), slowFigures(m.slow())...)
	r.figures = append(r.figures, monthFigures(in.Months)...)
	r.figures = append(r.figures, postFigures(in.Posts)...)
	return r, nil
}

// maker carries what every step of making a review needs.
type maker struct {
	words
	plan dashboards.WeeklyPage
	in   WeeklyInput
	zone *time.Location
}

// tracks brings the series into the order of the page.
func (m maker) tracks() []track {
	var out []track
	for _, s := range m.in.Series {
		if s.Grain == observation.Week && !longOver(s) {
			out = append(out, newTrack(m.placed(s), m.in.Week, m.plan.Weeks))
		}
	}
	slices.SortStableFunc(out, func(a, b track) int {
		return cmp.Or(
			cmp.Compare(m.plan.Place(a.Channel.Kind), m.plan.Place(b.Channel.Kind)),
			cmp.Compare(a.Channel.Kind, b.Channel.Kind), cmp.Compare(m.channelPlace(a), m.channelPlace(b)), cmp.Compare(a.Channel.ID, b.Channel.ID), cmp.Compare(a.Organisation.ID, b.Organisation.ID),
			cmp.Compare(m.metricPlace(a), m.metricPlace(b)), cmp.Compare(a.Metric.ID, b.Metric.ID), cmp.Compare(a.newest().now.ID, b.newest().now.ID),
		)
	})
	return out
}

// longOver tells whether the source ended the metric, and nothing of it is known of all the weeks that the page looks back on.
func longOver(s indicator.Series) bool {
	known := func(f indicator.Figure) bool { return f.State != indicator.NotApplicable }
	ended := func(f indicator.Figure) bool {
		return len(f.Gaps) == 1 && limitOf(f.Gaps[0]) == indicator.BreakEnded
	}
	return slices.ContainsFunc(s.Points, ended) && !slices.ContainsFunc(s.Points, known) && !slices.ContainsFunc(s.YearBefore, known)
}

// channelPlace returns where a channel stands among those of its kind.
func (m maker) channelPlace(t track) int {
	if i := slices.Index(m.in.Order, t.Channel.ID); i >= 0 {
		return i
	}
	return len(m.in.Order)
}

// metricPlace returns where among those of its channel a metric stands: what the page's description does not name comes last.
func (m maker) metricPlace(t track) int {
	metrics := m.plan.Metrics(t.Channel.Kind)
	if i := slices.Index(metrics, t.Metric.ID); i >= 0 {
		return i
	}
	return len(metrics)
}

// page fills the view.
func (m maker) page(tracks []track) (weeklyView, error) {
	year, _ := m.in.Week.From.ISOWeek()
	name := m.foreign(m.in.Organisation.Name)
	name.Text = cmp.Or(name.Text, m.in.Organisation.ID)
	v := weeklyView{
		Lang: m.l.Lang(), Title: m.l.Text(m.plan.Title), Organisation: name,
		Week:      m.weekTitle(m.in.Week),
		ShortWeek: locale.Sentence(m.l.Week(m.in.Week.From)),
		Made:      m.when(),
		Method:    m.l.Text("weekly.method", "base", m.plan.PercentBase),
		Program:   m.program(), File: fileName(m.in), Health: m.health(tracks),
	}
	v.HeadTitle = v.Title + ", " + name.Text + ", " + m.l.Week(m.in.Week.From) + "/" + fmt.Sprint(year)
	metrics, err := m.metricViews(tracks)
	if err != nil {
		return v, err
	}
	for i, t := range tracks {
		if n := len(v.Channels); n == 0 || v.Channels[n-1].ID != t.Channel.ID || v.Channels[n-1].Organisation != t.Organisation.ID {
			v.Channels = append(v.Channels, m.channel(t, len(v.Channels)))
		}
		last := &v.Channels[len(v.Channels)-1]
		last.Metrics = append(last.Metrics, metrics[i])
	}
	for i := range v.Channels {
		v.Channels[i].Pages = m.pagesOf(v.Channels[i])
		v.Channels[i].Posts = m.postsOf(v.Channels[i])
	}
	v.namePictures()
	v.Slow = m.slowRows()
	return v, nil
}

// metricViews works the metrics out, several at a time: a large network has hundreds.
func (m maker) metricViews(tracks []track) ([]metricView, error) {
	views := make([]metricView, len(tracks))
	return views, atOnce(len(tracks), func(i int) (err error) {
		t := tracks[i]
		if views[i], err = m.metricView(t, i); err != nil {
			return fmt.Errorf("%s of %s: %w", t.Metric.ID, t.Channel.ID, err)
		}
		return nil
	})
}

func (m maker) channel(t track, n int) channelView {
	name := m.foreign(t.Channel.Name)
	name.Text = m.channelName(t.Channel)
	return channelView{
		ID: t.Channel.ID, Organisation: t.Organisation.ID, Anchor: fmt.Sprintf("c%d", n+1), Name: name, Purpose: m.foreign(t.Channel.Purpose),
	}
}

func (m maker) channelName(c observation.Channel) string {
	return cmp.Or(chart.Plain(c.Name.In(m.l.Lang())), chart.Plain(c.ID))
}

func (m maker) program() string {
	out := "Seuranta " + chart.Plain(m.in.Program)
	if m.in.Config != "" {
		out += ", " + m.l.Text("weekly.config", "hash", chart.Plain(shorten(m.in.Config)))
	}
	return out
}

// shorten leaves of a hash what tells it from others.
func shorten(hash string) string { return hash[:min(len(hash), 12)] }

// fileName is what a download of the page is called, without its ending.
func fileName(in WeeklyInput) string {
	name := "seuranta-"
	if id := slug(in.Organisation.ID); id != "" {
		name += id + "-"
	}
	return name + in.Week.Label()
}

// slug keeps of an id what is safe in every file system.
func slug(id string) string {
	out := []rune{}
	for _, r := range id {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			out = append(out, r)
		}
	}
	return string(out)
}

// when says when the review was made and, when it does not tell all that is known, as of which day it is told.
func (m maker) when() string {
	text := m.l.Text("weekly.made", "when", m.l.Instant(m.in.Now.In(m.zone)))
	if m.in.AsOf != nil {
		text += ". " + m.l.Text("figures.asof", "date", m.l.Date(*m.in.AsOf))
	}
	return text
}
