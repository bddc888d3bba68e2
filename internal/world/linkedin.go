package world

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// download is a file that the centre downloads of its page on LinkedIn, and hands over: what was seen and done on each of its days.
type download struct {
	file string
	at   time.Time
	days observation.Period
}

// downloads are those of the year.
func (w *World) downloads() []download {
	return w.monthly(40, func(at time.Time) string {
		return fmt.Sprintf("exports/esimerkkikeskus_content_%d.csv", at.UnixMilli())
	})
}

// monthly are files that are downloaded early in each month, some minutes after ten, with the days of the month before.
func (w *World) monthly(minute int, name func(at time.Time) string) []download {
	var out []download
	for _, first := range w.plan.starts(observation.Month) {
		at := w.plan.clock(working(first+1), 10, minute)
		month := observation.Month.Holding(first - 1)
		if w.plan.begun(at) && month.From >= w.plan.weeks.From {
			when := at.time(w.plan.zone)
			out = append(out, download{name(when), when, month})
		}
	}
	return out
}

// linkedInHeads are the heads of the table, as LinkedIn writes them in English.
const linkedInHeads = "Date,Impressions (organic),Impressions (sponsored),Impressions (total),Unique impressions (organic),Clicks (organic),Clicks (sponsored),Clicks (total)," +
	"Reactions (organic),Reactions (sponsored),Reactions (total),Comments (organic),Comments (sponsored),Comments (total),Reposts (organic),Reposts (sponsored),Reposts (total)," +
	"Engagement rate (organic),Engagement rate (sponsored),Engagement rate (total)"

// write writes the file as it is when somebody saves LinkedIn's as CSV: days as Americans write them, in UTC.
func (d download) write(a Account) []byte {
	var b bytes.Buffer
	b.WriteString("Aggregated engagement metrics for your organic and sponsored posts\r\n" + linkedInHeads + "\r\n")
	for day := d.days.From; day < d.days.To; day++ {
		n := came(a.Posts, day.UTC(), (day + 1).UTC())
		rate := 0.0
		if n.views > 0 {
			rate = float64(n.clicks+n.reactions+n.comments+n.shares) / float64(n.views)
		}
		fmt.Fprintf(&b, "%s,%d,0,%d,%d,%d,0,%d,%d,0,%d,%d,0,%d,%d,0,%d,%.6f,0,%.6f\r\n", day.UTC().Format("01/02/2006"), n.views, n.views, n.viewers, n.clicks, n.clicks,
			n.reactions, n.reactions, n.comments, n.comments, n.shares, n.shares, rate, rate)
	}
	return b.Bytes()
}

// writeDownloads writes the files into the world's folder, each as old as its download.
func (w *World) writeDownloads(dir string) error {
	put := func(d download, text []byte) error {
		path := filepath.Join(dir, filepath.FromSlash(d.file))
		return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644), os.Chtimes(path, d.at, d.at))
	}
	var err error
	for _, d := range w.downloads() {
		err = errors.Join(err, put(d, d.write(w.Account(LinkedIn))))
	}
	for _, d := range w.overviews() {
		err = errors.Join(err, put(d, d.overview(w.Account(TikTok))))
	}
	return err
}

// linkedInTruth is what was done with posts on LinkedIn, as far as the files hold the days of a week.
func (w *World) linkedInTruth() []Truth {
	var out []Truth
	for metric, of := range map[string]func(come) int{"impressions": viewed, "reactions": reacted.of, "comments": commented.of, "shares": shared.of, "link_clicks": func(n come) int { return n.clicks }} {
		out = append(out, w.handedOver(LinkedIn, metric, w.downloads(), of)...)
	}
	return out
}

// handedOver is what files tell that are handed over month by month, of days of UTC: a week that they hold in part is known in part.
func (w *World) handedOver(channel, metric string, files []download, of func(come) int) []Truth {
	var out []Truth
	for _, week := range w.weeks() {
		f := Truth{Target: channel, Metric: metric, Grain: observation.Week, From: week.From, State: StateMissing, Expected: 7}
		sum := 0
		for day := week.From; day < week.To; day++ {
			if slices.ContainsFunc(files, func(d download) bool { return d.days.Contains(day) }) {
				f.Measured++
				sum += of(came(w.Account(channel).Posts, day.UTC(), (day + 1).UTC()))
			}
		}
		switch {
		case f.Measured == 7:
			f.State, f.Value = okOrZero(sum), number(sum)
		case f.Measured > 0:
			f.State, f.Value = StatePartial, number(sum)
		}
		out = append(out, f)
	}
	return out
}
