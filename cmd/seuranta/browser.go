package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/term"
)

// openBrowser opens an address where there is a desktop, and leaves it to the person elsewhere.
func (a *app) openBrowser(address string) {
	opener := a.opener()
	if opener == "" {
		return
	}
	cmd := exec.Command(opener, address)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }()
	}
}

// opener returns the program that opens addresses on the desktop; "" without one, as over SSH.
func (a *app) opener() string {
	given := func(name string) bool { v, ok := a.env(name); return ok && v != "" }
	name := "xdg-open"
	switch {
	case given("SSH_CONNECTION"):
		return ""
	case runtime.GOOS == "darwin":
		name = "open"
	case !given("DISPLAY") && !given("WAYLAND_DISPLAY"):
		return ""
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

// longestLine is how much is read of what a person pastes.
const longestLine = 16 << 10

// readHidden reads a line that does not show: on a terminal without echo, else from standard input.
func (a *app) readHidden(ctx context.Context) (string, error) {
	type read struct {
		line string
		err  error
	}
	before := func() {}
	done := make(chan read, 1)
	in, seated := a.in.(*os.File)
	if seated = seated && terminal(in); seated {
		if state, err := term.GetState(int(in.Fd())); err == nil {
			before = func() { _ = term.Restore(int(in.Fd()), state) }
		}
	}
	go func() { // reading cannot be called off: whoever stops the program leaves it behind
		var line string
		var err error
		if seated {
			var b []byte
			b, err = term.ReadPassword(int(in.Fd()))
			line = string(b)
		} else {
			line, err = bufio.NewReader(io.LimitReader(a.in, longestLine)).ReadString('\n')
		}
		done <- read{line, err}
	}()
	select {
	case <-ctx.Done():
		before() // the echo comes back
		return "", context.Cause(ctx)
	case r := <-done:
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return "", fmt.Errorf("read what is pasted: %w", r.err)
		}
		if strings.TrimSpace(r.line) == "" {
			return "", errors.New("nothing was pasted; without a terminal it is read from standard input, as in `seuranta connect SOURCE --paste < token.txt`")
		}
		return r.line, nil
	}
}
