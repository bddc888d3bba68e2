package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"seuranta/internal/collector"
)

const (
	longestFile = 64 << 10
	reserved    = 48 << 10 // taken on the disk before a platform is asked for what cannot be asked for twice: no record is longer
)

// file is where the credential of a source is kept: SOURCE.oauth. Beside it stand SOURCE.oauth.lock, which whoever writes it
// holds, and while it is being renewed SOURCE.oauth.next, which takes its place.
type file struct {
	dir, source string
	reach       func(string) // see Account.Failpoint
}

func (f file) path() string { return filepath.Join(f.dir, collector.CredentialFile(f.source)) }
func (f file) next() string { return f.path() + ".next" }
func (f file) name() string {
	return filepath.Join(filepath.Base(f.dir), collector.CredentialFile(f.source))
}

func (f file) reached(point string) {
	if f.reach != nil {
		f.reach(point)
	}
}

// broken says what is wrong with the file, for which a person has to connect anew.
func (f file) broken(what string) error {
	return fmt.Errorf("the file %s %s: remove it and run seuranta connect %s: %w", f.name(), what, f.source, collector.ErrAuth)
}

// read returns what is kept.
func (f file) read() (record, error) {
	text, err := f.text(f.path())
	if err != nil {
		return record{}, err
	}
	r, err := parseRecord(text)
	switch {
	case err != nil:
		return record{}, f.broken("holds no credential: " + err.Error())
	case r.Source != f.source:
		return record{}, f.broken("is of another source")
	}
	return r, nil
}

// text reads a file of the folder, if nobody else may read or write it.
func (f file) text(path string) ([]byte, error) {
	opened, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case errors.Is(err, syscall.ELOOP):
		return nil, f.broken("is a link, which could lead anywhere")
	case err != nil:
		return nil, fmt.Errorf("the file %s cannot be read: let the user that runs seuranta read it: %w", f.name(), plainCause(err))
	}
	defer func() { _ = opened.Close() }()
	info, err := opened.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("the file %s cannot be read: %w", f.name(), plainCause(err))
	case !info.Mode().IsRegular():
		return nil, f.broken("is no file")
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("the file %s may be read or written by others (%04o): take that right away: chmod 600 %s; who may have read it can use the credential until you withdraw it at the platform", f.name(), info.Mode().Perm(), path)
	}
	text, err := io.ReadAll(io.LimitReader(opened, longestFile+1))
	if err != nil {
		return nil, fmt.Errorf("the file %s cannot be read: %w", f.name(), plainCause(err))
	}
	if len(text) > longestFile {
		return nil, f.broken("is too large for a credential")
	}
	return text, nil
}

// plainCause returns why the system refused something, without the names of paths.
func plainCause(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return at.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// Prepare makes the folder of secrets where there is none, and tries whether a credential can be kept in it: a person who has
// been to the browser is not to learn afterwards that the disk is full.
func (a Account) Prepare(ctx context.Context) error {
	if err := a.folder(); err != nil {
		return fmt.Errorf("the credential could not be kept: %w", err)
	}
	h, err := a.file().take(ctx)
	if err != nil {
		return err
	}
	defer h.release()
	return h.prepare()
}

// folder sees to it that the folder of secrets is there and closed to others. No version control is to take it in.
func (a Account) folder() error {
	if err := os.Mkdir(a.Folder, 0o700); err == nil {
		return os.WriteFile(filepath.Join(a.Folder, ".gitignore"), []byte("*\n"), 0o600)
	} else if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the folder %s: %w", a.Folder, plainCause(err))
	}
	info, err := os.Stat(a.Folder)
	switch {
	case err != nil:
		return fmt.Errorf("look at the folder %s: %w", a.Folder, plainCause(err))
	case !info.IsDir():
		return fmt.Errorf("%s is no folder: move it away", a.Folder)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("the folder %s is open to others (%04o): take that right away: chmod 700 %s", a.Folder, info.Mode().Perm(), a.Folder)
	}
	return nil
}

// Forget takes away what is kept of a connection; found is false when there was nothing.
func (a Account) Forget(ctx context.Context) (found bool, err error) {
	f := a.file()
	h, err := f.take(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer h.release()
	for _, path := range []string{f.path(), f.next(), f.path() + ".lock"} {
		switch err := os.Remove(path); {
		case err == nil:
			found = found || path == f.path()
		case !errors.Is(err, fs.ErrNotExist):
			return true, fmt.Errorf("take the file %s away: %w", f.name(), plainCause(err))
		}
	}
	return found, syncFolder(f.dir)
}
