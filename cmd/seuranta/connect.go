package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/connect"
	"seuranta/internal/fetch"
	"seuranta/internal/schedule"
)

// connectFlags are the flags of connect.
type connectFlags struct {
	paste, forget, noBrowser bool
	port                     int
	timeout                  time.Duration
}

func (a *app) connectCommand() *cobra.Command {
	var f connectFlags
	cmd := &cobra.Command{
		Use:   "connect [SOURCE]",
		Short: "Get or renew a source's credential in the browser",
		Long: `Gets the credential of a source whose platform gives it to a person in a browser (X, Meta, LinkedIn,
Google). It prints what has to be registered at the platform, opens the browser, waits for consent, and
keeps what the platform gives in the folder secrets beside the configuration, for you alone. From then on
it is renewed by itself as long as the platform allows that; before it ends an alarm says so.

Where the browser runs on another computer, as over SSH, --paste asks for the address that the browser
ends at: the page there cannot be shown, and its address is all that is needed. In its place a finished
token can be pasted. Neither shows on the screen. Without a terminal it is read from standard input.

At its end one harmless call says whose account it is. Without a source it lists those that can be
connected, and how they stand.

Exit code 0 when it is connected, 3 when it is but the call at the end failed, 1 when it is not.`,
		Example: `  seuranta connect
  seuranta connect twitter
  seuranta connect facebook --paste
  seuranta connect youtube --port 8743 --no-browser
  seuranta connect twitter --paste < token.txt
  seuranta connect twitter --forget`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 { // and what they are is not said: one may be a token
				return usage("connect takes one source. A token does not belong on the command line, where other users of this machine see it: give it with --paste")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.sane(cmd, len(args) == 1); err != nil {
				return err
			}
			if len(args) == 0 {
				return a.connectable(cmd.Context())
			}
			return a.connect(cmd.Context(), args[0], f)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return a.completeConnectable(args), cobra.ShellCompDirectiveNoFileComp
		},
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.paste, "paste", false, "paste the address that the browser ended at, or a finished token")
	fl.IntVar(&f.port, "port", 0, "port of this machine that the browser comes back to (default: a free one, or the one that the platform knows)")
	fl.BoolVar(&f.noBrowser, "no-browser", false, "only print the address, open no browser")
	fl.DurationVar(&f.timeout, "timeout", 10*time.Minute, "how long to wait for the browser")
	fl.BoolVar(&f.forget, "forget", false, "take away what is kept of the connection")
	return cmd
}

// sane refuses flags that say nothing together.
func (f connectFlags) sane(cmd *cobra.Command, named bool) error {
	given := func(name string) bool { return cmd.Flags().Changed(name) }
	switch {
	case f.forget && (f.paste || given("port") || f.noBrowser || given("timeout")):
		return usage("--forget goes with no other flag of connect")
	case !named && (f.forget || f.paste || given("port") || f.noBrowser || given("timeout")):
		return usage("say which source, as `seuranta connect twitter`; without flags `seuranta connect` lists them")
	case given("port") && (f.port < 1 || f.port > 65535):
		return usage("--port %d: want 1 to 65535", f.port)
	case f.timeout <= 0:
		return usage("--timeout %s: want a time, as 10m", f.timeout)
	}
	return nil
}

// wait says how long it is waited: 10m, not 10m0s.
func (f connectFlags) wait() string {
	text := f.timeout.String()
	for _, nothing := range []string{"0s", "0m"} {
		if rest := strings.TrimSuffix(text, nothing); strings.HasSuffix(rest, "m") || strings.HasSuffix(rest, "h") {
			text = rest
		}
	}
	return text
}

// connectedTo is what connect tells.
type connectedTo struct {
	Source   string     `json:"source"`
	Platform string     `json:"platform"`
	File     string     `json:"file"`
	Account  string     `json:"account"` // what the harmless call found
	OK       bool       `json:"ok"`
	Expires  *time.Time `json:"expires"` // when a person has to connect anew at the latest, null when that is not known or never
	Renews   bool       `json:"renews"`
	Scopes   []string   `json:"scopes"`
}

