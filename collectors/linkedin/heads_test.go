package linkedin

import (
	"fmt"
	"strings"
	"testing"

	"seuranta/internal/tabular"
)

// TestHeads: English heads are those of real files; Finnish and Swedish ones are what they may be called.
func TestHeads(t *testing.T) {
	for head, want := range map[string]meaning{
		"Date": {topicDate, ""}, " Päivämäärä ": {topicDate, ""}, "Datum": {topicDate, ""}, "Pvm": {topicDate, ""},
		"Impressions (organic)": {topicImpressions, organic}, "Impressions (sponsored)": {topicImpressions, partial}, "Impressions (total)": {topicImpressions, whole}, "Impressions": {topicImpressions, unnamed},
		"Näyttökerrat (orgaaniset)": {topicImpressions, organic}, "Näyttökerrat (sponsoroidut)": {topicImpressions, partial}, "Näyttökerrat (yhteensä)": {topicImpressions, whole}, "Näyttökerrat (maksetut)": {topicImpressions, partial},
		"Visningar (organiska)": {topicImpressions, organic}, "Visningar (sponsrade)": {topicImpressions, partial}, "Visningar (totalt)": {topicImpressions, whole}, "Exponeringar (totalt)": {topicImpressions, whole},
		"Unique impressions (organic)": {topicReach, organic}, "Yksilölliset näyttökerrat (orgaaniset)": {topicReach, organic}, "Unika visningar (organiska)": {topicReach, organic},
		"Clicks (total)": {topicClicks, whole}, "Klikkaukset (yhteensä)": {topicClicks, whole}, "Klick (totalt)": {topicClicks, whole}, "Klickningar (organiska)": {topicClicks, organic},
		"Reactions (total)": {topicReactions, whole}, "Likes": {topicReactions, ""}, "Reaktiot (yhteensä)": {topicReactions, whole}, "Reaktioner (totalt)": {topicReactions, whole}, "Gilla-markeringar": {topicReactions, ""},
		"Comments (total)": {topicComments, whole}, "Kommentit (yhteensä)": {topicComments, whole}, "Kommentarer (totalt)": {topicComments, whole},
		"Reposts (total)": {topicShares, whole}, "Shares (total)": {topicShares, whole}, "Uudelleenjulkaisut (yhteensä)": {topicShares, whole}, "Jaot (yhteensä)": {topicShares, whole}, "Delningar (totalt)": {topicShares, whole},
		"Engagement rate (total)": {topicRate, whole}, "Click through rate (CTR)": {topicRate, ""}, "Sitoutumisaste (yhteensä)": {topicRate, whole}, "Klikkausprosentti": {topicRate, ""}, "Engagemangsgrad (totalt)": {topicRate, whole}, "Klickfrekvens": {topicRate, ""},
		"Total followers": {topicFollowers, whole}, "Sponsored followers": {topicFollowers, partial}, "Organic followers": {topicFollowers, organic}, "Auto-invited followers": {topicFollowers, partial},
		"Seuraajia yhteensä": {topicFollowers, whole}, "Automaattisesti kutsutut seuraajat": {topicFollowers, partial}, "Totalt antal följare": {topicFollowers, whole}, "Organiska följare": {topicFollowers, organic},
		"Total page views (total)": {topicViews, whole}, "Total page views (desktop)": {topicViews, partial}, "Overview page views (total)": {topicViews, partial}, "Jobs page views (total)": {topicViews, partial},
		"Sivun näyttökerrat yhteensä (yhteensä)": {topicViews, whole}, "Sidvisningar totalt (mobil)": {topicViews, partial}, "Sidvisningar totalt (totalt)": {topicViews, whole},
		"Total unique visitors (total)": {topicVisitors, whole}, "Life unique visitors (total)": {topicVisitors, partial}, "Yksilölliset kävijät yhteensä (yhteensä)": {topicVisitors, whole}, "Unika besökare totalt (totalt)": {topicVisitors, whole},
		"Post title": {topicTitle, ""}, "Post link": {topicLink, ""}, "Created date": {topicCreated, ""}, "Content Type": {topicContent, ""}, "Julkaisun linkki": {topicLink, ""}, "Luontipäivämäärä": {topicCreated, ""}, "Skapat datum": {topicCreated, ""},
		"Posted by": {}, "Campaign name": {}, "Campaign start date": {}, "Audience": {}, "Post type": {}, "Views": {}, "Offsite Views": {topicPlays, ""}, "Follows": {}, "Julkaisija": {}, "Publicerat av": {}, "Location": {}, "": {},
		"Impressions are how often a post was seen on screen by people who follow the page": {},
	} {
		got := read(head)
		if got.topic == topicOther {
			got.share = ""
		}
		if got != want {
			t.Errorf("%q: %+v, want %+v", head, got, want)
		}
	}
}

