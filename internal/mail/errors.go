package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"seuranta/internal/fetch"
)

// Sentinels of this package: what was wrong with a talk.
var (
	ErrUnreachable = errors.New("the mail server cannot be reached")
	ErrCertificate = errors.New("the certificate of the mail server is not to be trusted")
	ErrSlow        = errors.New("the mail server did not answer in time")
	ErrLogin       = errors.New("the mail server refuses the login")
	ErrRefused     = errors.New("the mail server refuses")
	ErrOpen        = errors.New("the mail server offers no TLS, and nothing is sent in the open")
)

// errLogin marks what went wrong while logging in.
var errLogin = errors.New("log in")

const longestError = 300 // characters

// Error is what went wrong, in one line, without a password.
type Error struct {
	text  string
	class error
	cause error
}

// Error tells which server, what was wrong, and what it said.
func (e *Error) Error() string { return e.text }

// Unwrap returns the class and what went wrong, for errors.Is and errors.As alone: what went wrong may hold a password.
func (e *Error) Unwrap() []error { return []error{e.class, e.cause} }

// explain makes of an error one that may be shown.
func (s *Sender) explain(err error) error {
	var done *Error
	if err == nil || errors.As(err, &done) {
		return err
	}
	class := classOf(err)
	said := strings.TrimSpace(oneLine(fetch.Hide(err.Error(), s.secrets())))
	if runes := []rune(said); len(runes) > longestError {
		said = string(runes[:longestError]) + "…"
	}
	return &Error{fmt.Sprintf("mail: %s: %v: %s", s.address(), class, said), class, err}
}

func (s *Sender) secrets() []string {
	if s.Config.Password.IsZero() {
		return nil
	}
	return []string{s.Config.Password.Reveal()}
}

func classOf(err error) error {
	var unverified *tls.CertificateVerificationError
	var stranger x509.UnknownAuthorityError
	var name x509.HostnameError
	var bad x509.CertificateInvalidError
	var slow net.Error
	var refused *gomail.SendError
	var said *textproto.Error
	switch {
	case errors.As(err, &unverified), errors.As(err, &stranger), errors.As(err, &name), errors.As(err, &bad):
		return ErrCertificate
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return ErrSlow
	case errors.Is(err, errLogin), errors.Is(err, errNoLogin):
		return ErrLogin
	case errors.Is(err, errOpen), strings.Contains(err.Error(), "does not support STARTTLS"): // the library has no sentinel for it
		return ErrOpen
	case errors.As(err, &said), errors.As(err, &refused) && refused.ErrorCode() > 0:
		return ErrRefused
	}
	return ErrUnreachable
}

// oneLine keeps foreign text from breaking a line or steering a terminal.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "�"), func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) && r != ' ' || r == '\u2028' || r == '\u2029'
	}), " ")
}
