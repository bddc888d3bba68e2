package linkedin

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// statistics are what LinkedIn counts of the posts of a page on a day, or of one post since it was published.
type statistics struct {
	Impressions api.Count `json:"impressionCount"`
	Reach       api.Count `json:"uniqueImpressionsCount"`
	Clicks      api.Count `json:"clickCount"`
	Likes       api.Count `json:"likeCount"`
	Comments    api.Count `json:"commentCount"`
	Shares      api.Count `json:"shareCount"`
}

// field is a number of them: as LinkedIn calls it, and as it is told by the day and of a post.
type field struct {
	theirs, ours, counter string
	value                 api.Number
	takenBack             bool // a day may have fewer than none
}

func (s statistics) fields() []field {
	return []field{
		{"impressionCount", "impressions", "impressions_total", s.Impressions.Number, false},
		{"uniqueImpressionsCount", "reach", "reach_total", s.Reach.Number, false},
		{"clickCount", "link_clicks", "clicks_total", s.Clicks.Number, true},
		{"likeCount", "reactions", "reactions_total", s.Likes.Number, true},
		{"commentCount", "comments", "comments_total", s.Comments.Number, true},
		{"shareCount", "shares", "shares_total", s.Shares.Number, true},
	}
}

// dayMetrics are what the statistics of a day tell.
func dayMetrics() []string {
	var out []string
	for _, f := range (statistics{}).fields() {
		out = append(out, f.ours)
	}
	return out
}

// span is the time that numbers are about, in milliseconds.
type span struct {
	Start *int64 `json:"start"`
	End   *int64 `json:"end"`
}

// day returns the day that a span is.
func (s span) day() (observation.Date, error) {
	if s.Start == nil || s.End == nil {
		return 0, api.Missing("timeRange")
	}
	from, to := time.UnixMilli(*s.Start).UTC(), time.UnixMilli(*s.End).UTC()
	day := observation.DateOf(from)
	if !from.Equal(day.Start(time.UTC)) || !to.Equal(day.End(time.UTC)) {
		return 0, &api.BadAnswerError{Text: "the answer tells of another time than a day"}
	}
	return day, nil
}

// remembered returns the first day that LinkedIn still tells of: it remembers twelve months.
func (v *visit) remembered() observation.Date {
	return observation.DateOf(v.window.Now.UTC().AddDate(-1, 0, 0)) + 1
}

// offered returns the days that were asked for and that LinkedIn still tells of; of the others it is said that they are before.
func (v *visit) offered(part string, metrics []string) (out []observation.Period) {
	for _, p := range v.tell.Periods(observation.Day) {
		if p.From >= v.remembered() {
			out = append(out, p)
			continue
		}
		for _, metric := range metrics {
			v.tell.Untold(part, metric, observation.Day, p, observation.NotOffered, collector.ReasonBeforeStart)
		}
	}
	return out
}

// lackDays says of all days why metrics could not be read.
func (v *visit) lackDays(part string, metrics []string, l api.Lack) {
	for _, p := range v.tell.Periods(observation.Day) {
		for _, metric := range metrics {
			v.tell.Untold(part, metric, observation.Day, p, l.Result, l.Reason)
		}
	}
}

// intervals asks for days, one by one, in one question.
func intervals(days []observation.Period) string {
	from, to := days[0].From.Start(time.UTC), days[len(days)-1].From.End(time.UTC)
	return fmt.Sprintf("&timeIntervals=(timeRange:(start:%d,end:%d),timeGranularityType:DAY)", from.UnixMilli(), to.UnixMilli())
}

// statisticsByDay is an answer about days.
type statisticsByDay struct {
	Elements *[]struct {
		Page  string      `json:"organizationalEntity"`
		Range span        `json:"timeRange"`
		Total *statistics `json:"totalShareStatistics"`
	} `json:"elements"`
}

// own tells whether a number is of the page that was asked for, where LinkedIn says whose it is.
func (v *visit) own(page string) error {
	if page != "" && page != v.config.urn() {
		return api.ErrOther
	}
	return nil
}

// days tells what the posts of the page came to by the day.
func (v *visit) days(ctx context.Context) error {
	open := v.offered(partDays, dayMetrics())
	if len(open) == 0 {
		return nil
	}
	var answer statisticsByDay
	if err := v.get(ctx, partDays, v.about("organizationalEntityShareStatistics")+intervals(open), &answer); err != nil {
		return err
	}
	if answer.Elements == nil {
		return api.Missing("elements")
	}
	told := map[observation.Date]statistics{}
	for _, e := range *answer.Elements {
		day, err := e.Range.day()
		if err := cmp.Or(err, v.own(e.Page)); err != nil {
			return err
		}
		if e.Total == nil {
			return api.Missing("totalShareStatistics")
		}
		told[day] = *e.Total
	}
	for _, p := range open {
		for _, f := range told[p.From].fields() {
			if err := v.number(partDays, f, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// number tells a number of a day. What is not in the answer is no zero.
func (v *visit) number(part string, f field, p observation.Period) error {
	switch {
	case !f.value.Known:
		v.tell.Untold(part, f.ours, observation.Day, p, observation.Failed, collector.ReasonNoNumber)
		return nil
	case f.value.Value != math.Trunc(f.value.Value) || f.value.Value < 0 && !f.takenBack:
		v.tell.Untold(part, f.ours, observation.Day, p, observation.Failed, collector.ReasonBadAnswer)
		return nil
	}
	return v.tell.Number(part, f.ours, observation.Day, p, f.value.Value)
}

// about is the question for statistics of the page.
func (v *visit) about(what string) string {
	return "/" + what + "?q=organizationalEntity&organizationalEntity=" + escaped(v.config.urn())
}

// gainsByDay is an answer about new followers.
type gainsByDay struct {
	Elements *[]struct {
		Page  string `json:"organizationalEntity"`
		Range span   `json:"timeRange"`
		Gains struct {
			Organic api.Count `json:"organicFollowerGain"`
			Paid    api.Count `json:"paidFollowerGain"`
		} `json:"followerGains"`
	} `json:"elements"`
}

// gains tells how many followers each day brought.
func (v *visit) gains(ctx context.Context) error {
	open := v.offered(partGains, []string{"gained"})
	if len(open) == 0 {
		return nil
	}
	var answer gainsByDay
	if err := v.get(ctx, partGains, v.about("organizationalEntityFollowerStatistics")+intervals(open), &answer); err != nil {
		return err
	}
	if answer.Elements == nil {
		return api.Missing("elements")
	}
	told := map[observation.Date]api.Number{}
	for _, e := range *answer.Elements {
		day, err := e.Range.day()
		if err := cmp.Or(err, v.own(e.Page)); err != nil {
			return err
		}
		told[day] = api.Number{Value: e.Gains.Organic.Value + e.Gains.Paid.Value, Known: e.Gains.Organic.Known && e.Gains.Paid.Known}
	}
	for _, p := range open {
		if err := v.number(partGains, field{"followerGains", "gained", "", told[p.From], true}, p); err != nil {
			return err
		}
	}
	return nil
}
