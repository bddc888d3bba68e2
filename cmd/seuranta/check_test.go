package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/store/embedded/embeddedtest"
)

// TestCheckStopped stops check before its end: it says so, and tells of no fault that is none.
func TestCheckStopped(t *testing.T) {
	library, dir := embeddedtest.Library(t), t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": "organisations: [{id: koske}]\n"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs strings.Builder
	a := newApp(&out, &errs, func(name string) (string, bool) {
		if name == "SEURANTA_LIBCHDB" {
			return library, true
		}
		return os.LookupEnv(name)
	})
	code := run(ctx, []string{"check", "--config", filepath.Join(dir, "seuranta.yaml")}, a)
	if code != exitFailed || out.String() != "" || errs.String() != "seuranta: stopped\n" {
		t.Errorf("exit code %d, printed %q and %q", code, out.String(), errs.String())
	}
}
