package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/platforms"
)

// daemonDesk is a configuration with a log and a feed that are read every minute. %s is the feed's address.
const daemonDesk = `organisations: [{id: koske, name: Koske, languages: [fi, sv]}]
channels:
  - {id: kotisivut, kind: website, name: Kotisivut}
  - {id: linkedin, kind: linkedin, name: LinkedIn}
sources:
  - {id: loki, kind: accesslog, channel: kotisivut, schedule: "@every 1m", paths: ["access.log*"]}
  - {id: julkaisut, kind: feed, role: own, channel: kotisivut, schedule: "@every 1m", allow_private: true, feeds: [{url: "%s/rss"}]}
  - {id: linkedin-kasin, kind: entry, channel: linkedin, metrics: [followers]}
server: {listen: "127.0.0.1:0"}
`

// daemonNow is when the daemon's clock begins in tests: the Monday after smallLog.
const daemonNow = "2026-11-16T06:00:00Z"

// running is a `seuranta serve` that runs.
type running struct {
	*exec.Cmd
	url string

	mu   sync.Mutex
	errs strings.Builder
}

// Write takes what it says on standard error.
func (r *running) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.errs.Write(b)
}

func (r *running) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.errs.String()
}

// serving starts `seuranta serve` in a folder, with a clock on which a second is a minute, and waits until it answers.
func serving(t *testing.T, dir string, args ...string) *running {
	t.Helper()
	r := &running{Cmd: underTest(t, dir, []string{speedVariable + "=60"}, append([]string{"serve", "--now", daemonNow}, args...)...)}
	r.start(t)
	return r
}

// start starts it and waits until it answers.
func (r *running) start(t *testing.T) {
	t.Helper()
	r.Stderr = r
	out, err := r.StdoutPipe()
	if err == nil {
		err = r.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Process.Kill(); _ = r.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if err != nil || !ok {
		var ended error
		if err != nil { // nobody speaks any more
			ended = r.Wait()
		}
		t.Fatalf("it said %q, %v, and ended with %v\n%s", line, err, ended, r.said())
	}
	r.url = url
}

// get asks the daemon and returns what it answered.
func (r *running) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(r.url + path)
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, r.said())
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// until waits for something to be true of the daemon.
func (r *running) until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("in vain: %s\n%s", what, r.said())
}

