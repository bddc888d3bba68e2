package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
)

// credential is what a source shows its platform.
type credential struct {
	account Account
	session *fetch.Session
	now     func() time.Time

	mu     sync.Mutex
	record record
	fault  error     // what is kept cannot be used
	failed error     // the newest renewal: the platform could not be asked …
	rest   time.Time // … and is not asked again before this moment
}

// Format writes nothing of a credential but whose it is, for any verb.
func (c *credential) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "credential of "+c.account.Source)
}

// pauseAfterFailure is how long a renewal that failed is not tried again: a visit asks for a token before each call.
const pauseAfterFailure = time.Minute

// freshToken is how old a token is at most for which no other is got when the platform refuses it: it would refuse that, too, and
// each call of a visit may be refused.
const freshToken = 5 * time.Minute

// Credential returns the credential of a source; nil where nobody connected it. now is the clock of the visit; what is secret is
// hidden in the session, by which the platform is asked for other tokens.
func (a Account) Credential(session *fetch.Session, now func() time.Time) collector.Credential {
	r, err := a.read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	session.Hide(r.secrets()...)
	a.Now = now
	return &credential{account: a, session: session, now: now, record: r, fault: err}
}

// Expires returns when a person has to connect anew at the latest.
func (c *credential) Expires() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.record.standing(c.account.Connection).Expires
}

// Unrenewed returns why the newest renewal failed, nil where it did not: a token that is good for a while yet goes on without it.
func (c *credential) Unrenewed() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// Token returns the access token that is good now.
func (c *credential) Token(ctx context.Context) (collector.Secret, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.fault == nil && !now.Before(c.rest) && (!c.record.good(now) || c.record.stale(now, c.account.Connection)) {
		c.failed = c.renew(ctx, "")
		c.heed(now)
	}
	switch {
	case c.fault != nil:
		return collector.Secret{}, c.fault
	case c.failed != nil && !c.record.alive(now):
		return collector.Secret{}, c.failed
	}
	return collector.NewSecret(c.record.Access), nil // one that could not be renewed in time does for now
}

// heed takes in how a renewal went. One that was refused is not tried again in this visit.
func (c *credential) heed(now time.Time) {
	switch {
	case errors.Is(c.failed, collector.ErrAuth):
		c.fault = c.failed
	case c.failed != nil && !errors.Is(c.failed, context.Canceled):
		c.rest = now.Add(pauseAfterFailure)
	}
}

// Renew returns another token in place of one that the platform refused although it should be good.
func (c *credential) Renew(ctx context.Context, refused collector.Secret) (collector.Secret, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fault != nil {
		return collector.Secret{}, c.fault
	}
	age, own := c.now().Sub(c.record.Issued), refused.Reveal() == c.record.Access
	switch {
	case own && c.record.Refresh == "":
		return collector.Secret{}, c.anew("the platform takes the credential no more")
	case own && age >= 0 && age < freshToken:
		return collector.Secret{}, c.anew("the platform refuses a token that it has just given: may whoever connected the source see the figures?")
	}
	if c.failed = c.renew(ctx, refused.Reveal()); c.failed != nil {
		c.heed(c.now())
		return collector.Secret{}, c.failed
	}
	return collector.NewSecret(c.record.Access), nil
}

// anew says that a person has to connect anew.
func (c *credential) anew(why string) error {
	return fmt.Errorf("%s: run seuranta connect %s: %w", why, c.account.Source, collector.ErrAuth)
}

// lastWish is how long a question for a token goes on after somebody stopped the program: what the platform answers may be the
// only token that it will ever take again.
const lastWish = 3 * time.Second

// unhurried returns a context that ends a while after ctx does.
func unhurried(ctx context.Context) (context.Context, func()) {
	longer, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastWish, end) })
	return longer, func() { stop(); end() }
}

// renew gets another access token, unless another process has got one meanwhile: then that one is taken. refused is a token that
// is no good although it seems so.
func (c *credential) renew(ctx context.Context, refused string) error {
	h, err := c.account.file().take(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return c.anew("the connection was forgotten")
	}
	if err != nil {
		return err
	}
	defer h.release()
	r, err := c.account.read()
	if errors.Is(err, fs.ErrNotExist) {
		return c.anew("the connection was forgotten")
	}
	if err != nil {
		return err
	}
	c.session.Hide(r.secrets()...)
	c.record = r
	if now := c.now(); r.good(now) && !r.stale(now, c.account.Connection) && r.Access != refused {
		return nil
	}
	q, err := c.question(r)
	if err != nil {
		return err
	}
	if err := h.prepare(); err != nil {
		return err
	}
	return c.exchange(ctx, h, q)
}

// question returns what the platform is asked for another token.
func (c *credential) question(r record) (question, error) {
	connection := c.account.Connection
	switch {
	case r.Refresh != "" && connection.ClientID == "":
		return question{}, c.anew("the credential cannot be renewed without the client_id of the app that it was got for")
	case r.Refresh != "":
		return grantRefresh(connection, r.Refresh), nil
	case connection.Renew != "" && r.alive(c.now()):
		return grantRenew(connection, r.Access), nil
	}
	return question{}, c.anew("the credential ended on " + r.Ends.UTC().Format(time.DateOnly) + ", and " + notRenewed(connection))
}

// notRenewed says why a token ended that is renewed by no refresh token.
func notRenewed(c collector.Connection) string {
	switch {
	case c.Renew == "":
		return "the platform lets no program renew it"
	case c.TokenInAddress:
		return "it was not renewed before that"
	}
	return "it was not renewed before that; where the platform renews it in no other way than by an address with the token in it, that takes " + collector.AddressKey + ": true in the source"
}

// exchange asks the platform, and keeps what it answers before anything else is done with it.
func (c *credential) exchange(ctx context.Context, h *held, q question) error {
	ctx, end := unhurried(ctx)
	defer end()
	g, err := ask(ctx, c.session, c.account.Connection, q)
	if g.access == "" && g.refresh == "" {
		return c.why(h, err)
	}
	next := c.record.with(g, c.now())
	if err != nil {
		next.Access, next.Ends = "", time.Time{} // only the refresh token can be used
	}
	kept := h.keep(next)
	if c.record = next; err != nil {
		return fmt.Errorf("renew the credential: %w", err)
	}
	return kept
}

// why says why there is no other token.
func (c *credential) why(h *held, err error) error {
	var no *refusal
	if !errors.As(err, &no) || no.way {
		var failed *fetch.Error
		if errors.As(err, &failed) && failed.Status == 0 {
			h.leave() // the platform may have given one, and nobody knows it
		}
		return fmt.Errorf("renew the credential: %w", err)
	}
	why := "the platform takes the credential no more: it was withdrawn there, or has ended"
	switch {
	case no.code == "invalid_client" || no.code == "unauthorized_client":
		return fmt.Errorf("renew the credential: the platform does not know the app, or its secret is another one: look at client_id and client_secret, then run seuranta connect %s: %w (%w)", c.account.Source, collector.ErrAuth, no)
	case h.cut:
		why = "a renewal of the credential was cut off when the program was killed or no answer came, and the platform takes no refresh token twice"
	}
	return fmt.Errorf("%w (%w)", c.anew(why), no)
}
