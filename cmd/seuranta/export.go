package main

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"seuranta/internal/config"
	"seuranta/internal/store"
)

func (a *app) exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "Write all that the store holds into files, as a backup or to move it",
		Long: `Writes everything that is stored, with its whole past, into a folder that is new or empty: one
gzip-compressed file of JSON lines for each table and year, and a manifest.json with the number of
rows and the SHA-256 of each. Any tool can read them, in ten years too; "seuranta restore" fills an
empty store with them, be it in a folder or on a server.

It may be done while a daemon collects: what was committed when it began is in it, and nothing else.
The manifest is written last: a folder without one is of an export that was stopped, and is of no use.

The files hold no secrets; those, and the configuration in use, are to be kept besides. Only you can
read them.`,
		Example: `  seuranta export backup-2026-11-23
  seuranta export "/mnt/backup/seuranta-$(date +%F)"
  zcat backup-2026-11-23/observations-2026.jsonl.gz | head -1`,
		Args:              oneFolder,
		ValidArgsFunction: foldersOnly,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.export(cmd.Context(), args[0]) },
	}
}

// oneFolder wants the folder that a command names.
func oneFolder(cmd *cobra.Command, args []string) error {
	if len(args) == 1 && args[0] != "" {
		return nil
	}
	return usage("%s wants one folder, as `%s backup-2026-11-23`", cmd.CommandPath(), cmd.CommandPath())
}

// foldersOnly offers folders for the one argument.
func foldersOnly(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func (a *app) export(ctx context.Context, dir string) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	if err := apart(cfg, dir); err != nil {
		return err
	}
	d, err := a.openWith(ctx, cfg)
	if err != nil {
		return err
	}
	defer d.store.Close()
	bar := a.progress("export")
	done, err := d.store.Export(ctx, dir, bar.to)
	bar.done()
	if err != nil {
		return err
	}
	return a.printExported(done)
}

// apart refuses a folder that lies in that of the store, or is it: the engine would take the files for its own.
func apart(cfg *config.Config, dir string) error {
	if cfg.Storage.Path == "" {
		return nil
	}
	target, err1 := behindLinks(dir)
	data, err2 := behindLinks(cfg.Storage.Path)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if within, err := filepath.Rel(data, target); err == nil && filepath.IsLocal(within) {
		return usage("%s lies in %s, the folder of the store, where nothing else may be; name another place", dir, cfg.Storage.Path)
	}
	return nil
}

func (a *app) printExported(m store.Manifest) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"files": m.Files, "schema": m.Schema, "known_at": m.KnownAt})
	}
	var rows [][]string
	var all, bytes int64
	for _, f := range m.Files {
		rows = append(rows, []string{f.Name, strconv.FormatInt(f.Rows, 10), strconv.FormatInt(f.Bytes, 10)})
		all, bytes = all+f.Rows, bytes+f.Bytes
	}
	rows = append(rows, []string{"all", strconv.FormatInt(all, 10), strconv.FormatInt(bytes, 10)})
	return table(a.out, []string{"file", "rows", "bytes"}, rows)
}
