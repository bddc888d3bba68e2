package indicator

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seuranta/internal/observation"
)

// drawNewsroom makes a newsroom with items and coverage of chance.
func drawNewsroom(t *rapid.T) *centre {
	c := newsroom()
	c.now = first.UTC().Add(time.Duration(rapid.IntRange(0, 24*(historyDays+10)).Draw(t, "hours until now")) * time.Hour)
	c.clock = first.UTC()
	zones := rapid.SampledFrom([]string{"Europe/Helsinki", "America/Los_Angeles", "Pacific/Auckland"})
	for i := range c.desk.Sources {
		c.source(i).Zone = mustZone(zones.Draw(t, "zone"))
	}
	c.source(3).Remind = rapid.SampledFrom([]string{"month", "week", "", "0 9 27 * *"}).Draw(t, "remind")
	titles := rapid.SampledFrom([]string{"Velka", "Rahapelit", "Luonto ja velka", "Muuta", "luontopolku"})
	for n := range rapid.IntRange(0, 25).Draw(t, "items") {
		i := observation.Item{ID: fmt.Sprint(n), State: observation.Valid, Title: titles.Draw(t, "title")}
		i.PublishedAt = first.UTC().Add(time.Duration(rapid.IntRange(-24*60, historyDays*24*60).Draw(t, "minute")) * time.Minute)
		i.FirstSeen = i.PublishedAt
		run := observation.Run{Organisation: "koske"}
		switch rapid.IntRange(0, 2).Draw(t, "what") {
		case 0:
			run.Source, i.Organisation, i.Channel, i.Kind = "syote", "koske", "kotisivut", "post"
		case 1:
			run.Source, i.Organisation, i.Outlet, i.Kind = rapid.SampledFrom([]string{"yle", "ksml"}).Draw(t, "source"), observation.Shared, "lehti", "article"
		case 2:
			run.Source, i.Organisation, i.Kind = "paivakirja", "koske", "appearance"
			i.Projects = rapid.SampledFrom([][]string{nil, {"aluetuki"}}).Draw(t, "project")
		}
		i.Source = run.Source
		c.commit(observation.Commit{Run: run, Items: []observation.Item{i}})
		if rapid.IntRange(0, 5).Draw(t, "taken back") == 0 {
			i.State = observation.Withdrawn
			c.commit(observation.Commit{Run: run, Items: []observation.Item{i}})
		}
	}
	word := rapid.SampledFrom([]string{"ok", "ok", "nodata", "-", "~", "auth", "gone"})
	for i, metric := range []string{"publications", "media_hits", "media_hits", "appearances"} {
		words := ""
		for range historyDays {
			words += word.Draw(t, "word") + " "
		}
		c.tell(c.source(i).ID, metric, observation.Day, first.String(), words)
	}
	return c
}

// naive counts the items of a figure one by one.
func naive(c *centre, f Figure) (n float64) {
	for _, i := range c.kept.Ledger.Items(observation.ItemSelection{Organisations: []string{"koske", observation.Shared}, Span: observation.Span{To: c.now.AddDate(1, 0, 0)}}) {
		zone := c.desk.Sources[slices.IndexFunc(c.desk.Sources, func(s observation.Source) bool { return s.ID == i.Source })].Zone
		day := observation.DateOf(i.PublishedAt.In(zone))
		debt := i.Title == "Velka" || i.Title == "Rahapelit" || i.Title == "Luonto ja velka"
		nature := i.Title == "Luonto ja velka" || i.Title == "luontopolku"
		about := f.Topic == "luonto" && nature || f.Topic == "velka" && debt
		ours := map[string]bool{
			"publications": i.Kind == "post" && (f.Channel != "" || about),
			"media_hits":   i.Kind == "article" && about,
			"appearances":  i.Kind == "appearance" && (f.Project == "" || len(i.Projects) > 0),
		}[f.Indicator]
		if ours && f.Days().Contains(day) && day < observation.DateOf(c.now.In(mustZone("Europe/Helsinki"))) {
			n++
		}
	}
	return n
}

