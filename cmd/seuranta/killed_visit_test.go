package main

import (
	"fmt"
	"testing"
	"time"

	"seuranta/internal/platforms"
)

// killedDesk is a configuration with a feed that is read every hour. %s is its address.
const killedDesk = `organisations: [{id: koske, name: Koske}]
channels: [{id: kotisivut, kind: website, name: Kotisivut}]
sources: [{id: julkaisut, kind: feed, role: own, channel: kotisivut, schedule: "@every 1h", allow_private: true, feeds: [{url: "%s/rss"}]}]
server: {listen: "127.0.0.1:0"}
`

// TestAKilledVisitIsNotMadeAgainAtOnce: a process that is killed after it asked a server has not got the answer. When it is
// started again, and again, the server is left alone until the next visit is due; who asks for it gets a visit at any time.
func TestAKilledVisitIsNotMadeAgainAtOnce(t *testing.T) {
	begins, _ := time.Parse(time.RFC3339, daemonNow)
	feeds, err := platforms.Start(begins, []platforms.Feed{{Path: "/rss", Title: "Koske", Form: platforms.RSS, Zone: time.UTC, Holds: 10,
		Articles: []platforms.Article{{ID: "a", Title: "Tiedote", URL: "https://koske.example.org/a", Published: begins.Add(-time.Hour)}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = feeds.Close() })
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": fmt.Sprintf(killedDesk, feeds.URL())})
	program(t, dir, 0, "migrate")
	asked := func(minutes int, env string, args ...string) int {
		t.Helper()
		before := len(feeds.Requests())
		_, _, _ = attempt(t, dir, []string{env}, append(args, "--now", begins.Add(time.Duration(minutes)*time.Minute).Format(time.RFC3339))...)
		return len(feeds.Requests()) - before
	}
	const kill = failpointVariable + "=commit:begin"
	for _, c := range []struct {
		what    string
		minutes int
		env     string
		args    []string
		want    int
	}{
		{"the first visit, which is killed", 0, kill, []string{"collect", "--due"}, 1},
		{"a minute later", 1, "A=b", []string{"collect", "--due"}, 0},
		{"a person asks", 2, kill, []string{"collect"}, 1},
		{"an hour after the first", 60, "A=b", []string{"collect", "--due"}, 0},
		{"an hour after the second", 62, "A=b", []string{"collect", "--due"}, 1},
		{"before the next", 121, "A=b", []string{"collect", "--due"}, 0},
		{"the next", 122, "A=b", []string{"collect", "--due"}, 1},
		{"the clock was set back", -60, kill, []string{"collect", "--due"}, 1},
		{"a quarter of an hour later", -45, kill, []string{"collect", "--due"}, 0},
		{"half an hour later", -30, "A=b", []string{"collect", "--due"}, 0},
		{"an hour later", 0, "A=b", []string{"collect", "--due"}, 1},
		{"the clock was set back again", -60, "A=b", []string{"collect", "--due"}, 1},
		{"a quarter of an hour after that", -45, "A=b", []string{"collect", "--due"}, 0},
		{"half an hour after that", -30, "A=b", []string{"collect", "--due"}, 0},
		{"an hour after that", 0, "A=b", []string{"collect", "--due"}, 1},
	} {
		if got := asked(c.minutes, c.env, c.args...); got != c.want {
			t.Errorf("%s: the server was asked %d times, want %d", c.what, got, c.want)
		}
	}
}
