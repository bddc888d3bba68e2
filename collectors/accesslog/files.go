package accesslog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"seuranta/internal/collector"
)

const (
	sampleSize = 16 << 10 // enough for some lines at the start and at the end of a file
	keySize    = 64       // files that begin alike may be copies; a line is longer than this as a rule
	stillFresh = time.Hour
	globRounds = 10
)

// logFile is one open log.
type logFile struct {
	path    string
	file    *os.File
	info    fs.FileInfo // as it was when the file was opened
	gz      bool
	final   bool          // nobody writes to it any more: a last line without an end is a line
	key     [keySize]byte // how it begins
	glimpse               // of its lines
}

// glimpse is what the lines at the start of a file tell, and of a plain one those at its end too.
type glimpse struct {
	seen     int   // bytes
	readable int   // lines
	latest   int64 // of the times that a clock can have told
	dated    bool  // whether there are any
}

// logSet is the logs that a run reads, all open at once and each only as far as it reached when it was opened, so that
// they can be read again with the same result while the server writes on and rotates them.
type logSet struct {
	ctx      context.Context // of the run, which may be told to stop while files are opened
	files    []*logFile
	troubles []trouble
	copies   int  // files dropped because another has all of their lines
	outside  int  // files dropped because they end before what is to be counted
	older    bool // whether there were any
}

// trouble is a file that could not be read, wholly or from a time on: what is wrong, and which stretch of time it leaves
// uncovered whatever lines the other files have.
type trouble struct {
	from, to int64  // to is not part of it
	reason   string // for coverage
	path     string
	err      error
}

// openLogs opens every regular file that the patterns match, until the run is to stop.
func openLogs(ctx context.Context, dir string, patterns []string, now time.Time) *logSet {
	s := &logSet{ctx: ctx}
	for _, r := range s.openAll(dir, patterns) {
		s.troubles = append(s.troubles, r.trouble())
	}
	s.drop(func(f *logFile) bool {
		if ctx.Err() != nil {
			return true
		}
		err := f.look(now)
		if err != nil {
			s.troubles = append(s.troubles, f.trouble(math.MinInt64, fmt.Errorf("read %s: %w", shortPath(f.path), err)))
		}
		return err != nil
	})
	return s
}

// refusal is a file that could not be opened.
type refusal struct {
	path string
	info fs.FileInfo // nil when not even that could be had
	err  error
}

// openAll opens what the patterns match, and looks again until nothing new is found: a rotation may be under way. A file
// that was renamed meanwhile is open already and not taken twice.
func (s *logSet) openAll(dir string, patterns []string) []refusal {
	var refused []refusal
	for range globRounds {
		before := len(s.files)
		refused = nil
		for _, pattern := range patterns {
			paths := s.match(dir, pattern, &refused)
			for _, path := range paths {
				if s.ctx.Err() != nil {
					return nil
				}
				if r := s.open(path); r != nil {
					refused = append(refused, *r)
				}
			}
		}
		if len(s.files) == before && len(refused) == 0 {
			break
		}
	}
	return refused
}

// match returns the paths that a pattern matches, without folders; that there are none is a refusal of the pattern.
func (s *logSet) match(dir, pattern string, refused *[]refusal) []string {
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(dir, pattern)
	}
	paths, err := filepath.Glob(pattern)
	paths = slices.DeleteFunc(paths, func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && info.IsDir()
	})
	if err == nil && len(paths) > 0 {
		return paths
	}
	if err == nil {
		_, err = os.ReadDir(filepath.Dir(pattern)) // Glob keeps to itself that it may not look
	}
	if err == nil {
		err = errNoMatch
	}
	*refused = append(*refused, refusal{path: pattern, err: err})
	return nil
}

var (
	errNoMatch    = errors.New("no file matches; correct paths, or take the pattern out if the log is no longer written")
	errNotRegular = errors.New("it is no regular file; let the server log into one")
)

// open opens one file, unless it is open already.
func (s *logSet) open(path string) *refusal {
	info, err := os.Stat(path)
	if err != nil {
		return &refusal{path, nil, err}
	}
	if !info.Mode().IsRegular() {
		return &refusal{path, info, errNotRegular}
	}
	if s.has(info) {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return &refusal{path, info, err}
	}
	if info, err = file.Stat(); err != nil || s.has(info) {
		file.Close()
		return nil // it was rotated between the two looks, and what it is now is open already
	}
	s.files = append(s.files, &logFile{path: path, file: file, info: info})
	return nil
}

func (s *logSet) has(info fs.FileInfo) bool {
	return slices.ContainsFunc(s.files, func(f *logFile) bool { return os.SameFile(f.info, info) })
}

