package indicator

import (
	"context"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Posts is what the publications of one channel brought: what all of them earned in a week, and what those of the week have come to.
type Posts struct {
	Organisation string
	Channel      string
	Period       Period
	Earned       []Earning // of the usual indicators, in their order
	Reached      []Figure  // of each counter what the publications of the week have come to together
	Posts        []Post    // of the week, oldest first
	More         int       // that are not listed
}

// Earning is what was earned in a week beside what it is held against.
type Earning struct {
	Metric     observation.Metric
	Now        Figure
	Before     Figure // the week before
	YearBefore Figure
	Exact      bool    // YearBefore is the same ISO week
	Breaks     []Break // between them, oldest first
}

// Post is one publication with what it has come to.
type Post struct {
	ID      string
	Title   string
	URL     string
	Kind    string
	At      time.Time
	Deleted bool
	Counts  map[string]float64 // by lifetime counter; what nobody told is not in it
}

// Posts tells of the channels that are asked for and whose sources read what publications have come to what those brought in the
// week of ask.Period, at most so many of each; Ask.Metrics does not matter.
func (j *Judge) Posts(ctx context.Context, ask Ask, most int) ([]Posts, error) {
	ask.Metrics, ask.Beside, ask.posts = nil, false, true
	week := ask.Period
	before := observation.Week.Holding(week.From - 7)
	ofChannels := func(q *question) bool { return q.ofItems() && q.channel.ID != "" }
	shelves, err := j.shelvesIf(ctx, ask, observation.Period{From: before.From, To: week.To}, ofChannels, week, before)
	if err != nil {
		return nil, err
	}
	lastYear, exact := observation.YearBefore(week.From)
	ask.posts = false
	earlier, err := j.shelvesIf(ctx, ask, lastYear, ofChannels, lastYear) // apart: the days between the years need not be read
	if err != nil {
		return nil, err
	}
	then := map[string]Figure{}
	for _, s := range earlier {
		then[s.question.channel.ID+"/"+s.question.metric.ID] = j.judge(s, lastYear).Figure
	}
	var out []Posts
	for _, s := range shelves {
		q := s.question
		if n := len(out); n == 0 || out[n-1].Channel != q.channel.ID || out[n-1].Organisation != q.channel.Organisation {
			p := Posts{Organisation: q.channel.Organisation, Channel: q.channel.ID, Period: Period{week.From, week.To, week.Label()}}
			p.list(s, week, most)
			out = append(out, p)
		}
		p := &out[len(out)-1]
		if !q.earned() {
			p.Reached = append(p.Reached, j.judge(s, week).Figure)
			p.count(s)
			continue
		}
		e := Earning{Metric: q.metric, Exact: exact}
		e.Now, e.Before, e.YearBefore = j.judge(s, week).Figure, j.judge(s, before).Figure, then[q.channel.ID+"/"+q.metric.ID]
		e.Breaks = q.brokenBetween(observation.Period{From: lastYear.From, To: week.To})
		p.Earned = append(p.Earned, e)
	}
	for i := range out {
		slices.SortStableFunc(out[i].Earned, func(a, b Earning) int { return slices.Index(usual, a.Metric.ID) - slices.Index(usual, b.Metric.ID) })
	}
	return out, nil
}

// list lists the publications of a week, the newest where there are more than so many.
func (p *Posts) list(s *shelf, week observation.Period, most int) {
	t := tally{q: s.question, s: s}
	items := t.published(s.question.closed(week))
	slices.SortFunc(items, func(a, b *observation.Item) int { return observation.CompareItems(*a, *b) })
	p.More = max(0, len(items)-most)
	for _, i := range items[p.More:] {
		p.Posts = append(p.Posts, Post{ID: i.ID, Title: i.Title, URL: i.URL, Kind: i.Kind, At: i.At(), Deleted: slices.Contains(i.Tags, observation.Deleted), Counts: map[string]float64{}})
	}
}

// count gives each publication the newest number of a counter.
func (p *Posts) count(s *shelf) {
	t := tally{q: s.question, s: s}
	for i := range p.Posts {
		for _, of := range s.question.candidates(p.Period.To - 1) {
			it := observation.Item{ID: p.Posts[i].ID}
			if o := t.counter(of, sightedItem{Item: &it}, p.Period.Days()).newest(); o != nil {
				p.Posts[i].Counts[s.question.told()] = o.Value
				break
			}
		}
	}
}

// brokenBetween returns the days in a period on which a source came to count otherwise, or one organisation carried on another's
// series, oldest first.
func (q *question) brokenBetween(days observation.Period) []Break {
	var stretches []stretch
	for _, t := range q.tellers {
		for _, r := range t.ruled(days) {
			stretches = append(stretches, stretch{source: t.ID, definition: r.rule.id, from: r.From, to: r.To})
		}
	}
	return slices.DeleteFunc(q.breaks(stretches, days), func(b Break) bool { return b.Kind == BreakSource }) // sources stand beside each other here
}
