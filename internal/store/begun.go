package store

import (
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// begunFolder holds, in the folder of the embedded engine, a file for each source whose server is being asked.
const begunFolder = "visiting/begun"

func (s *Store) begunFile(organisation, source string) string {
	return filepath.Join(s.info.Place, begunFolder, url.PathEscape(organisation+"."+source))
}

// Begin notes that the server of a source is asked from a moment on, until end is called. What a process that is killed before
// that was told is lost; the note is not, so that the server is not asked again at once, each time that the process is
// started. A note that cannot be written is none, and a store on a server takes none.
func (s *Store) Begin(organisation, source string, at time.Time) (end func()) {
	if s.shared == nil {
		return func() {}
	}
	path := s.begunFile(organisation, source)
	_ = os.MkdirAll(filepath.Dir(path), 0o700)
	_ = os.WriteFile(path, []byte(at.UTC().Format(time.RFC3339Nano)+"\n"), 0o600)
	return func() { _ = os.Remove(path) }
}

// Begun returns the moment of a note that was taken and never ended, the zero time when there is none.
func (s *Store) Begun(organisation, source string) time.Time {
	if s.shared == nil {
		return time.Time{}
	}
	text, err := os.ReadFile(s.begunFile(organisation, source))
	if err != nil || len(text) == 0 {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, string(text[:len(text)-1]))
	if err != nil {
		return time.Time{}
	}
	return at
}
