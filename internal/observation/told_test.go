package observation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "seuranta/internal/observation"
)

func moment(s string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05.999", s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func TestAsTold(t *testing.T) {
	r := Run{Organisation: "koske", Source: "uutiset", StartedAt: moment("2026-11-22T10:00:00.9")}
	got := Item{ID: "a", Source: "other", PublishedAt: moment("2026-11-20T10:00:00.7"), Tags: []string{"b", "a", "b"}, Aliases: []string{"url:x", "", "url:" + strings.Repeat("x", 9000), "url:x"}}.AsTold(r)
	if got.Organisation != "koske" || got.Source != "uutiset" || got.State != Valid || !got.PublishedAt.Equal(moment("2026-11-20T10:00:00")) || !got.FirstSeen.Equal(moment("2026-11-22T10:00:00")) ||
		!slices.Equal(got.Tags, []string{"a", "b"}) || !slices.Equal(got.Aliases, []string{"url:x"}) {
		t.Errorf("it is taken as %+v", got)
	}
	for _, at := range []time.Time{{}, moment("1965-05-01T00:00:00"), moment("1970-01-01T00:00:00"), moment("2200-01-01T00:00:00")} {
		if got := (Item{ID: "a", PublishedAt: at}).AsTold(r); !got.PublishedAt.IsZero() {
			t.Errorf("%s is kept as %s", at, got.PublishedAt)
		}
	}
	if again := got.AsTold(r); !again.SameItem(got) {
		t.Errorf("told again it is %+v", again)
	}
}

func TestRetold(t *testing.T) {
	seen, published := moment("2026-11-20T10:00:00"), moment("2026-11-20T09:00:00")
	known := Item{ID: "a", Source: "yle", FirstSeen: seen, PublishedAt: published, Title: "Vanha", Tags: []string{"sote"}, Projects: []string{"luonto"}, Note: "soitto", By: "planner", State: Valid}
	told := func(change func(*Item)) Item {
		it := Item{ID: "a", Source: "yle", FirstSeen: seen.Add(time.Hour), PublishedAt: published.Add(time.Hour), Title: "Uusi", State: Valid}
		change(&it)
		return it
	}
	want := func(from Item, change func(*Item)) Item {
		change(&from)
		return from
	}
	gone := want(known, func(i *Item) { i.State = Withdrawn })
	undated := want(known, func(i *Item) { i.PublishedAt = time.Time{} })
	for name, c := range map[string]struct{ known, told, want Item }{
		"its own source words it anew": {known, told(func(*Item) {}), want(known, func(i *Item) { i.Title, i.Tags = "Uusi", nil })},
		"what was typed is typed anew": {known, told(func(i *Item) { i.Projects, i.Note = []string{"arki"}, "kirje" }), want(known, func(i *Item) { i.Title, i.Tags, i.Projects, i.Note = "Uusi", nil, []string{"arki"}, "kirje" })},
		"now it is dated":              {undated, told(func(*Item) {}), want(known, func(i *Item) { i.PublishedAt, i.Title, i.Tags = published.Add(time.Hour), "Uusi", nil })},
		"another source":               {known, told(func(i *Item) { i.Source, i.Projects = "maakunta", []string{"arki"} }), want(known, func(i *Item) { i.Projects = []string{"arki", "luonto"} })},
		"another source dates it":      {undated, told(func(i *Item) { i.Source = "maakunta" }), want(known, func(i *Item) { i.PublishedAt = published.Add(time.Hour) })},
		"its own source takes it back": {known, told(func(i *Item) { i.State = Withdrawn }), gone},
		"another cannot":               {known, told(func(i *Item) { i.Source, i.State = "maakunta", Withdrawn }), known},
		"it is taken back twice":       {gone, told(func(i *Item) { i.State = Withdrawn }), gone},
		"another brings it back":       {gone, told(func(i *Item) { i.Source = "maakunta" }), told(func(i *Item) { i.Source, i.FirstSeen = "maakunta", seen })},
		"it comes back undated":        {gone, told(func(i *Item) { i.PublishedAt = time.Time{} }), told(func(i *Item) { i.FirstSeen, i.PublishedAt = seen, published })},
	} {
		got := c.known.Retold(c.told)
		if !got.SameItem(c.want) {
			t.Errorf("%s: it is\n%+v, want\n%+v", name, got, c.want)
		}
		if again := got.Retold(c.told); !again.SameItem(got) {
			t.Errorf("%s: told once more it changes to\n%+v", name, again)
		}
	}
}

