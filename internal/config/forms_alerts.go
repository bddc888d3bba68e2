package config

import (
	"net"
	"net/mail"
	"net/url"
	"strings"
	"unicode"
)

type (
	mailAddress string
	hostName    string
	tlsMode     string
	webhookURL  struct{ Secret }
)

// The ways of securing the connection to a mail server.
const (
	TLSStart = "starttls" // once it stands
	TLSFirst = "tls"      // from its beginning
	TLSNone  = "none"     // never; only on this machine
)

// Choices lists the ways of securing the connection to a mail server.
func (tlsMode) Choices() []string { return []string{TLSStart, TLSFirst, TLSNone} }

func (v *mailAddress) UnmarshalText(b []byte) error {
	s := string(b)
	if !isMailAddress(s) {
		return misfit{show(s) + " is no mail address", "write it as viestinta@example.org or Viestintä <viestinta@example.org>"}
	}
	*v = mailAddress(s)
	return nil
}

// isMailAddress tells whether a text is one address, with or without a name, that can stand in the head of a mail.
func isMailAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || len(s) > 320 || strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsFunc(a.Name, unicode.IsControl) {
		return false
	}
	user, host, _ := strings.Cut(a.Address, "@")
	return isPlain(user) && isHost(host) && !strings.Contains(host, ":")
}

// isPlain tells whether what stands before the @ needs no quotes: servers understand the others each in their own way.
func isPlain(user string) bool {
	return user != "" && !strings.ContainsFunc(user, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`"(),:;<>@[\]`, r)
	})
}

func (v *hostName) UnmarshalText(b []byte) error {
	s := string(b)
	if strings.HasPrefix(s, "[") || !isHost(s) && net.ParseIP(s) == nil || strings.ContainsAny(s, "/?#") || strings.Contains(s, ":") && net.ParseIP(s) == nil {
		return misfit{show(s) + " is no name of a server", "write the name alone, as smtp.example.org; its port goes into port"}
	}
	*v = hostName(s)
	return nil
}

// isLoopback tells whether a host is this machine by its very name.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// UnmarshalText takes the address of a webhook; it shows nothing of it, as it can hold a token.
func (v *webhookURL) UnmarshalText(b []byte) error {
	const want = "write it as https://hooks.example.org/seuranta"
	s := string(b)
	u, err := url.Parse(s)
	switch {
	case err != nil || !isWeb(u) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return misfit{"this is no web address", want}
	case u.User != nil:
		return misfit{"a user stands in the address", "take it out; " + want}
	case strings.Contains(s, "#"):
		return misfit{"a # stands in the address", "take out what begins with it"}
	}
	v.Secret = NewSecret(s)
	return nil
}
