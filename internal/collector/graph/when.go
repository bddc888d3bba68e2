package graph

import (
	"encoding/json"
	"net/url"
	"strconv"
	"sync"
	"time"

	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// Pacific is the zone that Facebook and Instagram cut their days by. Give it to api.NewTeller.
var Pacific = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		return time.FixedZone("America/Los_Angeles", -8*60*60) // a program without zones
	}
	return zone
})

// layout is how Meta writes moments: the offset has no colon.
const layout = "2006-01-02T15:04:05-0700"

// Time is a moment as Meta writes it; zero where there is none.
type Time struct{ time.Time }

// UnmarshalJSON reads a moment, also in the usual form and as Unix seconds.
func (t *Time) UnmarshalJSON(b []byte) error {
	var text string
	if string(b) == "null" {
		*t = Time{}
		return nil
	}
	if seconds, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		t.Time = time.Unix(seconds, 0).UTC()
		return nil
	}
	err := json.Unmarshal(b, &text)
	if err == nil {
		if t.Time, err = time.Parse(layout, text); err != nil {
			t.Time, err = time.Parse(time.RFC3339, text)
		}
	}
	if err != nil {
		return &api.BadAnswerError{Text: "the answer has something else where a moment is due"}
	}
	return nil
}

// DayOf returns the day that a bucket is of, whose end Meta tells: midnight in the Pacific zone. Twelve hours before it is the
// day, in summer and in winter.
func DayOf(end time.Time) observation.Date {
	return observation.DateOf(end.Add(-12 * time.Hour).In(Pacific()))
}

// MostDays is how many days a Page is asked for at once. Meta takes 90, and the question reaches a day further than its days.
const MostDays = 87

// Chunks cuts a period into pieces of at most so many days, oldest first.
func Chunks(p observation.Period, most int) []observation.Period {
	var out []observation.Period
	for from := p.From; from < p.To; from += observation.Date(most) {
		out = append(out, observation.Period{From: from, To: min(p.To, from+observation.Date(most))})
	}
	return out
}

// Dates asks for the buckets of a period by dates: the first that Meta then tells is that of since, and the last is one that ends
// on until in the Pacific zone, which Meta has not always told. So until is a day later, and more may come than was asked for.
func Dates(p observation.Period) url.Values {
	return url.Values{"since": {p.From.String()}, "until": {(p.To + 1).String()}}
}

// Seconds asks for a period by Unix seconds of midnights in the Pacific zone; the last second is not of it.
func Seconds(p observation.Period) url.Values {
	return url.Values{"since": {strconv.FormatInt(p.Start(Pacific()).Unix(), 10)}, "until": {strconv.FormatInt(p.End(Pacific()).Unix()-1, 10)}}
}
