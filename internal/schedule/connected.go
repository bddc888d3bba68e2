package schedule

import (
	"path/filepath"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/config"
	"seuranta/internal/connect"
	"seuranta/internal/fetch"
)

// CredentialState is the name under which a source remembers until when its credential is good, as RFC 3339.
const CredentialState = "credential_expires"

// connectedState is the name under which a source remembers when it was connected by a person: what it remembers of the credential
// is of that one.
const connectedState = "credential_connected"

// Account returns the connection of a source; ok is false where its platform gives no credentials to people, or a token of the
// settings goes before.
func Account(s config.Source, dir string) (a connect.Account, ok bool) {
	if s.Gives(collector.TokenKey) {
		return connect.Account{}, false
	}
	return connect.Of(s.Settings, s.ID, filepath.Join(dir, config.SecretsDir), s.BaseURL)
}

// account returns the connection of a source of the runner, nil without one.
func (r *Runner) account(s config.Source) *connect.Account {
	a, ok := Account(s, r.Config.Dir)
	if !ok {
		return nil
	}
	return &a
}

// connectedSince tells whether a person has connected a source after a moment: then what was refused before is another credential.
func (r *Runner) connectedSince(s config.Source, moment time.Time) bool {
	a := r.account(s)
	return a != nil && a.Connected().After(moment)
}

// begun forgets what a source remembers of a credential that it no longer has.
func (m *memory) begun(connected time.Time) {
	id := ""
	if !connected.IsZero() {
		id = connected.UTC().Format(time.RFC3339Nano)
	}
	if was, _ := m.Get(connectedState); was != id {
		m.Set(connectedState, id)
		m.Set(CredentialState, "")
		delete(m.touched, CredentialState)
	}
}

// ended remembers when the credential ends, for all kinds alike. What the platform itself told the collector stays where it is
// earlier.
func (m *memory) ended(c collector.Credential) {
	if c == nil || c.Expires().IsZero() {
		return
	}
	at := c.Expires().UTC().Truncate(time.Second)
	told, _ := m.Get(CredentialState)
	if earlier, err := time.Parse(time.RFC3339, told); err == nil && earlier.Before(at) && m.touched[CredentialState] {
		return
	}
	m.Set(CredentialState, at.Format(time.RFC3339))
}

// connect returns the credential of a job's source, nil without one, and what is to be done when the visit is over.
func (j Job) connect(session *fetch.Session, m *memory) (c collector.Credential, over func()) {
	if j.Account == nil {
		return nil, func() {}
	}
	c = j.Account.Credential(session, api.Clock(j.Now))
	m.begun(j.Account.Connected())
	return c, func() { m.ended(c); j.unrenewed(c) }
}

// unrenewed logs that a credential could not be renewed, which a visit does not show as long as it is good.
func (j Job) unrenewed(c collector.Credential) {
	renewing, ok := c.(interface{ Unrenewed() error })
	if !ok || j.Log == nil || renewing.Unrenewed() == nil {
		return
	}
	j.Log.Warn("credential not renewed", "source", j.Source.ID, "good_until", c.Expires(), "error", renewing.Unrenewed())
}

// Credential returns what was got for a source by connecting it, nil where nobody did; it asks its platform by a session from a
// moment on.
func Credential(s config.Source, dir string, session *fetch.Session, now time.Time) collector.Credential {
	a, ok := Account(s, dir)
	if !ok {
		return nil
	}
	return a.Credential(session, api.Clock(now))
}
