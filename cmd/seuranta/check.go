package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/store"
)

// checked is a line of check.
type checked struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [SOURCE…]",
		Short: "Is everything set up right? Configuration, storage, and one harmless look at each source",
		Example: `  seuranta check
  seuranta check verkkoloki --json`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.check(cmd.Context(), args) },
	}
}

func (a *app) check(ctx context.Context, names []string) error {
	a.asks = true
	cfg, err := a.loadConfig(ctx)
	if err != nil {
		return err
	}
	d := &desk{Config: cfg, client: a.client(cfg)}
	if d.now, err = a.now(); err != nil {
		return err
	}
	sources, err := d.chosen(names, collectFlags{})
	if err != nil {
		return err
	}
	lines := []checked{checkConfig(cfg)}
	s, err := a.openStore(ctx, cfg)
	if err == nil {
		d.store = s
		defer s.Close()
	}
	lines = append(lines, checkStorage(ctx, s, err))
	for _, s := range sources {
		lines = append(lines, a.checkSource(ctx, d, s))
	}
	if len(names) == 0 {
		lines = append(lines, a.checkAlerts(ctx, d)...)
	}
	if err := context.Cause(ctx); err != nil {
		return err // what was not tried has no fault of its own to tell
	}
	if err := a.printChecked(lines); err != nil {
		return err
	}
	if slices.ContainsFunc(lines, func(c checked) bool { return !c.OK }) {
		return &exitError{code: exitFailed}
	}
	return nil
}

// checkConfig looks at what the configuration says about this machine.
func checkConfig(cfg *config.Config) checked {
	if err := servable(cfg); err != nil {
		return checked{"configuration", false, err.Error()}
	}
	return checked{"configuration", true, describeConfig(cfg)}
}

// describeConfig says what a configuration holds: seuranta.yaml: 1 organisation, 2 channels, 2 sources.
func describeConfig(cfg *config.Config) string {
	return fmt.Sprintf("%s: %s, %s, %s", cfg.Path, howMany(len(cfg.Desk.Organisations), "organisation"),
		howMany(len(cfg.Desk.Channels), "channel"), howMany(len(cfg.Sources), "source"))
}

// howMany says how many there are of what an English word names.
func howMany(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// checkStorage looks at the storage, which opened or has a fault.
func checkStorage(ctx context.Context, s *store.Store, fault error) checked {
	if fault != nil {
		return checked{"storage", false, fault.Error()}
	}
	detail := describe(s.Info())
	schema, err := s.Schema(ctx)
	if err == nil && schema > 0 {
		err = s.Ready(ctx)
	}
	switch {
	case err != nil:
		return checked{"storage", false, detail + "; " + err.Error()}
	case schema == 0:
		detail += "; no tables yet, `seuranta migrate` makes them" + byItself(s.Info())
	default:
		detail += fmt.Sprintf("; tables of version %d", schema)
	}
	return checked{"storage", true, detail}
}

// byItself adds that the embedded store needs nobody to ask for its tables.
func byItself(i store.Info) string {
	if i.Engine == "embedded" {
		return ", or the first `seuranta collect`"
	}
	return ""
}

// describe names the engine, and says so when nobody has tried its version, spoken to in this way, with this program.
func describe(i store.Info) string {
	text := fmt.Sprintf("ClickHouse %s, %s, %s", i.Version, i.Engine, i.Place)
	if i.Guest {
		text += fmt.Sprintf(", shared with process %d, which runs it", i.Process)
	}
	if !i.Tested {
		text += "; this version, reached in this way, is not among those that seuranta is tested with, so look at its first figures with care"
	}
	return text
}

func (a *app) checkSource(ctx context.Context, d *desk, s config.Source) checked {
	line := a.trySource(ctx, d, s)
	line.Detail += keptWords(s)
	return line
}

func (a *app) trySource(ctx context.Context, d *desk, s config.Source) checked {
	job, session := a.runner(d).Job(s, observation.Period{}), d.client.Session(s.Policy())
	deps := collector.Deps{Log: a.log(), State: d.remembered(ctx, s), Items: nothing{}, HTTP: session, Dir: d.Dir, BaseURL: s.BaseURL, Metrics: job.Metrics,
		ChannelKind: job.ChannelKind, Projects: job.Projects, Refuses: job.Refuses, Credential: schedule.Credential(s, d.Dir, session, d.now)}
	c, ok := s.Settings.New(deps).(collector.Checker)
	if !ok {
		return checked{s.ID, true, "nothing to try"}
	}
	detail, err := c.Check(ctx, d.now.In(s.Zone))
	if err != nil {
		return checked{s.ID, false, fetch.Hide(err.Error(), session.Secrets())}
	}
	if words := connectedWords(s, d.Dir); words != "" {
		detail += "; " + words
	}
	return checked{s.ID, true, detail}
}

// remembered is what a source remembers, as far as the storage tells: the calls that a look spends are kept, and nothing else.
func (d *desk) remembered(ctx context.Context, s config.Source) collector.State {
	if d.store == nil {
		return nothing{}
	}
	return schedule.Remembered(ctx, d.store, s.Source)
}

// nothing is the memory of a source that is only looked at, and what is known of its items.
type nothing struct{}

func (nothing) Get(string) (string, bool) { return "", false }
func (nothing) Set(string, string)        {}
func (nothing) Known(context.Context, string, []string) (map[string]observation.Item, error) {
	return nil, nil
}

func (a *app) printChecked(lines []checked) error {
	if a.json {
		return writeJSON(a.out, map[string]any{"checks": lines})
	}
	var rows [][]string
	for _, l := range lines {
		word := "ok"
		if !l.OK {
			word = "FAILED"
		}
		rows = append(rows, []string{l.What, word, l.Detail})
	}
	return table(a.out, []string{"what", "state", "detail"}, rows)
}
