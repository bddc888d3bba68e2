package indicator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seuranta/internal/observation"
)

// page is a centre with a page on a platform: one source lists its posts and reads what each has come to. The days of a test are
// those of week 47 of 2026, from Monday 16 to Sunday 22 November, seen on Monday 23.
type page struct {
	*centre
	zone *time.Location // that the platform cuts its days by
}

func newPage() page {
	c := newCentre()
	c.desk.Channels = []observation.Channel{{ID: "facebook", Organisation: "koske", Kind: "facebook"}}
	meta := source("meta", "publications reactions_total views_total reach_total", "day snapshot")
	meta.Channel, meta.MetricGrains = "facebook", map[string][]observation.Grain{}
	for _, m := range meta.Metrics {
		meta.MetricGrains[m] = []observation.Grain{observation.Snapshot}
	}
	meta.MetricGrains["publications"] = []observation.Grain{observation.Day}
	c.desk.Sources = []observation.Source{meta}
	return page{c, mustZone("Europe/Helsinki")}
}

func helsinki(text string) time.Time {
	at, err := time.ParseInLocation("2.1. 15:04", text, mustZone("Europe/Helsinki"))
	if err != nil {
		panic(err)
	}
	return at.AddDate(2026, 0, 0)
}

// visit commits what the source says at a moment: its posts, each as "id published" and, behind it, counters as "reactions=3"; a word
// "deleted" marks one. Counters that are in metrics are told to have been looked at; publications of all days before are covered.
func (p page) visit(at, metrics string, posts ...string) {
	p.visitAs("meta", observation.OK, at, metrics, posts...)
}

func (p page) visitAs(source string, result observation.Result, at, metrics string, posts ...string) {
	now := helsinki(at)
	day := observation.DateOf(now.In(p.zone).Add(12*time.Hour)) - 1
	s := p.desk.Sources[slices.IndexFunc(p.desk.Sources, func(s observation.Source) bool { return s.ID == source })]
	c := observation.Commit{Run: observation.Run{Organisation: "koske", Source: source, StartedAt: now}}
	for _, m := range strings.Fields(metrics) {
		c.Coverage = append(c.Coverage, observation.Coverage{CoverageKey: observation.CoverageKey{Channel: s.Channel, Part: "posts", Metric: m + "_total",
			Grain: observation.Snapshot, From: day}, Result: result})
	}
	for d := date("2026-11-01"); d < observation.DateOf(now) && result == observation.OK; d++ {
		c.Coverage = append(c.Coverage, observation.Coverage{CoverageKey: observation.CoverageKey{Channel: s.Channel, Part: "posts", Metric: "publications",
			Grain: observation.Day, From: d}, Result: observation.OK})
	}
	for _, text := range posts {
		words := strings.Fields(text)
		it := observation.Item{ID: words[0], Channel: s.Channel, Kind: "post", Title: words[0], PublishedAt: helsinki(words[1] + " " + words[2]), State: observation.Valid}
		for _, w := range words[3:] {
			name, value, counts := strings.Cut(w, "=")
			if !counts {
				it.Tags = []string{w}
				continue
			}
			o := observation.Observation{Key: observation.Key{Channel: s.Channel, Metric: name + "_total", Subject: it.ID, Grain: observation.Snapshot, From: day,
				Definition: ruleOf(s.DefinitionID(name+"_total", day)) + "@" + p.zone.String()}, Part: "posts", ObservedAt: now, Complete: true, Basis: observation.Collected}
			fmt.Sscan(value, &o.Value)
			c.Observations = append(c.Observations, o)
		}
		c.Items = append(c.Items, it)
	}
	p.commit(c)
}

