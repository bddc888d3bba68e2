package sheet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

const (
	listed    = `{items: {id: Post ID, url: Permalink, title: Title, published: Publish time, type: Post type}, columns: {Views: "metric:views_total", Reach: "metric:reach_total"}, date_order: mdy, decimal: "."}`
	listHead  = "Post ID,Permalink,Title,Publish time,Post type,Views,Reach\n"
	goodPost  = "101,https://example.org/posts/101,Luento,11/10/2026 09:15,Photos,\"1,520\",980\n"
	otherPost = "102,https://example.org/posts/102,Retki,11/17/2026 18:05,Reels,640,512\n"
)

var channel = collector.Deps{ChannelID: "facebook", ChannelKind: "facebook"}

// posts writes what a file tells of posts, a word each.
func posts(r collectortest.Recording) string {
	titles := map[string]string{}
	var out []string
	for _, it := range r.Items {
		titles[it.ID] = it.Title
		out = append(out, fmt.Sprintf("%s %s %s", it.Kind, it.Title, it.PublishedAt.UTC().Format("01-02T15:04")))
	}
	for _, o := range r.Observations {
		out = append(out, fmt.Sprintf("%s of %s %s %v", o.Metric, titles[o.Subject], strings.TrimPrefix(o.From.String(), "2026-"), o.Value))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestEachRowIsAPost(t *testing.T) {
	out, err := handed(t, configured(t, listed), channel, write(t, "posts 2026-11-20.csv", listHead+goodPost+otherPost+"Total,,,,,2160,\n"), window(t).Now)
	want := "post Luento 11-10T07:15, reach_total of Luento 11-20 980, reach_total of Retki 11-20 512, video Retki 11-17T16:05, views_total of Luento 11-20 1520, views_total of Retki 11-20 640"
	r := out.Recording()
	if got := posts(r); err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if r.Counts["rows_of_totals_left_out"] != 1 || len(r.Complete) > 0 {
		t.Errorf("%v, %d completions: a list of some posts takes none of the others back", r.Counts, len(r.Complete))
	}
	for _, c := range r.Coverage {
		if c.Metric == publications && (c.From < observation.NewDate(2026, 11, 10) || c.From > observation.NewDate(2026, 11, 17)) {
			t.Errorf("publications of %s, of which the file says nothing", c.From)
		}
	}
}

// TestReachOfPostsIsNeverAdded: people of several posts are no sum, and the kind tells no reach of the channel.
func TestReachOfPostsIsNeverAdded(t *testing.T) {
	out, err := handed(t, configured(t, listed), channel, write(t, "posts 2026-11-20.csv", listHead+goodPost+otherPost), window(t).Now)
	for _, o := range out.Recording().Observations {
		if o.Subject == "" || o.Metric == "reach" || err != nil {
			t.Errorf("%+v, %v", o.Key, err)
		}
	}
}

// TestAnEmptyCellOfAPostIsNoZero, and a zero is one.
func TestAnEmptyCellOfAPostIsNoZero(t *testing.T) {
	out, err := handed(t, configured(t, listed), channel, write(t, "posts 2026-11-20.csv", listHead+"101,,Luento,11/10/2026,Photos,,0\n102,,Retki,11/17/2026,Photos,-,n/a\n"), window(t).Now)
	want := "post Luento 11-10T10:00, post Retki 11-17T10:00, reach_total of Luento 11-20 0"
	if got := posts(out.Recording()); err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestFaultsOfListsOfPosts(t *testing.T) {
	for text, want := range map[string]string{
		"1.22158E+17,https://example.org/1,A,11/10/2026,Photos,5,5\n": `p 2026-11-20.csv:2:A: A2 holds "1.22158E+17": a spreadsheet program has cut this number short`,
		",https://example.org/1,A,11/10/2026,Photos,5,5\n":            "p 2026-11-20.csv:2:A: A2 is empty: the row does not say which post",
		"101,example,A,11/10/2026,Photos,5,5\n":                       `p 2026-11-20.csv:2:B: B2 holds "example": the address of a post is due here`,
		"101,javascript:alert(1),A,11/10/2026,Photos,5,5\n":           `:2:B: B2 holds "javascript:alert(1)"`,
		"101,,A,,Photos,5,5\n":                                        ":2:D: D2 is empty: the row does not say when",
		"101,,A,11/31/2026,Photos,5,5\n":                              `:2:D: D2 holds "11/31/2026"`,
		"101,,A,11/2026,Photos,5,5\n":                                 `:2:D: D2 holds "11/2026": this is a month, where the day is due`,
		"101,,A,11/10/2026 25:10,Photos,5,5\n":                        `:2:D: D2 holds "11/10/2026 25:10": there is no such time of day`,
		"101,,A,11/21/2026 09:00,Photos,5,5\n":                        `:2:D: D2 holds "11/21/2026 09:00": this lies after the day in the name of the file`,
		"101,,A,12/21/2026 09:00,Photos,5,5\n":                        "this lies in the future",
		"101,,A,11/10/2026,Photos,1.2K,5\n":                           `:2:F: F2 holds "1.2K"`,
		"101,,A,11/10/2026,Photos,1.5,5\n":                            `:2:F: F2 holds "1.5": numbers of views_total are whole`,
		"101,,A,11/10/2026,Photos,-4,5\n":                             `:2:F: F2 holds "-4": there are never fewer than no views_total`,
		"101,,A,11/10/2026,Photos,5,5,more\n":                         "more cells than there are heads",
		goodPost + otherPost + "101,,Taas,11/12/2026,Photos,5,5\n":    ":4:A: this post stands in line 2 already",
		"": "there are no rows under the heads",
	} {
		out, err := handed(t, configured(t, listed), channel, write(t, "p 2026-11-20.csv", listHead+text), window(t).Now)
		if err == nil || !strings.Contains(err.Error(), want) || len(out.Recording().Observations)+len(out.Recording().Items) > 0 {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
	if _, err := handed(t, configured(t, listed), channel, write(t, "posts.csv", listHead+goodPost), window(t).Now); err == nil || !strings.Contains(err.Error(), "posts.csv:1:D: nothing tells when this list was downloaded") {
		t.Errorf("no day in the name: %v", err)
	}
}

// TestNumbersOfOneDayAreNoLifetime: Meta exports both in the same form.
func TestNumbersOfOneDayAreNoLifetime(t *testing.T) {
	list := func(date string) string {
		return "Date," + listHead + date + "," + goodPost
	}
	ignoring := strings.Replace(listed, "columns: {", "columns: {Date: ignore, ", 1)
	for _, c := range []struct{ config, date, want string }{
		{listed, "Lifetime", ""}, {listed, "", ""}, {ignoring, "11/10/2026", ""},
		{listed, "11/10/2026", `p 2026-11-20.csv:2:A: A2 holds "11/10/2026": the numbers of this row are of one day`},
		{listed, "2026-11-10", `A2 holds "2026-11-10": the numbers of this row are of one day`},
	} {
		out, err := handed(t, configured(t, c.config), channel, write(t, "p 2026-11-20.csv", list(c.date)), window(t).Now)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) || err == nil && len(out.Recording().Items) != 1 {
			t.Errorf("%q: %v; want %q", c.date, err, c.want)
		}
	}
}

// TestAPostByItsAddressAlone: an address that differs in what says only whence somebody came is the same post.
func TestAPostByItsAddressAlone(t *testing.T) {
	c := configured(t, `{items: {url: Link, published: Time, kind: video}, columns: {Views: "metric:views_total"}}`)
	head := "Link,Time,Views\nhttps://example.org/v/1,2026-11-10,5\n"
	out, err := handed(t, c, channel, write(t, "p 2026-11-20.csv", head+"https://example.org/v/2,2026-11-10,6\n"), window(t).Now)
	if r := out.Recording(); err != nil || len(r.Items) != 2 || r.Items[0].Kind != "video" {
		t.Errorf("%v, %v", r.Items, err)
	}
	for link, want := range map[string]string{
		"https://www.example.org/v/1?utm_source=x#top": ":3:A: this post stands in line 2 already",
		"":                  `:3:A: A3 holds "": the address of a post is due here`,
		"ftp://example.org": `:3:A: A3 holds "ftp://example.org": the address`,
	} {
		if _, err := handed(t, c, channel, write(t, "p 2026-11-20.csv", head+link+",2026-11-10,5\n"), window(t).Now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %s", link, err, want)
		}
	}
}

// TestNumbersOfPostsThatASpreadsheetCutShort: of a workbook whose program took the names of posts for numbers nothing is taken.
func TestNumbersOfPostsThatASpreadsheetCutShort(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{{"Post ID", "Permalink", "Title", "Publish time", "Post type", "Views", "Reach"}, {122158000000000101, "https://example.org/1", "A", "11/20/2026", "Photos", 5, 4}} {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", at, &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "p 2026-11-20.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	if _, err := handed(t, configured(t, listed), channel, path, window(t).Now); err == nil || !strings.Contains(err.Error(), "2:A: A2 holds") || !strings.Contains(err.Error(), "cut this number short") {
		t.Errorf("%v", err)
	}
}

// FuzzPosts: whatever a list holds, it is refused as a whole or told whole and storable, and twice the same.
func FuzzPosts(f *testing.F) {
	for _, s := range []string{goodPost + otherPost, "101,,A,11/10/2026 25:10,Photos,5,5\n", "1.22158E+17,,,,,,\n", "\"1\n2\",https://example.org/1?utm_source=a,@a,2026-11-10T23:30:00-08:00,reel,-,0\n", "Total,,,,,2160,\n"} {
		f.Add(s)
	}
	dir, zone := f.TempDir(), helsinki(f)
	config := configured(f, listed)
	f.Fuzz(func(t *testing.T, s string) {
		path := filepath.Join(dir, "f 2026-11-20.csv")
		if err := os.WriteFile(path, []byte(listHead+s), 0o600); err != nil {
			t.Fatal(err)
		}
		c := config.New(channel).(collector.Importer)
		w := collector.Window{Now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Zone: zone}
		p, err := c.Preview(t.Context(), path, w, nil)
		if err != nil {
			return
		}
		rec := &collectortest.Recorder{}
		if err := c.Import(t.Context(), path, w, rec); (err == nil) != (len(p.Faults) == 0) {
			t.Errorf("%d faults, and then %v", len(p.Faults), err)
		}
		r := rec.Recording()
		if len(r.Observations) != p.Numbers && len(p.Faults) == 0 || len(p.Faults) > 0 && len(r.Items) > 0 {
			t.Errorf("%d numbers were shown and %d told", p.Numbers, len(r.Observations))
		}
		for _, o := range r.Observations {
			if err := definedBy(o).Validate(observation.StandardMetrics()); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestMomentsOfPosts: the zone of the cell, else that of the source.
func TestMomentsOfPosts(t *testing.T) {
	for text, want := range map[string]string{
		"11/10/2026 09:15": "11-10T07:15", "11/10/2026 9:15 PM": "11-10T19:15", "11/10/2026 12:05 am": "11-09T22:05", "2026-11-10T09:15:00+0000": "11-10T09:15",
		"2026-11-10T09:15:00Z": "11-10T09:15", "2026-11-10 09:15:30": "11-10T07:15", "2026-11-10T23:30:00-08:00": "11-11T07:30", "10.11.2026 klo 9.15": "11-10T07:15", "11/10/2026": "11-10T10:00",
	} {
		out, err := handed(t, configured(t, listed), channel, write(t, "p 2026-11-20.csv", listHead+"101,,A,"+text+",Photos,5,5\n"), window(t).Now)
		if r := out.Recording(); err != nil || len(r.Items) != 1 || r.Items[0].PublishedAt.UTC().Format("01-02T15:04") != want {
			t.Errorf("%s: %v, %v; want %s", text, r.Items, err, want)
		}
	}
}

// TestDaysOfPosts: around midnight and where clocks change a post stands on the day that its text names.
func TestDaysOfPosts(t *testing.T) {
	for _, name := range []string{"Europe/Helsinki", "America/Los_Angeles", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range []string{"2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2025-12-31", "2011-12-31"} {
			for _, clock := range []string{"00:00:00", "00:00:01", "12:00:00", "23:59:59"} {
				w := window(t)
				w.Zone = zone
				out := &collectortest.Recorder{}
				path := write(t, "p 2026-11-20.csv", listHead+"101,,A,"+day+" "+clock+",Photos,5,5\n")
				err := configured(t, listed).New(channel).(collector.Importer).Import(t.Context(), path, w, out)
				r := out.Recording()
				if err != nil || len(r.Items) != 1 || r.Items[0].PublishedAt.In(zone).Format("2006-01-02 15:04:05") != day+" "+clock || len(r.Coverage) == 0 {
					t.Errorf("%s in %s: %v, %v", day+" "+clock, name, r.Items, err)
				}
			}
		}
	}
}

// TestListsOfSeveralDays: a post is told once, as the newest file words it, and what it had come to before stands beside.
func TestListsOfSeveralDays(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"b 2026-11-18.csv": listHead + goodPost + otherPost,
		"a 2026-11-20.csv": listHead + strings.Replace(strings.Replace(goodPost, "1,520", "1,600", 1), "Luento", "Luento siirtyy", 1),
		"c 2026-11-20.csv": listHead + strings.Replace(goodPost, "1,520", "1,601", 1),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := configured(t, strings.Replace(listed, "{items", "{paths: ['*.csv'], items", 1))
	kept, w := &collectortest.Recorder{}, window(t)
	w.Period = observation.Day.Holding(observation.NewDate(2026, 11, 21))
	err := c.New(collector.Deps{Dir: dir, ChannelID: "facebook"}).Collect(context.Background(), w, kept)
	want := "post Luento 11-10T07:15, reach_total of Luento 11-18 980, reach_total of Luento 11-20 980, reach_total of Retki 11-18 512, video Retki 11-17T16:05, " +
		"views_total of Luento 11-18 1520, views_total of Luento 11-20 1601, views_total of Retki 11-18 640"
	if got := posts(kept.Recording()); err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if said, err := c.New(collector.Deps{Dir: dir, ChannelID: "facebook"}).(collector.Checker).Check(t.Context(), w.Now.In(helsinki(t))); err != nil || said != "3 files, 8 numbers, newest day 2026-11-17" {
		t.Errorf("%q, %v", said, err)
	}
}

// TestTheSameListTwice tells the same, on the day of the download as well as later.
func TestTheSameListTwice(t *testing.T) {
	path := write(t, "p 2026-11-22.csv", listHead+goodPost+"103,,Tänään,11/22/2026 11:30,Photos,7,6\n")
	var told []string
	for _, now := range []time.Time{window(t).Now, window(t).Now.Add(time.Hour)} {
		out, err := handed(t, configured(t, listed), channel, path, now)
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, fmt.Sprint(posts(out.Recording()), out.Recording().Observations, out.Recording().Items))
	}
	if told[0] != told[1] {
		t.Errorf("an hour later it is another:\n%s\n%s", told[0], told[1])
	}
}

func TestSettingsOfListsOfPosts(t *testing.T) {
	for config, want := range map[string]string{
		"{items: {id: A, published: B}, columns: {C: 'metric:views_total'}, grain: month}":         "grain/: what posts came to",
		"{items: {id: A}, columns: {C: 'metric:views_total'}}":                                     "items/: a list of posts says when",
		"{items: {published: A}, columns: {C: 'metric:views_total'}}":                              "items/: nothing tells the posts apart",
		"{items: {id: A, published: a}, columns: {C: 'metric:views_total'}}":                       "items/published: the same head stands under id",
		"{items: {id: A, published: B, kind: reel}, columns: {C: 'metric:views_total'}}":           `items/kind: "reel" is not understood`,
		"{items: {id: A, published: B, kind: video, type: T}, columns: {C: 'metric:views_total'}}": "items/kind: either all posts are one kind",
		"{items: {id: A, published: B}}":                                                           "columns/: no column holds a number",
		"{items: {id: A, published: B}, columns: {C: 'metric:views'}}":                             "columns/C: where each row is a post",
		"{items: {id: A, published: B}, columns: {C: 'metric:sends_total'}}":                       "columns/C: where each row is a post, a column holds a lifetime counter of it (clicks_total, comments_total",
		"{items: {id: A, published: B}, columns: {C: date}}":                                       "columns/C: where each row is a post",
		"{items: {id: A, published: B}, columns: {a: 'metric:views_total'}}":                       "columns/a: this head stands under items as well",
		"{items: {id: A, published: B}, columns: {C: 'metric:publications'}}":                      "columns/C: publications is counted",
		"{columns: {A: date, B: 'metric:reach_total'}}":                                            "write items where each row of the table is a post",
	} {
		c := unchecked(t, config)
		var told []string
		for _, f := range c.Validate() {
			told = append(told, f.Key+"/"+f.Entry+": "+f.Message)
		}
		if faults := strings.Join(told, "|"); !strings.Contains(faults, want) {
			t.Errorf("%s: %s; want %q", config, faults, want)
		}
	}
	tells := configured(t, listed).Tells()
	if got := fmt.Sprint(tells.Metrics, tells.Grains, tells.MetricGrains, tells.ChannelOptional, tells.Silent); got != "[publications reach_total views_total] [day] map[publications:[day] reach_total:[snapshot] views_total:[snapshot]] false true" {
		t.Error(got)
	}
	for _, d := range tells.Definitions {
		if d.ID != "sheet-posts-1" {
			t.Errorf("%s goes by %s", d.Metric, d.ID)
		}
	}
}

// TestAListOfPostsIsNotGuessed: it is said what to write.
func TestAListOfPostsIsNotGuessed(t *testing.T) {
	_, err := (&Config{}).New(channel).(collector.Importer).Preview(context.Background(), write(t, "p 2026-11-20.csv", listHead+goodPost), window(t), nil)
	if !errors.Is(err, collector.ErrColumns) || !strings.Contains(err.Error(), `p 2026-11-20.csv:1:A: under "Post ID" each row is a post; write items`) {
		t.Errorf("%v", err)
	}
}

// TestTextsOfPostsAreNotShown: a preview shows no words that may name people.
func TestTextsOfPostsAreNotShown(t *testing.T) {
	p, err := configured(t, listed).New(channel).(collector.Importer).Preview(context.Background(), write(t, "p 2026-11-20.csv", listHead+goodPost), window(t), nil)
	if err != nil || p.Numbers != 2 || strings.Contains(fmt.Sprint(p), "Luento") || p.Columns[3].Means != "date" || p.Columns[5].Sample != "1,520" {
		t.Errorf("%+v, %v", p, err)
	}
}