func (a *app) connect(ctx context.Context, name string, f connectFlags) error {
	cfg, err := a.readConfig(ctx) // leniently: secrets of other sources are of no interest
	if err != nil {
		return err
	}
	a.startClock()
	d := &desk{Config: cfg, app: a, client: a.client(cfg)}
	if d.now, err = a.now(); err != nil {
		return err
	}
	s, account, err := d.toConnect(name)
	if err != nil {
		return err
	}
	account.Now = a.moment
	if err := refuseRoot(account.Folder, os.Geteuid()); err != nil {
		return err
	}
	if f.forget {
		return a.forgetConnection(ctx, s, account)
	}
	standing, err := a.obtain(ctx, d, s, account, f)
	if err != nil {
		return fetch.HideIn(err, s.Policy().Secrets)
	}
	return a.tellConnected(ctx, d, s, account, standing)
}

// toConnect returns the source of a name, and its connection.
func (d *desk) toConnect(name string) (config.Source, connect.Account, error) {
	none := func(format string, args ...any) (config.Source, connect.Account, error) {
		return config.Source{}, connect.Account{}, usage(format, args...)
	}
	i := slices.IndexFunc(d.Sources, func(s config.Source) bool { return s.ID == name })
	if i < 0 {
		return none("there is no source %q; the configuration has %s", name, strings.Join(sourceIDs(d.Sources), ", "))
	}
	s := d.Sources[i]
	if _, ok := s.Settings.(collector.Connectable); !ok {
		return none("%s is of kind %s, whose platform gives no credential in a browser; %s", s.ID, s.Kind, d.whichConnect())
	}
	account, ok := schedule.Account(s, d.Dir)
	if !ok {
		return none("the settings of %s give a token already, which goes before what is connected: take token: out of the configuration, or the file %s away", s.ID,
			filepath.Join(config.SecretsDir, s.ID+"."+collector.TokenKey))
	}
	if lacks := slices.DeleteFunc(slices.Clone(s.Lacks), func(key string) bool { return key == collector.TokenKey }); len(lacks) > 0 {
		return none("%s cannot be connected without its %s: %s", s.ID, strings.Join(lacks, " and "), strings.Join(d.Lacking, "; "))
	}
	return s, account, nil
}

// whichConnect says which sources can be connected.
func (d *desk) whichConnect() string {
	if ids := sourceIDs(d.connecting()); len(ids) > 0 {
		return "those that can be connected are " + strings.Join(ids, ", ")
	}
	return "no source of the configuration can be connected"
}

// connecting returns the sources whose platform gives credentials to people; not those that only take files.
func (d *desk) connecting() (out []config.Source) {
	for _, s := range d.Sources {
		if _, ok := s.Settings.(collector.Connectable); ok && (!s.Typed || s.Schedule != "") {
			out = append(out, s)
		}
	}
	return out
}

// obtain gets a credential by the browser or by what a person pastes, and keeps it.
func (a *app) obtain(ctx context.Context, d *desk, s config.Source, account connect.Account, f connectFlags) (connect.Standing, error) {
	c := account.Connection
	if c.ClientID == "" && !f.paste {
		return connect.Standing{}, usage("%s gives a credential only to an app of yours: write its client_id into the source %s (%s), or paste a finished token: seuranta connect %s --paste", c.Platform, s.ID, strings.TrimSuffix(c.Help, "."), s.ID)
	}
	if err := account.Prepare(ctx); err != nil {
		return connect.Standing{}, err
	}
	late := &exitError{exitFailed, fmt.Sprintf("nobody came back from the browser within %s: run seuranta connect %s again, with --paste where the browser runs on another computer", f.wait(), s.ID)}
	ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, late)
	defer cancel()
	session := d.client.Session(s.Policy())
	if f.paste {
		return a.byPaste(ctx, session, account, f)
	}
	return a.byBrowser(ctx, session, account, f)
}