func TestChooseTheTotalElseTheOrganic(t *testing.T) {
	for text, want := range map[string]string{
		"Date|Impressions (organic)|Impressions (sponsored)|Impressions (total)": "3 -1",
		"Date|Impressions (organic)|Impressions (sponsored)":                     "1 -1",
		"Date|Impressions":                            "1 -1",
		"Date|Impressions (sponsored)":                "none -1",
		"Date|Impressions (total)|Visningar (totalt)": "1 2",
	} {
		row := rowOf(text)
		var heads []meaning
		for _, c := range row.Cells {
			heads = append(heads, read(c.Text))
		}
		columns, twice := choose(heads, []topic{topicImpressions})
		at, has := columns[topicImpressions]
		got := fmt.Sprint(at, " ", twice)
		if !has {
			got = fmt.Sprint("none ", twice)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestByPlaceOnlyWhereSumsHold: one number that does not add up, and the order of the columns is not believed.
func TestByPlaceOnlyWhereSumsHold(t *testing.T) {
	rows := []string{"Data|Patrocinados|Orgânicos|Convidados|Total", "11/13/2026|0|2|1|3", "11/14/2026|0|-1|0|-1", "11/15/2026|1|1|0|2"}
	for name, c := range map[string]struct {
		change func([]string)
		want   form
	}{
		"as it is":  {func([]string) {}, formFollowers},
		"one wrong": {func(r []string) { r[2] = "11/14/2026|0|-1|0|7" }, formUnknown},
		"a word":    {func(r []string) { r[2] = "11/14/2026|0|-1|0|x" }, formUnknown},
		"zeros": {func(r []string) {
			for i := range r[1:] {
				r[i+1] = r[i+1][:10] + "|0|0|0|0"
			}
		}, formUnknown},
		"no days":     {func(r []string) { r[1] = "x|0|2|1|3" }, formUnknown},
		"another way": {func(r []string) { r[0] += "|Nota" }, formUnknown},
	} {
		changed := append([]string{}, rows...)
		c.change(changed)
		table := &tabular.Table{}
		for i, text := range changed {
			row := rowOf(text)
			row.Line, row.Number = i+1, i+1
			table.Rows = append(table.Rows, row)
		}
		if got, _, _ := byPlace(table); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

const (
	postsHead = "Inläggets titel,Inläggslänk,Skapat datum,%s,Klick,Gilla-markeringar,Kommentarer,Delningar\n"
	postsRow  = "En rubrik,https://www.linkedin.com/feed/update/urn:li:share:7396000000000000003,11/20/2026,%s,4,3,2,1\n"
)

// TestImpressionsAreNoViewsOfVideos: in Finnish and Swedish one word may stand for both. Where another beside it is said of impressions
// alone, that one counts, wherever it stands; else the file is refused with both heads.
func TestImpressionsAreNoViewsOfVideos(t *testing.T) {
	for heads, want := range map[string]string{
		"Exponeringar,Visningar":                             "impressions_total 11-22 900",
		"Impressioner,Visningar":                             "impressions_total 11-22 900",
		"Exponeringar,Visningar totalt":                      "impressions_total 11-22 900",
		"Impressions,Views (excluding off-site video views)": "impressions_total 11-22 900",
		"Näyttökerrat,Katselukerrat":                         "impressions_total 11-22 900",
		"Visningar,Visningar av videor utanför LinkedIn":     "impressions_total 11-22 900",
		"Visningar,Exponeringar":                             "impressions_total 11-22 35",
		"Katselukerrat,Näytöt":                               "impressions_total 11-22 35",
		"Näyttökerrat,Näytöt":                                `posts 2026-11-22.csv:1:E: the heads "Näyttökerrat" in D1 and "Näytöt" here can both be impressions_total`,
		"Visningar,Visningar (organiska)":                    `posts 2026-11-22.csv:1:E: the heads "Visningar" in D1 and "Visningar (organiska)" here can both be impressions_total`,
		"Exponeringar,Reaktioner":                            `the heads "Reaktioner" in E1 and "Gilla-markeringar" here can both be reactions_total`,
	} {
		text := fmt.Sprintf(postsHead, heads) + fmt.Sprintf(postsRow, "900,35") + strings.Replace(fmt.Sprintf(postsRow, "1,0"), "0003,11/20", "0004,11/21", 1)
		r, err := imported(t, Config{}, "posts 2026-11-22.csv", text)
		got := told(r)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || err != nil && len(r.Observations) > 0 {
			t.Errorf("%s: %s; want %s", heads, got, want)
		}
	}
}
