package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/store/embedded/embeddedtest"
)

// onADiskThatGoes is run in a name space of its own: the disk that the data lie on is cut off from one moment to the next, as
// when the machine loses its power, and comes back with what had reached it by then.
const onADiskThatGoes = `
truncate -s 300M image
mkfs.ext4 -q -F image
mkdir disk
mount -o loop image disk
"$SEURANTA" collect --now 2026-11-16T06:00:00Z || test $? = 3
"$SEURANTA" record linkedin followers 43 --on 2026-11-13 --now 2026-11-16T06:00:00Z
mount -o remount,abort disk
umount disk
fsck.ext4 -y -f image || test $? = 1
mount -o loop image disk
"$SEURANTA" figures --period 2026-W46 --format csv --now 2026-11-16T06:00:00Z >figures.csv
umount disk
`

// TestPowerIsLost wants what was told as stored to be there after the disk went. It needs root, for a disk of its own, and is
// run by `make test-crash`.
func TestPowerIsLost(t *testing.T) {
	if os.Getenv("SEURANTA_POWER") == "" {
		t.Skip("SEURANTA_POWER is not set: this test mounts a disk of its own")
	}
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"access.log": smallLog(15), "seuranta.yaml": `organisations: [{id: koske}]
channels: [{id: kotisivut, kind: website}, {id: linkedin, kind: linkedin}]
storage: {path: disk/data}
sources:
  - {id: loki, kind: accesslog, channel: kotisivut, paths: ["access.log*"]}
  - {id: kasin, kind: entry, channel: linkedin, metrics: [followers]}
`})
	self, err := exec.LookPath("seuranta")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "-m", "sh", "-ec", onADiskThatGoes)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "SEURANTA="+self, "SEURANTA_LIBCHDB="+embeddedtest.Library(t))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "figures.csv"))
	if err != nil || !strings.Contains(string(b), ",84,") || !strings.Contains(string(b), ",43,") {
		t.Errorf("%v\n%s", err, b)
	}
}