var countedMetrics = Ask{Metrics: []string{"publications", "media_hits", "appearances"}}

func countedOf(t *rapid.T, j *Judge, periods ...observation.Period) []Figure {
	got, err := j.FiguresOf(context.Background(), countedMetrics, periods)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCountingDayByDayIsCounting(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawNewsroom(t)
		for _, f := range countedOf(t, c.judge(), drawPeriod(t)) {
			if want := naive(c, f); valueOf(f) != want || f.Value == nil && want > 0 {
				t.Fatalf("%s is %s, and there are %v", f.ID, words(f), want)
			}
			checkCoverage(t, f)
		}
	})
}

// TestALogOfEventsIsKnownWhileItIsKept looks up every day by itself: it is known when it was spoken of, or when the newest day
// before it that was is not due again before it.
func TestALogOfEventsIsKnownWhileItIsKept(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawNewsroom(t)
		spoken := map[observation.Date]bool{}
		for _, v := range c.kept.Ledger.Coverage(time.Time{}) {
			spoken[v.From] = spoken[v.From] || v.Metric == "appearances" && v.Result.Answered()
		}
		known := func(d observation.Date) bool {
			for s := d; s >= first; s-- {
				if spoken[s] {
					due, err := DueAgain(*c.source(3), s)
					return err == nil && (s == d || d <= due)
				}
			}
			return false
		}
		p := drawPeriod(t)
		want := 0
		for d := p.From; d < min(p.To, observation.DateOf(c.now.In(mustZone("Europe/Helsinki")))); d++ {
			if known(d) {
				want++
			}
		}
		for _, f := range countedOf(t, c.judge(), p) {
			if f.Indicator == "appearances" && f.Coverage.Measured != want {
				t.Fatalf("%s is %s, and %d days are known", f.ID, words(f), want)
			}
		}
	})
}

func TestDaysOfACountMakeUpThePeriod(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawNewsroom(t)
		p := drawPeriod(t)
		days := observation.Day.Split(p)
		figures := countedOf(t, c.judge(), append([]observation.Period{p}, days...)...)
		for len(figures) > 0 {
			whole, each := figures[0], figures[1:len(days)+1]
			figures = figures[len(days)+1:]
			sum, coverage := 0.0, Coverage{Unit: "days"}
			for _, f := range each {
				sum += valueOf(f)
				coverage.Expected += f.Coverage.Expected
				coverage.Measured += f.Coverage.Measured
			}
			if sum != valueOf(whole) || coverage != whole.Coverage {
				t.Fatalf("%s is %s; its days make %v, %+v", whole.ID, words(whole), sum, coverage)
			}
		}
	})
}

func TestAWiderRuleCountsNoFewer(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawNewsroom(t)
		p := drawPeriod(t)
		term := rapid.SampledFrom([]string{"velka", "velka*", "rahapeli*", "luonto*", "muuta", "muu*"})
		c.desk.Topics[0].Rule = term.Draw(t, "rule")
		narrow := countedOf(t, c.judge(), p)
		c.desk.Topics[0].Rule += " OR " + term.Draw(t, "more")
		for i, wide := range countedOf(t, c.judge(), p) {
			if valueOf(wide) < valueOf(narrow[i]) {
				t.Fatalf("%s falls from %s to %s", wide.ID, words(narrow[i]), words(wide))
			}
		}
	})
}

// shuffled is a store that answers in another order every time.
type shuffled struct {
	*ledger
	random *rand.Rand
}

func shuffle[T any](r *rand.Rand, rows []T, err error) ([]T, error) {
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows, err
}

func (s shuffled) Observations(ctx context.Context, sel observation.Selection) ([]observation.Observation, error) {
	rows, err := s.ledger.Observations(ctx, sel)
	return shuffle(rand.New(rand.NewSource(s.random.Int63())), rows, err)
}

