package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/store/embedded/embeddedtest"
)

// onASmallDisk is run in a name space of its own. The data folder is on a disk that is filled after the first week, up to some
// kilobytes: with more and more of them the second week's run fails later and later in its commit, and at last succeeds.
const onASmallDisk = `
mkdir data
mount -t tmpfs -o size=64m tmpfs data
first="--from 2026-11-02 --to 2026-11-08 --now 2026-11-09T06:00:00Z"
second="--from 2026-11-09 --to 2026-11-15 --now 2026-11-16T06:00:00Z"
figures="figures --period 2026-11-02..2026-11-15 --format csv --now 2026-11-16T06:00:00Z"
"$SEURANTA" collect $first
for left in 0 1030 1060 1100 1200 1400 1800 3000 6000; do
	free=$(df -k --output=avail data | tail -n 1)
	head -c $(( (free - left) * 1024 )) /dev/zero >data/filler || true
	"$SEURANTA" collect $second >$left.out 2>$left.err && code=0 || code=$?
	rm data/filler
	"$SEURANTA" $figures >$left.csv
	echo $left $code >>codes
done
"$SEURANTA" collect $second >last.out
umount data
`

// TestCollectOnAFullDisk wants a run that could not be stored to say so, and one that says nothing to be stored.
func TestCollectOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": smallDesk, "access.log": smallLog(15)})
	inNameSpace(t, dir, onASmallDisk)
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	failed := 0
	for line := range strings.Lines(read("codes")) {
		left, code, _ := strings.Cut(strings.TrimSpace(line), " ")
		out, errs, figures := read(left+".out"), read(left+".err"), read(left+".csv")
		t.Logf("%s kB left: exit code %s, %s", left, code, errs)
		whole := strings.Contains(figures, ",119,,,views,ok,14,14,days,") // 2 + 3 + … + 15
		switch full := strings.Contains(errs, "the disk is full"); {
		case code == "0" && (full || !whole):
			t.Errorf("%s kB left: told as stored:\n%s%s\nand the figures are\n%s", left, out, errs, figures)
		case code == "1" && (!full || !whole && !strings.Contains(figures, ",35,,,views,partial,14,7,days,")):
			t.Errorf("%s kB left: %s\nand the figures are\n%s", left, errs, figures)
		case code == "1":
			failed++
		case code != "0":
			t.Errorf("%s kB left: exit code %s", left, code)
		}
	}
	if failed == 0 || !strings.Contains(read("last.out"), " 0    0        15         ok") {
		t.Errorf("%d runs failed, and the last run told\n%s", failed, read("last.out"))
	}
}

// inNameSpace runs a script in a folder, with mounts that only it sees.
func inNameSpace(t *testing.T, dir, script string) {
	t.Helper()
	self, err := exec.LookPath("seuranta")
	if err != nil {
		t.Fatal(err)
	}
	own := nameSpace(t)
	cmd := exec.Command(own[0], own[1], "sh", "-ec", script)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "SEURANTA="+self, "SEURANTA_LIBCHDB="+embeddedtest.Library(t))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// onAFullDisk is run in a name space of its own: the configuration changes when the disk of the data folder is full.
const onAFullDisk = `
mkdir data
mount -t tmpfs -o size=64m tmpfs data
"$SEURANTA" collect --from 2026-11-02 --to 2026-11-15 --now 2026-11-16T06:00:00Z
head -c 64M /dev/zero >data/filler || true
echo "# changed" >>seuranta.yaml
for command in status figures alerts "report weekly"; do
	"$SEURANTA" $command >out 2>>errs || echo "$command fails" >>failed
done
echo 'server: {listen: "127.0.0.1:0"}' >>seuranta.yaml
"$SEURANTA" serve >served 2>>errs &
for i in $(seq 100); do grep -q ready served && break; sleep 0.1; done
grep -q ready served || echo "serve fails" >>failed
kill -TERM $!
wait $! || echo "serve ends badly" >>failed
rm data/filler
"$SEURANTA" status >out 2>last
umount data
`

// TestAChangedConfigurationOnAFullDisk: what is stored is shown all the same, and the daemon serves it.
func TestAChangedConfigurationOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": smallDesk, "access.log": smallLog(15), "failed": ""})
	inNameSpace(t, dir, onAFullDisk)
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	errs := read("errs")
	if failed := read("failed"); failed != "" || strings.Count(errs, "the configuration is not kept in the store") < 5 {
		t.Errorf("%s%s", failed, errs)
	}
	if last := read("last"); strings.Contains(last, "not kept") {
		t.Errorf("with room again it says\n%s", last)
	}
}

// nameSpace returns a command in front of another that gives it mounts which only it sees. It skips the test where no process
// may have some; the project's own checks must be able to.
func nameSpace(t *testing.T) []string {
	t.Helper()
	var why []byte
	for _, own := range []string{"-Urm", "-m"} {
		out, err := exec.Command("unshare", own, "true").CombinedOutput()
		if err == nil {
			return []string{"unshare", own}
		}
		why = append(why, out...)
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("no name space of its own: %s", why)
	}
	t.Skipf("no name space of its own: %s", why)
	return nil
}