// daemonFolder makes a folder with a configuration, a log and a feed that is served until the test ends.
func daemonFolder(t *testing.T) (dir string) {
	t.Helper()
	at := time.Date(2026, 11, 12, 8, 0, 0, 0, time.UTC)
	now, _ := time.Parse(time.RFC3339, daemonNow)
	feeds, err := platforms.Start(now, []platforms.Feed{{Path: "/rss", Title: "Koske", Form: platforms.RSS, Zone: time.UTC, Holds: 10,
		Articles: []platforms.Article{{ID: "a", Title: "Tiedote", URL: "https://koske.example.org/a", Published: at}, {ID: "b", Title: "Toinen", URL: "https://koske.example.org/b", Published: at.Add(time.Hour)}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = feeds.Close() })
	dir = t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": fmt.Sprintf(daemonDesk, feeds.URL()), "access.log": smallLog(15)})
	return dir
}

// TestServe is a day of the daemon: it collects, makes the pages, tells how it is, lets other commands work, takes a new
// configuration and refuses a wrong one, and ends when it is told to.
func TestServe(t *testing.T) {
	dir := daemonFolder(t)
	r := serving(t, dir)
	r.until(t, "the page of the week is made", func() bool {
		status, body := r.get(t, "koske-2026-W46.fi.html")
		return status == http.StatusOK && strings.Contains(body, "Kotisivut")
	})
	r.until(t, "the page is on the list", func() bool {
		_, body := r.get(t, "")
		return strings.Contains(body, `href="koske-2026-W46.sv.html"`) && strings.Contains(body, "Viikkokatsaukset")
	})
	r.until(t, "both sources were visited", func() bool {
		_, body := r.get(t, "metrics")
		return strings.Contains(body, `seuranta_visits_total{organisation="koske",result="partial",source="loki"}`) && strings.Contains(body, `seuranta_visits_total{organisation="koske",result="nodata",source="julkaisut"}`)
	})
	var h struct{ Status string }
	if status, body := r.get(t, "healthz"); status != http.StatusOK || json.Unmarshal([]byte(body), &h) != nil || h.Status != "ok" {
		t.Errorf("the health: %d %s", status, body)
	}
	t.Run("pages that cannot be made are told of", func(t *testing.T) { losesItsPages(t, r, dir) })
	t.Run("other commands work", func(t *testing.T) { besideTheDaemon(t, r, dir) })
	t.Run("the configuration is read again", func(t *testing.T) { reloads(t, r, dir) })
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := ends(t, r.Cmd, 5*time.Second); code != exitOK {
		t.Errorf("it ended with %d\n%s", code, r.said())
	}
	program(t, dir, 0, "figures", "--period", "2026-W46", "--now", daemonNow)
}

// TestServeTakesAHangupWhileItStarts: it asks for the configuration to be read again, also while that is read for the first
// time or the store is opened, and does not end the program.
func TestServeTakesAHangupWhileItStarts(t *testing.T) {
	dir := daemonFolder(t)
	path := filepath.Join(dir, "seuranta.yaml")
	text := readFile(t, path)
	if err := errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	r := &running{Cmd: underTest(t, dir, nil, "serve", "--now", daemonNow)}
	r.Stderr = r
	out, err := r.StdoutPipe()
	if err == nil {
		err = r.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Process.Kill() })
	pipe, err := os.OpenFile(path, os.O_WRONLY, 0) // waits until it reads
	if err != nil {
		t.Fatal(err)
	}
	hangup := func() {
		for range 20 {
			_ = r.Process.Signal(syscall.SIGHUP)
			time.Sleep(5 * time.Millisecond)
		}
	}
	hangup()
	_, err = pipe.WriteString(text)
	if err := errors.Join(err, os.Remove(path), os.WriteFile(path, []byte(text), 0o600), pipe.Close()); err != nil {
		t.Fatal(err)
	}
	hangup()
	if line, err := bufio.NewReader(out).ReadString('\n'); !strings.HasPrefix(line, "ready ") {
		t.Fatalf("it said %q, %v\n%s", line, err, r.said())
	}
	r.until(t, "it reads the configuration again", func() bool { return strings.Contains(r.said(), "the configuration was read again") })
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := ends(t, r.Cmd, 5*time.Second); code != exitOK {
		t.Errorf("it ended with %d\n%s", code, r.said())
	}
}

// TestServeTellsThatItsConfigurationCannotBeUsed by an exit code of its own, so that nobody starts it again and again.
func TestServeTellsThatItsConfigurationCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"", "nonsense: 1\n", "organisations: ["} {
		if text != "" {
			writeFiles(t, dir, map[string]string{"seuranta.yaml": text})
		}
		if _, errs, code := attempt(t, dir, nil, "serve"); code != exitConfig || errs == "" {
			t.Errorf("%q: %d: %s", text, code, errs)
		}
		if _, _, code := attempt(t, dir, nil, "status"); code != exitFailed {
			t.Errorf("status with %q: %d", text, code)
		}
	}
	unit := readFile(t, filepath.Join("..", "..", ".packaging", "seuranta.service.in"))
	if want := fmt.Sprintf("RestartPreventExitStatus=%d %d\n", exitUsage, exitConfig); !strings.Contains(unit, want) {
		t.Errorf("the unit lacks %s", want)
	}
}

// TestListenSaysWhoseAddressItIs: who finds the address taken is told which key says it.
func TestListenSaysWhoseAddressItIs(t *testing.T) {
	first, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if _, err := listen(first.Addr().String()); err == nil || !strings.Contains(err.Error(), "server.listen") || !strings.Contains(err.Error(), first.Addr().String()) {
		t.Error(err)
	}
}