// byBrowser waits for the browser on this machine.
func (a *app) byBrowser(ctx context.Context, session *fetch.Session, account connect.Account, f connectFlags) (connect.Standing, error) {
	port := f.port
	if port == 0 && account.Connection.Registered {
		port = connect.DefaultPort
	}
	l, err := account.Listen(port)
	if err != nil {
		return connect.Standing{}, err
	}
	flow := account.Begin(l.Redirect())
	a.explainConsent(account, flow)
	fmt.Fprintf(a.err, "\nWaiting for the browser to come back, %s at most; Ctrl-C ends it. If the browser runs on another computer, end it and add --paste.\n", f.wait())
	if !f.noBrowser {
		a.openBrowser(flow.Address())
	}
	code, err := l.Wait(ctx, flow, func() {
		fmt.Fprintln(a.err, "A page came back that is of another attempt: open the address above. Waiting goes on.")
	})
	if err != nil {
		return connect.Standing{}, err
	}
	return flow.Exchange(ctx, session, code)
}

// byPaste takes what a person pastes.
func (a *app) byPaste(ctx context.Context, session *fetch.Session, account connect.Account, f connectFlags) (connect.Standing, error) {
	port := f.port
	if port == 0 {
		port = connect.DefaultPort
	}
	flow := account.Begin(account.RedirectOf(port))
	if account.Connection.ClientID == "" {
		fmt.Fprintf(a.err, "Paste the token of %s, then Enter; it does not show: ", account.Connection.Platform)
	} else {
		a.explainConsent(account, flow)
		fmt.Fprint(a.err, "\nAt the end the browser shows a page that cannot be reached: that is as it should be. Copy its whole address, and paste it here, or a finished token; then Enter. It does not show: ")
	}
	text, err := a.readHidden(ctx)
	fmt.Fprintln(a.err)
	if err != nil {
		return connect.Standing{}, err
	}
	code, token, err := flow.Pasted(text)
	switch {
	case err != nil:
		return connect.Standing{}, err
	case token != "":
		return account.Paste(ctx, session, token)
	}
	return flow.Exchange(ctx, session, code)
}

// explainConsent says what is to be registered and opened.
func (a *app) explainConsent(account connect.Account, flow *connect.Flow) {
	c := account.Connection
	fmt.Fprintf(a.err, `%s is to be allowed to read, and nothing else, from %s: %s

%s
The redirect address to register there, to the letter:
  %s

Open this address in a browser, signed in as somebody who may see the figures of the account:
  %s
`, account.Source, c.Platform, strings.Join(c.Scopes, " "), c.Help, flow.Redirect(), flow.Address())
}

// tellConnected says whose account it is, and until when.
func (a *app) tellConnected(ctx context.Context, d *desk, s config.Source, account connect.Account, standing connect.Standing) error {
	if opened, err := a.openStore(ctx, d.Config); err == nil { // it knows which calls were spent
		d.store = opened
		defer opened.Close()
	}
	look := a.checkSource(ctx, d, s)
	out := connectedTo{Source: s.ID, Platform: account.Connection.Platform, File: account.Path(), Account: look.Detail, OK: look.OK, Expires: pointer(standing.Expires), Renews: standing.Renews, Scopes: append([]string{}, standing.Scopes...)}
	if a.json {
		if err := writeJSON(a.out, out); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.out, "%s is connected to %s. It is kept in %s.\n", s.ID, out.Platform, out.File)
		word := "A look at it"
		if !look.OK {
			word = "But a look at it failed"
		}
		fmt.Fprintf(a.out, "%s: %s\n", word, look.Detail)
		fmt.Fprintf(a.out, "It is visited when it is due next; `seuranta collect %s` does it now.\n", s.ID)
	}
	if !look.OK {
		return &exitError{code: exitPartial}
	}
	return context.Cause(ctx)
}

