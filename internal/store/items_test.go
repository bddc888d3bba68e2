package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// article is an item of the shared organisation.
func article(id string, aliases ...string) observation.Item {
	return observation.Item{ID: id, Organisation: observation.Shared, Outlet: "Yle", Kind: "article", Title: "Otsikko", Text: "Ingressi", Aliases: aliases}
}

func (d *desk) toldItems(source string, its ...observation.Item) observation.Run {
	d.Helper()
	r := run(source)
	r.StartedAt = d.clock
	return d.tell(observation.Commit{Run: r, Items: its})
}

// one reads the items of the shared organisation, of which there must be one.
func (d *desk) one() observation.Item {
	d.Helper()
	its, err := d.store.Items(context.Background(), everything(time.Time{}))
	if err != nil || len(its) != 1 {
		d.Fatalf("there are %+v, %v", its, err)
	}
	return its[0]
}

func testFirstSightWins(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	seen := d.clock
	d.counts(d.toldItems("uutiset", article("a")), 1, 0, 0, 0)
	d.counts(d.toldItems("uutiset", article("a"), article("a")), 0, 0, 1, 0)
	later := article("a")
	later.PublishedAt, later.FirstSeen, later.Title = d.clock.Add(-time.Hour), d.clock.Add(time.Hour), "Uusi otsikko"
	d.counts(d.toldItems("uutiset", later), 0, 1, 0, 0)
	published := later.PublishedAt
	later.PublishedAt = published.Add(-time.Hour)
	d.counts(d.toldItems("uutiset", later), 0, 0, 1, 0)
	if it := d.one(); !it.FirstSeen.Equal(seen) || !it.PublishedAt.Equal(published) || it.Title != "Uusi otsikko" || it.Source != "uutiset" {
		t.Errorf("it is %+v", it)
	}
	other := article("a")
	other.Title, other.Text, other.Projects = "Toinen sanamuoto", "Toinen ingressi", []string{"luonto"}
	d.counts(d.toldItems("maakunta", other), 0, 1, 0, 0)
	d.counts(d.toldItems("maakunta", other), 0, 0, 1, 0)
	d.counts(d.toldItems("uutiset", later), 0, 0, 1, 0) // a feed says nothing of projects
	if it := d.one(); it.Title != "Uusi otsikko" || !slices.Equal(it.Projects, []string{"luonto"}) {
		t.Errorf("after another source told it, it is %+v", it)
	}
	if n := d.rows("items"); n != 3 {
		t.Errorf("there are %d versions", n)
	}
}

func testItemsAreTakenBack(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	gone := article("a")
	gone.State = observation.Withdrawn
	d.counts(d.toldItems("uutiset", gone), 0, 0, 1, 0) // nobody knew of it
	dated := article("a")
	dated.PublishedAt = time.Date(2026, 11, 20, 21, 59, 59, 0, time.UTC) // the 20th in Helsinki
	d.counts(d.toldItems("uutiset", dated, article("b")), 2, 0, 0, 0)
	seen := d.clock.Add(-time.Minute)
	d.counts(d.toldItems("maakunta", gone), 0, 0, 1, 0) // it is not this source's
	d.counts(d.toldItems("uutiset", gone), 0, 0, 0, 1)
	d.counts(d.toldItems("uutiset", gone), 0, 0, 1, 0)
	d.counts(d.toldItems("maakunta", dated), 1, 0, 0, 0)
	d.counts(d.toldItems("uutiset", gone), 0, 0, 1, 0) // now it is the other's
	for _, c := range []struct {
		source, day string
		n           int
	}{{"uutiset", "2026-11-20", 0}, {"maakunta", "2026-11-21", 0}, {"maakunta", "2026-11-20", 1}} {
		at := views(c.day, 0).From
		days := observation.Day.Holding(at)
		r := run(c.source)
		d.counts(d.tell(observation.Commit{Run: r, Retract: &days}), 0, 0, 0, c.n)
	}
	anew := article("a")
	anew.PublishedAt = dated.PublishedAt.Add(-2 * time.Hour) // the zone was wrong
	d.counts(d.toldItems("uutiset", anew), 1, 0, 0, 0)
	its, err := d.store.Items(context.Background(), everything(time.Time{}))
	if err != nil || len(its) != 2 || its[0].ID != "a" || its[0].PublishedAt != anew.PublishedAt || !its[0].FirstSeen.Equal(seen) {
		t.Errorf("there are %+v, %v", its, err)
	}
}

