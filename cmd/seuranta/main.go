// Command seuranta gathers what an organisation's communication reaches and shows it as weekly charts and figures that can
// be defended. `seuranta --help` lists what it does; the README tells how to begin.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the zones of the world, also where the system has none
)

// version is set by the build.
var version = "unknown"

func main() {
	ctx, stop := untilStopped()
	code := run(ctx, os.Args[1:], newApp(os.Stdout, os.Stderr, os.LookupEnv))
	stop()
	os.Exit(code)
}

// untilStopped returns a context that is done when somebody wants the program to end: by Ctrl-C, by asking it to, or by
// closing its terminal, unless it was started so as to outlive that (nohup).
func untilStopped() (context.Context, context.CancelFunc) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signal.NotifyContext(context.Background(), signals...)
}
