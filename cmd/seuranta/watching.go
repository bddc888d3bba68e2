package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"seuranta/internal/alarm"
	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/mail"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/store"
)

// byMail tells of faults by mail.
type byMail struct {
	*mail.Sender
	warn func(refused error)
}

// Name returns mail.
func (byMail) Name() string { return "mail" }

// Tell sends the message. Whom the server refuses for good does not keep the others from being told.
func (b byMail) Tell(ctx context.Context, m alarm.Message) error {
	refused, err := b.Send(ctx, mail.Letter{ID: m.ID, Subject: m.Subject, Text: m.Text, At: m.At})
	for _, r := range refused {
		b.warn(r)
	}
	return err
}

// ways returns the ways by which people are told of faults.
func (d *desk) ways() (out []alarm.Way) {
	if m := d.Alerts.Mail; m != nil {
		log := d.app.log()
		out = append(out, byMail{d.mailer(*m), func(refused error) { log.Warn("somebody gets no mail", "error", refused) }})
	}
	if h := d.Alerts.Webhook; h != nil {
		out = append(out, d.hook(*h))
	}
	return out
}

func (d *desk) mailer(m config.Mail) *mail.Sender {
	return &mail.Sender{Config: m, Program: "Seuranta/" + version}
}

func (d *desk) hook(h config.Webhook) *alarm.Webhook {
	return &alarm.Webhook{Config: h, Client: d.client, Program: "Seuranta/" + version}
}

// wayNames lists the ways of the configuration.
func (d *desk) wayNames() (names []string) {
	for _, way := range d.ways() {
		names = append(names, way.Name())
	}
	return names
}

// words says what is wrong in a language.
func (d *desk) words(lang string) (alarm.Words, error) {
	l, err := locale.For(lang)
	return alarm.Words{Locale: l, Zone: d.home.Zone, Desk: d.Desk, Connects: d.connects}, err
}

// connects tells whether people get the credential of a source in a browser.
func (d *desk) connects(key observation.SourceKey) bool {
	i := slices.IndexFunc(d.Sources, func(s config.Source) bool { return s.Key() == key })
	if i < 0 {
		return false
	}
	_, ok := schedule.Account(d.Sources[i], d.Dir)
	return ok
}

func (d *desk) organisationIDs() (ids []string) {
	for _, o := range d.Desk.Organisations {
		ids = append(ids, o.ID)
	}
	return ids
}

// watcher returns what looks for faults and tells of them; now is the clock. Who has it run for long sets its Patience.
func (d *desk) watcher(now func() time.Time) (*alarm.Watcher, error) {
	words, err := d.words(d.Alerts.Language)
	return &alarm.Watcher{Book: d.store, Disk: func() *alarm.Disk { return diskOf(d.Storage.Path) }, Full: store.IsFull, Slip: &alarm.Slip{Places: d.slips()}, Known: func(ctx context.Context) (alarm.Known, error) { return d.known(ctx, now()) }, Ways: d.ways(), Words: words,
		Asks: func(f alarm.Fault) bool { return d.asksFor(f, now()) }, Organisations: d.organisationIDs(), Now: now, Log: d.app.log()}, err
}

// tellOfFaults looks for faults once, where the configuration says who is told. A command that did its work well does not fail
// because somebody could not be told: it is tried again the next time.
func (a *app) tellOfFaults(ctx context.Context, d *desk) {
	if !d.Alerts.Any() || ctx.Err() != nil {
		return
	}
	w, err := d.watcher(func() time.Time { return d.now })
	if err == nil {
		err = w.Look(ctx)
	}
	if err != nil {
		a.log().Warn("nobody was told of faults", "error", err)
	}
}

// slipName is the file in which is kept what was told while the store did not work.
const slipName = "seuranta.outage"

// slips lists the places for it: the folder of the embedded store; where there is none, or it cannot be written, the folder that
// the service manager gives, and the user's own.
func (d *desk) slips() (places []string) {
	if d.Storage.Path != "" {
		places = append(places, filepath.Join(d.Storage.Path, slipName))
	}
	name := fmt.Sprintf("%s.%x", slipName, sha256.Sum256([]byte(d.Storage.Path+d.Storage.DSN.Reveal())))[:len(slipName)+17]
	if state, ok := d.app.env("STATE_DIRECTORY"); ok && filepath.IsAbs(state) {
		places = append(places, filepath.Join(state, name))
	}
	if home, ok := d.app.env("HOME"); ok && filepath.IsAbs(home) {
		places = append(places, filepath.Join(home, "."+name))
	}
	return places
}

// absent is a store that could not be opened.
type absent struct {
	alarm.Book
	why error
}

func (a absent) Alarms(context.Context, time.Time) ([]observation.Alarm, error) { return nil, a.why }

// tellOfOutage tells those whom the configuration names of a store that could not be opened, when that is so for a while.
func (a *app) tellOfOutage(ctx context.Context, cfg *config.Config, why error) {
	var wrongUse *exitError
	now, err := a.now()
	if !cfg.Alerts.Any() || ctx.Err() != nil || err != nil || errors.As(why, &wrongUse) {
		return
	}
	d := &desk{Config: cfg, app: a, client: a.client(cfg), now: now, home: cfg.Desk.Organisations[0]}
	w, err := d.watcher(func() time.Time { return now })
	if err != nil {
		return
	}
	w.Book = absent{why: why}
	_ = w.Look(ctx) // its error is why
}

