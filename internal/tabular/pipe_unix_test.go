//go:build unix

package tabular

import (
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPipe: a pipe is refused before it is opened, or reading would wait for whoever writes into it.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.csv")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Read(context.Background(), path, Options{}); err == nil || !strings.Contains(err.Error(), "save the table as a file and name that") {
		t.Error(err)
	}
}
