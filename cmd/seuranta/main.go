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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], newApp(os.Stdout, os.Stderr, os.LookupEnv))
	stop()
	os.Exit(code)
}
