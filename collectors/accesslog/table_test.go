package accesslog

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestTableLikeAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := newTable(largestTable)
		type key struct {
			visitor uint64
			day     int
		}
		want := map[key]uint32{}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for range rapid.IntRange(0, 5000).Draw(t, "pages") {
			k := key{uint64(r.IntN(700)), r.IntN(4)} // poor hashes on purpose
			table.view(table.at(k.visitor, k.day), uint16(r.IntN(1440)))
			want[k]++
		}
		for k, n := range want {
			if e := table.find(k.visitor, k.day); e == nil || e.pages != n {
				t.Fatalf("%v: %+v, want %d pages", k, e, n)
			}
		}
		if table.used != len(want) || table.find(1<<40, 0) != nil {
			t.Fatalf("%d entries, want %d", table.used, len(want))
		}
	})
}

// TestBurstInAnyOrder gives one visitor pages in random minutes in any order, and counts the minutes apart.
func TestBurstInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var minutes []uint16
		want := false
		for m := range rapid.IntRange(1, 5).Draw(t, "minutes") {
			n := rapid.SampledFrom([]int{1, 30, burstPages, burstPages + 1}).Draw(t, "pages")
			want = want || n > burstPages
			for range n {
				minutes = append(minutes, uint16(m*300))
			}
		}
		table := newTable(largestTable)
		for _, m := range rapid.Permutation(minutes).Draw(t, "order") {
			table.view(table.at(7, 0), m)
		}
		if got := table.find(7, 0).bot(false); got != want {
			t.Fatalf("bot %v, want %v", got, want)
		}
	})
}

func TestBehaviour(t *testing.T) {
	for name, c := range map[string]struct {
		e        entry
		assetDay bool
		want     bool
	}{
		"a reader":                         {entry{pages: 9}, true, false},
		"ten pages without an asset":       {entry{pages: 10}, true, true},
		"ten pages and an asset":           {entry{pages: 10, flags: askedAssets}, true, false},
		"ten pages where nobody asked any": {entry{pages: 10}, false, false},
		"robots.txt":                       {entry{pages: 1, flags: askedRobots | askedAssets}, true, true},
		"a burst":                          {entry{pages: 61, flags: didBurst | askedAssets}, true, true},
	} {
		if got := c.e.bot(c.assetDay); got != c.want {
			t.Errorf("%s: bot %v", name, got)
		}
	}
}

func TestTableKeepsItsBound(t *testing.T) {
	table := newTable(64)
	for v := range uint64(48) {
		table.at(v, 0)
	}
	if table.over {
		t.Error("over its bound with three quarters taken")
	}
	table.at(48, 0)
	if !table.over || len(table.slots) != 64 {
		t.Errorf("over %v with %d slots", table.over, len(table.slots))
	}
	table.reset(64)
	if table.over || table.used != 0 || table.find(3, 0) != nil {
		t.Error("a reset table is not empty")
	}
	for m := range uint16(100) {
		table.view(table.at(1, 0), m)
	}
	if !table.over {
		t.Error("the minutes of one visitor know no bound")
	}
}

func TestPartitionsHoldEachVisitorOnce(t *testing.T) {
	shares := []partition{{modulus: 1}}
	for _, done := range []float64{0.9, 0.4, 0.01} {
		shares = append(shares[0].split(done), shares[1:]...)
	}
	if len(shares) != 1+1+3+7 || !shares[0].leads() {
		t.Fatalf("shares: %v", shares)
	}
	leading := 0
	for _, s := range shares {
		if s.leads() {
			leading++
		}
	}
	for v := range uint64(1000) {
		holders := 0
		for _, s := range shares {
			if s.holds(v) {
				holders++
			}
		}
		if holders != 1 {
			t.Fatalf("%d shares hold visitor %d", holders, v)
		}
	}
	if leading != 1 {
		t.Errorf("%d shares lead", leading)
	}
}

// TestEvidenceInAnyOrder compares the stretches with those that sorted times make.
func TestEvidenceInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOf(rapid.Int64Range(0, 400)).Draw(t, "times")
		const silence, from, to = 10, 100, 300
		e := newEvidence(silence, from, to)
		for _, at := range times {
			e.add(at)
		}
		var want []stretch
		for _, at := range slices.Sorted(slices.Values(times)) {
			if n := len(want); n > 0 && at-want[n-1].to <= silence {
				want[n-1].to = at
			} else {
				want = append(want, stretch{at, at})
			}
		}
		for _, p := range []stretch{{from, to}, {150, 160}, {299, 300}, {100, 101}} {
			whole := slices.ContainsFunc(want, func(s stretch) bool { return s.from <= p.from && p.to <= s.to })
			if got := e.covered(p.from, p.to); got != whole {
				t.Fatalf("%v covered: %v, want %v (%v, %v)", p, got, whole, e.stretches, want)
			}
			if gaps := e.gaps(p.from, p.to); (len(gaps) == 0) != whole || !slices.IsSortedFunc(gaps, func(a, b stretch) int { return cmp.Compare(a.from, b.from) }) {
				t.Fatalf("%v has gaps %v; whole %v", p, gaps, whole)
			}
		}
	})
}