func testAddresses(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	holds := func(alias, id string) {
		t.Helper()
		known, err := d.store.Known(context.Background(), observation.Shared, []string{alias, alias, "url:unknown"})
		if err != nil || known[alias].ID != id || len(known) > 1 || len(known) == 1 && id == "" {
			t.Errorf("%s is %+v, %v; want %q", alias, known, err, id)
		}
	}
	d.toldItems("uutiset", article("a", "url:x", "guid:'y", ""), article("b", "url:x", "url:z"))
	holds("url:x", "a")
	holds("url:z", "b")
	d.counts(d.toldItems("maakunta", article("b", "guid:'y", "url:1"), article("a", "url:1")), 0, 0, 2, 0)
	holds("guid:'y", "a")
	holds("url:1", "b")
	if n := d.rows("aliases"); n != 4 {
		t.Errorf("there are %d rows of addresses", n)
	}
	gone := article("a")
	gone.State = observation.Withdrawn
	d.toldItems("uutiset", gone)
	holds("url:x", "") // it is free
	d.toldItems("uutiset", article("c", "url:x"))
	holds("url:x", "c")
	d.toldItems("uutiset", article("a", "url:x"))
	holds("url:x", "c")
	holds("guid:'y", "a") // nobody took it meanwhile
	if known, err := d.store.Known(context.Background(), "koske", []string{"url:x"}); err != nil || len(known) != 0 {
		t.Errorf("koske knows %+v, %v", known, err)
	}
}

func testItemsOfASpan(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	at := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	var its []observation.Item
	for i, kind := range []string{"article", "post", "article", "post"} {
		it := article(string(rune('d' - i)))
		it.Kind, it.Channel, it.PublishedAt = kind, []string{"", "facebook", "kotisivut", ""}[i], at.Add(time.Duration(i/2)*time.Hour)
		its = append(its, it)
	}
	first, last := article("y"), article("z")
	first.PublishedAt, last.PublishedAt = time.Unix(1, 0), time.Unix(1<<32-1, 0)
	d.toldItems("uutiset", append(its, first, last)...)
	ids := func(change func(*observation.ItemSelection)) (out string) {
		t.Helper()
		sel := observation.ItemSelection{Organisations: []string{observation.Shared, "koske"}, Span: observation.Span{From: at, To: at.Add(2 * time.Hour)}}
		change(&sel)
		for _, sel.AsOf = range []time.Time{{}, d.clock.Add(time.Hour)} {
			got, err := d.store.Items(context.Background(), sel)
			if err != nil {
				t.Fatal(err)
			}
			out += " "
			for _, it := range got {
				out += it.ID
			}
		}
		return out
	}
	for want, change := range map[string]func(*observation.ItemSelection){
		"cdab":   func(*observation.ItemSelection) {},
		"cd":     func(s *observation.ItemSelection) { s.To = at.Add(time.Hour) },
		"ab":     func(s *observation.ItemSelection) { s.From = at.Add(time.Nanosecond) },
		"db":     func(s *observation.ItemSelection) { s.Kinds = []string{"article", "page"} },
		"cb":     func(s *observation.ItemSelection) { s.Channels = []string{"facebook", "kotisivut"} },
		"b":      func(s *observation.ItemSelection) { s.Kinds, s.Channels = []string{"article"}, []string{"kotisivut"} },
		"":       func(s *observation.ItemSelection) { s.To = s.From },
		" ":      func(s *observation.ItemSelection) { s.Organisations = nil },
		"ycdabz": func(s *observation.ItemSelection) { s.Span = everything(time.Time{}).Span },
	} {
		want = strings.TrimSpace(want)
		if got := ids(change); got != " "+want+" "+want {
			t.Errorf("got %q, want %q twice", got, want)
		}
	}
}

// Two processes that know nothing of each other find one article in one moment: it is one, seen when the first saw it.
func testTwoProcessesFindOneArticle(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	var second *store.Store
	var late observation.Commit
	seen := d.clock.Truncate(time.Second)
	late = observation.Commit{Run: run("maakunta"), Items: []observation.Item{article("a", "url:x", "url:z")}}
	late.Run.StartedAt = seen.Add(time.Minute)
	first := d.reopen(d.options, func(o *store.Options) {
		o.Failpoint = func(name string) {
			if name == "commit:begin" { // the first has planned, and gets its moment after the second
				d.clock = d.clock.Add(time.Second)
				late.Run = commit(t, second, late)
			}
		}
	})
	second = d.reopen(d.options)
	early := observation.Commit{Run: run("uutiset"), Items: []observation.Item{article("a", "url:x")}}
	early.Run.StartedAt = seen
	early.Run = commit(t, first, early)
	if !late.Run.CommittedAt.Before(early.Run.CommittedAt) {
		t.Fatal("who planned first was not the second to commit")
	}
	d.ledger.Add(early) // its versions are the older ones
	d.ledger.Add(late)
	for _, s := range []*store.Store{first, second, d.store} {
		compareItems(t, s, &d.ledger, time.Time{})
		compareItems(t, s, &d.ledger, early.Run.CommittedAt.Add(time.Second))
	}
	if it := d.one(); !it.FirstSeen.Equal(seen) || it.Source != "uutiset" {
		t.Errorf("it is %+v", it)
	}
}

