// Package mailtest is a small mail server for tests, over real connections: it secures them by a certificate of its own,
// takes logins, keeps the letters that it gets, and misbehaves as it is told.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// Letter is a letter that was taken.
type Letter struct {
	From, To string // of the envelope
	Text     string // as it came, with its head
}

// Server is a mail server on a loopback address.
type Server struct {
	Host  string
	Port  int
	Roots *x509.CertPool // which trust its certificate
	PEM   []byte         // the same as a file

	User, Password string // asked for when they are set
	First          bool   // TLS from the beginning; else STARTTLS is offered
	Plain          bool   // no TLS at all
	Auth           string // the ways of logging in that are offered; PLAIN LOGIN when it is empty

	// Answer may answer a line of the client, or the end of a letter as ".", in the server's place; "" lets it be, and
	// Hangup closes the connection. It is called by several goroutines.
	Answer func(line string) string
	// Slow is how long the server waits between two characters of all that it says.
	Slow time.Duration

	mu       sync.Mutex
	letters  []Letter
	logins   int
	lines    []string
	tls      *tls.Config
	listener net.Listener
}

// Hangup is the answer that closes the connection.
const Hangup = "hang up"

// Start starts a server as set; it ends with the test. Change nothing of it afterwards but by Set.
func Start(t testing.TB, s *Server) *Server {
	t.Helper()
	s.certify(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.listener, s.Host, s.Port = l, "127.0.0.1", l.Addr().(*net.TCPAddr).Port
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

// Set changes how the server answers.
func (s *Server) Set(answer func(line string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Answer = answer
}

// Letters returns the letters that were taken.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

// Logins counts the logins that were taken.
func (s *Server) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// Lines returns all lines that clients said, but for those of letters.
func (s *Server) Lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.lines...)
}

func (s *Server) certify(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail of a test"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(48 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	s.PEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.Roots = x509.NewCertPool()
	s.Roots.AppendCertsFromPEM(s.PEM)
	s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// session is one connection.
type session struct {
	*Server
	conn    net.Conn
	in      *bufio.Reader
	secured bool
	in2     bool // logged in
	from    string
	to      []string
}

func (s *Server) serve(conn net.Conn) {
	c := &session{Server: s, conn: conn}
	defer func() { _ = c.conn.Close() }()
	if s.First {
		c.secure()
	}
	c.in = bufio.NewReader(c.conn)
	if c.own("greeting", "220 mail of a test") {
		return
	}
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.lines = append(s.lines, line)
		s.mu.Unlock()
		if c.answer(line) {
			return
		}
	}
}

func (c *session) secure() {
	c.conn, c.secured = tls.Server(c.conn, c.tls), true
	c.in = bufio.NewReader(c.conn)
}

// own says what the test wants to be said in the place of an answer, else the answer. It tells whether the talk is over.
func (c *session) own(line, answer string) (over bool) {
	c.mu.Lock()
	f := c.Answer
	c.mu.Unlock()
	if f != nil {
		if own := f(line); own != "" {
			answer = own
		}
	}
	return answer == Hangup || c.say(answer)
}

func (c *session) say(text string) (over bool) {
	for _, r := range []byte(text + "\r\n") {
		if c.Slow == 0 {
			break
		}
		if _, err := c.conn.Write([]byte{r}); err != nil {
			return true
		}
		time.Sleep(c.Slow)
	}
	if c.Slow > 0 {
		return false
	}
	_, err := c.conn.Write([]byte(text + "\r\n"))
	return err != nil
}

// answer answers a line, and tells whether the talk is over.
func (c *session) answer(line string) (over bool) {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		return c.own(line, c.greet())
	case "STARTTLS":
		if c.own(line, "220 go on") {
			return true
		}
		c.secure()
	case "AUTH":
		return c.auth(line, rest)
	case "MAIL":
		if c.User != "" && !c.in2 {
			return c.own(line, "530 log in first")
		}
		c.from, c.to = rest, nil
		return c.own(line, "250 yes")
	case "RCPT":
		c.to = append(c.to, rest)
		return c.own(line, "250 yes")
	case "DATA":
		return c.data(line)
	case "QUIT":
		c.own(line, "221 bye")
		return true
	default:
		return c.own(line, "250 yes")
	}
	return false
}

func (c *session) greet() string {
	lines := []string{"250-mail of a test"}
	if !c.secured && !c.Plain {
		lines = append(lines, "250-STARTTLS")
	}
	if c.User != "" && (c.secured || c.Plain) {
		ways := c.Auth
		if ways == "" {
			ways = "PLAIN LOGIN"
		}
		lines = append(lines, "250-AUTH "+ways)
	}
	return strings.Join(append(lines, "250 8BITMIME"), "\r\n")
}

func (c *session) auth(line, rest string) bool {
	way, packed, _ := strings.Cut(rest, " ")
	said := ""
	switch strings.ToUpper(way) {
	case "PLAIN":
		plain, _ := base64.StdEncoding.DecodeString(packed)
		said = strings.TrimPrefix(string(plain), "\x00")
	case "LOGIN":
		var words []string
		for _, ask := range []string{"334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"} {
			c.say(ask)
			word, _ := c.in.ReadString('\n')
			plain, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(word))
			words = append(words, string(plain))
		}
		said = strings.Join(words, "\x00")
	}
	if said != c.User+"\x00"+c.Password {
		return c.own(line, "535 5.7.8 wrong: "+packed+" "+strings.ReplaceAll(said, "\x00", " "))
	}
	c.in2 = true
	c.mu.Lock()
	c.logins++
	c.mu.Unlock()
	return c.own(line, "235 welcome")
}

func (c *session) data(line string) bool {
	c.mu.Lock()
	f := c.Answer
	c.mu.Unlock()
	if f != nil {
		if own := f(line); own != "" {
			return own == Hangup || c.say(own)
		}
	}
	c.say("354 go on")
	text, err := textproto.NewReader(c.in).ReadDotBytes()
	if err != nil {
		return true
	}
	answer := "250 taken"
	if f != nil {
		if own := f("."); own != "" {
			answer = own
		}
	}
	if strings.HasPrefix(answer, "2") || answer == Hangup { // who hangs up after all was said has it all the same
		c.mu.Lock()
		c.letters = append(c.letters, Letter{From: c.from, To: strings.Join(c.to, " "), Text: string(text)})
		c.mu.Unlock()
	}
	return answer == Hangup || c.say(answer)
}

// Address is host:port.
func (s *Server) Address() string { return fmt.Sprintf("%s:%d", s.Host, s.Port) }

// Close stops taking connections.
func (s *Server) Close() { _ = s.listener.Close() }
