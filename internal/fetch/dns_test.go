package fetch_test

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// names is what a name server knows: the addresses of each name. A name that is asked for again gets the next one, the last
// for ever: so a name is bound anew between a look and a visit.
type names map[string][]string

// serve runs the name server and returns a resolver that asks it.
func (n names) serve(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var mu sync.Mutex
	go func() {
		for buffer := make([]byte, 1500); ; {
			size, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			mu.Lock()
			_, _ = conn.WriteTo(n.answer(buffer[:size]), from)
			mu.Unlock()
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n names) answer(question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) == 0 {
		return nil
	}
	q := m.Questions[0]
	addresses := n[q.Name.String()]
	out := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}, Questions: m.Questions}
	if len(addresses) == 0 {
		out.RCode = dnsmessage.RCodeNameError
	} else if a := netip.MustParseAddr(addresses[0]); a.Is4() == (q.Type == dnsmessage.TypeA) {
		var body dnsmessage.ResourceBody = &dnsmessage.AResource{A: [4]byte(a.AsSlice())}
		if a.Is6() {
			body = &dnsmessage.AAAAResource{AAAA: a.As16()}
		}
		out.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET}, Body: body}}
		if len(addresses) > 1 {
			n[q.Name.String()] = addresses[1:]
		}
	}
	packed, _ := out.Pack()
	return packed
}

func portOf(address string) string {
	u, _ := url.Parse(address)
	return u.Port()
}
