package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/store"
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

// TestDescribeNamesAnUntestedVersion holds the line of check on the storage: a version that the tests do not run on is named,
// with what to do; one that they run on is not.
func TestDescribeNamesAnUntestedVersion(t *testing.T) {
	i := store.Info{Engine: "server", Place: "db:9000", Version: "24.8.1.1"}
	if got, want := describe(i), "ClickHouse 24.8.1.1, server, db:9000; this version, reached in this way, is not among those that seuranta is tested with, so look at its first figures with care"; got != want {
		t.Errorf("untested: %s", got)
	}
	i.Tested = true
	if got := describe(i); got != "ClickHouse 24.8.1.1, server, db:9000" {
		t.Errorf("tested: %s", got)
	}
}
