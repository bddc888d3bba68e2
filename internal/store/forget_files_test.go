//go:build linux && amd64

package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"seuranta/internal/store"
)

// raven is a number that stands nowhere else in the files.
const raven = 8675309.0123456789

// dies are the options of a process that kills itself at the failpoint.
func (o order) dies() store.Options {
	return store.Options{Path: o.Path, Library: o.Library, Failpoint: func(place string) {
		if place == o.Failpoint {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}}
}

// forgetInAFolder fills a store with forgettable rows and forgets them, until it kills itself at the failpoint.
func forgetInAFolder(o order) error {
	s, err := store.Open(context.Background(), o.dies())
	if err != nil {
		return err
	}
	if _, err := s.Migrate(context.Background()); err != nil {
		return err
	}
	grave := graves()[1]
	for _, c := range forgettable(grave) {
		for i, it := range c.Observations {
			if strings.Contains(it.Part, songbird) {
				c.Observations[i].Value = raven
			}
		}
		if _, err := s.Commit(context.Background(), c); err != nil {
			return err
		}
	}
	if err := os.WriteFile(o.Journal, []byte(fmt.Sprint(holding(o.Path))), 0o600); err != nil {
		return err
	}
	if err := s.Close(); err != nil { // the folder remembers its parts then
		return err
	}
	if s, err = store.Open(context.Background(), o.dies()); err != nil {
		return err
	}
	if _, err := s.Forget(context.Background(), grave); err != nil {
		return err
	}
	return s.Close()
}

// holding counts the files of a folder that hold something that is to be forgotten.
func holding(dir string) (n int) {
	number := binary.LittleEndian.AppendUint64(nil, math.Float64bits(raven))
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if b, err := os.ReadFile(path); err == nil && (bytes.Contains(b, []byte(songbird)) || bytes.Contains(b, number)) {
			n++
		}
		return nil
	})
	return n
}

// Nothing that was forgotten is in any file of the folder. A process that is killed in the midst of it is followed by one that
// goes on, and sees no damage.
func TestForgottenIsInNoFile(t *testing.T) {
	for _, place := range append(store.ForgetFailpoints(), "") {
		c := newCrashSite(t, 1)
		c.Role, c.Failpoint = "forget", place
		cmd := c.start()
		if place != "" {
			c.killed(cmd)
		} else if err := cmd.Wait(); err != nil {
			t.Fatalf("%v: %s", err, cmd.Stderr)
		}
		if before, err := os.ReadFile(c.Journal); err != nil || string(before) == "0" {
			t.Fatalf("%s: %s files held it before, %v", place, before, err)
		}
		for range 2 { // the second opening compares with what the first one left
			s, err := store.Open(context.Background(), store.Options{Path: c.Path, Library: c.Library})
			if err != nil {
				t.Fatalf("%s: %v", place, err)
			}
			all, err := s.Tombstones(context.Background())
			if err != nil || len(all) != 1 || !all[0].Done {
				t.Errorf("%s: %+v, %v", place, all, err)
			}
			if n := holding(c.Path); n != 0 {
				t.Errorf("%s: %d files hold what was forgotten", place, n)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
