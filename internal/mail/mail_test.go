package mail_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"seuranta/internal/config"
	"seuranta/internal/mail"
	"seuranta/internal/mail/mailtest"
)

const canary = "c4n4ry-Pa55 wörd"

func senderTo(s *mailtest.Server, tls string) *mail.Sender {
	m := config.Mail{To: []string{"a@example.org"}, From: "Seuranta <seuranta@example.org>", Host: s.Host, Port: s.Port, User: s.User, TLS: tls}
	if s.User != "" {
		m.Password = config.NewSecret(canary)
	}
	return &mail.Sender{Config: m, Program: "Seuranta/test", Roots: s.Roots, Patience: 10 * time.Second}
}

func letter() mail.Letter {
	return mail.Letter{ID: "abc.1", Subject: "Hälytys: lähde ei vastaa", Text: "Mittari ei vastaa.\n.\nTarkista tunnus: ääkköset.\n", At: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)}
}

func send(s *mail.Sender, l mail.Letter) ([]error, error) { return s.Send(context.Background(), l) }

func TestSendInEveryWay(t *testing.T) {
	for name, c := range map[string]struct {
		server *mailtest.Server
		tls    string
	}{
		"starttls":       {&mailtest.Server{User: "koske", Password: canary}, config.TLSStart},
		"tls":            {&mailtest.Server{User: "koske", Password: canary, First: true}, config.TLSFirst},
		"login":          {&mailtest.Server{User: "koske", Password: canary, Auth: "LOGIN"}, config.TLSStart},
		"without login":  {&mailtest.Server{}, config.TLSStart},
		"this machine":   {&mailtest.Server{Plain: true}, config.TLSNone},
		"login, no tls":  {&mailtest.Server{Plain: true, User: "koske", Password: canary}, config.TLSNone},
		"login, no tls2": {&mailtest.Server{Plain: true, User: "koske", Password: canary, Auth: "LOGIN"}, config.TLSNone},
	} {
		t.Run(name, func(t *testing.T) {
			s := mailtest.Start(t, c.server)
			if refused, err := send(senderTo(s, c.tls), letter()); err != nil || refused != nil {
				t.Fatal(refused, err)
			}
			checkLetter(t, s.Letters())
			if found, err := senderTo(s, c.tls).Check(context.Background()); err != nil || !strings.HasPrefix(found, s.Address()+" answers") ||
				strings.Contains(found, "takes the login") != (s.User != "") || strings.Contains(found, "certificate is good until") == s.Plain {
				t.Errorf("check: %q, %v", found, err)
			}
			if len(s.Letters()) != 1 {
				t.Error("a check sends a letter")
			}
		})
	}
}

func checkLetter(t *testing.T, letters []mailtest.Letter) {
	t.Helper()
	if len(letters) != 1 {
		t.Fatalf("%d letters", len(letters))
	}
	m, err := netmail.ReadMessage(strings.NewReader(letters[0].Text))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != letter().Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || strings.ReplaceAll(string(body), "\r\n", "\n") != letter().Text {
		t.Errorf("body %q, %v", body, err)
	}
	for head, want := range map[string]string{"Message-Id": "<abc.1@example.org>", "Auto-Submitted": "auto-generated", "To": "<a@example.org>", "Date": "Mon, 23 Nov 2026 06:00:00 +0000",
		"Content-Type": "text/plain; charset=UTF-8", "From": `"Seuranta" <seuranta@example.org>`} {
		if got := m.Header.Get(head); got != want {
			t.Errorf("%s: %q, want %q", head, got, want)
		}
	}
	if !strings.Contains(letters[0].From, "<seuranta@example.org>") || !strings.Contains(letters[0].To, "<a@example.org>") {
		t.Errorf("envelope %+v", letters[0])
	}
}

