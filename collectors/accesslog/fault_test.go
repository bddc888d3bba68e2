package accesslog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"seuranta/internal/observation"
)

// TestManyFaultsAreFew has hundreds of files that are no logs, and others that are missing: what is told of them stays
// short, and still says how many there are and what to do.
func TestManyFaultsAreFew(t *testing.T) {
	const longest = 4000
	files := map[string]string{}
	for i := range 300 {
		files[fmt.Sprintf("%03d.log", i)] = fmt.Sprintf("user%d:x:0:0::/root:/bin/bash\n", i)
	}
	dir := put(t, files)
	var paths []string
	for i := range 200 {
		paths = append(paths, fmt.Sprintf("missing-%d-%s.log", i, strings.Repeat("x", 150)))
	}
	said, err := newSource(dir, "*.log").Check(context.Background(), theDay(t).Now)
	if err == nil || len(err.Error()) > longest || !strings.Contains(err.Error(), "and 290 more: is it an access log?") {
		t.Errorf("check: %q, error of %d bytes: %.500v", said, len(fmt.Sprint(err)), err)
	}
	_, err = newSource(dir, paths...).Check(context.Background(), theDay(t).Now)
	if err == nil || len(err.Error()) > longest || !strings.Contains(err.Error(), "; and 190 more") || !strings.Contains(err.Error(), "…") {
		t.Errorf("check of missing files: error of %d bytes: %.500v", len(fmt.Sprint(err)), err)
	}
	rec, err := collect(t, newSource(dir, append(paths, "*.log")...), theDay(t))
	if err == nil || len(err.Error()) > longest || !strings.Contains(err.Error(), "; and 490 more") {
		t.Errorf("collect: error of %d bytes: %.500v", len(fmt.Sprint(err)), err)
	}
	if c := cover(t, rec, metricViews, observation.Day, "2026-11-20"); len(c.Detail) > longest || !strings.HasSuffix(c.Detail, ", and 490 more") {
		t.Errorf("detail of %d bytes: %.500s", len(c.Detail), c.Detail)
	}
}

func TestLongSettingsAreCut(t *testing.T) {
	long := strings.Repeat("ä", 1<<20)
	config := Config{Paths: []string{"[" + long, long + "/**/a.log", long}, Vhosts: []string{long + "/"}, Silence: defaultSilence}
	faults := config.Validate()
	if len(faults) != 3 {
		t.Errorf("%d faults", len(faults))
	}
	for _, f := range faults {
		if n := utf8.RuneCountInString(f.Message); n > 250 || !strings.Contains(f.Message, "…") {
			t.Errorf("%s: a message of %d characters: %.300s", f.Key, n, f.Message)
		}
	}
	_, err := config.New(depsOf(t.TempDir())).(*source).Check(context.Background(), theDay(t).Now)
	if err == nil || len(err.Error()) > 2000 {
		t.Errorf("error of %d bytes", len(fmt.Sprint(err)))
	}
}

func TestShort(t *testing.T) {
	if got := short(strings.Repeat("ä", longestShow)); strings.Contains(got, "…") {
		t.Errorf("cut without need: %s", got)
	}
	if got, want := short(strings.Repeat("ä", longestShow+1)), strings.Repeat("ä", longestShow)+"…"; got != want {
		t.Errorf("got %s", got)
	}
	path := "/var/log/" + strings.Repeat("x", 500) + "/site.access.log.1"
	if got := shortPath(path); !strings.HasPrefix(got, "/var/log/xx") || !strings.HasSuffix(got, "xx/site.access.log.1") || utf8.RuneCountInString(got) != longestShow+1 {
		t.Errorf("got %s", got)
	}
}

// TestFaultsKeepTheirClasses: what is cut out of the words is still found in the error.
func TestFaultsKeepTheirClasses(t *testing.T) {
	var all faults
	for i := range 30 {
		all = append(all, fmt.Errorf("fault %d", i))
	}
	all = append(all, fs.ErrPermission)
	if err := fmt.Errorf("x: %w", all); !errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "fault 10") {
		t.Errorf("got %v", err)
	}
}

// TestFilesOfTheSystem reads what the kernel shows as files without any size: nothing waits, and nothing is read.
func TestFilesOfTheSystem(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("no such files here")
	}
	if _, err := newSource("/proc/self", "status", filepath.Join("/proc/self", "stat*")).Check(context.Background(), theDay(t).Now); err == nil {
		t.Error("the state of a process is no log")
	}
}
