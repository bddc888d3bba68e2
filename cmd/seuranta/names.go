package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seuranta/internal/config"
)

// known refuses the value of a flag that is not among the names there are, and says which they are.
func known(flag, value, what, heading string, names []string) error {
	if slices.Contains(names, value) {
		return nil
	}
	return usage("%s %q: there is no such %s; %s", flag, value, what, config.Instead(value, heading, names))
}

// oneOf refuses the value of a flag that takes a few words.
func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return usage("%s %q: want %s", flag, value, either(allowed))
}

// either writes a choice as people do: fi, sv or en.
func either(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// format returns what form is asked for by --format and --json, and refuses the two when they contradict each other.
func (a *app) format(cmd *cobra.Command, format string) (string, error) {
	if !a.json {
		return format, nil
	}
	if cmd.Flags().Changed("format") && format != "json" {
		return "", usage("--json and --format %s contradict each other: give one of them", format)
	}
	return "json", nil
}
