package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"seuranta/collectors"
	"seuranta/internal/config"
	"seuranta/internal/store/embedded/embeddedtest"
)

func link(t *testing.T, to, name string) string {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestWriteFileFollowsLinks: what was a link stays one, and the file that it leads to is written.
func TestWriteFileFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"real/page": "old", "real/deep/x": ""})
	link(t, "real/deep", filepath.Join(dir, "short"))
	for name, want := range map[string]string{
		link(t, "real/page", filepath.Join(dir, "whole")):            "real/page",
		link(t, "real/new/page", filepath.Join(dir, "dangling")):     "real/new/page",
		link(t, "../real/second", filepath.Join(dir, "short", "up")): "real/second",
		link(t, "short/../third", filepath.Join(dir, "around")):      "real/third",
		link(t, "whole", filepath.Join(dir, "twice")):                "real/page",
		filepath.Join(dir, "short") + "/../fourth":                   "real/fourth",
		filepath.Join(dir, "a", "b", "plain"):                        "a/b/plain",
	} {
		before, _ := os.Readlink(name)
		if name == filepath.Join(dir, "short", "up") {
			want = "real/real/second" // the folder is real/deep, whatever name led to it
		}
		if err := writeFile(context.Background(), name, []byte(name)); err != nil {
			t.Error(err)
			continue
		}
		if after, _ := os.Readlink(name); after != before || readFile(t, filepath.Join(dir, want)) != name {
			t.Errorf("%s: it led to %q and leads to %q, or %s does not hold what was written", name, before, after, want)
		}
	}
	link(t, "circle", filepath.Join(dir, "circle"))
	if err := writeFile(context.Background(), filepath.Join(dir, "circle"), nil); err == nil {
		t.Error("a link to itself was written through")
	}
	wantNoRests(t, dir)
}

