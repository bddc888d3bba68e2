package main

import (
	"strings"
	"testing"

	"seuranta/internal/store/embedded/embeddedtest"
)

// TestOneVisitAtATime: what another process visits is left to it by collect, and waited for by a person's command.
func TestOneVisitAtATime(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": smallDesk, "access.log": smallLog(15)})
	a := newApp(new(strings.Builder), new(strings.Builder), func(name string) (string, bool) {
		if name == "SEURANTA_LIBCHDB" {
			return embeddedtest.Library(t), true
		}
		return "", false
	})
	a.configPath, a.nowText = dir+"/seuranta.yaml", daemonNow
	d, err := a.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.store.Close()
	release, err := d.store.Visit("koske", "loki")
	if err != nil {
		t.Fatal(err)
	}
	_, errs, code := attempt(t, dir, nil, "collect", "--now", daemonNow)
	if code != exitOK || !strings.Contains(errs, "loki is left to whoever visits it now") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	if all, err := a.runner(d).Standing(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("it was visited all the same: %+v, %v", all, err)
	}
	release()
	if _, errs, code := attempt(t, dir, nil, "collect", "--now", daemonNow); code != exitPartial || strings.Contains(errs, "is left to") { // there is no older log
		t.Errorf("exit code %d, %s", code, errs)
	}
}
