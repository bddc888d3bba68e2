package main

import (
	"github.com/spf13/cobra"

	"seuranta/internal/locale"
)

// completions are what a shell may offer for the value of a flag, by its name. Names come out of the configuration in use;
// where that cannot be read nothing is offered.
func (a *app) completions() map[string]func() []string {
	fixed := func(words ...string) func() []string { return func() []string { return words } }
	return map[string]func() []string{
		"organisation": a.namesIn(func(d *desk) []string { ids, _ := organisations(d.Config, ""); return ids }),
		"channel":      a.namesIn(func(d *desk) []string { ids, _ := organisations(d.Config, ""); return d.channelsOf(ids) }),
		"topic":        a.namesIn((*desk).topics),
		"project":      a.namesIn((*desk).projects),
		"indicator":    a.namesIn((*desk).indicators),
		"source":       a.namesIn(func(d *desk) []string { return sourceIDs(d.Sources) }),
		"lang":         fixed(locale.Languages()...),
		"period":       fixed("last-week", "last-month", "last-quarter", "last-year"),
		"week":         fixed("last-week"),
	}
}

// namesIn reads the configuration when a shell asks, and not before.
func (a *app) namesIn(list func(*desk) []string) func() []string {
	return func() []string {
		cfg, err := a.loadConfig()
		if err != nil {
			return nil
		}
		return list(&desk{Config: cfg})
	}
}

// offerCompletions lets shells complete the values of flags, and the names of sources where those are arguments.
func (a *app) offerCompletions(root *cobra.Command) {
	offered := a.completions()
	for _, cmd := range commands(root) {
		for name, words := range offered {
			if cmd.Flags().Lookup(name) == nil {
				continue
			}
			_ = cmd.RegisterFlagCompletionFunc(name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
				return words(), cobra.ShellCompDirectiveNoFileComp
			}) // it fails only for a flag that is not there, or that has its own
		}
		switch cmd.Name() {
		case "collect", "check":
			cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
				return offered["source"](), cobra.ShellCompDirectiveNoFileComp
			}
		}
	}
}
