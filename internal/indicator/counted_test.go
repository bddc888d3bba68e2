package indicator

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

// newsroom is a centre with a feed of its own publications, two that watch the media, and a diary of what people type.
func newsroom() *centre {
	c := newCentre()
	media := func(id string) observation.Source {
		s := source(id, "media_hits", "day")
		s.Channel = ""
		return s
	}
	diary := source("paivakirja", "appearances signups volunteers media_hits", "day week month quarter year snapshot")
	diary.Channel, diary.Typed, diary.Remind = "", true, "month"
	c.desk.Sources = []observation.Source{source("syote", "publications", "day"), media("yle"), media("ksml"), diary}
	c.desk.Topics = []observation.Topic{{ID: "velka", Organisation: "koske", Rule: "velka* OR rahapeli*"}, {ID: "luonto", Organisation: "koske", Rule: "luonto*"}}
	c.desk.Projects = []observation.Project{{ID: "aluetuki", Organisation: "koske", Topics: []string{"velka"}, Goals: []observation.Goal{{FollowUps: []observation.FollowUp{
		{ID: "esilla", Indicator: "appearances"}, {ID: "ilmo", Indicator: "signups"}, {ID: "seuraajat", Indicator: "followers", Channels: []string{"kotisivut"}}}}}}}
	return c
}

// see commits items of a source: each "moment kind title", the moment as 2026-11-16T10:00 of Helsinki.
func (c *centre) see(source, organisation, channel string, things ...string) {
	commit := observation.Commit{Run: observation.Run{Organisation: "koske", Source: source}}
	for _, text := range things {
		f := strings.SplitN(text, " ", 3)
		at, err := time.ParseInLocation("2006-01-02T15:04", f[0], mustZone("Europe/Helsinki"))
		if err != nil {
			panic(err)
		}
		i := observation.Item{ID: text, Organisation: organisation, Source: source, Channel: channel, Kind: f[1], PublishedAt: at, FirstSeen: at, Title: f[2], State: observation.Valid}
		if channel == "" && f[1] == "article" {
			i.Outlet = "Yle"
		}
		if name, project, ok := strings.Cut(i.Title, " / "); ok {
			i.Title, i.Projects = name, []string{project}
		}
		commit.Items = append(commit.Items, i)
	}
	c.commit(commit)
}

func (c *centre) covered(source, metric, from, words string) {
	c.tell(source, metric, observation.Day, from, words)
}

func TestPublicationsOfAChannel(t *testing.T) {
	posts := []string{"2026-11-16T00:00 post a", "2026-11-16T23:59 article b", "2026-11-18T12:00 video c", "2026-11-22T23:59 post d", "2026-11-23T00:00 post next week", "2026-11-15T23:59 post last week"}
	for name, c := range map[string]struct{ covered, want string }{
		"a whole week":             {"ok ok ok ok ok ok ok", "ok 4 7/7"},
		"nothing is a zero":        {"ok nodata ok nodata nodata nodata ok", "ok 4 7/7"},
		"a day failed":             {"ok auth ok ok ok ok ok", "partial 4 6/7 [17.11. auth]"},
		"a day with items failed":  {"ok ok auth ok ok ok ok", "partial 4 6/7 [18.11. auth partly]"},
		"a day in part":            {"ok ~ ok ok ok ok ok", "partial 4 6/7 [17.11. log_silent partly]"},
		"nobody asked":             {"- - - - - - -", "partial 4 0/7 [16.11. no_run partly] [17.11. no_run] [18.11. no_run partly] [19.11.–21.11. no_run] [22.11. no_run partly]"},
		"not offered on empty day": {"ok not_offered ok ok ok ok ok", "ok 4 6/6 [17.11. not_offered]"},
		"not offered with an item": {"not_offered ok ok ok ok ok ok", "partial 4 6/7 [16.11. not_offered partly]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newsroom()
			site.see("syote", "koske", "kotisivut", posts...)
			site.see("syote", "koske", "", "2026-11-18T12:00 article elsewhere")
			site.covered("syote", "publications", monday, c.covered)
			f := site.figure(t, "publications", "2026-W47")
			if got := words(f); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if f.Shape != observation.Counted || f.Basis != observation.Collected || !cmp.Equal(f.Sources, []string{"syote"}) {
				t.Errorf("%s, %s, of %v", f.Shape, f.Basis, f.Sources)
			}
		})
	}
}

