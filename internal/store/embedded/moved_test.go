//go:build linux && amd64

package embedded_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/store/embedded"
)

// displacements are the ways in which another folder, or none, gets into the place of one that is in use. Backup is a whole
// copy of it, of an earlier moment.
var displacements = map[string]func(t *testing.T, folder, backup string){
	"moved":    func(t *testing.T, folder, _ string) { rename(t, folder, folder+"-2") },
	"removed":  func(t *testing.T, folder, _ string) { removeAll(t, folder) },
	"restored": func(t *testing.T, folder, backup string) { removeAll(t, folder); rename(t, backup, folder) },
	"replaced": func(t *testing.T, folder, backup string) { rename(t, folder, folder+"-2"); rename(t, backup, folder) },
}

// removeAll removes a folder whose engine may write into it at the same time.
func removeAll(t *testing.T, path string) {
	t.Helper()
	var err error
	for range 20 {
		if err = os.RemoveAll(path); err == nil {
			return
		}
	}
	t.Fatal(err)
}

// copied makes a copy of a folder that nobody uses.
func copied(t *testing.T, folder string) (backup string) {
	t.Helper()
	backup = folder + "-backup"
	if out, err := osexec.Command("cp", "-a", folder, backup).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	return backup
}

// filesOf tells what is in a folder, and how much of it; nothing when there is no folder.
func filesOf(t *testing.T, folder string) map[string]int64 {
	t.Helper()
	files := map[string]int64{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		files[path] = info.Size()
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// used makes a folder with some batches in it, and its backup.
func used(t *testing.T) (folder, backup string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "data")
	p := play(t, "add", folder)
	p.processNumber(t)
	for range 3 {
		p.line(t)
	}
	p.end(t)
	return folder, copied(t, folder)
}

// fails waits for the end of a role and wants it to have failed because its folder was moved.
func (p *process) fails(t *testing.T) {
	t.Helper()
	defer time.AfterFunc(20*time.Second, func() { _ = p.cmd.Process.Kill() }).Stop()
	lines := p.rest()
	if p.cmd.ProcessState.ExitCode() != 1 || len(lines) == 0 || !strings.Contains(lines[len(lines)-1], embedded.ErrMoved.Error()) {
		t.Errorf("the other process ended with %v: %q", p.cmd.ProcessState, lines)
	}
}

// Another folder gets into the place of the one that a process runs the engine on. That process ends, and what stands in the
// place now is left as it is: also the next process finds it sound.
func TestFolderIsDisplaced(t *testing.T) {
	for name, displace := range displacements {
		t.Run(name, func(t *testing.T) {
			folder, backup := used(t)
			busy := play(t, "add", folder)
			busy.processNumber(t)
			busy.line(t)
			displace(t, folder, backup)
			before := filesOf(t, folder)
			busy.fails(t)
			if after := filesOf(t, folder); !maps.Equal(before, after) {
				t.Errorf("the folder had %q, and has %q", slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
			}
			_, db := opened(t, folder)
			if got := one(t, db, "SELECT count() FROM t FINAL"); (got > 0) != (len(before) > 0) {
				t.Errorf("%d rows in a folder of %d files", got, len(before))
			}
		})
	}
}

// A process that only ends, after others began to use what stands in the place of its folder, leaves them alone.
func TestIdleOwnerOfADisplacedFolder(t *testing.T) {
	folder, _ := used(t)
	idle := play(t, "share", folder)
	idle.processNumber(t)
	rename(t, folder, folder+"-2")
	next := play(t, "share", folder)
	next.processNumber(t)
	idle.stdin.Close()
	idle.rest() // it is told when it had to end before that it was noticed
	next.end(t)
	_, db := opened(t, folder)
	if got := one(t, db, "SELECT count() FROM t FINAL"); got != 0 {
		t.Errorf("%d rows in a new folder", got)
	}
}

// A guest does not follow: what it does would be half in one folder and half in the other.
func TestGuestOfADisplacedFolder(t *testing.T) {
	for name, displace := range displacements {
		t.Run(name, func(t *testing.T) {
			folder, backup := used(t)
			owner := play(t, "share", folder)
			owner.processNumber(t)
			s, db := opened(t, folder)
			displace(t, folder, backup)
			wantError(t, insertOne(db, 1, 1), embedded.ErrMoved, folder)
			if _, err := s.Reserve("loki"); !errors.Is(err, embedded.ErrMoved) {
				t.Errorf("a name is reserved: %v", err)
			}
			select {
			case <-s.Life().Done():
			case <-time.After(10 * time.Second):
				t.Error("nobody noticed")
			}
			next := play(t, "share", folder)
			next.processNumber(t)
			wantError(t, insertOne(db, 1, 1), embedded.ErrMoved, folder)
			next.end(t)
			owner.stdin.Close()
			owner.rest()
		})
	}
}

// A folder that was moved to another disk, with a link in its old place, is where it was.
func TestALinkInThePlaceOfTheFolder(t *testing.T) {
	folder, _ := used(t)
	owner := play(t, "add", folder)
	owner.processNumber(t)
	s, db := opened(t, folder)
	rename(t, folder, folder+"-2")
	symlink(t, folder+"-2", folder)
	time.Sleep(1500 * time.Millisecond) // somebody looked
	if err := insertOne(db, 1, 1); err != nil || s.Life().Err() != nil {
		// Between the move and the link there was no folder, and it may have been looked just then.
		t.Errorf("%v, %v", err, s.Life().Err())
	}
	owner.end(t)
	if err := insertOne(db, 1, 2); err != nil {
		t.Error(err)
	}
}