// wantNoRests wants no half-written file to lie about.
func wantNoRests(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasPrefix(d.Name(), ".") {
			t.Errorf("%s was left", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWriteFileKeepsWhoMayRead(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"mine": "old"}) // 0600
	for name, want := range map[string]fs.FileMode{"mine": 0o600, "new": 0o644} {
		path := filepath.Join(dir, name)
		if err := writeFile(context.Background(), path, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
}

func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWriteFileIntoAPipe: who reads gets all of it, more than a pipe holds, and the pipe stays one.
func TestWriteFileIntoAPipe(t *testing.T) {
	path := fifo(t)
	text := strings.Repeat("page ", 100_000)
	read := make(chan string)
	go func() {
		time.Sleep(50 * time.Millisecond) // the reader may come later
		b, _ := os.ReadFile(path)
		read <- string(b)
	}()
	if err := writeFile(context.Background(), path, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != text {
		t.Errorf("%d bytes came through, want %d", len(got), len(text))
	}
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("the pipe became %v, %v", info.Mode(), err)
	}
}

// TestWriteFileGivesUp on a pipe that nobody opens, and on one that is opened and not read, when it is to stop.
func TestWriteFileGivesUp(t *testing.T) {
	for _, opened := range []bool{false, true} {
		path := fifo(t)
		if opened {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		err := writeFile(ctx, path, make([]byte, 1<<20))
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 3*time.Second {
			t.Errorf("opened: %v: after %s: %v", opened, time.Since(start), err)
		}
	}
}

// reported is a folder with a configuration and a week that was collected.
func reported(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": smallDesk, "access.log": smallLog(8)})
	program(t, dir, 0, "collect", "--from", "2026-11-02", "--to", "2026-11-08", "--now", "2026-11-09T06:00:00Z")
	return dir
}

func weeklyTo(out string) []string {
	return []string{"report", "weekly", "--now", "2026-11-09T06:00:00Z", "--format", "text", "--out", out}
}

// TestOutSparesConfigurationAndStore: neither by its name, nor by another path, nor through a link.
func TestOutSparesConfigurationAndStore(t *testing.T) {
	dir := reported(t)
	link(t, "seuranta.yaml", filepath.Join(dir, "page.html"))
	link(t, "data", filepath.Join(dir, "pages"))
	if err := os.Link(filepath.Join(dir, "seuranta.yaml"), filepath.Join(dir, "hard.html")); err != nil {
		t.Fatal(err)
	}
	lock := readFile(t, filepath.Join(dir, "data", "seuranta.lock"))
	for _, out := range []string{"seuranta.yaml", "./data/../seuranta.yaml", "page.html", "hard.html", "data/seuranta.lock", "data", "data/", "data/new/page.html",
		"pages/page.html", "pages", filepath.Join(dir, "data", "x")} {
		_, errs := program(t, dir, exitUsage, weeklyTo(out)...)
		if !strings.Contains(errs, "name another") {
			t.Errorf("--out %s: %s", out, errs)
		}
	}
	if readFile(t, filepath.Join(dir, "seuranta.yaml")) != smallDesk || readFile(t, filepath.Join(dir, "data", "seuranta.lock")) != lock {
		t.Error("a file was written over")
	}
	program(t, dir, 0, weeklyTo("database.html")...) // it only begins like data
}

// TestOutSparesWhatIsNotThereYet: the folder of the store need not exist.
func TestOutSparesWhatIsNotThereYet(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": ""})
	cfg := &config.Config{Path: filepath.Join(dir, "seuranta.yaml"), Storage: config.Storage{Path: filepath.Join(dir, "a", "data")}}
	for out, refused := range map[string]bool{"a/data": true, "a/data/x/y": true, "a/data/../data/x": true, "a": false, "a/data/../x": false, "a/data2": false, "..data": false} {
		if err := spare(cfg, filepath.Join(dir, out)); (err != nil) != refused {
			t.Errorf("--out %s: %v", out, err)
		}
	}
}

// TestPagesLieApart: a folder of pages holds no configuration, secret or store, and lies in none of their folders, by whatever
// name; check says so, and serve does not begin.
func TestPagesLieApart(t *testing.T) {
	dir := t.TempDir()
	desk := strings.Replace(smallDesk, "organisations:", "alerts: {webhook: {url_file: elsewhere/hook}}\nstorage: {path: store/data}\nserver: {listen: \"127.0.0.1:0\", pages: PAGES}\norganisations:", 1)
	writeFiles(t, dir, map[string]string{"secrets/x.token": "canary", "elsewhere/hook": "https://hook.example/canary", "elsewhere/pages/x": "", "store/data/x": "", "seuranta.yaml": ""})
	for name, to := range map[string]string{"here": ".", "hidden": "secrets", "stored": "store"} {
		link(t, to, filepath.Join(dir, name))
	}
	for pages, refused := range map[string]bool{".": true, "..": true, "/": true, "./secrets": true, "secrets/pages": true, "here": true, "hidden/x": true, "store": true, "store/data": true, "stored/data/pages": true,
		"elsewhere": true, "elsewhere/hook": true, "elsewhere/pages": false, "pages": false, "secrets2": false, "store/pages": false, "here/pages": false} {
		cfg, err := config.Parse(filepath.Join(dir, "seuranta.yaml"), []byte(strings.Replace(desk, "PAGES", pages, 1)), collectors.Kinds(), os.LookupEnv)
		if err != nil {
			t.Fatal(err)
		}
		if err := servable(cfg); (err != nil) != refused || refused && (!strings.Contains(err.Error(), "server.pages") || strings.Contains(err.Error(), "--out")) {
			t.Errorf("pages: %s: %v", pages, err)
		}
	}
	writeFiles(t, dir, map[string]string{"seuranta.yaml": strings.Replace(desk, "PAGES", ".", 1)})
	if out, _ := program(t, dir, exitFailed, "check", "loki"); !strings.Contains(out, "server.pages") {
		t.Errorf("check: %s", out)
	}
	if _, errs, code := attempt(t, dir, nil, "serve"); code != exitConfig || !strings.Contains(errs, "server.pages") || strings.Contains(errs, "--out") {
		t.Errorf("serve: %d: %s", code, errs)
	}
}

func TestOnlyNamesOfPages(t *testing.T) {
	for name, want := range map[string]bool{"index.html": true, "koske-2026-W46.fi.html": true, "koske-2026-W46.fi.txt": true, "koske-2026-W46.sv.csv": true, "koske-2026-W46.en.json": true,
		"koske-2026-W46.fi.kotisivut-page-views.svg": true, "notes.html": false, "koske-2026-W46.fi.yaml": false, "koske-2026-W46.fi": false, "x.svg": false, "index.txt": false, "": false} {
		if served.MatchString(name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
}

// TestOutIsStandardOutput: the page goes there and nothing else does, be it a pipe or a file.
func TestOutIsStandardOutput(t *testing.T) {
	dir := reported(t)
	want, _ := program(t, dir, 0, "report", "weekly", "--now", "2026-11-09T06:00:00Z", "--format", "text")
	for _, out := range []string{"/dev/stdout", "/dev/fd/1", link(t, "/dev/stdout", filepath.Join(dir, "link"))} {
		if got, _ := program(t, dir, 0, weeklyTo(out)...); got != want {
			t.Errorf("--out %s into a pipe writes %d bytes, want %d", out, len(got), len(want))
		}
		f, err := os.Create(filepath.Join(dir, "out.txt"))
		if err != nil {
			t.Fatal(err)
		}
		cmd := underTest(t, dir, nil, weeklyTo(out)...)
		cmd.Stdout = f
		if err := errors.Join(cmd.Run(), f.Close()); err != nil || readFile(t, f.Name()) != want {
			t.Errorf("--out %s into a file: %v, or it does not hold the page", out, err)
		}
	}
}

// TestOutIsADevice bears a device in a name space of its own, in which nothing can take the device's place.
func TestOutIsADevice(t *testing.T) {
	own := nameSpace(t)
	dir := reported(t)
	self, err := exec.LookPath("seuranta")
	if err != nil {
		t.Fatal(err)
	}
	const script = `touch null; mount --bind /dev/null null; "$SEURANTA" report weekly --now 2026-11-09T06:00:00Z --out null; test -c null`
	cmd := exec.Command(own[0], own[1], "sh", "-ec", script)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "SEURANTA="+self, "SEURANTA_LIBCHDB="+embeddedtest.Library(t))
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(string(out), "null\n") {
		t.Errorf("%v: %s", err, out)
	}
}