func testManyAddresses(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	n := map[string]int{"embedded": 10_000, "server": 10_000, "http": 1_500}[e.Name]
	var its []observation.Item
	var aliases []string
	for i := range n {
		alias := fmt.Sprintf("url:https://'yle.fi/a/%d/%s", i, strings.Repeat(`\`, i%200))
		its = append(its, article(fmt.Sprintf("%06d", i), alias))
		aliases = append(aliases, alias)
	}
	r := observation.Commit{Run: run("uutiset"), Items: its}
	r.Run.StartedAt = d.clock
	d.counts(commit(t, d.store, r), n, 0, 0, 0)
	for _, at := range []time.Time{{}, d.clock.Add(time.Hour)} {
		known, err := d.store.KnownAt(context.Background(), observation.Shared, append(aliases, "url:unknown"), at)
		if err != nil || len(known) != n || known[aliases[n-1]].ID != its[n-1].ID {
			t.Errorf("%d are known, %v", len(known), err)
		}
	}
	d.counts(commit(t, d.store, r), 0, 0, n, 0)
	if got := d.rows("aliases"); got != n {
		t.Errorf("there are %d rows of addresses", got)
	}
}

func testHostileItems(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	defer d.compare()
	var its []observation.Item
	var aliases []string
	for i, s := range hostile {
		it := article(fmt.Sprint(i), "url:"+s)
		it.Title, it.URL, it.Text, it.Outlet, it.Note, it.Tags = s, s, s, s, s, []string{s, "x"}
		if len(s) < 5000 {
			it.ID = s
			aliases = append(aliases, "url:"+s)
		}
		its = append(its, it)
	}
	d.counts(d.toldItems("uutiset", its...), len(its), 0, 0, 0)
	d.counts(d.toldItems("uutiset", its...), 0, 0, len(its), 0)
	known, err := d.store.Known(context.Background(), observation.Shared, append(aliases, "url:"+strings.Repeat("x", 200_000)))
	if err != nil || len(known) != len(aliases) {
		t.Errorf("of %d addresses %d are known, %v", len(aliases), len(known), err)
	}
	for _, alias := range aliases {
		if it := known[alias]; "url:"+it.ID != alias || it.Title != it.ID || it.Text != it.ID || !slices.Contains(it.Tags, it.ID) {
			t.Errorf("%.40q is %.200v", alias, it)
		}
	}
	if _, err := d.store.Commit(context.Background(), observation.Commit{Run: run("uutiset"), Items: []observation.Item{{Title: "x"}}}); err == nil {
		t.Error("an item without an id was stored")
	}
}

// Days of which the items are lost, in the history and in the current table alike, have no zero hits.
func testItemsAreLost(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	answered := func(source, metric string) observation.Commit {
		k := observation.CoverageKey{Channel: "kotisivut", Part: source, Metric: metric, Grain: observation.Day, From: observation.NewDate(2026, 11, 20)}
		return observation.Commit{Run: run(source), Coverage: []observation.Coverage{{CoverageKey: k, Result: observation.OK}}}
	}
	hits := answered("uutiset", "media_hits")
	hits.Items = []observation.Item{article("a")}
	commit(t, d.store, hits)
	commit(t, d.store, answered("maakunta", "media_hits")) // which found nothing
	commit(t, d.store, answered("loki", "views"))
	sel := all()
	sel.Metrics = []string{"media_hits", "views"}
	measured := func() (out []string) {
		t.Helper()
		coverage, err := d.store.Coverage(context.Background(), sel)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range coverage {
			out = append(out, c.Source)
		}
		return sorted(out)
	}
	for _, c := range []struct{ lost, want []string }{{nil, []string{"loki", "maakunta", "uutiset"}}, {[]string{"items"}, []string{"loki", "maakunta", "uutiset"}},
		{[]string{"items", "items_current"}, []string{"loki", "maakunta"}}} {
		for _, table := range c.lost {
			if err := d.store.Exec(context.Background(), "TRUNCATE TABLE "+table); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.store.Rebuild(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if got := measured(); !slices.Equal(got, c.want) {
			t.Errorf("without %v these measured: %v, want %v", c.lost, got, c.want)
		}
	}
}
