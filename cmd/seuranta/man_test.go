package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestTheManualNamesEveryCommandAndFlag(t *testing.T) {
	a := newApp(io.Discard, io.Discard, os.LookupEnv)
	root := a.root()
	page, err := manual(root)
	if err != nil {
		t.Fatal(err)
	}
	again, err := manual(a.root())
	if err != nil || !bytes.Equal(page, again) {
		t.Errorf("made twice it is not the same: %v", err)
	}
	text := strings.ReplaceAll(string(page), `\-`, "-")
	for _, cmd := range commands(root) {
		if !strings.Contains(text, ".SS "+synopsis(cmd)+"\n") {
			t.Errorf("%s is not in it", cmd.CommandPath())
		}
		for _, line := range strings.Split(cmd.LocalNonPersistentFlags().FlagUsages(), "\n") {
			if !strings.Contains(line, "help for ") && !strings.Contains(text, line) {
				t.Errorf("%s: no %q", cmd.CommandPath(), line)
			}
		}
	}
	read, err := exec.LookPath("groff")
	if err != nil {
		return // it is only another look at the page; every Debian has man, few have groff
	}
	groff := exec.Command(read, "-man", "-Kutf8", "-Tutf8", "-ww", "-z")
	groff.Stdin = bytes.NewReader(page)
	if out, err := groff.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("groff: %v\n%s", err, out)
	}
}

// TestEveryCommandHasHelp holds all commands to one form: a line of what it does, examples that name it, no argument that is
// silently ignored.
func TestEveryCommandHasHelp(t *testing.T) {
	root := newApp(io.Discard, io.Discard, os.LookupEnv).root()
	for _, cmd := range append(commands(root), root) {
		checkHelp(t, cmd)
	}
}

func checkHelp(t *testing.T, cmd *cobra.Command) {
	t.Helper()
	if cmd.Short == "" || cmd.Example == "" {
		t.Errorf("%s has no help or no example", cmd.CommandPath())
	}
	if !strings.Contains(cmd.Example, cmd.CommandPath()) && cmd.Name() != "completion" && cmd.HasParent() {
		t.Errorf("%s: its examples do not call it:\n%s", cmd.CommandPath(), cmd.Example)
	}
	for _, line := range strings.Split(cmd.Long, "\n") {
		if len([]rune(line)) > 110 {
			t.Errorf("%s: a line of its help is longer than a terminal: %q", cmd.CommandPath(), line)
		}
	}
}
