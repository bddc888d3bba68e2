package connect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// held is the right to write the credential of a source, which one process has at a time.
type held struct {
	file
	lock *os.File
	next *os.File // that takes the place of the file, once it is written
	// cut tells that whoever held the right before was killed after it had asked the platform, and before it had written what
	// the platform answered.
	cut bool
}

// errHeld says that another process has the right.
var errHeld = errors.New("another process is renewing the credential")

// How long, and how often, it is waited for whoever renews a credential: longer than a platform may take to answer.
const (
	lockPatience = 2 * time.Minute
	lockPause    = 20 * time.Millisecond
)

// take waits for the right to write.
func (f file) take(ctx context.Context) (*held, error) {
	for end := time.Now().Add(lockPatience); ; {
		h, err := f.tryLock()
		if err == nil {
			h.finish()
		}
		if !errors.Is(err, errHeld) || time.Now().After(end) {
			return h, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(lockPause):
		}
	}
}

// tryLock takes the right to write, if nobody has it.
func (f file) tryLock() (*held, error) {
	path := f.path() + ".lock"
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: %w", f.dir, fs.ErrNotExist)
	}
	if errors.Is(err, syscall.ELOOP) {
		return nil, fmt.Errorf("the file %s is a link, which could lead anywhere: remove it", path)
	}
	if err != nil {
		return nil, f.unkept(err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil && !leadsTo(path, lock) { // it was taken away meanwhile, by somebody who forgot the connection
		err = syscall.EWOULDBLOCK
	}
	if err != nil {
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errHeld
		}
		return nil, f.unkept(err)
	}
	return &held{file: f, lock: lock}, nil
}

// leadsTo tells whether a file is still the one at its path.
func leadsTo(path string, opened *os.File) bool {
	there, err1 := os.Lstat(path)
	mine, err2 := opened.Stat()
	return err1 == nil && err2 == nil && os.SameFile(there, mine)
}

// unkept says that nothing could be written.
func (f file) unkept(err error) error {
	return fmt.Errorf("the credential of %s could not be kept in %s, so it is not renewed: make room there, or let the user that runs seuranta write into that folder: %w", f.source, f.dir, plainCause(err))
}

func (h *held) release() {
	h.spoil()
	_ = h.lock.Close()
}

// settle puts into its place what somebody wrote who was killed before that. While somebody is at it nothing is to be done.
func (f file) settle() {
	if _, err := os.Lstat(f.next()); err != nil {
		return
	}
	if h, err := f.tryLock(); err == nil {
		h.adopt()
		h.release()
	}
}

// adopt puts what was written whole into its place, and returns what there is in place of it.
func (h *held) adopt() (instead []byte, err error) {
	text, err := h.text(h.file.next())
	if err != nil {
		return nil, err
	}
	written, err := parseRecord(text)
	if err != nil || written.Source != h.source {
		return text, nil
	}
	if now, fault := h.read(); fault != nil || written.Serial > now.Serial {
		if err := os.Rename(h.file.next(), h.path()); err != nil {
			return nil, err
		}
		return nil, syncFolder(h.dir)
	}
	return text, nil
}

// finish ends what somebody had begun who was killed.
func (h *held) finish() {
	if _, err := os.Lstat(h.file.next()); err != nil {
		return
	}
	instead, err := h.adopt()
	h.cut = err == nil && instead != nil && len(bytes.TrimSpace(instead)) == 0
	_ = os.Remove(h.file.next()) // is not there where it was adopted
}

// prepare takes the room for what a platform is about to answer, and so notes that it is asked: a full disk and a folder that
// cannot be written are found before a token is spent that cannot be spent twice.
func (h *held) prepare() error {
	f, err := os.OpenFile(h.file.next(), os.O_CREATE|os.O_EXCL|os.O_WRONLY|syscall.O_NOFOLLOW, 0o600)
	if err == nil {
		h.next = f
		_, err = f.Write(bytes.Repeat([]byte{' '}, reserved))
		if err == nil {
			err = errors.Join(f.Sync(), syncFolder(h.dir))
		}
	}
	if err != nil {
		h.spoil()
		return h.unkept(err)
	}
	h.reached("prepared")
	return nil
}

// spoil takes away what was prepared.
func (h *held) spoil() {
	if h.next != nil {
		_ = h.next.Close()
		_ = os.Remove(h.file.next())
		h.next = nil
	}
}

// leave lets what was prepared stand as a sign: it is not known whether the platform took the token that it was shown.
func (h *held) leave() {
	if h.next != nil {
		_ = h.next.Close()
		h.next = nil
	}
}

// keep writes a record in the place of the one before: it is there as a whole or not at all, and on the disk when keep returns.
func (h *held) keep(r record) error {
	h.reached("answered")
	text, err := r.text()
	if err == nil {
		_, err = h.next.WriteAt(text, 0)
	}
	if err == nil {
		err = h.next.Truncate(int64(len(text)))
	}
	if err == nil {
		err = h.next.Sync()
	}
	if err == nil {
		h.reached("written")
		err = os.Rename(h.file.next(), h.path())
	}
	if err != nil {
		h.leave() // what is written of it may be whole
		return h.unkept(err)
	}
	h.leave()
	h.reached("renamed")
	return syncFolder(h.dir)
}

// syncFolder has the names of a folder on the disk.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
