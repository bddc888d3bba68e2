// Package mail sends letters over the user's own mail server, and is the only package that knows SMTP. It bounds time and
// size, sends nothing in the open but on this machine, and lets no password into an error.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"seuranta/internal/config"
)

// DefaultPatience is the longest that one talk with the mail server may take.
const DefaultPatience = time.Minute

// Letter is what is sent: plain text to everybody that the configuration names.
type Letter struct {
	ID      string // the same for a letter that is sent again: mail programs show it once then
	Subject string
	Text    string
	At      time.Time
}

// Sender sends letters by one mail server. It may be used by several goroutines.
type Sender struct {
	Config   config.Mail
	Program  string         // name and version of this program
	Roots    *x509.CertPool // whose certificates are trusted; nil: those that the system trusts
	Patience time.Duration  // 0 is DefaultPatience

	mu  sync.Mutex
	had map[string]bool // who has the letter that others did not get yet, by its id and the address
}

// Send sends a letter to everybody. It fails when anybody could get it later, and when nobody got it: sent again it goes to
// those only that do not have it. Whom the server refuses for good is returned, where others got it.
func (s *Sender) Send(ctx context.Context, l Letter) (refused []error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var later []error
	err = s.talk(ctx, func(ctx context.Context, session *talk) error {
		refused, later = s.deliver(session, l)
		if over := ended(ctx); over != nil && len(later) > 0 {
			later = append([]error{over}, later...)
		}
		return nil
	})
	switch {
	case err != nil:
	case len(later) > 0:
		err = s.explain(errors.Join(later...))
	case len(refused) == len(s.Config.To):
		refused, err = nil, s.explain(errors.Join(refused...))
	default:
		s.had = nil
	}
	for i, r := range refused {
		refused[i] = s.explain(r)
	}
	return refused, err
}

// deliver hands a letter over for each that does not have it.
func (s *Sender) deliver(session *talk, l Letter) (refused, later []error) {
	for _, to := range s.Config.To {
		key := l.ID + " " + to
		if s.had[key] {
			continue
		}
		m, err := s.message(l, to)
		if err == nil {
			err = session.client.SendWithSMTPClient(session.smtp, m)
		}
		var fault *gomail.SendError
		switch {
		case err == nil || m != nil && m.IsDelivered(): // what the server says of the end of the talk is nothing to us
			if s.had == nil {
				s.had = map[string]bool{}
			}
			s.had[key] = true
		case errors.As(err, &fault) && fault.ErrorCode() >= 500:
			refused = append(refused, fmt.Errorf("to %s: %w", to, err))
		default:
			later = append(later, fmt.Errorf("to %s: %w", to, err))
		}
	}
	return refused, later
}

// message makes the mail of a letter. Nothing in it comes into a head but through the library's encoding.
func (s *Sender) message(l Letter, to string) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	if err := errors.Join(m.From(s.Config.From), m.To(to)); err != nil {
		return nil, err
	}
	m.Subject(oneLine(l.Subject))
	m.SetMessageIDWithValue(l.ID + "@" + s.domain())
	m.SetDateWithValue(l.At)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetUserAgent(oneLine(s.Program))
	m.SetBodyString(gomail.TypeTextPlain, strings.ReplaceAll(l.Text, "\r", ""))
	return m, nil
}

// domain is where the sender's address is: ids of letters end in it.
func (s *Sender) domain() string {
	from := strings.TrimSuffix(s.Config.From, ">")
	return from[strings.LastIndex(from, "@")+1:]
}

// Check greets the server, looks at its certificate, logs in and goes away again. It says what it found.
func (s *Sender) Check(ctx context.Context) (string, error) {
	found := s.address() + " answers"
	err := s.talk(ctx, func(_ context.Context, session *talk) error {
		if state, err := session.smtp.GetTLSConnectionState(); err == nil && len(state.PeerCertificates) > 0 {
			found += ", its certificate is good until " + state.PeerCertificates[0].NotAfter.UTC().Format(time.DateOnly)
		}
		return session.smtp.Noop()
	})
	if err != nil {
		return "", err
	}
	if s.Config.User != "" {
		found += ", and it takes the login"
	}
	return found, nil
}

// talk is a standing connection to the mail server.
type talk struct {
	client *gomail.Client
	smtp   *smtp.Client
}

// talk connects, secures the connection, logs in and does what is asked. Errors say what to do and hold no password.
func (s *Sender) talk(ctx context.Context, do func(context.Context, *talk) error) error {
	patience := s.Patience
	if patience == 0 {
		patience = DefaultPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	line := &line{sender: s, ctx: ctx}
	defer line.close()
	client, err := gomail.NewClient(s.Config.Host, gomail.WithPort(s.Config.Port), gomail.WithTimeout(patience), gomail.WithTLSConfig(s.trust()),
		gomail.WithTLSPolicy(s.policy()), gomail.WithDialContextFunc(line.dial))
	if err == nil {
		err = s.converse(ctx, client, do)
	}
	if over := ended(ctx); err != nil && over != nil && !errors.Is(err, over) {
		err = fmt.Errorf("%w: %w", over, err)
	}
	return s.explain(err)
}

// ended returns why a talk is over. The connection may notice its end before the context's own timer does.
func ended(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		<-ctx.Done()
	}
	return ctx.Err()
}

func (s *Sender) converse(ctx context.Context, client *gomail.Client, do func(context.Context, *talk) error) error {
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	if err := s.login(session); err != nil {
		return err
	}
	if err := do(ctx, &talk{client, session}); err != nil {
		return err
	}
	_ = session.Quit() // what was handed over is handed over
	return nil
}

// policy is what is done when the connection stands: one that was secured from its beginning needs nothing more.
func (s *Sender) policy() gomail.TLSPolicy {
	if s.Config.TLS == config.TLSStart {
		return gomail.TLSMandatory
	}
	return gomail.NoTLS
}

func (s *Sender) trust() *tls.Config {
	return &tls.Config{ServerName: s.Config.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

// errNoLogin says that the server offers no way of logging in that this program knows.
var errNoLogin = errors.New("the server offers no way of logging in that is understood here (SCRAM-SHA-256, PLAIN, LOGIN)")

// login logs in by the best way that the server offers. Without TLS it only comes to this on this machine.
func (s *Sender) login(session *smtp.Client) error {
	if s.Config.User == "" {
		return nil
	}
	_, offered := session.Extension("AUTH")
	user, password, open := s.Config.User, s.Config.Password.Reveal(), s.Config.TLS == config.TLSNone
	for _, way := range []struct {
		name string
		auth smtp.Auth
	}{
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(user, password)},
		{"PLAIN", smtp.PlainAuth("", user, password, s.Config.Host, open)},
		{"LOGIN", smtp.LoginAuth(user, password, s.Config.Host, open)},
	} {
		if slices.Contains(strings.Fields(strings.ToUpper(offered)), way.name) {
			if err := session.Auth(way.auth); err != nil {
				return fmt.Errorf("%w: %w", errLogin, err)
			}
			return nil
		}
	}
	return errNoLogin
}

func (s *Sender) address() string {
	return net.JoinHostPort(s.Config.Host, strconv.Itoa(s.Config.Port))
}
