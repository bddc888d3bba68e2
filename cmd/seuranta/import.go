package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/config"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/tabular"
)

type importFlags struct {
	source      string
	yes, dryRun bool
}

func (a *app) importCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Read a table that somebody keeps or downloaded",
		Long: `Reads a CSV, XLSX or XLS file into a source of kind sheet, or of a kind that takes the files of its
platform, as linkedin. First it shows which column is taken for what, and why. Where the configuration
of a sheet does not name the columns they are guessed and nothing is stored: the lines for the
configuration are printed. Put them there and import the file again.

A table with a row for each post, as Meta and TikTok let you download it, needs items in the source,
and the day of the download in the name of the file; seuranta sample sheet shows how.

A file with a fault stores nothing; each fault names its cell. The same file twice writes nothing, and
a corrected one corrects: what it no longer has of its own days, and of the regions and projects that
it names, is taken back. How much that is it says before, and asks; where nobody can be asked it needs
--yes.`,
		Example: `  seuranta import seuraajat.xlsx --dry-run
  seuranta import seuraajat.xlsx --source whatsapp-taulukko --yes
  seuranta import tilaisuudet.csv --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("want one file, as seuranta import seuraajat.csv; see seuranta import --help")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.importFile(cmd.Context(), args[0], f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.source, "source", "", "the source that takes the file (default: the one whose columns fit)")
	fl.BoolVar(&f.yes, "yes", false, "take back without asking what the file no longer has")
	fl.BoolVar(&f.dryRun, "dry-run", false, "only show how the file would be read, and what would be stored and taken back")
	_ = cmd.RegisterFlagCompletionFunc("source", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.completeSheets(), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// imported is what import did.
type imported struct {
	File      string             `json:"file"`
	Source    string             `json:"source"`
	Format    string             `json:"format"`
	Rows      int                `json:"rows"`
	Numbers   int                `json:"numbers"`
	Period    observation.Period `json:"period"`
	Guessed   bool               `json:"guessed"`
	Columns   []importedColumn   `json:"columns"`
	Faults    []importedFault    `json:"faults"`
	More      int                `json:"more_faults"`
	Stored    bool               `json:"stored"`
	Run       string             `json:"run"`
	New       int                `json:"new"`
	Changed   int                `json:"changed"`
	Unchanged int                `json:"unchanged"`
	Withdrawn int                `json:"withdrawn"` // of a file that was not stored: what would be
	Forgotten int                `json:"forgotten"` // numbers and items that are not taken in, because they were forgotten
	Older     int                `json:"older"`     // numbers that are not taken in, because a newer export of the platform told their days
	sha256    string
}

type importedColumn struct {
	Head   string `json:"head"`
	Means  string `json:"means"`
	Reason string `json:"reason"`
	Sample string `json:"sample"`
	Sheet  string `json:"sheet,omitempty"`
}

type importedFault struct {
	Place   string `json:"place"`
	Message string `json:"message"`
}

func (a *app) importFile(ctx context.Context, path string, f importFlags) error {
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	s, shown, err := a.looked(ctx, cfg, path, f)
	switch {
	case err != nil:
		return err
	case shown.Guessed && f.dryRun:
		return a.finishImport(shown)
	case shown.Guessed:
		return a.refuseGuess(cfg, shown)
	case f.dryRun && nothingStored(cfg):
		shown.New = shown.Numbers
		return a.finishImport(shown)
	}
	d, err := a.openWith(ctx, cfg)
	if err != nil {
		return err
	}
	defer d.store.Close()
	if !f.dryRun {
		a.keepToTerms(ctx, d)
	}
	return a.storeFile(ctx, d, s, path, shown, f)
}

// nothingStored tells whether the folder of the store is not there yet: a dry run makes none.
func nothingStored(cfg *config.Config) bool {
	if cfg.Storage.DSN.Reveal() != "" {
		return false
	}
	_, err := os.Stat(cfg.Storage.Path)
	return errors.Is(err, fs.ErrNotExist)
}

// looked shows how a file would be read, and returns that when it may be stored.
func (a *app) looked(ctx context.Context, cfg *config.Config, path string, f importFlags) (config.Source, imported, error) {
	s, p, err := a.previewed(ctx, cfg, path, f.source)
	if err != nil {
		return s, imported{}, err
	}
	shown := describeFile(path, s, p)
	if !a.json {
		if err := a.printPreview(shown); err != nil {
			return s, shown, err
		}
	}
	if len(p.Faults) > 0 {
		return s, shown, a.refuseFile(shown)
	}
	return s, shown, nil
}

// previewed finds the source that a file belongs to, and reads how it would read the file.
func (a *app) previewed(ctx context.Context, cfg *config.Config, path, named string) (config.Source, collector.Preview, error) {
	sources := importing(cfg)
	var ids []string
	for _, s := range sources {
		ids = append(ids, s.ID)
	}
	if len(sources) == 0 {
		return config.Source{}, collector.Preview{}, usage("no source takes files yet; add one under sources in %s:\n  - {id: taulukko, kind: sheet, channel: CHANNEL}", cfg.Path)
	}
	if named != "" {
		if err := known("--source", named, "source that takes files", "there are", ids); err != nil {
			return config.Source{}, collector.Preview{}, err
		}
		sources = sources[slices.Index(ids, named):][:1]
	}
	if len(sources) == 1 {
		p, err := a.preview(ctx, cfg, sources[0], path)
		return sources[0], p, err
	}
	return a.fitting(ctx, cfg, sources, path)
}

// fitting finds the only source whose columns are those of the file.
func (a *app) fitting(ctx context.Context, cfg *config.Config, sources []config.Source, path string) (found config.Source, best collector.Preview, err error) {
	var fits []string
	var misfits []error
	for _, s := range sources {
		p, err := a.preview(ctx, cfg, s, path)
		switch {
		case errors.Is(err, collector.ErrColumns):
			misfits = append(misfits, fmt.Errorf("%s: %w", s.ID, err))
		case err != nil:
			return found, best, err
		case !p.Guessed: // what is only guessed fits every source
			fits, found, best = append(fits, s.ID), s, p
		}
	}
	switch {
	case len(fits) == 1:
		return found, best, nil
	case len(fits) > 1:
		return found, best, usage("the columns fit several sources: say --source with one of them, %s", either(fits))
	case len(misfits) > 0:
		return found, best, usage("the columns fit no source; say --source with one of %s\n%v", strings.Join(sourceIDs(sources), ", "), errors.Join(misfits...))
	}
	return found, best, usage("say --source with one of %s", either(sourceIDs(sources)))
}

// importing returns the sources that take files.
func importing(cfg *config.Config) (out []config.Source) {
	for _, s := range cfg.Sources {
		if _, ok := s.Settings.New(collector.Deps{}).(collector.Importer); ok {
			out = append(out, s)
		}
	}
	return out
}

func (a *app) preview(ctx context.Context, cfg *config.Config, s config.Source, path string) (collector.Preview, error) {
	now, err := a.now()
	if err != nil {
		return collector.Preview{}, err
	}
	bar := a.progress(filepath.Base(path))
	defer bar.done()
	job := a.runner(&desk{Config: cfg, now: now}).Job(s, observation.Period{})
	importer := s.Settings.New(collector.Deps{Log: job.Log, Dir: job.Dir, Metrics: job.Metrics, ChannelKind: job.ChannelKind, Projects: job.Projects,
		Refuses: job.Refuses}).(collector.Importer)
	return importer.Preview(ctx, path, collector.Window{Now: now, Zone: s.Zone}, bar.to)
}

func describeFile(path string, s config.Source, p collector.Preview) imported {
	out := imported{File: tabular.Show(filepath.Base(path)), Source: s.ID, Format: p.Format, Rows: p.Rows, Numbers: p.Numbers, Period: p.Period, Guessed: p.Guessed,
		Columns: []importedColumn{}, Faults: []importedFault{}, More: p.More, sha256: p.SHA256}
	for _, c := range p.Columns {
		out.Columns = append(out.Columns, importedColumn{c.Head, c.Means, c.Reason, c.Sample, c.Sheet})
	}
	for _, f := range p.Faults {
		out.Faults = append(out.Faults, importedFault{f.Key, f.Message})
	}
	return out
}

// printPreview shows which column is taken for what.
func (a *app) printPreview(f imported) error {
	fmt.Fprintf(a.out, "%s → %s: %s, %d rows, %d numbers", f.File, f.Source, f.Format, f.Rows, f.Numbers)
	if !f.Period.Empty() {
		fmt.Fprintf(a.out, ", %s", f.Period.Label())
	}
	fmt.Fprintln(a.out)
	var cells [][]string
	at := map[string]int{} // by sheet
	for _, c := range f.Columns {
		cells = append(cells, []string{strings.TrimSpace(tabular.Show(c.Sheet) + " " + tabular.ColumnName(at[c.Sheet])), tabular.Show(c.Head), c.Means, c.Reason, c.Sample})
		at[c.Sheet]++
	}
	if err := table(a.out, []string{"column", "head", "taken for", "why", "first value"}, cells); err != nil {
		return err
	}
	if f.Guessed {
		fmt.Fprintf(a.out, "\nThe columns were guessed. When they are right, put these lines into the source %s:\n%s", f.Source, columnLines(f.Columns))
	}
	return nil
}

// columnLines writes the columns as the configuration has them.
func columnLines(columns []importedColumn) string {
	var b strings.Builder
	b.WriteString("    columns:\n")
	for _, c := range columns {
		if c.Means != "" {
			fmt.Fprintf(&b, "      %s: %s\n", strconv.Quote(c.Head), c.Means)
		}
	}
	return b.String()
}

// refuseFile tells the faults of a file.
func (a *app) refuseFile(f imported) error {
	if a.json {
		return errors.Join(a.finishImport(f), &exitError{code: exitFailed})
	}
	var b strings.Builder
	for _, fault := range f.Faults {
		fmt.Fprintf(&b, "\n  %s: %s", fault.Place, fault.Message)
	}
	if f.More > 0 {
		fmt.Fprintf(&b, "\n  and %d more", f.More)
	}
	return &exitError{exitFailed, "nothing was stored: " + f.File + " has faults" + b.String()}
}

// refuseGuess says how what was guessed comes to be stored: no figure shows numbers of columns that the configuration does
// not name.
func (a *app) refuseGuess(cfg *config.Config, f imported) error {
	refusal := &exitError{exitFailed, fmt.Sprintf("nothing was stored: the columns were guessed. Put the lines above into the source %s in %s, mend what is wrong in them, and run it again", f.Source, cfg.Path)}
	if a.json {
		refusal.message = fmt.Sprintf("nothing was stored: the columns were guessed. Name them under columns of the source %s in %s, and run it again", f.Source, cfg.Path)
		return errors.Join(a.finishImport(f), refusal)
	}
	return refusal
}

// storeFile reads the file again, counts what it would change, and stores what it tells.
func (a *app) storeFile(ctx context.Context, d *desk, s config.Source, path string, shown imported, f importFlags) error {
	release, err := d.alone(ctx, s.Organisation, s.ID)
	if err != nil {
		return err
	}
	defer release()
	visit, err := a.readFile(ctx, d, s, path, shown)
	if err != nil {
		return err
	}
	would, err := d.store.Preview(ctx, visit.Commit)
	if err != nil {
		return err
	}
	shown.New, shown.Changed, shown.Unchanged, shown.Withdrawn, shown.Forgotten = would.New, would.Changed, would.Unchanged, would.Withdrawn, would.Forgotten
	shown.Older = countOf(visit.Commit.Run, api.CountOlder)
	if f.dryRun {
		return a.finishImport(shown)
	}
	if err := a.confirmWithdrawal(ctx, shown, f.yes); err != nil {
		return err
	}
	out, err := visit.Store(ctx, d.store)
	if err := errors.Join(err, out.Failure); err != nil {
		return err
	}
	r := out.Run
	shown.Stored, shown.Run, shown.New, shown.Changed, shown.Unchanged, shown.Withdrawn = true, r.ID, r.New, r.Changed, r.Unchanged, r.Withdrawn
	return a.finishImport(shown)
}

// readFile reads what the file tells. What was not shown is not told: the file may have been changed meanwhile.
func (a *app) readFile(ctx context.Context, d *desk, s config.Source, path string, shown imported) (*schedule.Visit, error) {
	bar := a.progress(s.ID)
	job := a.runner(d).Job(s, shown.Period)
	job.Import, job.Progress = path, bar.to
	visit, err := schedule.Look(ctx, d.store, job)
	bar.done()
	switch {
	case err != nil:
		return nil, err
	case visit.Failure != nil:
		return nil, visit.Failure
	case len(visit.Commit.Run.Answers) != 1 || visit.Commit.Run.Answers[0].SHA256 != shown.sha256:
		return nil, fmt.Errorf("nothing was stored: %s was changed after it was shown; import it again", shown.File)
	}
	return visit, nil
}

// confirmWithdrawal sees to it that nothing is taken back unseen.
func (a *app) confirmWithdrawal(ctx context.Context, f imported, yes bool) error {
	if f.Withdrawn == 0 || yes {
		return nil
	}
	what := withdrawals(f.Withdrawn)
	if !a.canAsk() {
		return usage("nothing was stored: %s. If that is right, run it again with --yes", what)
	}
	sure, err := a.ask(ctx, what+". Is that right?")
	if err == nil && !sure {
		err = usage("nothing was stored")
	}
	return err
}

// withdrawals says how many numbers a file would take back.
func withdrawals(n int) string {
	if n == 1 {
		return "1 number told before is no longer in the file and would be taken back"
	}
	return fmt.Sprintf("%d numbers told before are no longer in the file and would be taken back", n)
}

// finishImport tells what was stored, or would be.
func (a *app) finishImport(f imported) error {
	counts := fmt.Sprintf("%d new, %d changed, %d unchanged, %d taken back", f.New, f.Changed, f.Unchanged, f.Withdrawn)
	if f.Forgotten > 0 {
		counts += fmt.Sprintf(", %d not taken in because forgotten (`seuranta forget --list` says by what)", f.Forgotten)
	}
	if f.Older > 0 {
		counts += fmt.Sprintf(", %d left out, as a newer export told their days", f.Older)
	}
	switch {
	case a.json:
		return writeJSON(a.out, map[string]any{"imported": f})
	case f.Stored:
		fmt.Fprintf(a.out, "\nstored: %s\nrun: %s\n", counts, f.Run)
		return nil
	case !f.Guessed:
		fmt.Fprintf(a.out, "\nthis would be: %s\n", counts)
		if f.Withdrawn > 0 {
			fmt.Fprintln(a.out, withdrawals(f.Withdrawn))
		}
	}
	fmt.Fprintln(a.out, "nothing was stored: this was a dry run")
	return nil
}

// countOf returns what a run counted under a name.
func countOf(r observation.Run, name string) int {
	for _, c := range r.Told {
		if c.Name == name {
			return int(c.N)
		}
	}
	return 0
}

func (a *app) completeSheets() (ids []string) {
	cfg, err := a.readConfig(context.Background())
	if err != nil {
		return nil
	}
	return sourceIDs(importing(cfg))
}