// trouble tells of a file that could not be opened: whatever it held until it was last written to is not covered. Of a
// pattern that matches nothing not even that is known.
func (r refusal) trouble() trouble {
	t := trouble{from: math.MinInt64, to: math.MaxInt64, reason: collector.ReasonLogMissing, path: r.path}
	if r.info != nil {
		t.to, t.reason = r.info.ModTime().Unix(), collector.ReasonLogDamaged
	}
	advice := ""
	if errors.Is(r.err, fs.ErrPermission) {
		advice = "; let the user that runs seuranta read it (in Debian the group adm may read logs)"
	}
	var wrapped *fs.PathError
	if errors.As(r.err, &wrapped) {
		r.err = wrapped.Err // it names the path once more
	}
	t.err = fmt.Errorf("open %s: %w%s", shortPath(r.path), r.err, advice)
	return t
}

// trouble tells that f could not be read from the second at on. A file that holds lines of long after it was written to
// does not say when that was: all that follows is in doubt then.
func (f *logFile) trouble(at int64, err error) trouble {
	to := f.written().Unix()
	if at > to+outOfTurn {
		to = math.MaxInt64
	}
	return trouble{from: at, to: to, reason: collector.ReasonLogDamaged, path: f.path, err: err}
}

// look learns of a file what its first and last bytes tell.
func (f *logFile) look(now time.Time) error {
	var magic [2]byte
	if f.info.Size() > 0 { // files of the system may have none, and keep a reader waiting
		if _, err := f.file.ReadAt(magic[:], 0); err != nil && err != io.EOF {
			return err
		}
	}
	f.gz = magic == [2]byte{0x1f, 0x8b}
	f.final = f.gz || now.Sub(f.info.ModTime()) > stillFresh
	head, err := f.head()
	copy(f.key[:], head)
	f.learn(head, lastStamp(now))
	if f.gz || err != nil || f.info.Size() <= sampleSize {
		return err
	}
	tail := make([]byte, sampleSize)
	n, err := f.file.ReadAt(tail, f.info.Size()-sampleSize)
	if err == io.EOF {
		err = nil
	}
	_, tail, _ = bytes.Cut(tail[:n], []byte{'\n'})
	f.learn(tail, lastStamp(now))
	return err
}

// head returns the first bytes of the log. A cut file may end in them; reading it will tell.
func (f *logFile) head() ([]byte, error) {
	r, err := f.reader(nil)
	if err != nil {
		return nil, nil
	}
	b, err := io.ReadAll(io.LimitReader(r, sampleSize))
	if f.gz {
		err = nil
	}
	return b, err
}

// learn adds what the whole lines of b tell, but for times after until.
func (g *glimpse) learn(b []byte, until int64) {
	var (
		s scanner
		l line
	)
	g.seen += len(b)
	for row := range bytes.Lines(b) {
		if !bytes.HasSuffix(row, []byte{'\n'}) || s.scan(trimEnd(row), &l) != counted {
			continue
		}
		g.readable++
		if l.at <= until && (!g.dated || l.at > g.latest) {
			g.latest, g.dated = l.at, true
		}
	}
}

// endsBefore tells whether a file has no line of the second from or after it: it was last written to before, and none of
// the lines looked at says otherwise. A line shows at most that a file reaches far, never that it does not: a server that
// starts with a wrong clock dates its first lines anyhow. Therefore no file is left out for beginning late.
func (f *logFile) endsBefore(from int64) bool {
	written := f.info.ModTime().Unix()
	return f.dated && written < from && f.latest < from && f.latest <= written+outOfTurn
}

// choose drops the files that end before the second from. What was wrong with a file of an earlier time is no trouble of
// this run.
func (s *logSet) choose(from int64) {
	s.drop(func(f *logFile) bool {
		before := f.endsBefore(from)
		s.older = s.older || before
		if before {
			s.outside++
		}
		return before
	})
	s.troubles = slices.DeleteFunc(s.troubles, func(t trouble) bool { return t.to < from })
}

// drop closes and forgets files.
func (s *logSet) drop(unwanted func(*logFile) bool) {
	s.files = slices.DeleteFunc(s.files, func(f *logFile) bool {
		gone := unwanted(f)
		if gone {
			f.file.Close()
		}
		return gone
	})
}

func (s *logSet) close() {
	for _, f := range s.files {
		f.file.Close()
	}
}

// size returns the bytes on disk of all files, as far as they will be read.
func (s *logSet) size() int64 {
	var n int64
	for _, f := range s.files {
		n += f.info.Size()
	}
	return n
}
