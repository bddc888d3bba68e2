package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"seuranta/internal/store"
)

func (a *app) migrateCommand() *cobra.Command {
	rebuild := false
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Make or renew the tables of the store",
		Long: `Brings the tables to what this version of the program works with. A second run changes nothing,
and one that was interrupted is carried on by the next. The embedded store is migrated by every
command that opens it; a server waits for this command.

With --rebuild it makes tables again that have vanished, and the answers that count now from the
history of all answers. It loses nothing: what only the current answers still hold goes back to the
history first. Figures are as before, unless something was missing. The embedded store does so by
itself after a loss that was accepted; on a server it is to be asked for.`,
		Example: `  seuranta migrate
  seuranta migrate --json
  seuranta migrate --rebuild`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.migrate(cmd.Context(), rebuild) },
	}
	cmd.Flags().BoolVar(&rebuild, "rebuild", false, "make vanished tables and the current answers again from the history")
	return cmd
}

func (a *app) migrate(ctx context.Context, rebuild bool) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	if rebuild {
		return a.rebuild(ctx, s)
	}
	done, err := s.Migrate(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"migrations": done})
	}
	return table(a.out, []string{"migration", "name", "result"}, migrated(done))
}

func migrated(done []store.Migrated) (rows [][]string) {
	for _, m := range done {
		what := "was done before"
		if m.Steps > 0 {
			what = "done now, " + strconv.Itoa(m.Steps) + " steps"
		}
		rows = append(rows, []string{fmt.Sprintf("%04d", m.Number), m.Name, what})
	}
	return rows
}

func (a *app) rebuild(ctx context.Context, s *store.Store) error {
	bar := a.progress("rebuild")
	done, err := s.Rebuild(ctx, bar.to)
	bar.done()
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"rebuilt": done})
	}
	steps := 0
	for _, m := range done.Migrations {
		steps += m.Steps
	}
	return table(a.out, []string{"rebuild", "runs", "observations", "coverage", "items"}, [][]string{
		{fmt.Sprintf("steps of %d migrations run again: %d", len(done.Migrations), steps)},
		rowOf("given back to the history", done.Returned),
		{"periods no longer counted as measured", "", "", strconv.Itoa(done.Doubted)},
		rowOf("applied again", done.Current),
	})
}

func rowOf(what string, n store.Rows) []string {
	row := []string{what}
	for _, rows := range []int64{n.Runs, n.Observations, n.Coverage, n.Items} {
		row = append(row, strconv.FormatInt(rows, 10))
	}
	return row
}
