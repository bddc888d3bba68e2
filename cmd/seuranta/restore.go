package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/store"
)

func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore DIR",
		Short: "Fill an empty store with what was exported",
		Long: `Fills an empty store with a folder that "seuranta export" wrote, of this version of the program or
an older one. Every file is checked before anything is stored: a changed or missing one is named, with
the line where a row is wrong. The current answers are then made again from the history, and figures,
explanations and pages are what they were. What was forgotten, by the export or by the store, is
removed again.

Nothing else may use the store meanwhile; stop the daemon before. A restore that was stopped is begun
anew by the next one; until it is finished no other command works on that store.`,
		Example: `  seuranta restore backup-2026-11-23
  seuranta restore backup-2026-11-23 --config /etc/seuranta/seuranta.yaml --json`,
		Args:              oneFolder,
		ValidArgsFunction: foldersOnly,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0]) },
	}
}

func (a *app) restore(ctx context.Context, dir string) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	if _, err := a.now(); err != nil {
		return err
	}
	bar := a.progress("check")
	archive, err := store.ReadArchive(ctx, dir, bar.to)
	bar.done()
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	bar = a.progress("restore")
	done, err := s.Restore(ctx, archive, bar.to)
	bar.done()
	if err != nil {
		return err
	}
	if err := s.RememberConfig(ctx, cfg.Hash, cfg.Text); err != nil {
		return err
	}
	return a.printRestored(done)
}

func (a *app) printRestored(r store.Restored) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"restored": r})
	}
	if r.Anew {
		fmt.Fprintln(a.out, "what an interrupted restore had left was thrown away")
	}
	var rows [][]string
	for _, t := range r.Tables {
		rows = append(rows, []string{t.Name, strconv.FormatInt(t.Rows, 10), "stored"})
	}
	for _, t := range []struct {
		name string
		rows int64
	}{{"observations_current", r.Current.Observations}, {"coverage_current", r.Current.Coverage}, {"items_current", r.Current.Items}} {
		rows = append(rows, []string{t.name, strconv.FormatInt(t.rows, 10), "made again"})
	}
	if err := table(a.out, []string{"table", "rows", "result"}, rows); err != nil {
		return err
	}
	if r.Forgotten.Any() {
		fmt.Fprintf(a.out, "%s of it stand as forgotten and were removed\n", forgotWords(r.Forgotten))
	}
	_, err := fmt.Fprintf(a.out, "restored: everything that was known at %s\n", r.KnownAt.UTC().Format(time.RFC3339))
	return err
}
