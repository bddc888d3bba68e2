package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"seuranta/internal/store/embedded/embeddedtest"
)

// onADiskThatFills is run in a name space of its own: a disk is full at three visits, which are processes of their own, and has
// room again then. The last visits find a folder that cannot be opened.
const onADiskThatFills = `
mkdir data
mount -t tmpfs -o size=3g tmpfs data
"$SEURANTA" collect --due --now 2026-11-09T06:00:00Z
mount -o remount,size=$(df -k --output=used data | tail -n 1 | tr -d ' ')k data
for hour in 07 08 09; do "$SEURANTA" collect --due --now 2026-11-09T$hour:00:00Z || true; done
mount -o remount,size=3g data
for hour in 10 11; do "$SEURANTA" collect --due --now 2026-11-09T$hour:00:00Z; done
cp data/seuranta.outage slip
umount data
touch data/metadata
for minute in 00 04 08 12; do "$SEURANTA" collect --due --now 2026-11-09T12:$minute:00Z || true; done
`

// TestAFullDiskIsToldOf by visits that end, by the webhook: once, and once its end. So is a store that cannot be opened, after
// a while.
func TestAFullDiskIsToldOf(t *testing.T) {
	var mu sync.Mutex
	var told []string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct {
			Alarms []struct{ Kind, State string }
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, a := range m.Alarms {
			told = append(told, a.Kind+" "+a.State)
		}
	}))
	t.Cleanup(hook.Close)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"access.log": smallLog(8), "seuranta.yaml": `organisations: [{id: koske, name: Koske}]
channels: [{id: kotisivut, kind: website, name: Kotisivut}]
sources: [{id: loki, kind: accesslog, channel: kotisivut, schedule: "@every 1h", paths: [access.log], life: 2026-11-02..}]
alerts: {webhook: {url: "` + hook.URL + `", allow_private: true}}
`})
	self, err := exec.LookPath("seuranta")
	if err != nil {
		t.Fatal(err)
	}
	own := nameSpace(t)
	cmd := exec.Command(own[0], own[1], "sh", "-ec", onADiskThatFills)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "SEURANTA="+self, "SEURANTA_LIBCHDB="+embeddedtest.Library(t), "HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := strings.Join(told, ", "); got != "disk_full stands, disk_full over, store_unreachable stands" {
		t.Errorf("told was %q\n%s", got, out)
	}
	if info, err := os.Stat(filepath.Join(dir, "slip")); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
}
