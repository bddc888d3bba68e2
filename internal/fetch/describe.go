package fetch

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"regexp"
	"strings"
	"syscall"
)

// kindOf returns the well-known error that an error is, nil for others.
func kindOf(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}

// describe puts an error of the network into plain words and classes it.
func describe(err error) *Error {
	var private *privateError
	switch {
	case errors.As(err, &private):
		return says(Refused, "%w", private)
	case errors.Is(err, context.Canceled):
		return &Error{Class: Failed, Err: &cause{"it was stopped", context.Canceled}}
	case err == context.DeadlineExceeded: // that of the request; timeouts of its steps say that they are the same, and are tried again
		return &Error{Class: Deadline, Err: &cause{"it took longer than it may", context.DeadlineExceeded}}
	}
	if words := certificate(err); words != "" {
		return says(Failed, "%s", words)
	}
	e := says(Failed, "%s", network(err))
	e.again = true
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		e.Class = Deadline
	}
	return e
}

// network tells what went wrong between us and the server.
func network(err error) string {
	var name *net.DNSError
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return "no server goes by the name " + name.Name
	case errors.As(err, &name):
		return "the address of " + name.Name + " cannot be looked up: " + name.Err
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing answers at this address (connection refused)"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the answer was cut off"
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return "the server hung up"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return "the answer is packed wrongly: " + err.Error()
	}
	return quoted.ReplaceAllString(err.Error(), "…")
}

// quoted matches what a message repeats of an answer: a server may repeat there what it was asked with, taken to pieces that
// cannot be told for secrets any more.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// certificate tells what is wrong with a server's certificate or its TLS, "" when it is something else. Asking again does not
// help there.
func certificate(err error) string {
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var plain tls.RecordHeaderError
	var other *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name):
		return "the server's certificate is for another name: " + name.Error()
	case errors.As(err, &unknown):
		return "the server's certificate is signed by nobody whom this machine trusts"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate is out of date: " + invalid.Error()
	case errors.As(err, &invalid), errors.As(err, &other):
		return "the server's certificate is not valid: " + err.Error()
	case errors.As(err, &plain), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "the server does not speak TLS there; is the address meant to begin with http://?"
	}
	return ""
}
