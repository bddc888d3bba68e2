package mailchimp

import (
	"context"
	"net/url"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// activityDays is how far back Mailchimp tells of single days.
const activityDays = 180

// lookedDays is how long the end of a month is left to what was looked at itself: Mailchimp's own months fill in what nobody
// looked at.
const lookedDays = 7

type list struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Created string `json:"date_created"`
	Stats   struct {
		MemberCount api.Number `json:"member_count"`
	} `json:"stats"`
}

// list asks for the list. What comes has to be that list.
func (s *source) list(ctx context.Context, p *api.Platform) (l list, err error) {
	err = s.ask(ctx, p, api.Request{Path: "/lists/" + s.config.List, Query: url.Values{"fields": {"id,name,date_created,stats.member_count"}}, Part: partList}, &l)
	if err == nil && l.ID != s.config.List {
		err = api.Missing("id")
	}
	return l, err
}

// subscribers tells how many subscribe now: Mailchimp's member_count is of those alone, not of who left or bounced. It takes in
// since when there is the list: before that nothing could be sent to it.
func (v *visit) subscribers(ctx context.Context) error {
	l, err := v.list(ctx, v.platform)
	if err != nil {
		return err
	}
	n, err := l.Stats.MemberCount.Need("member_count")
	if err != nil {
		return err
	}
	if err := v.tell.Level(partList, "subscribers", n); err != nil {
		return err
	}
	made, err := time.Parse(time.RFC3339, l.Created)
	if err != nil {
		return api.Missing("date_created")
	}
	v.first = observation.DateOf(made.In(v.window.Zone))
	return nil
}

// months tells how many subscribed at the ends of months that are past: all that Mailchimp remembers of it.
func (v *visit) months(ctx context.Context) error {
	ends := v.monthEnds()
	if len(ends) == 0 {
		return nil
	}
	known, err := v.history(ctx)
	if err != nil {
		return err
	}
	for _, day := range ends {
		n, ok := known[day.String()[:len("2006-01")]]
		if !ok {
			continue // before the list was made
		}
		if err := v.tell.LevelAt(partList, "subscribers", day, n); err != nil {
			return err
		}
	}
	return nil
}

// monthEnds returns the last days of months among the days asked for, but for those of the last days.
func (v *visit) monthEnds() []observation.Date {
	var out []observation.Date
	last := observation.DateOf(v.window.Now.In(v.window.Zone)) - lookedDays
	for day := v.window.From; day < min(v.window.To, last); day++ {
		if observation.Month.Start(day+1) == day+1 {
			out = append(out, day)
		}
	}
	return out
}

// history returns how many subscribed at the end of each month, by its name as 2026-10.
func (v *visit) history(ctx context.Context) (map[string]float64, error) {
	out := map[string]float64{}
	err := api.Through(func(so, _ int) (int, int, error) {
		var p struct {
			History *[]month `json:"history"`
			total
		}
		query := paged(so, "history.month", "history.subscribed")
		query.Set("sort_field", "month")
		query.Set("sort_dir", "DESC")
		if err := v.ask(ctx, v.platform, api.Request{Path: "/lists/" + v.config.List + "/growth-history", Query: query, Part: partList}, &p); err != nil || p.History == nil {
			return missing("history", err)
		}
		for _, m := range *p.History {
			n, err := m.Subscribed.Need("subscribed")
			if _, wrong := time.Parse("2006-01", m.Month); err != nil || wrong != nil {
				return missing("month", err)
			}
			out[m.Month] = n
		}
		return p.of("history", len(*p.History), true)
	})
	return out, err
}

type month struct {
	Month      string     `json:"month"`
	Subscribed api.Number `json:"subscribed"`
}

// missing is the error of a question, or that its answer lacks a field.
func missing(field string, err error) (int, int, error) {
	if err == nil {
		err = api.Missing(field)
	}
	return 0, 0, err
}

// activity tells how many came and went by the day. Days without a row that lie before the first one were before the list, or are
// more than Mailchimp remembers; others are missing, which is no zero.
func (v *visit) activity(ctx context.Context) error {
	days := v.days()
	rows := map[observation.Date]change{}
	if len(days) > 0 && days[len(days)-1].From >= observation.DateOf(v.window.Now.In(v.window.Zone))-activityDays-1 {
		var err error
		if rows, err = v.changes(ctx); err != nil {
			return err
		}
	}
	first := v.window.To
	for day := range rows {
		first = min(first, day)
	}
	for _, p := range days {
		if err := v.change(p, rows, first); err != nil {
			return err
		}
	}
	return nil
}

// change tells of one day.
func (v *visit) change(p observation.Period, rows map[observation.Date]change, first observation.Date) error {
	row, ok := rows[p.From]
	for _, told := range []struct {
		metric string
		n      float64
	}{{"gained", row.gained}, {"lost", row.lost}} {
		switch {
		case p.From < first:
			v.tell.Untold(partActivity, told.metric, observation.Day, p, observation.NotOffered, collector.ReasonBeforeStart)
		case !ok:
			v.tell.Untold(partActivity, told.metric, observation.Day, p, observation.Failed, collector.ReasonBadAnswer)
		default:
			if err := v.tell.Number(partActivity, told.metric, observation.Day, p, told.n); err != nil {
				return err
			}
		}
	}
	return nil
}

type change struct{ gained, lost float64 }

// changes returns who came and went, by the day.
func (v *visit) changes(ctx context.Context) (map[observation.Date]change, error) {
	out := map[observation.Date]change{}
	err := api.Through(func(so, _ int) (int, int, error) {
		var p struct {
			Activity *[]activityDay `json:"activity"`
			total
		}
		query := paged(so, "activity.day", "activity.subs", "activity.unsubs", "activity.other_adds", "activity.other_removes")
		if err := v.ask(ctx, v.platform, api.Request{Path: "/lists/" + v.config.List + "/activity", Query: query, Part: partActivity}, &p); err != nil || p.Activity == nil {
			return missing("activity", err)
		}
		for _, row := range *p.Activity {
			if err := row.addTo(out); err != nil {
				return 0, 0, err
			}
		}
		return p.of("activity", len(*p.Activity), true)
	})
	return out, err
}

type activityDay struct {
	Day          observation.Date `json:"day"`
	Subs         api.Number       `json:"subs"`
	Unsubs       api.Number       `json:"unsubs"`
	OtherAdds    api.Number       `json:"other_adds"`
	OtherRemoves api.Number       `json:"other_removes"`
}

// addTo reads a row. Who came by a form and who was brought in otherwise came both, and so it is with who went.
func (d activityDay) addTo(out map[observation.Date]change) error {
	var n [4]float64
	for i, f := range []struct {
		name  string
		value api.Number
	}{{"subs", d.Subs}, {"other_adds", d.OtherAdds}, {"unsubs", d.Unsubs}, {"other_removes", d.OtherRemoves}} {
		var err error
		if n[i], err = f.value.Need(f.name); err != nil {
			return err
		}
	}
	if d.Day == 0 {
		return api.Missing("day")
	}
	out[d.Day] = change{gained: n[0] + n[1], lost: n[2] + n[3]}
	return nil
}
