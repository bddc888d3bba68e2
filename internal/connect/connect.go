// Package connect gets credentials of platforms that give them to a person in a browser (OAuth 2.0, RFC 6749 and RFC 8252), keeps
// them in the folder of secrets, and renews them for as long as the platform lets it.
//
// The address for the browser and the proof key are made by golang.org/x/oauth2. Tokens are asked for by package fetch itself:
// many platforms take a refresh token once only, and that library throws an answer away, with the new refresh token in it, for
// a field that it did not expect; it neither sees where a redirect led to.
package connect

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"seuranta/internal/collector"
)

// Account is the connection of one source to its platform.
type Account struct {
	Source     string
	Folder     string // of secrets
	Connection collector.Connection
	Now        func() time.Time // nil is the clock
	// Failpoint is called at each named place of a renewal; only tests set it.
	Failpoint func(string)
}

// Of returns the account of a source with these settings; ok is false where its platform gives no credentials to people. folder
// is that of secrets, base the address of the platform where it is not the usual one.
func Of(settings collector.Config, source, folder, base string) (a Account, ok bool) {
	connectable, ok := settings.(collector.Connectable)
	if !ok {
		return Account{}, false
	}
	c := connectable.Connection()
	if base == "" {
		base = c.Base
	}
	for _, address := range []*string{&c.Authorize, &c.Exchange, &c.LongLived, &c.Renew} {
		if strings.HasPrefix(*address, "/") {
			*address = strings.TrimSuffix(base, "/") + *address
		}
	}
	return Account{Source: source, Folder: folder, Connection: c}, true
}

func (a Account) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

func (a Account) file() file { return file{dir: a.Folder, source: a.Source, reach: a.Failpoint} }

// Path returns the file that the credential is kept in.
func (a Account) Path() string { return a.file().path() }

// Standing is how a connection stands.
type Standing struct {
	Connected time.Time // when a person connected it
	// Expires is when a person has to connect anew at the latest; zero is not known, or never.
	Expires time.Time
	Renews  bool // it renews itself
	Scopes  []string
}

// Look returns how a connection stands. Without one the error is fs.ErrNotExist; others say what is wrong with what is kept, and
// what to do.
func (a Account) Look() (Standing, error) {
	r, err := a.read()
	return r.standing(a.Connection), err
}

// read returns what is kept, as far as it is good for this source and this app.
func (a Account) read() (record, error) {
	f := a.file()
	f.settle()
	r, err := f.read()
	if err == nil && r.Client != "" && a.Connection.ClientID != "" && r.Client != a.Connection.ClientID {
		err = fmt.Errorf("the credential was got for another client_id than that of the configuration: run seuranta connect %s: %w", a.Source, collector.ErrAuth)
	}
	return r, err
}

// Connected returns when a person connected the source; zero where nobody did.
func (a Account) Connected() time.Time {
	s, _ := a.Look()
	return s.Connected
}

// There tells whether the source was connected, be what is kept good or not.
func (a Account) There() bool {
	_, err := a.Look()
	return !errors.Is(err, fs.ErrNotExist)
}
