package report

import (
	"fmt"
	"io"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// manyMetrics are eight metrics of every channel of a large review.
var manyMetrics = []string{"followers", "reach", "impressions", "reactions", "comments", "shares", "link_clicks", "views"}

// large is a review of many channels with eight metrics each over 26 weeks, with long names, gaps, events and targets.
func large(t testing.TB, channels int) WeeklyInput {
	week := isoWeek(t, 2026, 47)
	in := WeeklyInput{Organisation: centre(), Week: week, Now: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), Lang: "fi", Program: "1.0-test"}
	for c := range channels {
		for _, metric := range manyMetrics {
			s := loggedSeries(metric)
			s.Channel = observation.Channel{ID: fmt.Sprintf("kanava-%03d", c), Kind: "facebook", Name: observation.Text{"": fmt.Sprintf("Keskimaan sosiaali- ja terveyspalvelujärjestöjen yhteistyöverkoston kanava %d", c)}}
			s.Sources[0].Source = s.Channel.ID
			s = weekly(t, s, week, 26, wave(600, 240))
			s.Points[14] = partly(s.Points[14], 5, "log_silent")
			s.Points[19] = without(s.Points[19], indicator.Missing, "log_missing")
			s.Target = num(750)
			s.Goals = []indicator.Figure{towards(s, observation.NewDate(2026, 1, 1), week.To, 30000, 42000, indicator.Behind)}
			s.Events = []observation.Event{{On: observation.NewDate(2026, 9, 16), What: text("Syysseminaari", "Höstseminarium", "Autumn seminar")}}
			in.Series = append(in.Series, s)
		}
	}
	return in
}

// BenchmarkWeeklyHTML makes and writes a page of 60 channels with 8 metrics each.
func BenchmarkWeeklyHTML(b *testing.B) {
	in := large(b, 60)
	b.ReportAllocs()
	var size int64
	for b.Loop() {
		r, err := Weekly(in)
		if err != nil {
			b.Fatal(err)
		}
		w := counter{}
		if err := r.HTML(&w); err != nil {
			b.Fatal(err)
		}
		size = w.n
	}
	b.ReportMetric(float64(size)/1e6, "MB")
}

// counter counts what is written to it.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)
