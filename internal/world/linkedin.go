package world

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"seuranta/internal/observation"
)

// download is a file that the centre downloads of its page on LinkedIn, and hands over: what was seen and done on each of its days.
type download struct {
	file string
	at   time.Time
	days observation.Period
}

// downloads are those of the year: early in each month of the month before.
func (w *World) downloads() []download {
	var out []download
	for _, first := range w.plan.starts(observation.Month) {
		at := w.plan.clock(working(first+1), 10, 40)
		month := observation.Month.Holding(first - 1)
		if w.plan.begun(at) && month.From >= w.plan.weeks.From {
			out = append(out, download{fmt.Sprintf("exports/esimerkkikeskus_content_%d.csv", int64(at)*1000), at.time(w.plan.zone), month})
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
	for _, d := range w.downloads() {
		path := filepath.Join(dir, filepath.FromSlash(d.file))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, d.write(w.Account(LinkedIn)), 0o644), os.Chtimes(path, d.at, d.at)); err != nil {
			return err
		}
	}
	return nil
}

// linkedInTruth is what was done with posts on LinkedIn in the weeks that the files hold whole.
func (w *World) linkedInTruth() []Truth {
	all := w.downloads()
	if len(all) == 0 {
		return nil
	}
	held := observation.Period{From: all[0].days.From, To: all[len(all)-1].days.To}
	var out []Truth
	for _, week := range w.weeks() {
		if week.From < held.From || week.To > held.To {
			continue
		}
		n := came(w.Account(LinkedIn).Posts, week.From.UTC(), week.To.UTC())
		for metric, value := range map[string]int{"impressions": n.views, "reactions": n.reactions, "comments": n.comments, "shares": n.shares, "link_clicks": n.clicks} {
			f := counted(metric, value, 7)
			f.Target, f.Grain, f.From = LinkedIn, observation.Week, week.From
			out = append(out, f)
		}
	}
	return out
}
