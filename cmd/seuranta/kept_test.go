package main

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"
	"time"

	"seuranta/internal/platforms"
)

// keptDesk is a configuration with a counter that may be asked so often in an hour. %s is its address.
const keptDesk = `organisations: [{id: koske, name: Koske}]
channels: [{id: kotisivut, kind: website, name: Kotisivut}]
sources: [{id: kavijat, kind: goatcounter, channel: kotisivut, schedule: "@every 1h", allow_private: true, base_url: "%s/goat", key_file: secrets/key}]
server: {listen: "127.0.0.1:0"}
`

// TestACheckCountsCalls: check says how many calls are left after all that were made, also by a visit that was killed before it was
// stored, and by check itself; an hour later all are there again.
func TestACheckCountsCalls(t *testing.T) {
	begins, _ := time.Parse(time.RFC3339, daemonNow)
	goat, err := platforms.Start(begins, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = goat.Close() })
	goat.Mount("/goat", platforms.GoatCounter{Key: "an-api-key-of-2026", Zone: time.UTC})
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": fmt.Sprintf(keptDesk, goat.URL()), "secrets/key": "an-api-key-of-2026\n"})
	at := func(minutes int) []string {
		return []string{"--now", begins.Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339)}
	}
	said := regexp.MustCompile(`(\d+) of (\d+) calls of this hour left`)
	left := func(minutes int) (spent int) {
		t.Helper()
		out, _ := program(t, dir, 0, append([]string{"check", "kavijat"}, at(minutes)...)...)
		words := said.FindStringSubmatch(out)
		if words == nil {
			t.Fatalf("it says nothing of calls: %s", out)
		}
		n, _ := strconv.Atoi(words[1])
		all, _ := strconv.Atoi(words[2])
		return all - n
	}
	if got := left(0); got != 1 { // there are no tables yet
		t.Errorf("before all visits %d calls are spent, want 1", got)
	}
	program(t, dir, 0, "migrate")
	if _, _, code := attempt(t, dir, []string{failpointVariable + "=commit:begin"}, append([]string{"collect"}, at(1)...)...); code != -1 {
		t.Fatalf("the visit was not killed: %d", code)
	}
	for minutes := 2; minutes < 4; minutes++ {
		if got, want := left(minutes), len(goat.Requests()); got != want || want < 3 {
			t.Errorf("after a visit that was killed, %d calls are spent, want %d", got, want)
		}
	}
	_, _, _ = attempt(t, dir, nil, append([]string{"collect"}, at(5)...)...)
	if got, want := left(6), len(goat.Requests()); got != want {
		t.Errorf("after a visit %d calls are spent, want %d", got, want)
	}
	if got := left(70); got != 1 {
		t.Errorf("an hour later %d calls are spent, want 1", got)
	}
}