// forgetConnection takes away what is kept.
func (a *app) forgetConnection(ctx context.Context, s config.Source, account connect.Account) error {
	found, err := account.Forget(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"source": s.ID, "forgotten": found})
	}
	if !found {
		_, err = fmt.Fprintf(a.out, "%s was not connected\n", s.ID)
		return err
	}
	_, err = fmt.Fprintf(a.out, "the credential of %s is forgotten here. %s still lists the app among those that may see the account: take it out there, too\n", s.ID, account.Connection.Platform)
	return err
}

// connection is a line of the list of connections.
type connection struct {
	Source    string     `json:"source"`
	Kind      string     `json:"kind"`
	Platform  string     `json:"platform"`
	State     string     `json:"state"` // connected, not connected, token, broken
	Connected *time.Time `json:"connected_at"`
	Expires   *time.Time `json:"expires"`
	Renews    bool       `json:"renews"`
	ToDo      string     `json:"to_do"`
}

// since and until write the moments of a line; what is not known has no word.
func (l connection) since() string {
	if l.Connected == nil {
		return ""
	}
	return moment(l.Connected)
}

func (l connection) until() string {
	switch {
	case l.Expires != nil:
		return moment(l.Expires)
	case l.Renews:
		return "renews itself"
	case l.State == "connected":
		return "not known"
	}
	return ""
}

// connectable lists the sources that can be connected.
func (a *app) connectable(ctx context.Context) error {
	cfg, err := a.readConfig(ctx)
	if err != nil {
		return err
	}
	d := &desk{Config: cfg, app: a}
	if d.now, err = a.now(); err != nil {
		return err
	}
	lines := []connection{}
	for _, s := range d.connecting() {
		lines = append(lines, d.connection(s))
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"sources": lines})
	}
	if len(lines) == 0 {
		_, err := fmt.Fprintln(a.out, "no source of the configuration can be connected; `seuranta sample` lists the kinds there are")
		return err
	}
	var cells [][]string
	for _, l := range lines {
		cells = append(cells, []string{l.Source, l.Kind, l.Platform, l.State, l.since(), l.until(), l.ToDo})
	}
	return table(a.out, []string{"source", "kind", "platform", "state", "since", "until", "to do"}, cells)
}

// connection tells how a source stands with its platform.
func (d *desk) connection(s config.Source) connection {
	line := connection{Source: s.ID, Kind: s.Kind, State: "token"}
	account, ok := schedule.Account(s, d.Dir)
	if !ok {
		c, _ := s.Settings.(collector.Connectable)
		line.Platform = c.Connection().Platform
		return line
	}
	line.Platform = account.Connection.Platform
	standing, err := account.Look()
	line.Connected, line.Expires, line.Renews = pointer(standing.Connected), pointer(standing.Expires), standing.Renews
	anew := "run `seuranta connect " + s.ID + "`"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		line.State, line.ToDo = "not connected", anew
		if account.Connection.ClientID == "" {
			line.ToDo = "write client_id into the source, or " + anew + " with --paste"
		}
	case err != nil:
		line.State, line.ToDo = "broken", err.Error()
	case line.Expires != nil && !line.Expires.After(d.now):
		line.State, line.ToDo = "ended", anew
	default:
		line.State = "connected"
	}
	return line
}

// completeConnectable offers the sources that can be connected.
func (a *app) completeConnectable(args []string) []string {
	cfg, err := a.readConfig(context.Background())
	if err != nil || len(args) > 0 {
		return nil
	}
	return sourceIDs((&desk{Config: cfg}).connecting())
}

// connectedWords say until when a source is connected; "" where it is not.
func connectedWords(s config.Source, dir string) string {
	account, ok := schedule.Account(s, dir)
	if !ok {
		return ""
	}
	standing, err := account.Look()
	switch {
	case err != nil:
		return ""
	case standing.Expires.IsZero() && standing.Renews:
		return "the connection renews itself"
	case standing.Expires.IsZero():
		return "connected; when that ends is not known"
	}
	return fmt.Sprintf("connected until %s: run `seuranta connect %s` again before that", standing.Expires.In(s.Zone).Format("2006-01-02 15:04"), s.ID)
}