func TestNothingPublishedIsAZero(t *testing.T) {
	site := newsroom()
	site.covered("syote", "publications", monday, "ok ok nodata ok ok ok ok")
	if got := words(site.figure(t, "publications", "2026-W47")); got != "zero 0 7/7" {
		t.Error(got)
	}
	site = newsroom()
	site.covered("syote", "publications", monday, "failed")
	if got := words(site.figure(t, "publications", "2026-11-16")); got != "missing 0/1 [16.11. failed]" {
		t.Error(got)
	}
}

func TestMediaHitsOfATopic(t *testing.T) {
	velka := Ask{Topics: []string{"velka"}, Metrics: []string{"media_hits"}, Period: period("2026-W47")}
	for name, c := range map[string]struct {
		tell func(*centre)
		want string
	}{
		"both sources whole": {func(c *centre) {
			c.covered("yle", "media_hits", monday, "ok ok ok ok ok ok ok")
			c.covered("ksml", "media_hits", monday, "ok ok ok ok ok ok ok")
		}, "ok 3 7/7"},
		"one source failed on a day": {func(c *centre) {
			c.covered("yle", "media_hits", monday, "ok auth ok ok ok ok ok")
			c.covered("ksml", "media_hits", monday, "ok ok ok ok ok ok ok")
		}, "partial 3 6/7 [17.11. auth partly]"},
		"one is not offered": {func(c *centre) {
			c.covered("yle", "media_hits", monday, "ok gone ok ok ok ok ok")
			c.covered("ksml", "media_hits", monday, "ok ok ok ok ok ok ok")
		}, "ok 3 7/7"},
		"one never asked": {func(c *centre) { c.covered("yle", "media_hits", monday, "ok ok ok ok ok ok ok") },
			"partial 3 0/7 [16.11.–22.11. no_run partly]"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newsroom()
			site.see("yle", observation.Shared, "", "2026-11-16T10:00 article Velkaantuminen kasvaa", "2026-11-17T10:00 article Rahapelit", "2026-11-17T11:00 article Muuta")
			site.see("ksml", observation.Shared, "", "2026-11-22T10:00 article Nuorten velka", "2026-11-24T10:00 article Nuorten velka huomenna")
			site.see("ksml", "iso", "", "2026-11-22T10:00 article velka of another house")
			c.tell(site)
			got := site.figures(t, velka)
			if d := cmp.Diff([]string{"koske/topic:velka/media_hits/2026-W47: " + c.want}, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// twoChannels is a newsroom that publishes on its site, which a feed and the site itself tell of, and in a blog.
func twoChannels() *centre {
	site := newsroom()
	itself, blog := source("sivusto", "publications", "day"), source("blogi", "publications", "day")
	blog.Channel = "blogi"
	site.desk.Sources = append(site.desk.Sources, itself, blog)
	site.desk.Channels = append(site.desk.Channels, observation.Channel{ID: "blogi", Organisation: "koske"})
	site.desk.Projects[0].Topics = []string{"velka", "luonto"}
	site.see("syote", "koske", "kotisivut", "2026-11-16T10:00 article Velka ja luonto", "2026-11-17T10:00 article Muuta")
	site.see("sivusto", "koske", "kotisivut", "2026-11-18T10:00 article Velkaneuvonta")
	site.see("blogi", "koske", "blogi", "2026-11-18T12:00 post Luonto", "2026-11-23T00:00 post Velka ensi viikolla")
	site.see("yle", observation.Shared, "", "2026-11-18T12:00 article Velka")
	site.see("sivusto", "iso", "kotisivut", "2026-11-18T10:00 article Velka of another house")
	return site
}

// TestPublicationsOfATopic: our own articles that a rule matches, in whichever channel they stand; a project counts each once. A
// day is measured when of each channel somebody answered.
func TestPublicationsOfATopic(t *testing.T) {
	const all = "ok ok ok ok ok ok ok"
	for name, c := range map[string]struct {
		feed, itself, blog string
		primary            string
		want               string // of topic velka; and how the days stand for the others
	}{
		"everybody answered":               {all, all, all, "", "7/7"},
		"of the site one is enough":        {"auth auth ok ok ok ok ok", "ok ok failed failed - - -", all, "", "7/7"},
		"of the site nobody answered":      {"ok auth ok ok ok ok ok", "ok failed ok ok ok ok ok", all, "", "6/7 [17.11. auth partly]"},
		"the blog did not answer":          {all, all, "ok ok ok auth ok ok ok", "", "6/7 [19.11. auth partly]"},
		"only the site is asked":           {all, "ok ok ok ok ok ok auth", all, "sivusto", "6/7 [22.11. auth partly]"},
		"the feed is asked after the site": {all, "ok ok ok ok ok ok auth", all, "sivusto syote", "7/7"},
	} {
		t.Run(name, func(t *testing.T) {
			site := twoChannels()
			for _, s := range strings.Fields(c.primary) {
				if site.desk.Channels[0].Primary == nil {
					site.desk.Channels[0].Primary = map[string][]observation.Preference{}
				}
				site.desk.Channels[0].Primary["publications"] = append(site.desk.Channels[0].Primary["publications"], observation.Preference{Source: s})
			}
			site.covered("syote", "publications", monday, c.feed)
			site.covered("sivusto", "publications", monday, c.itself)
			site.covered("blogi", "publications", monday, c.blog)
			got := site.figures(t, Ask{Topics: []string{"velka", "luonto"}, Projects: []string{"aluetuki"}, Metrics: []string{"publications"}, Period: period("2026-W47")})
			state := "partial"
			if c.want == "7/7" {
				state = "ok"
			}
			want := []string{"koske/topic:velka/publications/2026-W47: " + state + " 2 " + c.want, "koske/topic:luonto/publications/2026-W47: " + state + " 2 " + c.want,
				"koske/project:aluetuki/publications/2026-W47: " + state + " 3 " + c.want}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// TestAPublicationIsCountedWhereItBelongs: in its channel, in its topic and in the project of that.
func TestAPublicationIsCountedWhereItBelongs(t *testing.T) {
	site := twoChannels()
	for _, s := range []string{"syote", "sivusto", "blogi"} {
		site.covered(s, "publications", monday, "ok ok ok ok ok ok ok")
	}
	items, err := site.kept.Items(context.Background(), observation.ItemSelection{Organisations: []string{"koske"}, Channels: []string{"blogi"}, Span: observation.Span{To: site.now.AddDate(1, 0, 0)}})
	if err != nil || len(items) != 2 {
		t.Fatal(err, len(items))
	}
	got, err := site.judge().WhereCounted(context.Background(), items[0])
	want := []string{"koske/blogi/publications/2026-11-18", "koske/topic:luonto/publications/2026-11-18", "koske/project:aluetuki/publications/2026-11-18"}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("-want +got, %v:\n%s", err, d)
	}
}

// TestAFeedOfSeveralIsDead: a day of which some feeds were read is measured in part, whether or not they had a hit.
func TestAFeedOfSeveralIsDead(t *testing.T) {
	for name, c := range map[string]struct {
		parts []observation.Result
		items []string
		want  string
	}{
		"with a hit":      {[]observation.Result{observation.OK, observation.Failed}, []string{"2026-11-18T10:00 article Velka"}, "partial 1 0/1 [18.11. failed partly]"},
		"without a hit":   {[]observation.Result{observation.OK, observation.Failed}, nil, "partial 0 0/1 [18.11. failed partly]"},
		"the first dead":  {[]observation.Result{observation.Auth, observation.NoData}, nil, "partial 0 0/1 [18.11. auth partly]"},
		"a part of one":   {[]observation.Result{observation.Failed, observation.Partial}, nil, "partial 0 0/1 [18.11. failed partly]"},
		"all dead":        {[]observation.Result{observation.Failed, observation.Failed}, nil, "missing 0/1 [18.11. failed]"},
		"dead or gone":    {[]observation.Result{observation.Gone, observation.Failed}, nil, "missing 0/1 [18.11. failed]"},
		"all dead, a hit": {[]observation.Result{observation.Failed, observation.Failed}, []string{"2026-11-18T10:00 article Velka"}, "partial 1 0/1 [18.11. failed partly]"},
		"all were read":   {[]observation.Result{observation.OK, observation.NoData}, nil, "zero 0 1/1"},
		"one is gone":     {[]observation.Result{observation.OK, observation.Gone}, nil, "zero 0 1/1"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newsroom()
			site.desk.Sources = slices.DeleteFunc(site.desk.Sources, func(s observation.Source) bool { return s.ID == "ksml" })
			site.see("yle", observation.Shared, "", c.items...)
			commit := observation.Commit{Run: observation.Run{Organisation: "koske", Source: "yle"}}
			for i, r := range c.parts {
				commit.Coverage = append(commit.Coverage, observation.Coverage{Result: r, CoverageKey: observation.CoverageKey{
					Part: fmt.Sprint("feed", i), Metric: "media_hits", Grain: observation.Day, From: date("2026-11-18")}})
			}
			site.commit(commit)
			got := site.figures(t, Ask{Topics: []string{"velka"}, Metrics: []string{"media_hits"}, Period: period("2026-11-18")})
			if want := []string{"koske/topic:velka/media_hits/2026-11-18: " + c.want}; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestThereAreNoMediaHitsWithoutATopic(t *testing.T) {
	site := newsroom()
	site.desk.Topics, site.desk.Projects = nil, nil
	site.see("yle", observation.Shared, "", "2026-11-16T10:00 article Velka")
	if got := site.figures(t, Ask{Metrics: []string{"media_hits"}, Period: period("2026-W47")}); len(got) > 0 {
		t.Error(got)
	}
}

func TestARuleThatCannotBeReadIsTold(t *testing.T) {
	site := newsroom()
	site.desk.Topics[0].Rule = "kaksi sanaa"
	_, err := site.judge().Figures(context.Background(), Ask{Period: period("2026-W47")})
	if err == nil || !strings.Contains(err.Error(), "rule of topic velka") {
		t.Error(err)
	}
}

func TestMediaHitsOfAProjectAreDistinctArticles(t *testing.T) {
	site := newsroom()
	site.desk.Projects[0].Topics = []string{"velka", "luonto"}
	site.see("yle", observation.Shared, "", "2026-11-16T10:00 article Velka ja luonto", "2026-11-17T10:00 article Luonto")
	site.covered("yle", "media_hits", monday, "ok ok ok ok ok ok ok")
	site.covered("ksml", "media_hits", monday, "ok ok ok ok ok ok ok")
	got := site.figures(t, Ask{Metrics: []string{"media_hits"}, Period: period("2026-W47")})
	want := []string{"koske/topic:velka/media_hits/2026-W47: ok 1 7/7", "koske/topic:luonto/media_hits/2026-W47: ok 2 7/7", "koske/project:aluetuki/media_hits/2026-W47: ok 2 7/7"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestFiguresNameTheirTopicAndProject(t *testing.T) {
	site := newsroom()
	got, err := site.judge().Figures(context.Background(), Ask{Topics: []string{"velka"}, Projects: []string{"aluetuki"}, Metrics: []string{"media_hits"}, Period: period("2026-W47")})
	if err != nil || len(got) != 2 {
		t.Fatal(err, len(got))
	}
	if f := got[0]; f.Topic != "velka" || f.Project != "" || f.Channel != "" || f.Organisation != "koske" {
		t.Errorf("%+v", f)
	}
	if f := got[1]; f.Topic != "velka" || f.Project != "aluetuki" || f.Channel != "" {
		t.Errorf("%+v", f)
	}
}

func TestWithdrawnItemsDoNotCount(t *testing.T) {
	site := newsroom()
	site.covered("syote", "publications", monday, "ok ok ok ok ok ok ok")
	site.see("syote", "koske", "kotisivut", "2026-11-16T10:00 post a", "2026-11-16T11:00 post b")
	before := site.clock
	site.clock = site.clock.Add(time.Hour)
	item := site.kept.commits[1].Items[0]
	item.State = observation.Withdrawn
	site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "syote"}, Items: []observation.Item{item}})
	if got := words(site.figure(t, "publications", "2026-W47")); got != "ok 1 7/7" {
		t.Error(got)
	}
	then := New(site.desk, &site.kept, site.now, before)
	if got := words(only(t, then, "publications", period("2026-11-16"))); got != "ok 2 1/1" {
		t.Errorf("as it was known before, got %s", got)
	}
}

func TestAppearancesOfProjectAndOrganisation(t *testing.T) {
	site := newsroom()
	site.source(3).Remind = "0 9 18 * *"
	site.see("paivakirja", "koske", "", "2026-11-17T10:00 appearance Esittely / aluetuki", "2026-11-18T10:00 training Koulutus", "2026-11-19T10:00 network of a day that nobody spoke of")
	site.covered("paivakirja", "appearances", "2026-11-17", "ok")
	got := site.figures(t, Ask{Metrics: []string{"appearances"}, Period: period("2026-W47")})
	want := []string{
		"koske/project:aluetuki/appearances/2026-W47: partial 1 2/7 [16.11. not_typed] [19.11.–22.11. reminder]",
		"koske/-/appearances/2026-W47: partial 3 2/7 [16.11. not_typed] [19.11. reminder partly] [20.11.–22.11. reminder]",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	f, err := site.judge().Figures(context.Background(), Ask{Projects: []string{"aluetuki"}, Metrics: []string{"appearances"}, Period: period("2026-W47")})
	if err != nil || f[0].Basis != observation.Entered {
		t.Error(err, f[0].Basis)
	}
}

func TestItemsCountOnTheDayOfTheirSource(t *testing.T) {
	site := newsroom()
	site.source(0).Zone = mustZone("America/Los_Angeles")
	site.see("syote", "koske", "kotisivut", "2026-11-18T05:00 post still the day before in Los Angeles")
	site.covered("syote", "publications", "2026-11-17", "ok")
	if got := words(site.figure(t, "publications", "2026-11-17")); got != "ok 1 1/1" {
		t.Error(got)
	}
}

func TestItemsOfASourceThatIsNoTellerCountAllTheSame(t *testing.T) {
	site := newsroom()
	site.see("lehti", observation.Shared, "", "2026-11-16T10:00 article Velka")
	got := site.figures(t, Ask{Topics: []string{"velka"}, Metrics: []string{"media_hits"}, Period: period("2026-11-16")})
	if want := "koske/topic:velka/media_hits/2026-11-16: partial 1 0/1 [16.11. no_run partly]"; len(got) != 1 || got[0] != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// careless is a store that also hands out what was taken back.
type careless struct{ *ledger }

func (s careless) Items(ctx context.Context, sel observation.ItemSelection) ([]observation.Item, error) {
	out, err := s.ledger.Items(ctx, sel)
	for i := range out {
		out[i].State = observation.Withdrawn
	}
	return out, err
}

func TestWhatIsMarkedWithdrawnNeverCounts(t *testing.T) {
	site := newsroom()
	site.see("syote", "koske", "kotisivut", "2026-11-16T10:00 post a")
	site.covered("syote", "publications", monday, "ok")
	if got := words(only(t, New(site.desk, careless{&site.kept}, site.now, time.Time{}), "publications", period("2026-11-16"))); got != "zero 0 1/1" {
		t.Error(got)
	}
}

func TestACountRunsTowardsItsTarget(t *testing.T) {
	site := newsroom()
	site.channel().Targets = []observation.Target{{Metric: "publications", Grain: "month", Value: 2.5}}
	site.see("syote", "koske", "kotisivut", "2026-11-02T10:00 post a", "2026-11-03T10:00 post b")
	for pace, f := range map[Pace]Figure{Ahead: site.figure(t, "publications", "2026-11"), Behind: func() Figure {
		site.see("syote", "koske", "kotisivut", "2026-10-02T10:00 post a")
		return site.figure(t, "publications", "2026-10")
	}()} {
		if f.Pace != pace || f.Target == nil || *f.Target != 2.5 {
			t.Errorf("%s: %s, %s; want %s", f.ID, words(f), f.Pace, pace)
		}
	}
}

func TestTheReasonOfPartsIsThatOfTheFirst(t *testing.T) {
	for _, parts := range [][]string{{"a", "b", "c"}, {"c", "b", "a"}, {"b", "a", "c"}, {"b", "c", "a"}} {
		site := newsroom()
		for _, part := range parts {
			site.commit(observation.Commit{Run: observation.Run{Organisation: "koske", Source: "syote"}, Coverage: []observation.Coverage{{Result: observation.Failed, Reason: "of_" + part,
				CoverageKey: observation.CoverageKey{Channel: "kotisivut", Part: part, Metric: "publications", Grain: observation.Day, From: date(monday)}}}})
		}
		mixed := New(site.desk, inOrder{&site.kept, parts}, site.now, time.Time{})
		if got := words(only(t, mixed, "publications", period(monday))); got != "missing 0/1 [16.11. of_a]" {
			t.Errorf("%v: %s", parts, got)
		}
	}
}

// inOrder is a store that tells the parts of a source in an order of its own.
type inOrder struct {
	*ledger
	parts []string
}

func (s inOrder) Coverage(ctx context.Context, sel observation.Selection) ([]observation.Coverage, error) {
	out, err := s.ledger.Coverage(ctx, sel)
	slices.SortFunc(out, func(a, b observation.Coverage) int {
		return slices.Index(s.parts, a.Part) - slices.Index(s.parts, b.Part)
	})
	return out, err
}

func TestChannelSourcesSeeTheSamePublications(t *testing.T) {
	site := newsroom()
	site.desk.Sources = append(site.desk.Sources, source("rajapinta", "publications", "day"))
	site.see("syote", "koske", "kotisivut", "2026-11-16T10:00 post a")
	site.see("rajapinta", "koske", "kotisivut", "2026-11-16T11:00 post b")
	site.covered("syote", "publications", monday, "ok auth auth")
	site.covered("rajapinta", "publications", monday, "auth ok auth")
	if got := words(site.figure(t, "publications", "2026-11-16..2026-11-18")); got != "partial 2 2/3 [18.11. auth]" {
		t.Error(got)
	}
}

func TestItemsOverASuccession(t *testing.T) {
	site := newsroom()
	site.desk.Organisations = []observation.Organisation{
		{ID: "koske", Zone: mustZone("Europe/Helsinki"), Life: life("..2026-11-18")},
		{ID: "hva", Zone: mustZone("Europe/Helsinki"), Life: life("2026-11-19.."), Succeeds: "koske"},
	}
	site.channel().Organisation = "hva"
	for i := range site.desk.Topics {
		site.desk.Topics[i].Organisation = "hva"
	}
	site.desk.Projects[0].Organisation = "hva"
	site.see("syote", "koske", "kotisivut", "2026-11-16T10:00 post before")
	site.see("syote", "hva", "kotisivut", "2026-11-20T10:00 post after")
	site.see("yle", observation.Shared, "", "2026-11-16T10:00 article Velka")
	site.see("paivakirja", "koske", "", "2026-11-16T10:00 appearance before / aluetuki")
	site.see("paivakirja", "hva", "", "2026-11-20T10:00 appearance after / aluetuki")
	for source, metric := range map[string]string{"syote": "publications", "yle": "media_hits", "ksml": "media_hits", "paivakirja": "appearances"} {
		site.covered(source, metric, monday, "ok ok ok ok ok ok ok")
	}
	got := site.figures(t, Ask{Organisations: []string{"hva"}, Metrics: []string{"publications", "media_hits", "appearances"}, Period: period("2026-W47")})
	want := []string{"hva/kotisivut/publications/2026-W47: ok 2 7/7", "hva/topic:velka/media_hits/2026-W47: ok 1 7/7", "hva/topic:velka/publications/2026-W47: zero 0 7/7", "hva/topic:luonto/media_hits/2026-W47: zero 0 7/7", "hva/topic:luonto/publications/2026-W47: zero 0 7/7",
		"hva/project:aluetuki/media_hits/2026-W47: ok 1 7/7", "hva/project:aluetuki/publications/2026-W47: zero 0 7/7", "hva/project:aluetuki/appearances/2026-W47: ok 2 7/7", "hva/-/appearances/2026-W47: ok 2 7/7"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestAnOrganisationThatIsCarriedOnHasNoFiguresBeside(t *testing.T) {
	site := newsroom()
	site.desk.Organisations = append(site.desk.Organisations, observation.Organisation{ID: "hva", Zone: mustZone("Europe/Helsinki"), Succeeds: "koske"})
	ask := Ask{Channels: []string{Itself}, Metrics: []string{"volunteers"}, Period: period("2026-11-16")}
	for organisation, want := range map[string]string{"": "hva/-/volunteers/2026-11-16", "koske": "koske/-/volunteers/2026-11-16"} {
		if ask.Organisations = nil; organisation != "" {
			ask.Organisations = []string{organisation}
		}
		if got := site.figures(t, ask); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("of %q: %v, want %s", organisation, got, want)
		}
	}
}

func TestCountedSeries(t *testing.T) {
	site := newsroom()
	site.desk.Events = []observation.Event{{On: date("2026-11-17"), Projects: []string{"aluetuki"}}, {On: date("2026-11-18"), Channels: []string{"kotisivut"}}, {On: date("2026-11-19")}}
	site.see("yle", observation.Shared, "", "2026-11-16T10:00 article Velka", "2025-11-18T10:00 article Velka")
	for _, from := range []string{"2025-11-17", "2026-11-16"} {
		site.covered("yle", "media_hits", from, "ok ok ok ok ok ok ok")
		site.covered("ksml", "media_hits", from, "ok ok ok ok ok ok ok")
	}
	got, err := site.judge().Weekly(context.Background(), Ask{Topics: []string{"velka"}, Projects: []string{"aluetuki"}, Metrics: []string{"media_hits"}}, date("2026-11-16"), 2)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range got {
		for i, p := range s.Points {
			lines = append(lines, p.ID+": "+words(p)+" after "+words(s.YearBefore[i]))
		}
		lines = append(lines, fmt.Sprintf("%v %v %d %q", s.Topic != nil, s.Project != nil, len(s.Events), breaks(s)))
	}
	want := []string{
		"koske/topic:velka/media_hits/2026-W46: missing 0/7 [9.11.–15.11. no_run] after missing 0/7 [10.11.–16.11. no_run]",
		"koske/topic:velka/media_hits/2026-W47: ok 1 7/7 after ok 1 7/7", `true false 2 ""`,
		"koske/project:aluetuki/media_hits/2026-W46: missing 0/7 [9.11.–15.11. no_run] after missing 0/7 [10.11.–16.11. no_run]",
		"koske/project:aluetuki/media_hits/2026-W47: ok 1 7/7 after ok 1 7/7", `false true 2 ""`,
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
