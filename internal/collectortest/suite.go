package collectortest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Suite is what the conformance suite must know of a kind beside its description.
type Suite struct {
	// Case names a folder of testcases with one visit that goes well and tells numbers or items other than zero, of every
	// request that the kind can make. The suite spoils it in every way that it knows.
	Case string
	// Halves names a case whose visits ask for the two halves of the days of Case. Only a kind that puts the days into what it
	// asks the server needs one.
	Halves string
	// Moments is for a kind that puts moments into days by itself.
	Moments *Moments
	// Instead says, by the name of a spoiling or by name@2 for the second request, what is right instead of what is right for
	// most kinds.
	Instead map[string]Instead
	// Skip says, by the name of a check, why it has nothing to check here.
	Skip map[string]string
}

// Instead is another right end of a spoiled visit.
type Instead struct {
	Results []observation.Result // any of them
	Reasons []string             // any of them; none: all
	AsWell  bool                 // it may also end as if nothing had been spoiled
	Why     string               // in a sentence
}

// Moments lets a kind be tried on nights when clocks change and on turns of years.
type Moments struct {
	// Metric counts one for each moment, by the day; "" means that the kind tells an item for each.
	Metric string
	// Source returns the files of a case, by their paths in it (files/access.log, answers/1.http), whose source tells that
	// something happened at each of the moments and at no other, and that covers the days.
	Source func(moments []time.Time, days observation.Period, zone *time.Location) map[string]string
}

// shortestWhy is the least that counts as a written reason.
const shortestWhy = 20

// check is one part of the suite.
type check struct {
	name    string
	run     func(*testing.T)
	applies bool
}

// Conform runs the conformance suite of all kinds of sources on one: what docs/contracts.md promises of every kind.
func Conform(t *testing.T, kind collector.Kind, s Suite) {
	t.Helper()
	b := newBench(t, kind, s)
	http, files := len(b.answers) > 0, b.hasFiles()
	all := []check{
		{"description", b.checkDescription, true},
		{"inert", b.checkInert, true},
		{"good", b.checkGood, true},
		{"check", b.checkCheck, true},
		{"same twice", b.checkSameTwice, true},
		{"second read writes nothing", b.checkSecondRead, true},
		{"halves", b.checkHalves, true},
		{"far future", b.checkFarFuture, true},
		{"before its life", b.checkBeforeLife, true},
		{"paging", b.checkPaging, http},
		{"stopped", b.checkStopped, http || files},
		{"panic", b.checkPanic, true},
		{"clocks", b.checkClocks, true},
		{"servers", b.checkServers, http},
		{"files", b.checkFiles, files},
		{"secrets", b.checkSecrets, true}, // last: it searches what all others left
	}
	s.validate(t, all)
	for _, c := range all {
		if c.applies && s.Skip[c.name] == "" {
			t.Run(strings.ReplaceAll(c.name, " ", "-"), c.run)
		}
	}
	b.checkExceptions(t)
}

// validate refuses exceptions that are not written out.
func (s Suite) validate(t *testing.T, all []check) {
	t.Helper()
	for name, why := range s.Skip {
		if !slices.ContainsFunc(all, func(c check) bool { return c.name == name && c.applies }) {
			t.Errorf("Skip names %q, which is no check of this kind", name)
		}
		if len(why) < shortestWhy {
			t.Errorf("Skip of %q gives no reason: say in a sentence why there is nothing to check", name)
		}
	}
	for name, i := range s.Instead {
		if len(i.Why) < shortestWhy {
			t.Errorf("Instead of %q gives no reason: say in a sentence why this is right", name)
		}
	}
	if s.Moments == nil && s.Skip["clocks"] == "" {
		t.Error(`the suite has no Moments: give them, or say in Skip["clocks"] who puts what happened into days`)
	}
}

// checkExceptions refuses exceptions that nothing was measured against.
func (b *bench) checkExceptions(t *testing.T) {
	t.Helper()
	for name := range b.suite.Instead {
		if !b.excused[name] && !t.Failed() {
			t.Errorf("Instead names %q, which no spoiled visit needed", name)
		}
	}
}

// instead returns the exception for a spoiling of the n-th request.
func (b *bench) instead(name string, n int) (Instead, bool) {
	for _, key := range []string{fmt.Sprintf("%s@%d", name, n), name} {
		if i, ok := b.suite.Instead[key]; ok {
			b.excused[key] = true
			return i, true
		}
	}
	return Instead{}, false
}
