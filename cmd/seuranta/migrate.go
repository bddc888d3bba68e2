package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

func (a *app) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Make or renew the tables of the store",
		Long: `Brings the tables to what this version of the program works with. A second run changes nothing,
and one that was interrupted is carried on by the next. The embedded store is migrated by every
command that opens it; a server waits for this command.`,
		Example: `  seuranta migrate
  seuranta migrate --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.migrate(cmd.Context()) },
	}
}

func (a *app) migrate(ctx context.Context) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	done, err := s.Migrate(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"migrations": done})
	}
	var rows [][]string
	for _, m := range done {
		what := "was done before"
		if m.Steps > 0 {
			what = "done now, " + strconv.Itoa(m.Steps) + " steps"
		}
		rows = append(rows, []string{fmt.Sprintf("%04d", m.Number), m.Name, what})
	}
	return table(a.out, []string{"migration", "name", "result"}, rows)
}