// week says the figures of week 47 that are named.
func (p page) week(t *testing.T, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	figures, err := p.judge().Figures(context.Background(), Ask{Metrics: slices.Collect(maps.Keys(want)), Period: period("2026-W47"), Channels: []string{"facebook"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		got[f.Indicator] = words(f)
		if f.Deleted > 0 {
			got[f.Indicator] += fmt.Sprintf(" %d deleted", f.Deleted)
		}
		if f.Coverage.Unit != "items" {
			t.Errorf("the coverage of %s is of %s", f.ID, f.Coverage.Unit)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(want)) {
		if got[id] != want[id] {
			t.Errorf("%s: got %q, want %q", id, got[id], want[id])
		}
	}
}

// Two figures of the same posts: what all of them earned in the week, and what those of the week have come to until now.
func TestWhatAWeekEarnedAndWhatItsPostsReached(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=10")
	p.visit("19.11. 04:00", "reactions", "old 9.11. 12:00 reactions=14", "new 17.11. 09:00 reactions=5")
	p.visit("23.11. 05:00", "reactions", "old 9.11. 12:00 reactions=13", "new 17.11. 09:00 reactions=20")
	p.week(t, map[string]string{"reactions_earned": "ok 23 2/2", "reactions_total": "ok 20 1/1"})
}

// The week of a page that lost more than it won is negative, and shown so.
func TestWhatWasTakenBackIsShown(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=10")
	p.visit("23.11. 05:00", "reactions", "old 9.11. 12:00 reactions=7")
	p.week(t, map[string]string{"reactions_earned": "ok -3 1/1"})
}

// A look stands for a midnight from twelve hours before to just under twelve hours after it.
func TestHowFarALookMayBeFromMidnight(t *testing.T) {
	for at, want := range map[string]string{"22.11. 12:00": "ok 4 1/1", "22.11. 11:59": "missing 0/1 [22.11. no_run]", "23.11. 07:59": "ok 4 1/1"} {
		p := newPage()
		p.visit("15.11. 12:00", "reactions", "old 9.11. 12:00 reactions=10")
		p.visit(at, "reactions", "old 9.11. 12:00 reactions=14")
		p.week(t, map[string]string{"reactions_earned": want})
	}
}

func TestTheLookAfterTheFirstMidnight(t *testing.T) {
	for at, want := range map[string]string{"16.11. 11:59": "ok 4 1/1", "16.11. 12:00": "missing 0/1 [15.11. no_run]"} {
		p := newPage()
		p.visit(at, "reactions", "old 9.11. 12:00 reactions=10")
		p.visit("23.11. 04:00", "reactions", "old 9.11. 12:00 reactions=14")
		p.week(t, map[string]string{"reactions_earned": want})
	}
}

// Of two looks the nearer one stands for a midnight, not the one that is told for the day before it.
func TestTheNearestLookCounts(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=10")
	p.visit("22.11. 23:00", "reactions", "old 9.11. 12:00 reactions=30")
	p.visit("23.11. 07:00", "reactions", "old 9.11. 12:00 reactions=99")
	p.week(t, map[string]string{"reactions_earned": "ok 20 1/1"})
}

// What was published shortly before the week, after the last look, had nothing when it was published: that is a look, too.
func TestAPublicationIsASightingOfNothing(t *testing.T) {
	p := newPage()
	p.visit("15.11. 14:00", "reactions")
	p.visit("22.11. 14:00", "reactions", "eve 15.11. 20:00 reactions=6")
	p.week(t, map[string]string{"reactions_earned": "ok 6 1/1"})
}

func TestItemsWithoutALookAtBothEndsAreNotBracketed(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions", "a 9.11. 12:00 reactions=10", "b 9.11. 13:00")
	p.visit("23.11. 05:00", "reactions", "a 9.11. 12:00 reactions=11", "b 9.11. 13:00 reactions=50", "c 18.11. 10:00", "d 18.11. 11:00 reactions=2")
	p.week(t, map[string]string{"reactions_earned": "partial 3 2/4", "reactions_total": "partial 2 1/2"})
}

// Zero, nothing measured, not measurable and not looked at are four things.
func TestFourThingsOfItems(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions")
	p.visit("23.11. 05:00", "reactions")
	p.week(t, map[string]string{"reactions_earned": "zero 0 0/0", "reactions_total": "zero 0 0/0", "reach_total": "zero 0 0/0"})

	p = newPage()
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=0")
	p.visit("23.11. 05:00", "reactions", "old 9.11. 12:00 reactions=0", "new 17.11. 12:00 reactions=0")
	p.week(t, map[string]string{"reactions_earned": "zero 0 2/2", "reactions_total": "zero 0 1/1"})

	p = newPage()
	p.week(t, map[string]string{"reactions_earned": "missing 0/0 [22.11. no_run]", "reactions_total": "missing 0/0 [16.11.–22.11. no_run]"})

	p = newPage()
	p.visit("23.11. 05:00", "", "new 17.11. 12:00")
	p.visitAs("meta", observation.Auth, "23.11. 05:01", "reactions")
	p.visitAs("meta", observation.Retired, "23.11. 05:01", "views")
	p.week(t, map[string]string{"reactions_earned": "missing 0/1 [22.11. auth] [15.11. no_run]", "reactions_total": "missing 0/1 [16.11.–22.11. auth partly]",
		"views_earned": "not_applicable 0/0 [22.11. withdrawn]", "views_total": "not_applicable 0/0 [16.11.–22.11. withdrawn]"})
}

// What an item had come to when it was deleted stays, and no more is expected of it.
func TestDeletedItems(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=10", "gone 9.11. 13:00 reactions=1")
	p.visit("19.11. 04:00", "reactions", "old 9.11. 12:00 reactions=12", "gone 9.11. 13:00 reactions=6", "new 17.11. 12:00 reactions=3", "long 1.11. 12:00 deleted")
	p.visit("20.11. 04:00", "reactions", "old 9.11. 12:00 reactions=12", "gone 9.11. 13:00 deleted", "new 17.11. 12:00 deleted")
	p.visit("23.11. 05:00", "reactions", "old 9.11. 12:00 reactions=12")
	p.week(t, map[string]string{"reactions_earned": "ok 10 3/3 2 deleted", "reactions_total": "ok 3 1/1 1 deleted"})
}

// Posts that the source looks at no more, because they are old, are expected of no week.
func TestWhatIsNoLongerLookedAtIsNotExpected(t *testing.T) {
	p := newPage()
	p.visit("10.11. 04:00", "reactions", "old 9.11. 12:00 reactions=10", "older 2.11. 12:00 reactions=10")
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=10", "aged 2.11. 13:00 reactions=4")
	p.visit("19.11. 04:00", "reactions", "old 9.11. 12:00 reactions=11", "aged 2.11. 13:00 reactions=5", "quick 17.11. 12:00 reactions=6")
	p.visit("23.11. 05:00", "reactions", "old 9.11. 12:00 reactions=12")
	p.week(t, map[string]string{"reactions_earned": "ok 8 2/2"}) // of what was published in the week the last look is the end
}

// The contract's example: five posts with reach 120, 80, 60, none and 40.
func TestReachOfPostsIsARange(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reach")
	p.visit("23.11. 05:00", "reach", "a 17.11. 12:00 reach=120", "b 17.11. 13:00 reach=80", "c 18.11. 12:00 reach=60", "d 18.11. 13:00", "e 19.11. 12:00 reach=40")
	p.week(t, map[string]string{"reach_total": "bounded 120–300 4/5"})

	p = newPage()
	p.visit("23.11. 05:00", "reach", "a 17.11. 12:00 reach=120")
	p.week(t, map[string]string{"reach_total": "ok 120 1/1"})
}

// People who came are not what a count of people grew by: asking for it is answered with the reason.
func TestPeopleAreNotEarned(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reach", "a 9.11. 12:00 reach=100")
	p.visit("23.11. 05:00", "reach", "a 9.11. 12:00 reach=120")
	got, err := p.judge().Figures(context.Background(), Ask{Metrics: []string{"reach_earned"}, Period: period("2026-W47")})
	if err != nil || len(got) != 1 || got[0].State != Refused || got[0].Value != nil || got[0].Range != nil || !strings.Contains(got[0].Note, "counted once") {
		t.Errorf("%+v, %v", got, err)
	}
}

// redefine has the page count views by another rule from a day on.
func (p page) redefine(day string) {
	s := p.source(0)
	s.Definitions = append(slices.Clone(s.Definitions), observation.Definition{ID: "views_total@meta-2", Metric: "views_total", From: date(day), Text: observation.Text{"en": "From the start of playing."}})
}

// What was counted by two rules stays two numbers, and the day on which they changed is in neither.
func TestARuleThatChangesBreaksWhatWasEarned(t *testing.T) {
	p := newPage()
	p.redefine("2026-11-19")
	for day, n := range []int{100, 110, 120, 130, 500, 540, 590, 650} { // read on Monday 16 … Monday 23, at four
		gone, posts := "views=1", []string{fmt.Sprintf("old 9.11. 12:00 views=%d", n)}
		if day > 1 {
			gone = "deleted" // before the rule changed
		}
		if day > 4 { // published after it did
			posts = append(posts, "late 20.11. 12:00 views=7")
		}
		p.visit(fmt.Sprintf("%d.11. 04:00", 16+day), "views", append(posts, "gone 9.11. 13:00 "+gone)...)
	}
	p.week(t, map[string]string{"views_earned": "broken 30 157 3/3 [19.11. redefined partly] 1 deleted", "views_total": "ok 7 1/1"})
	f := p.series(t, "views_earned", "2026-W47", 1)
	if got := breaks(f); got != "2026-11-19 definition views_total@meta-1@Europe/Helsinki→views_total@meta-2@Europe/Helsinki" {
		t.Error(got)
	}
}

// Of posts of one week some were read for the last time before the rule changed: their numbers are not added to the others.
func TestARuleThatChangesBreaksWhatWasReached(t *testing.T) {
	p := newPage()
	p.visit("20.11. 04:00", "views", "a 17.11. 12:00 views=100", "b 17.11. 13:00 views=40")
	p.redefine("2026-11-22")
	p.visit("23.11. 05:00", "views", "a 17.11. 12:00 views=300")
	p.week(t, map[string]string{"views_total": "broken 40 300 2/2"})
}

// A topic and a project have the posts that their rules match, of all channels; each source counts by a rule of its own, which is
// no break.
func TestWhatIsWrittenOfATopicEarned(t *testing.T) {
	p := newPage()
	p.desk.Channels = append(p.desk.Channels, observation.Channel{ID: "linkedin", Organisation: "koske", Kind: "linkedin"})
	other := *p.source(0)
	other.ID, other.Channel, other.Definitions = "li", "linkedin", nil
	for _, m := range other.Metrics {
		other.Definitions = append(other.Definitions, observation.Definition{ID: m + "@li-1", Metric: m})
	}
	p.desk.Sources = append(p.desk.Sources, other)
	p.desk.Topics = []observation.Topic{{ID: "luonto", Organisation: "koske", Rule: "luonto*"}}
	p.desk.Projects = []observation.Project{{ID: "hanke", Organisation: "koske", Topics: []string{"luonto"}}}
	p.visitAs("meta", observation.OK, "16.11. 04:00", "reactions", "luontopolku 9.11. 12:00 reactions=10", "muu 9.11. 12:00 reactions=10")
	p.visitAs("li", observation.OK, "16.11. 04:10", "reactions")
	p.visitAs("meta", observation.OK, "23.11. 04:00", "reactions", "luontopolku 9.11. 12:00 reactions=14", "muu 9.11. 12:00 reactions=90")
	p.visitAs("li", observation.OK, "23.11. 04:10", "reactions", "luontoretki 18.11. 12:00 reactions=7", "kokous 18.11. 12:00 reactions=70")
	for _, ask := range []Ask{{Topics: []string{"luonto"}}, {Projects: []string{"hanke"}}} {
		ask.Metrics, ask.Period = []string{"reactions_earned", "reactions_total"}, period("2026-W47")
		got := strings.Join(p.figures(t, ask), "; ")
		if !strings.Contains(got, "reactions_earned/2026-W47: ok 11 2/2") || !strings.Contains(got, "reactions_total/2026-W47: ok 7 1/1") {
			t.Error(got)
		}
	}
	p.visitAs("li", observation.Auth, "23.11. 11:00", "reactions") // a later failure takes nothing back
	if got := strings.Join(p.figures(t, Ask{Topics: []string{"luonto"}, Metrics: []string{"reactions_earned"}, Period: period("2026-W47")}), ""); !strings.HasSuffix(got, "ok 11 2/2") {
		t.Error(got)
	}
}

// A platform that cuts its days by another midnight tells a look for another day than the one that it stands for.
func TestLooksOfAPlatformAbroad(t *testing.T) {
	p := newPage()
	p.zone = mustZone("America/Los_Angeles")
	p.visit("15.11. 13:00", "reactions", "old 9.11. 12:00 reactions=10") // told for the 14th there
	p.visit("22.11. 13:00", "reactions", "old 9.11. 12:00 reactions=12")
	p.week(t, map[string]string{"reactions_earned": "ok 2 1/1"})
}

// What is explained leads to each item, the looks that were taken, the definitions, and what was said of the rest.
func TestTraceOfWhatItemsEarned(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=10", "b 9.11. 13:00")
	p.visit("19.11. 04:00", "reactions", "old 9.11. 12:00 reactions=12", "b 9.11. 13:00 reactions=1")
	p.visit("23.11. 05:00", "reactions", "old 9.11. 12:00 reactions=13", "b 9.11. 13:00 reactions=2")
	got := trace(t, p.judge(), "koske/facebook/reactions_earned/2026-W47")
	var said []string
	for _, o := range got.Observations {
		said = append(said, fmt.Sprint(o.Subject, " ", o.From, " ", o.Value))
	}
	for _, i := range got.Items {
		said = append(said, i.ID)
	}
	for _, d := range got.Definitions {
		said = append(said, d.ID)
	}
	if got := strings.Join(said, "; "); got != "old 2026-11-15 10; old 2026-11-22 13; old; b; earned@1; reactions_total@meta-1" {
		t.Error(got)
	}
	if got := trace(t, p.judge(), "koske/facebook/reactions_total/2026-W46"); len(got.Observations) != 2 || got.Definitions[0].ID != "reached@1" || len(got.Items) != 2 {
		t.Errorf("%+v", got)
	}
}

// Figures that nobody named are those that a planner looks at first, of a channel; not those that its source tells per period.
func TestUsualFiguresOfItems(t *testing.T) {
	p := newPage()
	p.source(0).Metrics = append(p.source(0).Metrics, "shares_total", "shares", "clicks_total")
	p.desk.Topics = []observation.Topic{{ID: "luonto", Organisation: "koske", Rule: "luonto*"}}
	var ids []string
	for _, f := range p.figures(t, Ask{Period: period("2026-W47")}) {
		if id, _, _ := strings.Cut(f, ":"); strings.Contains(id, "_") {
			ids = append(ids, id)
		}
	}
	if got := strings.Join(ids, " "); got != "koske/facebook/reactions_earned/2026-W47 koske/facebook/views_earned/2026-W47" {
		t.Error(got)
	}
	series, err := p.judge().Weekly(context.Background(), Ask{}, date(monday), 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range series {
		if s.Metric.Counter != "" || s.Metric.Lifetime {
			t.Errorf("%s has a chart", s.Metric.ID)
		}
	}
}

// What is known as of a moment, and what is asked of one source alone.
func TestItemsAsOfAndBeside(t *testing.T) {
	p := newPage()
	p.visit("22.11. 05:00", "reactions", "new 17.11. 12:00 reactions=5")
	p.clock = p.now.Add(-time.Hour)
	then := p.clock
	p.visit("23.11. 06:00", "reactions", "new 17.11. 12:00 reactions=9")
	for asOf, want := range map[time.Time]string{then: "5", {}: "9"} {
		if f := only(t, New(p.desk, &p.kept, p.now, asOf), "reactions_total", period("2026-W47")); !strings.Contains(words(f), " "+want+" 1/1") {
			t.Errorf("as of %v: %s, want %s", asOf, words(f), want)
		}
	}
	if f := only(t, New(p.desk, &p.kept, helsinki("23.11. 01:00"), time.Time{}), "reactions_total", period("2026-W47")); !strings.Contains(words(f), " 5 1/1") {
		t.Error("what was seen after now is known:", words(f))
	}
	other := *p.source(0)
	other.ID = "taulukko"
	p.desk.Sources = append(p.desk.Sources, other)
	p.channel().Primary = map[string][]observation.Preference{"reactions_total": {{Source: "meta"}}}
	p.visitAs("taulukko", observation.OK, "23.11. 06:00", "reactions", "new 17.11. 12:00 reactions=7")
	got := strings.Join(p.figures(t, Ask{Metrics: []string{"reactions_total"}, Period: period("2026-W47"), Beside: true}), "; ")
	if got != "koske/facebook/reactions_total/2026-W47: ok 9 1/1; koske/facebook/reactions_total~meta/2026-W47: ok 9 1/1; koske/facebook/reactions_total~taulukko/2026-W47: ok 7 1/1" {
		t.Error(got)
	}
}

// A series goes on from one organisation to the next: what the old page's posts had come to is where the new one's begin.
func TestItemsOfASuccession(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=10")
	p.desk.Organisations[0].Life = life("..2026-11-18")
	p.desk.Organisations = append(p.desk.Organisations, observation.Organisation{ID: "uusi", Zone: mustZone("Europe/Helsinki"), Succeeds: "koske", Life: life("2026-11-19..")})
	p.desk.Channels[0].Organisation, p.desk.Sources[0].Organisation = "uusi", "uusi"
	p.commitOf("uusi", func() {
		p.visit("23.11. 05:00", "reactions", "old 9.11. 12:00 reactions=14", "new 20.11. 12:00 reactions=3")
	})
	p.week(t, map[string]string{"reactions_earned": "ok 7 2/2", "reactions_total": "ok 3 1/1"})
}

// commitOf has what is committed meanwhile be an organisation's.
func (p page) commitOf(organisation string, do func()) {
	n := len(p.kept.commits)
	before := p.kept
	do()
	added := p.kept.commits[n:]
	p.kept = before
	for _, c := range added {
		c.Run.Organisation = organisation
		p.kept.add(c)
	}
}

// Days add up to their week where there is a look near every midnight: negative ones, deletions and all.
func TestDaysOfItemsMakeUpTheWeek(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := newPage()
		counts := map[string]int{}
		for day := range 8 {
			var posts []string
			for id, published := range map[string]int{"a": 9, "b": 17, "c": 19, "d": 22} {
				if published > 15+day {
					continue
				}
				counts[id] += rapid.IntRange(-2, 5).Draw(rt, id)
				posts = append(posts, fmt.Sprintf("%s %d.11. 12:00 reactions=%d", id, published, counts[id]))
			}
			p.visit(fmt.Sprintf("%d.11. 04:00", 16+day), "reactions", posts...)
		}
		days, err := p.judge().FiguresOf(context.Background(), Ask{Metrics: []string{"reactions_earned"}}, observation.Day.Split(period("2026-W47")))
		if err != nil {
			rt.Fatal(err)
		}
		sum := 0.0
		for _, f := range days {
			sum += *f.Value
		}
		if f := p.figure(t, "reactions_earned", "2026-W47"); *f.Value != sum {
			rt.Fatalf("the days make %v, the week is %s", sum, words(f))
		}
	})
}
