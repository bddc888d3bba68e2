//go:build !linux

package main

import (
	"os"
	"testing"
)

// terminalPair makes a terminal on Linux only; what needs one is not tested elsewhere.
func terminalPair(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	t.Skip("terminals are made on Linux only")
	return nil, nil
}