// TestServeEndsWhileItReadsItsConfiguration: a pipe that nobody writes into keeps it neither from ending nor from going on, be it
// when it starts or when it is to read its configuration again.
func TestServeEndsWhileItReadsItsConfiguration(t *testing.T) {
	dir := daemonFolder(t)
	path := filepath.Join(dir, "seuranta.yaml")
	pipe := func() {
		if err := errors.Join(os.Rename(path, path+".x"), syscall.Mkfifo(path, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	r := serving(t, dir)
	pipe()
	for _, cmd := range []*running{r, {Cmd: underTest(t, dir, nil, "serve", "--now", daemonNow)}} {
		if cmd != r {
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
		} else if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if cmd == r {
			if status, body := r.get(t, "healthz"); status != http.StatusOK {
				t.Errorf("the health while it reads: %d %s", status, body)
			}
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := ends(t, cmd.Cmd, 5*time.Second); code != exitOK {
			t.Errorf("it ended with %d\n%s", code, cmd.said())
		}
	}
}

// losesItsPages puts a file in the place of the folder of pages for a while.
func losesItsPages(t *testing.T, r *running, dir string) {
	pages := filepath.Join(dir, "pages")
	if err := errors.Join(os.Rename(pages, pages+".x"), os.WriteFile(pages, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	r.until(t, "its health says that the pages cannot be made", func() bool {
		status, body := r.get(t, "healthz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "pages cannot be made")
	})
	if _, body := r.get(t, "metrics"); !strings.Contains(body, "seuranta_pages_failing 1") {
		t.Error("the metrics do not tell of it")
	}
	time.Sleep(3 * time.Second) // in which it would be tried 18 times at the usual pace
	if n := strings.Count(r.said(), "the pages could not be made"); n == 0 || n > 4 {
		t.Errorf("the log says so %d times", n)
	}
	if err := os.Remove(pages); err != nil {
		t.Fatal(err)
	}
	r.until(t, "all is well again", func() bool {
		status, _ := r.get(t, "healthz")
		page, _ := r.get(t, "koske-2026-W46.fi.html")
		return status == http.StatusOK && page == http.StatusOK
	})
	if !strings.Contains(r.said(), "the pages can be made again") {
		t.Error("the log does not say that it is over")
	}
}

// besideTheDaemon runs other commands on the store that the daemon has open: what they type is on the page soon.
func besideTheDaemon(t *testing.T, r *running, dir string) {
	out, _ := program(t, dir, 0, "figures", "--indicator", "views", "--period", "2026-W46", "--format", "csv", "--now", daemonNow)
	if !strings.Contains(out, ",84,") { // 9 + 10 + … + 15
		t.Errorf("the views of the week:\n%s", out)
	}
	program(t, dir, 0, "record", "linkedin", "followers", "4711", "--on", "2026-11-13", "--now", daemonNow)
	program(t, dir, 0, "status", "--now", daemonNow)
	if out, errs, code := attempt(t, dir, nil, "collect", "loki", "--now", daemonNow); code != exitPartial && !strings.Contains(errs, "is left to whoever visits it now") {
		t.Errorf("exit code %d, want a part, for there is no older log, or that the daemon is at it\n%s%s", code, out, errs)
	}
	r.until(t, "what was typed is on the page", func() bool {
		_, body := r.get(t, "koske-2026-W46.fi.html")
		return strings.Contains(body, "4\u00a0711") || strings.Contains(body, "4711")
	})
}

// reloads changes the configuration, first with a fault and then without.
func reloads(t *testing.T, r *running, dir string) {
	path := filepath.Join(dir, "seuranta.yaml")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, metric, page string }{
		{string(good) + "nonsense: 1\n", `seuranta_reloads_total{result="refused"} 1`, ""},
		{strings.Replace(string(good), "name: Kotisivut", "name: Uudet sivut", 1), `seuranta_reloads_total{result="used"} 1`, "Uudet sivut"},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := r.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		r.until(t, c.metric, func() bool { _, body := r.get(t, "metrics"); return strings.Contains(body, c.metric) })
		if c.page != "" {
			r.until(t, "the page has the new name", func() bool { _, body := r.get(t, "koske-2026-W46.fi.html"); return strings.Contains(body, c.page) })
		}
	}
	if !strings.Contains(r.said(), "nonsense") {
		t.Errorf("the fault is not told:\n%s", r.said())
	}
}

// stopRounds is how often TestServeStopsAtAnyMoment stops a daemon; SEURANTA_CRASH_ROUNDS overrules it.
const stopRounds = 6

// TestServeStopsAtAnyMoment tells a daemon that collects every second to end, at some moment, and wants it to be gone within
// five seconds with nothing half written; or kills it.
func TestServeStopsAtAnyMoment(t *testing.T) {
	dir := daemonFolder(t)
	rounds := int(variable(t, "SEURANTA_CRASH_ROUNDS", stopRounds))
	for round := range rounds {
		r := serving(t, dir)
		time.Sleep(time.Duration(rand.IntN(4000)) * time.Millisecond)
		if round%3 == 2 {
			_ = r.Process.Kill()
			_ = r.Wait()
			continue
		}
		begun := time.Now()
		if err := r.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := ends(t, r.Cmd, 5*time.Second); code != exitOK {
			t.Fatalf("round %d: it ended with %d after %s\n%s", round, code, time.Since(begun), r.said())
		}
	}
	for _, c := range []struct{ indicator, want string }{{"views", ",84,"}, {"publications", ",2,"}} {
		program(t, dir, exitPartial, "collect", "--now", daemonNow) // there is no older log
		out, _ := program(t, dir, 0, "figures", "--indicator", c.indicator, "--period", "2026-W46", "--format", "csv", "--now", daemonNow)
		if !strings.Contains(out, c.want) {
			t.Errorf("%s of the week:\n%s", c.indicator, out)
		}
	}
	entries, err := os.ReadDir(filepath.Join(dir, "pages"))
	for _, e := range entries {
		if b, bad := os.ReadFile(filepath.Join(dir, "pages", e.Name())); strings.HasSuffix(e.Name(), ".html") && !strings.HasPrefix(e.Name(), ".") && (bad != nil || !strings.HasSuffix(string(b), "</html>\n")) {
			t.Errorf("%s is half written", e.Name())
		}
	}
	if err != nil && !os.IsNotExist(err) {
		t.Error(err)
	}
}
