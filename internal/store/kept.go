package store

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
)

// keptFolder holds, in the folder of the embedded engine, a file for each source that spent calls: what it remembers of them.
const keptFolder = "visiting/kept"

func (s *Store) keptFile(organisation, source string) string {
	return filepath.Join(s.info.Place, keptFolder, url.PathEscape(organisation+"."+source))
}

// Keep writes down at once what a source remembers under a key, outside any commit: a process that is killed before its commit
// has asked the platform all the same. What cannot be written is not kept, nor is what was kept before, which would be older
// than what the next commit stores. A store on a server keeps nothing.
func (s *Store) Keep(organisation, source, key, value string) {
	if s.shared == nil {
		return
	}
	path, kept := s.keptFile(organisation, source), s.Kept(organisation, source)
	if kept == nil {
		kept = map[string]string{}
	}
	kept[key] = value
	if text, err := json.Marshal(kept); err != nil || replace(path, text) != nil {
		_ = os.Remove(path)
	}
}

// Kept returns what was kept of a source, nil where nothing was.
func (s *Store) Kept(organisation, source string) map[string]string {
	if s.shared == nil {
		return nil
	}
	text, err := os.ReadFile(s.keptFile(organisation, source))
	var kept map[string]string
	if err != nil || json.Unmarshal(text, &kept) != nil {
		return nil
	}
	return kept
}

// replace writes a file whole: who reads it sees the old text or the new one. Only its owner may read it.
func replace(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "~") // no name of a source begins so
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if end := f.Close(); err == nil {
		err = end
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
