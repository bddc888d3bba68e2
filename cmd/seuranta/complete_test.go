package main

import (
	"io"
	"slices"
	"testing"

	"github.com/spf13/pflag"
)

// TestNothingOffersFilesByAccident: a shell that knows nothing of a value offers the files that lie about. Only what is a file
// may be left to it.
func TestNothingOffersFilesByAccident(t *testing.T) {
	files := []string{"config", "out", "keep", "data", "log"}
	takeFiles := []string{"import", "init"}
	root := newApp(io.Discard, io.Discard, func(string) (string, bool) { return "", false }).root()
	for _, cmd := range append(commands(root), root) {
		if cmd.Runnable() && cmd != root && cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 && !slices.Contains(takeFiles, cmd.Name()) {
			t.Errorf("%s: nothing says what its arguments are", cmd.CommandPath())
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if _, offered := cmd.GetFlagCompletionFunc(f.Name); !offered && f.Value.Type() != "bool" && !slices.Contains(files, f.Name) {
				t.Errorf("%s --%s: nothing says what its values are", cmd.CommandPath(), f.Name)
			}
		})
	}
}
