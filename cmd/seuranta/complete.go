package main

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"seuranta/collectors/entry"
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
		"languages":    fixed(locale.Languages()...),
		"kind":         fixed(entry.EventKinds()...),
		"period":       fixed("last-week", "last-month", "last-quarter", "last-year"),
		"week":         fixed("last-week"),
	}
}

// namesIn reads the configuration when a shell asks, and not before.
func (a *app) namesIn(list func(*desk) []string) func() []string {
	return func() []string {
		cfg, err := a.readConfig(context.Background())
		if err != nil {
			return nil
		}
		return list(&desk{Config: cfg})
	}
}

// completer is what a shell asks for the words that may stand next.
type completer = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective)

// offer offers words, and no files.
func offer(words func() []string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words(), cobra.ShellCompDirectiveNoFileComp
	}
}

// fileFlags are the flags whose value is a file or a folder: of these a shell offers what lies about.
var fileFlags = []string{"config", "out", "keep", "data", "log"}

// offerCompletions lets shells complete the values of flags, and the names of sources where those are arguments. Where nothing
// is known of a value nothing is offered: the files that lie about are no days and no notes.
func (a *app) offerCompletions(root *cobra.Command) {
	offered := a.completions()
	for _, cmd := range append(commands(root), root) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			complete := cobra.NoFileCompletions
			switch words, ok := offered[f.Name]; {
			case ok:
				complete = offer(words)
			case f.Name == "format":
				complete = offer(func() []string { return formats(cmd) })
			case f.Name == "dim":
				complete = a.completeDims
			case slices.Contains(fileFlags, f.Name):
				return
			}
			_ = cmd.RegisterFlagCompletionFunc(f.Name, complete) // it fails only for a flag that is not there, or that has its own
		})
		switch {
		case cmd.Name() == "collect", cmd.Name() == "check":
			cmd.ValidArgsFunction = offer(offered["source"])
		case cmd.Name() == "explain":
			cmd.ValidArgsFunction = a.completeFigure
		case cmd.Name() == "import", cmd.Name() == "init", cmd == root:
		case cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0:
			cmd.ValidArgsFunction = cobra.NoFileCompletions
		}
	}
}

// formats are the forms that a command writes.
func formats(cmd *cobra.Command) []string {
	if cmd.Name() == "figures" {
		return figureFormats
	}
	return reportFormats()
}

// completeDims offers the parts that numbers may be typed for, of the target where it stands on the line already.
func (a *app) completeDims(_ *cobra.Command, args []string, _ string) (words []string, _ cobra.ShellCompDirective) {
	cfg, err := a.readConfig(context.Background())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, s := range cfg.Sources {
		settings, typed := s.Settings.(*entry.Config)
		if !typed || len(args) > 0 && args[0] != s.ID && args[0] != s.Channel {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(settings.Dims)) {
			for _, value := range settings.Dims[name] {
				words = append(words, name+"="+value)
			}
		}
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

// completeFigure offers the ids of figures up to their periods: what channels tell, the media hits and publications of
// topics and the appearances of organisations.
func (a *app) completeFigure(_ *cobra.Command, args []string, _ string) (words []string, _ cobra.ShellCompDirective) {
	cfg, err := a.readConfig(context.Background())
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, s := range cfg.Desk.Sources {
		for _, m := range s.Metrics {
			switch {
			case m == entry.Appearances:
				words = append(words, s.Organisation+"/-/"+m+"/")
			case s.Channel != "" && m != "media_hits":
				words = append(words, s.Organisation+"/"+s.Channel+"/"+m+"/")
			}
		}
		for _, m := range earned(s.Metrics) {
			words = append(words, s.Organisation+"/"+s.Channel+"/"+m+"/")
		}
	}
	for _, t := range cfg.Desk.Topics {
		for _, m := range []string{"media_hits", "publications"} {
			words = append(words, t.Organisation+"/topic:"+t.ID+"/"+m+"/")
		}
	}
	slices.Sort(words)
	return slices.Compact(words), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
