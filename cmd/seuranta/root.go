package main

import (
	"github.com/spf13/cobra"
)

// root builds the command line. Each subcommand stands in a file of its own.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "seuranta",
		Short: "Follow what your communication reaches, in figures that can be defended",
		Long: `Seuranta gathers what a small organisation's communication reaches into ClickHouse
and shows it as weekly charts and figures, each of which can be traced to its source.

Results go to standard output, progress and logs to standard error.
Exit codes: 0 well, 1 failed, 2 wrong use, 3 only a part was answered;
78 serve cannot use its configuration.`,
		Example: `  seuranta demo                        the whole job on a made-up centre
  seuranta check                       is everything set up right?
  seuranta collect                     fetch what the sources owe
  seuranta report weekly --out pages/  the weekly page
  seuranta figures --period 2026-Q3    the numbers behind it`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", "", "configuration file (default ./seuranta.yaml, or SEURANTA_CONFIG)")
	flags.StringVar(&a.nowText, "now", "", "take this moment for now, as 2026-11-23T06:00:00Z")
	flags.BoolVar(&a.json, "json", false, "write JSON instead of a table")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%v; see `%s --help`", err, cmd.CommandPath())
	})
	root.AddCommand(a.collectCommand(), a.backfillCommand(), a.serveCommand(), a.recordCommand(), a.importCommand(), a.figuresCommand(), a.reportCommand(), a.statusCommand(), a.alertsCommand(), a.checkCommand(), a.connectCommand(),
		a.migrateCommand(), a.exportCommand(), a.restoreCommand(), a.initCommand(), a.sampleCommand(), a.schemaCommand(), a.explainCommand(), a.retractCommand(), a.forgetCommand(), a.demoCommand(), a.versionCommand(), a.manCommand())
	a.offerCompletions(root)
	root.SetOut(a.out) // before completion is made: it keeps where to write
	root.InitDefaultCompletionCmd()
	addCompletionExamples(root)
	return root
}

// addCompletionExamples gives the command that the library makes, and those of each shell, the examples that ours have.
func addCompletionExamples(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Example = "  source <(seuranta completion bash)"
		for _, shell := range cmd.Commands() {
			shell.Example = "  seuranta completion " + shell.Name()
		}
	}
}
