package connect_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/connect"
)

// The test binary is the program that is killed: it renews the credential of a folder and dies at a point.
const (
	childFolder = "CONNECT_CHILD_FOLDER"
	childServer = "CONNECT_CHILD_SERVER"
	childPoint  = "CONNECT_CHILD_POINT"
	childNow    = "CONNECT_CHILD_NOW"
	fullDisk    = "full disk" // no point, but that the process may hardly write
)

func TestMain(m *testing.M) {
	if folder := os.Getenv(childFolder); folder != "" {
		child(folder)
		return
	}
	os.Exit(m.Run())
}

func child(folder string) {
	at, _ := time.Parse(time.RFC3339, os.Getenv(childNow))
	c := &clock{at: at}
	p := &platform{}
	a := connect.Account{Source: "x-koske", Folder: folder, Now: c.now}
	a.Connection = p.connectionAt(os.Getenv(childServer))
	a.Failpoint = func(point string) {
		if point == os.Getenv(childPoint) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			time.Sleep(time.Minute)
		}
	}
	if os.Getenv(childPoint) == fullDisk {
		_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 4096, Max: 4096})
	}
	token, err := a.Credential(session(), c.now).Token(context.Background())
	fmt.Printf("%s %v\n", token.Reveal(), err)
}

func renewElsewhere(t *testing.T, p *platform, a connect.Account, c *clock, point string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childFolder+"="+a.Folder, childServer+"="+p.URL, childPoint+"="+point, childNow+"="+c.now().Format(time.RFC3339))
	out, err := cmd.Output()
	return string(out), err
}

// A process that is killed while it renews a single-use refresh token: whatever was on the disk is found, and only between the
// platform's answer and the first write is something lost, which a platform with some grace gives again.
func TestKilled(t *testing.T) {
	for _, test := range []struct {
		point        string
		grace, works bool
	}{
		{"prepared", false, true}, {"answered", true, true}, {"answered", false, false}, {"written", false, true}, {"renamed", false, true},
	} {
		p, c := newPlatform(t), newClock()
		if test.grace {
			p.grace = map[string]string{}
		}
		a := connected(t, p, c)
		c.pass(3 * time.Hour)
		_, err := renewElsewhere(t, p, a, c, test.point)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("%s: it was not killed: %v", test.point, err)
		}
		_, token, err := renewed(t, a, c)
		if (err == nil && p.access[token.Reveal()]) != test.works {
			t.Errorf("killed when %s, grace %v: %v", test.point, test.grace, err)
		}
		if !test.works && (!errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "cut off when the program was killed") || !strings.Contains(err.Error(), "run seuranta connect x-koske")) {
			t.Errorf("killed when %s: it says %v", test.point, err)
		}
		if test.works && !works(t, p, a, c) {
			t.Errorf("killed when %s, grace %v: the second renewal fails", test.point, test.grace)
		}
	}
}

// A first connection that is killed after it was written counts.
func TestKilledWhileConnecting(t *testing.T) {
	p, c := newPlatform(t), newClock()
	a := connected(t, p, c)
	if err := os.Rename(a.Path(), a.Path()+".next"); err != nil {
		t.Fatal(err)
	}
	if !a.There() || !works(t, p, a, c) {
		t.Error("what was written is lost")
	}
}

// Several processes renew at once: one asks, the others wait and take what it got.
func TestManyProcesses(t *testing.T) {
	p, c := newPlatform(t), newClock()
	p.meddle = func(http.ResponseWriter, *http.Request, map[string]any) bool {
		time.Sleep(100 * time.Millisecond)
		return false
	}
	a := connected(t, p, c)
	c.pass(3 * time.Hour)
	var mu sync.Mutex
	got := map[string]int{}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			out, err := renewElsewhere(t, p, a, c, "")
			if err != nil || !strings.HasSuffix(out, " <nil>\n") {
				t.Errorf("%q %v", out, err)
			}
			mu.Lock()
			got[out]++
			mu.Unlock()
		})
	}
	all.Wait()
	if len(got) != 1 || p.questions() != 2 {
		t.Errorf("%d tokens after %d questions", len(got), p.questions())
	}
	if !works(t, p, a, c) {
		t.Error("the family of tokens was ended")
	}
}
