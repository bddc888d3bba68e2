package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"seuranta/internal/config"
)

// mostFromServer is how much a mail server may say in one talk: answers are short.
const mostFromServer = 1 << 20

var (
	errTooMuch = errors.New("the server says more than a mail server has to say")
	errOpen    = errors.New("without TLS mail is handed over on this machine only, and the name leads elsewhere")
)

// line is the connection of one talk. However the library sets its deadlines, the talk ends with its context.
type line struct {
	sender *Sender
	ctx    context.Context
	conn   net.Conn
}

// dial connects, and secures the connection where that is to be done from its beginning.
func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	until, _ := l.ctx.Deadline()
	l.conn = conn
	context.AfterFunc(l.ctx, func() { _ = conn.Close() })
	if remote, ok := conn.RemoteAddr().(*net.TCPAddr); l.sender.Config.TLS == config.TLSNone && (!ok || !remote.IP.IsLoopback()) {
		return nil, fmt.Errorf("%w: %s", errOpen, conn.RemoteAddr())
	}
	bound := &bounded{Conn: conn, until: until, left: mostFromServer}
	if l.sender.Config.TLS != config.TLSFirst {
		return bound, bound.SetDeadline(until)
	}
	secured := tls.Client(bound, l.sender.trust())
	return secured, secured.HandshakeContext(l.ctx)
}

func (l *line) close() {
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

// bounded is a connection that nobody keeps open for longer than the talk may take, and that takes no more than it may say.
type bounded struct {
	net.Conn
	until time.Time
	left  int
}

// Read takes what the server says, up to the bound.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooMuch
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// SetDeadline sets a deadline that lies before the end of the talk; a later one is that end.
func (b *bounded) SetDeadline(t time.Time) error { return b.Conn.SetDeadline(b.earlier(t)) }

// SetReadDeadline is SetDeadline for reading.
func (b *bounded) SetReadDeadline(t time.Time) error { return b.Conn.SetReadDeadline(b.earlier(t)) }

// SetWriteDeadline is SetDeadline for writing.
func (b *bounded) SetWriteDeadline(t time.Time) error { return b.Conn.SetWriteDeadline(b.earlier(t)) }

func (b *bounded) earlier(t time.Time) time.Time {
	if t.IsZero() || t.After(b.until) {
		return b.until
	}
	return t
}
