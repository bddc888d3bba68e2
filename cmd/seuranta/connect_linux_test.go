package main

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// echoes tells whether a terminal shows what is typed.
func echoes(t *testing.T, tty *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// What is pasted on a terminal does not show, and who ends the program sees again what is typed.
func TestPastingDoesNotShow(t *testing.T) {
	dir := connecting(t, newTokenServer(t))
	for _, stopped := range []bool{false, true} {
		screen, tty := terminalPair(t)
		cmd := underTest(t, dir, nil, "connect", "x-koske", "--paste")
		cmd.Stdin = tty
		errs, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		out := new(strings.Builder)
		cmd.Stdout = out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		said := new(strings.Builder)
		ended := make(chan struct{})
		go func() { _, _ = io.Copy(said, errs); close(ended) }()
		for range 500 {
			if !echoes(t, tty) {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if echoes(t, tty) {
			t.Fatal("what is pasted shows")
		}
		if stopped {
			_ = cmd.Process.Signal(syscall.SIGINT)
		} else {
			_, _ = screen.WriteString("C4N4RY-pasted\n")
		}
		<-ended
		err = cmd.Wait()
		if _, failed := err.(*exec.ExitError); failed != stopped || !echoes(t, tty) {
			t.Errorf("stopped %t: %v, shows again %t\n%s%s", stopped, err, echoes(t, tty), out, said)
		}
		if text := out.String() + said.String(); strings.Contains(text, "C4N4RY") || stopped && !strings.Contains(text, "seuranta: stopped") {
			t.Error(text)
		}
		fd, shown := int(screen.Fd()), make([]byte, 4096)
		_ = unix.SetNonblock(fd, true)
		n, _ := unix.Read(fd, shown)
		if strings.Contains(string(shown[:max(n, 0)]), "C4N4RY") {
			t.Errorf("the terminal shows %q", shown[:n])
		}
	}
}