func (s shuffled) Coverage(ctx context.Context, sel observation.Selection) ([]observation.Coverage, error) {
	rows, err := s.ledger.Coverage(ctx, sel)
	return shuffle(rand.New(rand.NewSource(1)), rows, err)
}

func (s shuffled) Items(ctx context.Context, sel observation.ItemSelection) ([]observation.Item, error) {
	rows, err := s.ledger.Items(ctx, sel)
	return shuffle(rand.New(rand.NewSource(2)), rows, err)
}

// drawDiary makes a centre of numbers that people typed by chance.
func drawDiary(t *rapid.T) *centre {
	c := diary(rapid.SampledFrom([]string{"", "week", "month", "0 9 15 * *"}).Draw(t, "remind"))
	c.now, c.clock = first.UTC().Add((historyDays+5)*24*time.Hour), first.UTC()
	for range rapid.IntRange(0, 15).Draw(t, "numbers") {
		value := float64(rapid.IntRange(0, 20).Draw(t, "value"))
		from := drawDay(t, -40, historyDays)
		dims := rapid.SampledFrom([]string{"", "project=aluetuki", "project=aluetuki,region=a", "region=a"}).Draw(t, "dims")
		switch metric := rapid.SampledFrom([]string{"followers", "signups", "contacts", "volunteers"}).Draw(t, "metric"); metric {
		case "followers":
			c.typed("kasin", metric, "", observation.Snapshot, from.String(), value)
		case "volunteers":
			c.typed("paivakirja", metric, dims, observation.Snapshot, from.String(), value)
		default:
			g := rapid.SampledFrom([]observation.Grain{"day", "week", "month", "quarter"}).Draw(t, "grain")
			c.typed("paivakirja", metric, dims, g, g.Start(from).String(), value)
		}
	}
	return c
}

func TestTheOrderOfRowsChangesNothing(t *testing.T) {
	often(t, func(t *rapid.T) {
		draw := rapid.SampledFrom([]func(*rapid.T) *centre{drawNewsroom, drawDiary, drawCentre}).Draw(t, "centre")
		c := draw(t)
		p := drawPeriod(t)
		mixed := New(c.desk, shuffled{&c.kept, rand.New(rand.NewSource(rapid.Int64().Draw(t, "order")))}, c.now, time.Time{})
		if d := cmp.Diff(figuresOf(t, c.judge(), p), figuresOf(t, mixed, p)); d != "" {
			t.Fatal(d)
		}
	})
}

func TestTypedFiguresKeepTheRulesOfAll(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawDiary(t)
		p := drawPeriod(t)
		for _, f := range figuresOf(t, c.judge(), p) {
			checkCoverage(t, f)
			if f.Shape == observation.Level && f.Value != nil && (f.On == nil || *f.On >= p.To || f.Basis != observation.Entered) {
				t.Fatalf("%s is %s on %v, %s", f.ID, words(f), f.On, f.Basis)
			}
			got, err := c.judge().Trace(context.Background(), f.ID)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(f, got.Figure); d != "" {
				t.Fatalf("-figure +trace:\n%s", d)
			}
		}
	})
}

func TestWhatWasTypedIsNeverCountedTwice(t *testing.T) {
	often(t, func(t *rapid.T) {
		c := drawDiary(t)
		p := observation.Period{From: first - 60, To: first + historyDays}
		got, err := c.judge().Figures(context.Background(), Ask{Metrics: []string{"contacts"}, Channels: []string{Itself}, Period: p})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range got {
			sum, end := 0.0, p.From
			answers, err := c.judge().Trace(context.Background(), f.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range answers.Observations {
				if o.From < end || o.Period().To > p.To {
					t.Fatalf("%s of %s counts beside what lies in it: %s", o.Grain, o.From, words(f))
				}
				sum, end = sum+o.Value, o.Period().To
			}
			if sum != valueOf(f) {
				t.Fatalf("%s: %s, its answers make %v", f.ID, words(f), sum)
			}
		}
	})
}
