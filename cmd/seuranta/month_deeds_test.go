package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// deed is what somebody does at a moment.
type deed struct {
	at time.Time
	do func(now string)
}

// act does what is due.
func (l *life) act(at time.Time) {
	for len(l.deeds) > 0 && !l.deeds[0].at.After(at) {
		l.deeds[0].do(at.Format(time.RFC3339))
		l.deeds = l.deeds[1:]
	}
}

// planned is what people do in the month, oldest first: they type, correct themselves, take back, hand over tables, and look
// how things stand on the day after a feed died.
func (l *life) planned() []deed {
	out := []deed{{l.m.dies().Add(24 * time.Hour), l.namesTheDead}}
	at := func(day float64, do func(now string)) {
		out = append(out, deed{l.m.at(day, 12*time.Hour), do})
	}
	followers := func(on float64, n int) func(string) {
		return func(now string) {
			l.typed.followers[l.m.day(on)] = n
			l.record(now, "linkedin", "followers", fmt.Sprint(n), "--on", l.m.day(on).String())
		}
	}
	signups := func(on float64, n int) func(string) {
		return func(now string) {
			l.typed.signups[l.m.day(on)] = n
			l.record(now, "ilmoittautumiset", "signups", fmt.Sprint(n), "--period", l.m.day(on).String())
		}
	}
	undo := func(of map[observation.Date]int, on float64, source, metric, flag string) func(string) {
		return func(now string) {
			delete(of, l.m.day(on))
			program(l.T, l.dir, 0, "record", source, metric, flag, l.m.day(on).String(), "--undo", "--now", now)
		}
	}
	at(2, followers(2, 1000))
	at(8, followers(8, 1010))
	at(9, followers(8, 1012)) // a correction
	at(15, followers(15, 1020))
	at(22, undo(l.typed.followers, 15, "linkedin", "followers", "--on"))
	at(27, followers(27, 1031))
	at(4, signups(3, 12))
	at(14, signups(9, 30))
	at(16, signups(9, 31))
	at(24, signups(21, 5))
	at(30, undo(l.typed.signups, 21, "ilmoittautumiset", "signups", "--period"))
	for _, day := range []float64{11, 23} {
		at(day, l.importTable)
	}
	out = append(out, deed{l.m.end().Add(-beat), l.importTable})
	slices.SortStableFunc(out, func(a, b deed) int { return a.at.Compare(b.at) })
	return out
}

func (l *life) record(now string, args ...string) {
	l.Helper()
	program(l.T, l.dir, 0, append(append([]string{"record"}, args...), "--yes", "--now", now)...)
}

func (l *life) importTable(now string) {
	l.Helper()
	writeFiles(l.T, l.dir, map[string]string{"x.csv": l.m.handedOver(l.now.get())})
	program(l.T, l.dir, 0, "import", "x.csv", "--source", "x-taulukko", "--yes", "--now", now)
}

// namesTheDead looks how things stand, a day after a feed died: it must be named.
func (l *life) namesTheDead(now string) {
	l.Helper()
	out, _ := program(l.T, l.dir, 0, "status", "--json", "--now", now)
	var said struct{ Sources []standing }
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		l.Fatal(err)
	}
	for _, s := range said.Sources {
		if s.Source == "lehdet" && slices.Contains(s.Failing, observation.Failing{Part: "lehti-a", Reason: "not_a_feed"}) && s.Result == observation.Partial {
			return
		}
	}
	l.Errorf("a day after its death nobody is told of the feed:\n%s", out)
}
