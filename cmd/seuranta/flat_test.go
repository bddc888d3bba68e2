package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"seuranta/internal/platforms"
)

// flatVisits is how many visits TestFlatOverManyRuns makes; SEURANTA_FLAT_VISITS overrules it.
const flatVisits = 300

// By how much more a process may have at the end than after a tenth of its visits.
const (
	moreGoroutines  = 8
	moreDescriptors = 60 // the engine has three for each of its threads, which begin as they are needed
	moreHeap        = 6  // MB, after the garbage was collected
	moreResident    = 80 // MB, with the engine, whose caches fill up
)

// TestFlatOverManyRuns has a daemon visit its sources again and again, and wants that it holds no more of anything at the end
// than after a tenth of it: goroutines, descriptors, memory of its own, memory with that of the engine.
func TestFlatOverManyRuns(t *testing.T) {
	visits := int64(variable(t, "SEURANTA_FLAT_VISITS", flatVisits))
	l := newLife(t, manyVisits(t, int(visits)), rand.New(rand.NewPCG(1, 2)))
	l.open()
	l.wake()
	begun, early := time.Now(), footprint{}
	for next := visits / 10; l.ended.Load() < visits; {
		at := l.now.get().Add(70 * time.Minute) // an hour, and what sources are spread over
		l.now.set(at)
		l.feeds.SetNow(at)
		l.writeUntil(at)
		l.settle()
		if done := l.ended.Load(); done >= next {
			now := measured(t)
			t.Logf("after %5d visits and %s: %s", done, time.Since(begun).Round(time.Second), now)
			if early == (footprint{}) {
				early = now
			}
			next += visits / 10
		}
	}
	early.holds(t, measured(t))
}

// manyVisits is a month that is long enough: with four feeds that are read every hour, a log and a table.
func manyVisits(t *testing.T, visits int) *month {
	t.Helper()
	chance := rand.New(rand.NewPCG(1, 1))
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	m := &month{days: visits/70 + 3, zone: zone}
	for i, name := range []string{"yksi", "kaksi", "kolme", "nelja"} {
		f := &monthFeed{Feed: platforms.Feed{Path: "/" + name, Title: name, Form: platforms.RSS, Zone: zone, Holds: 20}, source: name, channel: name, hours: 1, rate: 3}
		f.Articles = m.articles(f, i, chance)
		m.feeds = append(m.feeds, f)
	}
	m.logs = []*monthLog{m.newLog("sivut", 0, chance)}
	return m
}

// footprint is what a process holds.
type footprint struct {
	goroutines, descriptors int
	heap, resident          int // MB
}

func (f footprint) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, %d MB of heap, %d MB resident", f.goroutines, f.descriptors, f.heap, f.resident)
}

// measured measures this process after its garbage was collected.
func measured(t *testing.T) footprint {
	t.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return footprint{runtime.NumGoroutine(), len(open), int(m.HeapAlloc >> 20), resident(t)}
}

// resident is how much memory of this process is in the machine, in MB.
func resident(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kB := 0
	if _, err := fmt.Sscan(rest, &kB); err != nil {
		t.Fatal(err)
	}
	return kB >> 10
}

// holds wants that a later footprint is hardly larger.
func (f footprint) holds(t *testing.T, later footprint) {
	t.Helper()
	for _, c := range []struct {
		what             string
		early, now, more int
	}{
		{"goroutines", f.goroutines, later.goroutines, moreGoroutines},
		{"descriptors", f.descriptors, later.descriptors, moreDescriptors},
		{"MB of heap", f.heap, later.heap, moreHeap},
		{"MB resident", f.resident, later.resident, moreResident},
	} {
		if c.now > c.early+c.more {
			t.Errorf("%d %s, and %d after a tenth of the visits; want at most %d more", c.now, c.what, c.early, c.more)
		}
	}
}
