package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/alarm"
)

// board returns what the store knows of faults as of a moment; now, when it is zero.
func (d *desk) board(ctx context.Context, asOf time.Time) (alarm.Board, error) {
	rows, err := d.store.Alarms(ctx, asOf)
	return alarm.NewBoard(rows, d.organisationIDs()), err
}

// alarmed is a row of alerts.
type alarmed struct {
	ID           string               `json:"id"`
	Kind         string               `json:"kind"`
	Organisation string               `json:"organisation"`
	Source       string               `json:"source"`
	Part         string               `json:"part"`
	Severity     string               `json:"severity"`
	Since        *time.Time           `json:"since"`
	Until        *time.Time           `json:"until"`
	Text         string               `json:"text"`
	ToDo         string               `json:"to_do"`
	Told         map[string]time.Time `json:"told"` // by way
}

// wayRow is how one way of telling stands.
type wayRow struct {
	Way     string     `json:"way"`
	Failing bool       `json:"failing"`
	Since   *time.Time `json:"since"`
	Tries   int        `json:"tries"`
	NextTry *time.Time `json:"next_try"`
	Untold  int        `json:"untold"` // faults that stand and were not told by it
	Detail  string     `json:"detail"`
	Tested  string     `json:"tested,omitempty"` // ok, or what went wrong with the test message
}

func (a *app) alertsCommand() *cobra.Command {
	var test bool
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "What is wrong and who was told of it; sends a test message with --test",
		Long: `Lists the faults that stand: sources that fail or are late, credentials that end,
a disk that fills. ` + "`seuranta serve`" + `, and ` + "`seuranta collect --due`" + ` at its end, tell of each once when it
begins and once when it is over, by the mail and the webhook that alerts: in the configuration
names. What could not be sent is tried again.`,
		Example: `  seuranta alerts
  seuranta alerts --test
  seuranta alerts --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.alerts(cmd.Context(), test) },
	}
	cmd.Flags().BoolVar(&test, "test", false, "send a test message by every way of the configuration")
	return cmd
}

func (a *app) alerts(ctx context.Context, test bool) error {
	a.renders, a.asks = !test, test
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	if test && !d.Alerts.Any() {
		return usage("alerts --test: the configuration names nobody who is told; write alerts: with mail or webhook into it")
	}
	came, err := d.testWays(ctx, test)
	if err != nil {
		return err
	}
	faults, ways, err := d.alarms(ctx)
	if err != nil {
		return err
	}
	failed := false
	for i, w := range ways {
		if result, tested := came[w.Way]; tested {
			ways[i].Tested = "ok"
			if result != nil {
				ways[i].Tested, failed = result.Error(), true
			}
		}
	}
	if err := a.printAlarms(faults, ways, test); err != nil {
		return err
	}
	if failed {
		return &exitError{code: exitFailed}
	}
	return nil
}

// testWays sends a test message by every way, if that is asked for.
func (d *desk) testWays(ctx context.Context, test bool) (map[string]error, error) {
	if !test {
		return nil, nil
	}
	w, err := d.watcher(func() time.Time { return d.now })
	if err != nil {
		return nil, err
	}
	return w.Test(ctx)
}

// alarms returns what stands now, whether somebody noted it or not, and how the ways of telling stand.
func (d *desk) alarms(ctx context.Context) ([]alarmed, []wayRow, error) {
	board, err := d.board(ctx, time.Time{})
	if err != nil {
		return nil, nil, err
	}
	known, err := d.known(ctx, d.now)
	if err != nil {
		return nil, nil, err
	}
	board.Update(known)
	words, err := d.words("en")
	rows := []alarmed{}
	for _, f := range board.Standing() {
		row := alarmed{ID: f.ID(), Kind: f.Kind, Organisation: f.Organisation, Source: f.Source, Part: f.Part, Severity: f.Severity(), Since: pointer(f.Since), Until: pointer(f.Until),
			Text: words.Headline(alarm.Notice{Fault: f}), ToDo: words.Remedy(f), Told: map[string]time.Time{}}
		for _, way := range d.wayNames() {
			if at := board.Told(f, way); !at.IsZero() {
				row.Told[way] = at.UTC().Truncate(time.Second)
			}
		}
		rows = append(rows, row)
	}
	return rows, d.wayRows(board), err
}

func (d *desk) wayRows(board alarm.Board) []wayRow {
	rows := []wayRow{}
	for _, name := range d.wayNames() {
		row := wayRow{Way: name, Untold: board.Unsent(name)}
		for _, t := range board.Troubles([]string{name}) {
			row.Failing, row.Since, row.Tries, row.NextTry, row.Detail = true, pointer(t.Since), t.Tries, pointer(t.Next), t.Detail
		}
		rows = append(rows, row)
	}
	return rows
}

func (a *app) printAlarms(faults []alarmed, ways []wayRow, test bool) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"alarms": faults, "ways": ways})
	}
	for _, w := range ways {
		if line := w.line(); line != "" && !test {
			fmt.Fprintln(a.out, line)
		}
		if w.Tested != "" {
			fmt.Fprintf(a.out, "test message by %s: %s\n", w.Way, cell(w.Tested))
		}
	}
	if len(ways) == 0 {
		fmt.Fprintln(a.err, "nobody is told of faults: the configuration has no alerts:")
	}
	if len(faults) == 0 {
		_, err := fmt.Fprintln(a.out, "nothing is wrong")
		return err
	}
	var cells [][]string
	for _, f := range faults {
		cells = append(cells, []string{moment(f.Since), f.Severity, f.Text, f.toldBy(), f.ToDo})
	}
	return table(a.out, []string{"since", "severity", "what", "told", "to do"}, cells)
}

func (f alarmed) toldBy() string {
	var by []string
	for way, at := range f.Told {
		by = append(by, way+" "+moment(&at))
	}
	slices.Sort(by)
	return strings.Join(by, ", ")
}

// line says that faults stand which could not be told, "" when that is not so.
func (w wayRow) line() string {
	if !w.Failing || w.Untold == 0 {
		return ""
	}
	return fmt.Sprintf("%s could not be told by %s since %s (%s): %s; `seuranta alerts --test` tries it", howMany(w.Untold, "fault"), w.Way, moment(w.Since), tries(w.Tries), cell(w.Detail))
}

func tries(n int) string {
	if n == 1 {
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}

// checkAlerts looks whether people could be told: the mail server is greeted and takes the login, and nothing is sent.
func (a *app) checkAlerts(ctx context.Context, d *desk) (lines []checked) {
	if m := d.Alerts.Mail; m != nil {
		found, err := d.mailer(*m).Check(ctx)
		line := checked{"alerts by mail", err == nil, found}
		if err != nil {
			line.Detail = err.Error()
		}
		lines = append(lines, line)
	}
	if h := d.Alerts.Webhook; h != nil {
		lines = append(lines, checked{"alerts by webhook", true, d.hook(*h).Address() + " was not called; `seuranta alerts --test` sends a test message"})
	}
	return lines
}

// warnings says what of the installation a page must tell: credentials that end and a disk that fills, as the store knew them
// at a moment. How sources stand the page says by itself.
func (d *desk) warnings(ctx context.Context, organisation, lang string, asOf time.Time) (out []string, err error) {
	board, err := d.board(ctx, asOf)
	if err != nil {
		return nil, err
	}
	words, err := d.words(lang)
	for _, f := range board.Standing() {
		if ours := f.Organisation == "" || f.Organisation == organisation; ours && (f.Kind == alarm.CredentialExpires || f.Kind == alarm.DiskFull) {
			out = append(out, words.Line(f, d.now))
		}
	}
	return out, err
}