func TestFoldItem(t *testing.T) {
	seen := moment("2026-11-20T10:00:00")
	v := func(n Version, source, title string) Item {
		return Item{ID: "a", Source: source, FirstSeen: seen.Add(time.Duration(n) * time.Second), Title: title, State: Valid, Version: n, Run: title}
	}
	got := FoldItem([]Item{v(1, "yle", "A"), v(2, "maakunta", "B"), v(3, "yle", "C")})
	if got.Title != "C" || !got.FirstSeen.Equal(seen.Add(time.Second)) || got.Version != 3 || got.Run != "C" || got.Source != "yle" {
		t.Errorf("it is %+v", got)
	}
}

func (s *story) items(hour int, want ...string) *story {
	s.t.Helper()
	sel := ItemSelection{Organisations: []string{"koske", Shared}, Span: Span{From: moment("2026-11-01T00:00:00"), To: moment("2026-12-01T00:00:00")}}
	if hour > 0 {
		sel.AsOf = time.Date(2026, 11, 22, hour, 0, 0, 0, time.UTC)
	}
	var got []string
	for _, it := range s.ledger.Items(sel) {
		got = append(got, it.Organisation+" "+it.ID+" "+it.At().Format("02T15"))
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("at %d the items are %q, want %q", hour, got, want)
	}
	return s
}

func (s *story) known(alias, want string) *story {
	s.t.Helper()
	if got := s.ledger.Known(Shared, []string{alias, "url:none"}, time.Time{}); got[alias].ID != want || len(got) > 1 {
		s.t.Errorf("%s is %+v, want %s", alias, got, want)
	}
	return s
}

func TestALedgerOfItems(t *testing.T) {
	a := Item{ID: "a", Organisation: Shared, FirstSeen: moment("2026-11-20T10:00:00"), Aliases: []string{"url:x"}}
	b := Item{ID: "b", FirstSeen: moment("2026-11-20T09:00:00")}
	dated, gone, other := a, a, a
	dated.PublishedAt, gone.State = moment("2026-11-20T22:30:00"), Withdrawn // the 21st in Helsinki
	other.ID = "c"
	day := func(d string) *Period { p := Day.Holding(date(t, d)); return &p }
	tell(t).commit(Commit{Items: []Item{a, b}}).items(0, "koske b 20T09", "_shared a 20T10").known("url:x", "a").
		commit(Commit{Items: []Item{dated, other}}).items(0, "koske b 20T09", "_shared c 20T10", "_shared a 20T22").known("url:x", "a").items(13, "koske b 20T09", "_shared a 20T10").
		commit(Commit{Retract: day("2026-11-20")}).items(0, "_shared a 20T22"). // of the source that told all three
		commit(Commit{Items: []Item{gone}}).items(0).known("url:x", "").
		commit(Commit{Items: []Item{other}}).items(0, "_shared c 20T10").known("url:x", "c").
		commit(Commit{Items: []Item{a}}).items(0, "_shared c 20T10", "_shared a 20T22").known("url:x", "c").items(12).items(15, "_shared a 20T22").items(16).items(17, "_shared c 20T10")
	tell(t).commit(Commit{Items: []Item{dated}}).commit(Commit{Run: Run{Source: "kasin"}, Retract: day("2026-11-21")}).items(0, "_shared a 20T22").
		commit(Commit{Retract: day("2026-11-21")}).items(0)
}
