package collectortest

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/observation"
)

// fileSpoiling is one way in which files are not as they should be.
type fileSpoiling struct {
	name  string
	file  func(path string) error // what becomes of each file
	large bool
}

// fileSpoilings lists the ways.
func fileSpoilings() []fileSpoiling {
	return []fileSpoiling{
		{name: "missing", file: os.Remove},
		{name: "unreadable", file: unreadable},
		{name: "a folder", file: func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }},
		{name: "empty", file: func(path string) error { return os.Truncate(path, 0) }},
		{name: "half of a gzip", file: halfPacked},
		{name: "junk", file: junk},
		{name: "a page of HTML", file: func(path string) error { return os.WriteFile(path, []byte(page), 0o600) }},
		{name: "huge", file: func(path string) error { return errors.Join(os.Truncate(path, 0), os.Truncate(path, 64<<20)) }, large: true},
	}
}

// unreadable puts a link in the place of a file that leads to itself: not even root can read it.
func unreadable(path string) error {
	return errors.Join(os.Remove(path), os.Symlink(filepath.Base(path), path))
}

// halfPacked packs a file and cuts it off.
func halfPacked(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write(b)
	if err = errors.Join(err, z.Close()); err != nil {
		return err
	}
	return os.WriteFile(path, packed.Bytes()[:packed.Len()/2], 0o600)
}

// junk fills a file with bytes that mean nothing, always the same.
func junk(path string) error {
	var b []byte
	for sum := sha256.Sum256([]byte("roska")); len(b) < 100_000; sum = sha256.Sum256(sum[:]) {
		b = append(b, sum[:]...)
	}
	return os.WriteFile(path, b, 0o600)
}

// checkFiles spoils all files of the good visit in every way.
func (b *bench) checkFiles(t *testing.T) {
	all := fileSpoilings()
	for _, name := range slices.Sorted(maps.Keys(b.suite.Files)) {
		all = append(all, fileSpoiling{name: name, file: b.suite.Files[name], large: true})
	}
	for _, s := range all {
		t.Run(strings.ReplaceAll(s.name, " ", "-"), func(t *testing.T) { b.spoilFiles(t, s) })
	}
}

func (b *bench) spoilFiles(t *testing.T, s fileSpoiling) {
	end := spoiling{name: s.name, results: []observation.Result{observation.Failed, observation.Partial}}
	if i, ok := b.instead(s.name, 1); ok {
		end.results, end.reasons, end.same = i.Results, i.Reasons, i.AsWell
	}
	peak := watchMemory()
	v := b.try(t, trial{spoil: func(dir string) error {
		return eachFile(dir, func(path string) error { return s.spoil(path, b.visit) })
	}})
	if most := peak(); s.large && most > mostMemory {
		t.Errorf("it took %d MB of memory, want at most %d", most>>20, mostMemory>>20)
	}
	b.checkEnd(t, v, end, 1)
	if b.kind.Typed {
		b.checkUnharmed(t, s)
	}
}

// checkUnharmed checks that what was told of files stays as it is when they are spoiled after it. A file that people wrote is
// taken as a whole or not at all.
func (b *bench) checkUnharmed(t *testing.T, s fileSpoiling) {
	t.Helper()
	before := b.try(t, trial{})
	after := b.try(t, trial{again: before, spoil: func(dir string) error {
		return eachFile(dir, func(path string) error { return s.spoil(path, b.visit) })
	}})
	if d := gocmp.Diff(before.told, after.told); d != "" {
		t.Errorf("what was stored before is no longer as it was (-before +after):\n%s", d)
	}
	if d := gocmp.Diff(summary(before.figures), summary(after.figures)); d != "" {
		t.Errorf("the figures are no longer as they were (-before +after):\n%s", d)
	}
}

// spoil spoils a file and has it written to at the moment of the visit.
func (s fileSpoiling) spoil(path string, v visit) error {
	err := s.file(path)
	if touched := os.Chtimes(path, v.Now, v.Now); touched != nil && err == nil {
		if _, gone := os.Stat(path); gone == nil {
			err = touched
		}
	}
	return err
}

// eachFile calls do for every file below a folder but for the configuration.
func eachFile(dir string, do func(path string) error) error {
	var paths []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && e.Name() != "seuranta.yaml" {
			paths = append(paths, path)
		}
		return err
	})
	for _, path := range paths {
		err = errors.Join(err, do(path))
	}
	return err
}

// longFile is enough bytes for a visit that can be stopped in its middle.
const longFile = 8 << 20

// lengthen makes a file long: as its kind says, or by repeating it; a packed one is packed as well when it stands there several
// times.
func (b *bench) lengthen(path string) error {
	long := b.suite.Lengthen
	if long == nil {
		long = repeat
	}
	return errors.Join(long(path), os.Chtimes(path, b.visit.Now, b.visit.Now))
}

func repeat(path string) error {
	b, err := os.ReadFile(path)
	if err == nil && len(b) > 0 {
		err = os.WriteFile(path, bytes.Repeat(b, longFile/len(b)+1), 0o600)
	}
	return err
}