// known gathers all that faults follow from.
func (d *desk) known(ctx context.Context, now time.Time) (alarm.Known, error) {
	k, ids := alarm.Known{Now: now, Disk: diskOf(d.Storage.Path)}, d.organisationIDs()
	all, err := d.store.Status(ctx, ids, time.Time{})
	if err != nil {
		return k, err
	}
	standing, bad := map[observation.SourceKey]observation.SourceStatus{}, []observation.SourceKey{}
	for _, st := range all {
		if standing[st.Key()] = st; !st.Result.Answered() {
			bad = append(bad, st.Key())
		}
	}
	visits, err := d.store.LastTwo(ctx, bad, time.Time{})
	if err != nil {
		return k, err
	}
	failures, err := d.store.Failures(ctx, bad, time.Time{})
	if err != nil {
		return k, err
	}
	credentials, err := d.store.StatesNamed(ctx, ids, schedule.CredentialState)
	if err != nil {
		return k, err
	}
	for _, s := range d.Sources {
		if !watched(s, now) {
			continue
		}
		st := standing[s.Key()]
		one := alarm.Source{SourceKey: s.Key(), Visits: visits[s.Key()], FailingSince: failures[s.Key()].Since, Answered: st.Answered,
			CredentialExpires: d.expiry(s, credentials[s.Key()], st.Started)}
		if one.Lately, err = d.waits(ctx, st, one.Visits); err != nil {
			return k, err
		}
		if one.Expected, err = d.expected(ctx, st); err != nil {
			return k, err
		}
		if one.Late, err = schedule.Overdue(s.Source, one.Answered, one.Expected, now); err != nil {
			return k, err
		}
		if one.Open, err = d.newestIsOpen(ctx, s.Source, one.Visits, now); err != nil {
			return k, err
		}
		k.Sources = append(k.Sources, one)
	}
	return k, nil
}

// asksFor tells whether the source of a fault is still looked after, and still has the part that failed.
func (d *desk) asksFor(f alarm.Fault, now time.Time) bool {
	if f.Source == "" {
		return true
	}
	return slices.ContainsFunc(d.Sources, func(s config.Source) bool {
		return s.ID == f.Source && s.Organisation == f.Organisation && watched(s, now) && (f.Part == "" || len(s.Parts) == 0 || slices.Contains(s.Parts, f.Part))
	})
}

// waits returns all visits of a day and more to a source that waits, or of which a part does.
func (d *desk) waits(ctx context.Context, st observation.SourceStatus, visits []observation.SourceStatus) ([]observation.SourceStatus, error) {
	if !slices.ContainsFunc(append(visits[:len(visits):len(visits)], st), mayWait) {
		return nil, nil
	}
	return d.store.Lately(ctx, st.Key(), alarm.LongWait, time.Time{})
}

// mayWait tells whether a visit was asked to wait, or one to a part was; one that was stopped says nothing of it.
func mayWait(v observation.SourceStatus) bool {
	return v.Result == observation.Waiting || v.Reason == collector.ReasonStopped ||
		slices.ContainsFunc(v.Failing, func(f observation.Failing) bool { return f.Reason == string(observation.Waiting) })
}

// expected returns when a source could have answered first: when it was first visited, else since the configuration is as it is.
func (d *desk) expected(ctx context.Context, st observation.SourceStatus) (time.Time, error) {
	if st.First.IsZero() {
		return d.store.ConfigSeen(ctx, d.Hash)
	}
	return st.First, nil
}

// watched tells whether a source can be at fault: people feed the others, or it has ended.
func watched(s config.Source, now time.Time) bool {
	today := observation.DateOf(now.In(s.Zone))
	return !(s.Typed && s.Schedule == "") && !s.Life.Within(observation.Period{From: today - 1, To: today + 1}).Empty()
}

// expiry returns when the credential of a source ends: what the source told in its newest visit, which began at a moment, goes
// before what people wrote, and a credential that was got after it before both.
func (d *desk) expiry(s config.Source, told string, visited time.Time) time.Time {
	if account, ok := schedule.Account(s, d.Dir); ok {
		standing, err := account.Look()
		if errors.Is(err, fs.ErrNotExist) {
			return time.Time{} // there is none
		}
		if standing.Connected.After(visited) {
			return standing.Expires
		}
	}
	if at, err := time.Parse(time.RFC3339, told); err == nil {
		return at
	}
	if s.CredentialExpires == 0 {
		return time.Time{}
	}
	return s.CredentialExpires.Start(s.Zone)
}

// newestIsOpen tells whether the newest day that was spoken of was not answered whole. It is asked only where the newest visit
// may just have named days that are long over.
func (d *desk) newestIsOpen(ctx context.Context, s observation.Source, visits []observation.SourceStatus, now time.Time) (bool, error) {
	if len(visits) == 0 || len(s.Grains) == 0 || !mayBePast(visits[0]) {
		return false, nil
	}
	today := observation.DateOf(now.In(s.Zone))
	coverage, err := indicator.Spoken(ctx, d.store, d.Desk.Sources, observation.Selection{Organisations: []string{s.Organisation}, Channels: []string{s.Channel},
		Metrics: s.Metrics, Grains: s.Grains[:1], Period: observation.Period{From: today - 30, To: today}})
	if err != nil {
		return false, err
	}
	var newest observation.Date
	open := false
	for _, c := range coverage {
		if c.Source != s.ID || c.From < newest {
			continue
		}
		if c.From > newest {
			newest, open = c.From, false
		}
		open = open || !c.Result.Answered() && !c.Result.NotApplicable()
	}
	return open, nil
}

func mayBePast(v observation.SourceStatus) bool {
	return alarm.PastReason(v.Reason) || slices.ContainsFunc(v.Failing, func(f observation.Failing) bool { return alarm.PastReason(f.Reason) })
}
