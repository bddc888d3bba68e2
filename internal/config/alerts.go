package config

import (
	"cmp"
	"fmt"
)

// Alerts says who is told when something is wrong. Without Mail and Webhook nobody is.
type Alerts struct {
	Mail     *Mail
	Webhook  *Webhook
	Language string // fi, sv, en
}

// Mail says who gets a mail, and how it is sent.
type Mail struct {
	To       []string // addresses, with or without names
	From     string
	Host     string
	Port     int
	User     string // "" where the server asks for no login
	Password Secret
	TLS      string // TLSStart, TLSFirst or TLSNone
}

// Webhook is an address that is called.
type Webhook struct {
	URL          Secret
	Discreet     bool // the address came from the environment or a file: none of it may be shown
	AllowPrivate bool
}

// Any tells whether anybody is told.
func (a Alerts) Any() bool { return a.Mail != nil || a.Webhook != nil }

func (b *builder) buildAlerts() Alerts {
	keys, a := b.keys.Alerts, Alerts{}
	a.Language = string(keys.Language)
	for _, o := range b.keys.Organisations {
		if a.Language == "" && len(o.Languages) > 0 {
			a.Language = string(o.Languages[0])
		}
	}
	a.Language = cmp.Or(a.Language, defaultLanguage)
	if len(keys.Mail.To) > 0 && keys.Mail.SMTP.Host != "" {
		a.Mail = b.buildMail("alerts.mail", keys.Mail)
	} else if b.given("alerts.mail.to") && len(keys.Mail.To) == 0 && !b.faulty["alerts.mail.to"] {
		b.fault("alerts.mail.to", "nobody is named", "give who gets it, as [viestinta@example.org]")
	}
	if !keys.Webhook.URL.IsZero() || b.lacks["alerts.webhook.url"] {
		_, discreet := b.tainted("alerts.webhook.url")
		discreet = discreet || b.lacks["alerts.webhook.url"]
		a.Webhook = &Webhook{URL: keys.Webhook.URL.Secret, Discreet: discreet, AllowPrivate: keys.Webhook.AllowPrivate}
	}
	if b.given("alerts") && !b.given("alerts.mail") && !b.given("alerts.webhook") && !b.faulty["alerts"] {
		b.fault("alerts", "nobody is told of anything", "give mail or webhook, or take the key out")
	}
	return a
}

func (b *builder) buildMail(at string, keys mailKeys) *Mail {
	smtp := keys.SMTP
	m := &Mail{From: string(keys.From), Host: string(smtp.Host), User: smtp.User, Password: smtp.Password, TLS: cmp.Or(string(smtp.TLS), TLSStart)}
	for i, to := range keys.To {
		if b.faulty[entry(at+".to", i)] {
			continue
		}
		m.To = append(m.To, string(to))
	}
	m.Port = cmp.Or(smtp.Port, map[string]int{TLSStart: 587, TLSFirst: 465, TLSNone: 25}[m.TLS])
	b.checkSMTP(at+".smtp", m)
	return m
}

// checkSMTP refuses what would send a password or a mail in the open, and half a login.
func (b *builder) checkSMTP(at string, m *Mail) {
	if m.Port < 1 || m.Port > 65535 {
		b.fault(at+".port", fmt.Sprintf("%d is no port", m.Port), "write a number from 1 to 65535, or take the key out")
	}
	if m.TLS == TLSNone && !isLoopback(m.Host) {
		b.fault(at+".tls", "without TLS anybody on the way could read what is sent; that is only done on this machine", "take the key out, or write tls: tls if the server wants TLS from the beginning")
	}
	gives, lacks := m.User != "" || b.faulty[at+".user"], m.Password.IsZero() && !b.faulty[at+".password"] && !b.lacks[at+".password"]
	switch {
	case gives && lacks:
		b.fault(at+".user", "a user logs in, and there is no password", `write password: "${SEURANTA_SMTP_PASSWORD}" or password_file, or take the user out`)
	case !gives && !lacks && !m.Password.IsZero():
		b.fault(at+".host", "for this server there is a password, and nobody to log in with it", "give user, or take the password out")
	}
}