func TestSubjectsBreakNoHead(t *testing.T) {
	s := mailtest.Start(t, &mailtest.Server{})
	l := letter()
	l.Subject = "x\r\nBcc: eve@example.org\r\n\r\nbody\u2028\x1b[31m" + strings.Repeat("ä", 2000)
	l.Text = "\r\n.\r\nMAIL FROM:<eve@example.org>\r\n"
	if _, err := send(senderTo(s, config.TLSStart), l); err != nil {
		t.Fatal(err)
	}
	m, err := netmail.ReadMessage(strings.NewReader(s.Letters()[0].Text))
	if err != nil || m.Header.Get("Bcc") != "" || len(s.Letters()) != 1 {
		t.Errorf("%v %v", m, err)
	}
	for line := range strings.Lines(s.Letters()[0].Text) {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

// Everybody gets the letter once, also when it has to be sent again for one of them.
func TestOnlyThoseGetItAgainWhoDoNotHaveIt(t *testing.T) {
	s := mailtest.Start(t, &mailtest.Server{})
	to := senderTo(s, config.TLSStart)
	to.Config.To = []string{"a@example.org", "b@example.org", "c@example.org"}
	s.Set(answers("RCPT TO:<b@", "450 4.2.1 later", "RCPT TO:<c@", "550 5.1.1 no such user"))
	refused, err := send(to, letter())
	if !errors.Is(err, mail.ErrRefused) || len(refused) != 1 || !strings.Contains(refused[0].Error(), "c@example.org") {
		t.Fatalf("%v, %v", refused, err)
	}
	s.Set(answers("RCPT TO:<c@", "550 5.1.1 no such user"))
	if refused, err = send(to, letter()); err != nil || len(refused) != 1 {
		t.Fatalf("%v, %v", refused, err)
	}
	var got []string
	for _, l := range s.Letters() {
		got = append(got, l.To)
	}
	if fmt.Sprint(got) != "[TO:<a@example.org> TO:<b@example.org>]" {
		t.Errorf("%q", got)
	}
	to.Config.To = []string{"c@example.org"}
	if refused, err = send(to, letter()); !errors.Is(err, mail.ErrRefused) || refused != nil {
		t.Errorf("nobody gets it: %v, %v", refused, err)
	}
}

// answers answers lines that begin so.
func answers(pairs ...string) func(string) string {
	return func(line string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.HasPrefix(line, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestServersThatMisbehave(t *testing.T) {
	for name, c := range map[string]struct {
		server *mailtest.Server
		answer func(string) string
		class  error
		says   string
	}{
		"busy":              {answer: answers("greeting", "421 too busy"), class: mail.ErrRefused, says: "too busy"},
		"closes at once":    {answer: answers("greeting", mailtest.Hangup), class: mail.ErrUnreachable},
		"hello refused":     {answer: answers("EHLO", "550 no", "HELO", "550 no"), class: mail.ErrRefused, says: "550"},
		"wrong password":    {server: &mailtest.Server{User: "koske", Password: "another"}, class: mail.ErrLogin, says: "535"},
		"drops at login":    {server: &mailtest.Server{User: "koske", Password: canary}, answer: answers("AUTH", mailtest.Hangup), class: mail.ErrLogin},
		"unknown login":     {server: &mailtest.Server{User: "koske", Password: canary, Auth: "GSSAPI"}, class: mail.ErrLogin, says: "SCRAM-SHA-256, PLAIN, LOGIN"},
		"sender refused":    {answer: answers("MAIL", "553 not yours"), class: mail.ErrRefused, says: "not yours"},
		"receiver refused":  {answer: answers("RCPT", "550 5.1.1 nobody"), class: mail.ErrRefused, says: "a@example.org"},
		"receiver later":    {answer: answers("RCPT", "450 4.7.1 greylisted"), class: mail.ErrRefused, says: "greylisted"},
		"data refused":      {answer: answers("DATA", "554 no"), class: mail.ErrRefused, says: "554"},
		"letter refused":    {answer: answers(".", "554 5.7.1 spam"), class: mail.ErrRefused, says: "spam"},
		"letter later":      {answer: answers(".", "452 disk full"), class: mail.ErrRefused, says: "disk full"},
		"drops after data":  {answer: answers(".", mailtest.Hangup), class: mail.ErrUnreachable},
		"offers no TLS":     {server: &mailtest.Server{Plain: true}, class: mail.ErrOpen},
		"echoes a password": {server: &mailtest.Server{User: "koske", Password: canary}, answer: answers("AUTH", "535 wrong: "+canary), class: mail.ErrLogin, says: "***"},
		"endless":           {answer: answers("greeting", "220-"+strings.Repeat("x\r\n220-", 1<<18)), class: mail.ErrUnreachable, says: "more than"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.server == nil {
				c.server = &mailtest.Server{}
			}
			c.server.Answer = c.answer
			s := mailtest.Start(t, c.server)
			_, err := send(senderTo(s, config.TLSStart), letter())
			if !errors.Is(err, c.class) || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "mail: "+s.Address()+": ") {
				t.Fatalf("%v, want %v", err, c.class)
			}
			checkDiscreet(t, err)
		})
	}
}

func checkDiscreet(t *testing.T, err error) {
	t.Helper()
	for _, no := range []string{canary, "c4n4ry", "YzRuNHJ5", "\n", "TLSMandatory\n"} {
		if strings.Contains(err.Error(), no) {
			t.Errorf("%q stands in %q", no, err)
		}
	}
	if len([]rune(err.Error())) > 450 {
		t.Errorf("it is long: %q", err)
	}
}

// What the server says when the letter is taken already does not make it sent again.
func TestALetterThatWasTakenIsTaken(t *testing.T) {
	for name, answer := range map[string]func(string) string{
		"drops":         answers("RSET", mailtest.Hangup),
		"refuses":       answers("RSET", "500 what"),
		"no bye":        answers("QUIT", mailtest.Hangup),
		"angry goodbye": answers("QUIT", "421 out"),
	} {
		s := mailtest.Start(t, &mailtest.Server{Answer: answer})
		if _, err := send(senderTo(s, config.TLSStart), letter()); err != nil || len(s.Letters()) != 1 {
			t.Errorf("%s: %v, %d letters", name, err, len(s.Letters()))
		}
	}
}

func TestTheTalkEndsInTime(t *testing.T) {
	s := mailtest.Start(t, &mailtest.Server{Slow: 150 * time.Millisecond})
	to := senderTo(s, config.TLSStart)
	to.Patience = 700 * time.Millisecond
	begun := time.Now()
	if _, err := send(to, letter()); !errors.Is(err, mail.ErrSlow) {
		t.Errorf("a slow server: %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	to.Config.Port = silent.Addr().(*net.TCPAddr).Port
	for _, way := range []string{config.TLSStart, config.TLSFirst} {
		to.Config.TLS = way
		if _, err := send(to, letter()); !errors.Is(err, mail.ErrSlow) {
			t.Errorf("a silent server, %s: %v", way, err)
		}
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	to.Patience = time.Minute
	if _, err := to.Send(ctx, letter()); !errors.Is(err, context.Canceled) || time.Since(begun) > 6*time.Second {
		t.Errorf("when it is stopped: %v", err)
	}
}

func TestStrangersAreNotTrusted(t *testing.T) {
	for _, first := range []bool{false, true} {
		s := mailtest.Start(t, &mailtest.Server{User: "koske", Password: canary, First: first})
		way := map[bool]string{false: config.TLSStart, true: config.TLSFirst}[first]
		to := senderTo(s, way)
		to.Roots = nil
		if _, err := send(to, letter()); !errors.Is(err, mail.ErrCertificate) {
			t.Errorf("an unknown certificate: %v", err)
		}
		to = senderTo(s, way)
		to.Config.Host = "127.0.0.2" // the certificate is of another
		if _, err := send(to, letter()); !errors.Is(err, mail.ErrCertificate) && !errors.Is(err, mail.ErrUnreachable) {
			t.Errorf("another name: %v", err)
		}
		if s.Logins() > 0 {
			t.Error("a stranger got the password")
		}
	}
}

// A server that always answers just in time does not keep us for as long as it likes.
func TestAServerThatDawdles(t *testing.T) {
	s := mailtest.Start(t, &mailtest.Server{Plain: true, Slow: 15 * time.Millisecond})
	to := senderTo(s, config.TLSNone)
	to.Patience = time.Second
	begun := time.Now()
	if _, err := send(to, letter()); !errors.Is(err, mail.ErrSlow) {
		t.Errorf("after %v: %v", time.Since(begun), err)
	}
}

func TestNothingIsThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	to := &mail.Sender{Config: config.Mail{To: []string{"a@example.org"}, From: "a@example.org", Host: "127.0.0.1", Port: port, TLS: config.TLSStart}}
	if _, err := send(to, letter()); !errors.Is(err, mail.ErrUnreachable) || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
	if _, err := to.Check(context.Background()); !errors.Is(err, mail.ErrUnreachable) {
		t.Error(err)
	}
}

// Without TLS nothing goes further than this machine, whatever a name leads to.
func TestNothingLeavesInTheOpen(t *testing.T) {
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		ip, ok := a.(*net.IPNet)
		if !ok || ip.IP.IsLoopback() || ip.IP.To4() == nil {
			continue
		}
		to := &mail.Sender{Config: config.Mail{To: []string{"a@example.org"}, From: "a@example.org", Host: ip.IP.String(), Port: l.Addr().(*net.TCPAddr).Port, TLS: config.TLSNone}}
		if _, err := send(to, letter()); !errors.Is(err, mail.ErrOpen) {
			t.Errorf("%s: %v", ip, err)
		}
		return
	}
	t.Log("this machine has no address but loopback; nothing was tried")
}
