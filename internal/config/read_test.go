package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReadFileFromAPipe: what is written later and bit by bit is read whole, and nobody is waited for without end.
func TestReadFileFromAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 1)
	go func() {
		time.Sleep(100 * time.Millisecond)
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString("one ")
			time.Sleep(100 * time.Millisecond)
			_, second := f.WriteString("two")
			err = errors.Join(err, second, f.Close())
		}
		wrote <- err
	}()
	text, err := readFile(path)
	if err := errors.Join(err, <-wrote); err != nil || string(text) != "one two" {
		t.Errorf("%q, %v", text, err)
	}
	for _, held := range []bool{false, true} { // with and without a writer that says nothing
		f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if held {
			w, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
		}
		begun := time.Now()
		if _, err := readPipe(f, 100*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begun) > 5*time.Second {
			t.Errorf("held %v: after %s: %v", held, time.Since(begun), err)
		}
	}
	if err := unreadable(path, os.ErrDeadlineExceeded); !strings.Contains(err.Error(), "this is a pipe") {
		t.Error(err)
	}
}

func TestReadFileRefusesADevice(t *testing.T) {
	if _, err := readFile(os.DevNull); err == nil || !strings.Contains(err.Error(), "neither a file nor a pipe") {
		t.Error(err)
	}
}
