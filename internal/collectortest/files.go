package collectortest

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	for _, s := range fileSpoilings() {
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

// lengthen repeats a file until it is long; a packed one is packed as well when it stands there several times.
func lengthen(path string, at time.Time) error {
	b, err := os.ReadFile(path)
	if err == nil && len(b) > 0 {
		err = os.WriteFile(path, bytes.Repeat(b, longFile/len(b)+1), 0o600)
	}
	return errors.Join(err, os.Chtimes(path, at, at))
}
