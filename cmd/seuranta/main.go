// Command seuranta gathers what an organisation's communication reaches and shows it as weekly charts and figures that can
// be defended. `seuranta --help` lists what it does; the README tells how to begin.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	_ "time/tzdata" // the zones of the world, also where the system has none
)

// version is set by the build.
var version = "unknown"

func main() {
	log.SetOutput(unquoted{os.Stderr})
	a := newApp(os.Stdout, os.Stderr, os.LookupEnv)
	ctx, stop := untilStopped(func() bool { return a.rereads(os.Args[1:]) })
	code := run(ctx, os.Args[1:], a)
	stop()
	os.Exit(code)
}

// untilStopped returns a context that is done when somebody wants the program to end: by Ctrl-C, by asking it to, or by
// closing its terminal, unless it was started so as to outlive that (nohup), or takes the signal for a wish that it read its
// configuration again, as rereads tells.
func untilStopped(rereads func() bool) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	if signal.Ignored(syscall.SIGHUP) {
		return ctx, stop
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	ctx, end := context.WithCancel(ctx)
	go func() {
		for range hangup {
			if !rereads() {
				end()
			}
		}
	}()
	return ctx, func() { end(); stop() }
}

// unquoted passes on what libraries log by themselves, without what they repeat of answers: net/http quotes what a server says
// unasked, and there may stand what it was asked with.
type unquoted struct{ to io.Writer }

var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// Write writes a line of the log.
func (u unquoted) Write(line []byte) (int, error) {
	_, err := u.to.Write(quoted.ReplaceAll(line, []byte("…")))
	return len(line), err
}
