package connect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"seuranta/internal/collector"
)

// formVersion is that of the form in which a record is written.
const formVersion = 1

// record is what is kept of a connection.
type record struct {
	Version     int       `json:"version"`
	Source      string    `json:"source"`
	Client      string    `json:"client_id,omitempty"` // the app that it was got for
	Serial      int64     `json:"serial"`              // one more with each writing
	Connected   time.Time `json:"connected_at"`        // by a person
	Issued      time.Time `json:"issued_at"`           // the access token
	Access      string    `json:"access_token,omitempty"`
	Ends        time.Time `json:"expires_at,omitzero"` // the access token; zero is not known
	Refresh     string    `json:"refresh_token,omitempty"`
	RefreshEnds time.Time `json:"refresh_expires_at,omitzero"`
	Scopes      []string  `json:"scopes,omitempty"`
}

// Format writes nothing of a record for any verb.
func (r record) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "credential of "+r.Source) }

// secrets returns what of a record must not be shown.
func (r record) secrets() []string { return []string{r.Access, r.Refresh} }

// errForm says that something is no record.
var errForm = errors.New("it is cut off or was changed")

// parseRecord reads a record, and nothing else beside it.
func parseRecord(text []byte) (r record, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if d.Decode(&r) != nil {
		return record{}, errForm
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return record{}, errForm
	}
	if r.Version != formVersion || r.Source == "" || r.Access == "" && r.Refresh == "" || r.Connected.IsZero() {
		return record{}, errForm
	}
	return r, nil
}

// text writes a record. Signs that mean something in HTML stay as they are, so that no token grows to many times its length.
func (r record) text() ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(struct{ *plainRecord }{(*plainRecord)(&r)})
	return text.Bytes(), err
}

// plainRecord is a record without its ways of hiding.
type plainRecord record

// Margins between the renewal of a token and its end.
const (
	longestMargin = 5 * time.Minute
	leastMargin   = time.Minute
	// restBeforeRenewal is how old a token of weeks is when it is prolonged (Threads takes none that is younger than a day).
	restBeforeRenewal = 7 * 24 * time.Hour
)

// margin is how long before its end an access token is renewed: a minute at least, of one that lives less than two minutes half
// its life.
func (r record) margin() time.Duration {
	life := r.Ends.Sub(r.Issued)
	return min(life/2, max(leastMargin, min(longestMargin, life/6)))
}

// good tells whether the access token may be shown at a moment without being renewed.
func (r record) good(now time.Time) bool {
	return r.Access != "" && (r.Ends.IsZero() || now.Before(r.Ends.Add(-r.margin())))
}

// alive tells whether the access token is not over.
func (r record) alive(now time.Time) bool {
	return r.Access != "" && (r.Ends.IsZero() || now.Before(r.Ends))
}

// stale tells whether an access token is to be renewed, though it is good for long: a token of weeks that can be prolonged.
func (r record) stale(now time.Time, c collector.Connection) bool {
	return r.Refresh == "" && c.Renew != "" && r.alive(now) && now.Sub(r.Issued) >= restBeforeRenewal
}

// renews tells whether the connection renews itself.
func (r record) renews(c collector.Connection) bool {
	return r.Refresh != "" && c.ClientID != "" || r.Refresh == "" && c.Renew != "" && !r.Ends.IsZero()
}

// standing tells how a record stands.
func (r record) standing(c collector.Connection) Standing {
	s := Standing{Connected: r.Connected, Renews: r.renews(c), Scopes: slices.Clone(r.Scopes), Expires: r.Ends}
	if r.Refresh != "" && s.Renews {
		s.Expires = r.RefreshEnds
	}
	return s
}

// with returns the record that follows from an answer of the platform. What it does not tell stays: a refresh token above all, and its end.
func (r record) with(g granted, now time.Time) record {
	r.Serial++
	if g.access != "" {
		r.Access, r.Issued, r.Ends = g.access, now.UTC(), after(now, g.life)
	}
	if g.refresh != "" {
		r.Refresh = g.refresh
	}
	if g.refreshLife > 0 {
		r.RefreshEnds = after(now, g.refreshLife)
	}
	if len(g.scopes) > 0 {
		r.Scopes = g.scopes
	}
	return r
}

// after returns the moment that lies a while after now; without a while none is known.
func after(now time.Time, life time.Duration) time.Time {
	if life <= 0 {
		return time.Time{}
	}
	return now.UTC().Add(life).Truncate(time.Second)
}
