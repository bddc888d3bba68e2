package collectortest

import (
	"cmp"
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
	// Silent says of a kind that tells nothing by itself why that is so. Its case has a visit that tells nothing.
	Silent string
	// Corrected names a case of two visits, in the second of which people corrected what they handed over. Only a kind that
	// reads what people write needs one.
	Corrected string
	// Files are ways in which only files of this kind go wrong, by their names: what becomes of each file.
	Files map[string]func(path string) error
	// Lengthen makes a file so long that its reading can be stopped half way. Without it the file is written again and again.
	Lengthen func(path string) error
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
	name  string
	run   func(*testing.T)
	lacks string // why there is nothing to check in the kind or in the case; "" where there is
}

// Conform runs the conformance suite of all kinds of sources on one: what docs/contracts.md promises of every kind.
func Conform(t *testing.T, kind collector.Kind, s Suite) {
	t.Helper()
	b := newBench(t, kind, s)
	all := b.checks()
	s.validate(t, all)
	for _, c := range all {
		why := cmp.Or(c.lacks, s.Skip[c.name])
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
			if why != "" {
				t.Skip(why)
			}
			c.run(t)
		})
	}
	b.checkExceptions(t)
}

// checks lists all parts of the suite, in their order.
func (b *bench) checks() []check {
	silent := b.suite.Silent
	noServer := unless(len(b.answers) > 0, "the source of the case asks no server")
	noFiles := unless(b.hasFiles(), "the source of the case reads no files")
	noWay := unless(len(b.answers) > 0 || b.hasFiles(), "the source of the case neither asks a server nor reads files")
	return []check{
		{"description", b.checkDescription, ""},
		{"inert", b.checkInert, ""},
		{"silent", b.checkSilent, unless(silent != "", "the kind tells what its source has, which the other checks look at")},
		{"good", b.checkGood, silent},
		{"check", b.checkCheck, ""},
		{"same twice", b.checkSameTwice, ""},
		{"second read writes nothing", b.checkSecondRead, ""},
		{"halves", b.checkHalves, ""},
		{"far future", b.checkFarFuture, unless(b.visit.Import == "", "a file that is handed over tells what stands in it, whatever days are asked for")},
		{"before its life", b.checkBeforeLife, ""},
		{"paging", b.checkPaging, noServer},
		{"stopped", b.checkStopped, noWay},
		{"panic", b.checkPanic, silent},
		{"clocks", b.checkClocks, silent},
		{"servers", b.checkServers, noServer},
		{"files", b.checkFiles, noFiles},
		{"corrected", b.checkCorrected, cmp.Or(silent, unless(b.kind.Typed, "what this kind tells was measured, not written: nobody corrects it by hand"))},
		{"secrets", b.checkSecrets, ""}, // last: it searches what all others left
	}
}

// unless returns why, unless something is so.
func unless(so bool, why string) string {
	if so {
		return ""
	}
	return why
}

// validate refuses exceptions that are not written out.
func (s Suite) validate(t *testing.T, all []check) {
	t.Helper()
	for name, why := range s.Skip {
		if !slices.ContainsFunc(all, func(c check) bool { return c.name == name && c.lacks == "" }) {
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
	if s.Silent != "" && len(s.Silent) < shortestWhy {
		t.Error("Silent gives no reason: say in a sentence why the kind tells nothing")
	}
	if s.Moments == nil && s.Skip["clocks"] == "" && s.Silent == "" {
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
