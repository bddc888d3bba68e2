//go:build linux && amd64

package embedded

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestUnusableSaysWhatToDo(t *testing.T) {
	for errno, want := range map[syscall.Errno]struct {
		kind  error
		words string
	}{
		syscall.EROFS:   {ErrReadOnly, "mount it for writing"},
		syscall.EACCES:  {ErrReadOnly, "the right to write"},
		syscall.EPERM:   {ErrReadOnly, "the right to write"},
		syscall.ENOSPC:  {ErrFull, "make room"},
		syscall.ENOTDIR: {ErrFolder, "a file stands in its place"},
		syscall.EIO:     {ErrFolder, "choose another storage.path"},
	} {
		err := unusable("/data", &os.PathError{Op: "open", Path: "/data/x", Err: errno})
		if !errors.Is(err, want.kind) || !strings.Contains(err.Error(), want.words) || !strings.Contains(err.Error(), "/data/x") {
			t.Errorf("%v: %v", errno, err)
		}
	}
}

func TestLocateFromHere(t *testing.T) {
	if got, err := Locate(os.Args[0], ""); err != nil || got != os.Args[0] {
		t.Errorf("configured: %s, %v", got, err)
	}
	if _, err := Locate("", ""); !errors.Is(err, ErrLibrary) || !strings.Contains(err.Error(), binaryFolder()) {
		t.Errorf("nothing given: %v", err)
	}
}
