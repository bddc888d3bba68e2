package world

import (
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// OnPage returns what the page must show beside Truth: what the publications of the newest week came to until they were looked at last.
func (w *World) OnPage() []Truth {
	week := w.weeks()[len(w.weeks())-1]
	var out []Truth
	for _, a := range w.accounts {
		for _, c := range totals(a.Channel) {
			out = append(out, w.totalOf(a, week, c))
		}
	}
	return out
}

// totals are the lifetime counters that the page shows of posts, with what each counts; none where no files tell of posts.
func totals(channel string) []counter {
	clicks := func(n come) int { return n.clicks }
	all := []counter{reacted, commented, shared}
	switch channel {
	case Facebook:
		return append(all, counter{name: "clicks", of: clicks}, counter{name: "views", of: viewed}, counter{name: "reach", of: func(n come) int { return n.viewers }})
	case Instagram:
		return append(all, counter{name: "views", of: viewed}, counter{name: "reach", of: func(n come) int { return n.viewers }})
	case Threads:
		return append(all, counter{name: "views", of: viewed})
	case X:
		return append(all, counter{name: "impressions", of: viewed}, counter{name: "link_clicks", of: clicks})
	case YouTube:
		return []counter{reacted, commented, {name: "views", of: viewed}}
	case LinkedInProject:
		return append(all, counter{name: "impressions", of: viewed}, counter{name: "clicks", of: clicks}, counter{name: "reach", of: func(n come) int { return n.viewers }})
	case LinkedIn:
		return append(all, counter{name: "impressions"}, counter{name: "clicks"})
	case TikTok:
		return nil
	}
	return all
}

// totalOf is what the posts of a week came to.
func (w *World) totalOf(a Account, week observation.Period, c counter) Truth {
	f := Truth{Target: a.Channel, Metric: c.name + "_total", Grain: observation.Week, From: week.From}
	if a.Channel == LinkedIn { // of whose posts nobody hands over anything
		f.State = StateMissing
		return f
	}
	looks := w.Looks(a.Channel)
	var posts []int
	for _, x := range a.Posts {
		if week.Contains(observation.DateOf(x.At)) {
			posts = append(posts, c.of(came([]Posted{x}, time.Time{}, looks[len(looks)-1].Add(time.Second))))
		}
	}
	f.Expected = len(posts)
	if f.people(posts); c.name != "reach" || len(posts) == 0 {
		sum := 0
		for _, n := range posts {
			sum += n
		}
		f.State, f.Value, f.Low, f.High = okOrZero(sum), number(sum), nil, nil
	}
	return f
}

// Unproved says why the truth does not know a figure that the page shows; "" where there is no reason for it.
func (w *World) Unproved(target, metric string, p observation.Period, hasNumber bool) (why string) {
	before := p.To <= w.plan.weeks.From
	switch {
	case before && !hasNumber:
		return "of the time before the made-up year, and without a number"
	case before && slices.Contains([]string{LetterChannel, Home, Project, "topic:" + Topic, "project:" + Work}, target):
		return "of the time before the made-up year, which a service or a log still remembers"
	case !p.Is(observation.Week) && p.From < w.plan.weeks.From:
		return "of a month that began before the made-up year"
	case !p.Is(observation.Week) && (metric == "views" || metric == "subscribers"):
		return "of a year that is not over: each of its weeks is held against the truth"
	case metric == "publications" && slices.Contains([]string{"topic:" + Topic, "project:" + Work}, target):
		return "publications of a topic: which texts of all channels its rule finds, the tests of the rule prove"
	case strings.HasSuffix(metric, "_earned"):
		return "what posts earned in a week that was not looked at as usual at both of its ends"
	case target == LetterChannel && strings.HasSuffix(metric, "_total"):
		return "what the letters of the newest week came to: the tests of the service prove it"
	}
	return ""
}
