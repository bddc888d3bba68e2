package world

import (
	"bytes"
	"fmt"
	"time"
)

// TikTok is the channel of the account that no platform is asked about: TikTok has nothing for small organisations but tables that
// the owner of an account downloads.
const TikTok = "tiktok"

// tikTokSource takes its tables. LinkedIn's have days and likes, too, so that whoever hands one over says which it is.
const tikTokSource = "tiktok-vienti"

// overviews are the tables that the centre downloads of its account on TikTok: early in each month the days of the month before. The
// day of the download stands in the name, because the days in the table have no year.
func (w *World) overviews() []download {
	return w.monthly(55, func(at time.Time) string { return "exports/Overview " + at.Format(time.DateOnly) + ".csv" })
}

// overview writes a table as TikTok Studio does: with a mark of byte order, everything in quotation marks, days of UTC.
func (d download) overview(a Account) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff\"Date\",\"Video Views\",\"Profile Views\",\"Likes\",\"Comments\",\"Shares\",\"New followers\"\n")
	for day := d.days.From; day < d.days.To; day++ {
		n := came(a.Posts, day.UTC(), (day + 1).UTC())
		fmt.Fprintf(&b, "%q,\"%d\",\"%d\",\"%d\",\"%d\",\"%d\",\"0\"\n", day.UTC().Format("January 2"), n.views, n.clicks, n.reactions, n.comments, n.shares)
	}
	return b.Bytes()
}

// tikTokTruth is how often videos were watched on TikTok, as far as the tables hold the days of a week.
func (w *World) tikTokTruth() []Truth {
	return w.handedOver(TikTok, "media_views", w.overviews(), viewed)
}
